// kube-api 17 H: CRDs and custom resources.
#include "apiserver/conversion.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view crds = "customresourcedefinitions.apiextensions.k8s.io";
constexpr std::string_view widgets = "widgets.lab.io";

class RegistryCrdTest : public RegistryFixture {
 protected:
  RegistryCrdTest() { EXPECT_THAT(create("namespaces", R"({"metadata":{"name":"ns"}})"), Ok()); }
  std::string condition(std::string_view crd, std::string_view type) {
    const json::Value object = value(crds, crd);
    const json::Value* conditions = object.find_path({"status", "conditions"});
    if (conditions == nullptr) return "";
    for (const json::Value& one : *conditions->array()) {
      if (one.text_at({"type"}) == type)
        return fmt::format("{} {} {}", one.text_at({"status"}), one.text_at({"reason"}), one.text_at({"message"}));
    }
    return "";
  }
};

TEST_F(RegistryCrdTest, H112_EstablishedInsideThePost) {
  const std::uint64_t before = registry_->resources_version();
  const auto created = registry_->create(*resource(crds), "", parse_json(widget_crd), {});
  ASSERT_THAT(created, Ok());
  EXPECT_GT(registry_->resources_version(), before);
  EXPECT_EQ(condition("widgets.lab.io", "Established"),
            "True InitialNamesAccepted the initial names have been accepted");
  EXPECT_EQ(condition("widgets.lab.io", "NamesAccepted"), "True NoConflicts no conflicts found");
  const json::Value crd = (*created)->to_value();
  EXPECT_EQ(*crd.find_path({"status", "storedVersions"}), json::Value(json::Array{"v1"}));
  EXPECT_EQ(crd.text_at({"spec", "names", "listKind"}), "WidgetList");
  EXPECT_EQ(crd.text_at({"status", "acceptedNames", "singular"}), "widget");
  EXPECT_TRUE((*created)->metadata().has_finalizer("customresourcecleanup.apiextensions.k8s.io"));
  const auto found = resource(widgets);
  ASSERT_EQ(found->versions.size(), 2U);
  EXPECT_EQ(found->versions[0].name, "v1");
  EXPECT_FALSE(found->versions[1].same_as_storage);
  EXPECT_EQ(found->versions[0].columns.size(), 1U);
  EXPECT_EQ(registry_->find_kind({"lab.io", "Widget"}), found);
}

TEST_F(RegistryCrdTest, H114And134_Refusals) {
  struct {
    std::string_view rule;
    std::string_view pointer;  // a member of the CRD, by merge patch
    std::string_view message;
  } const rows[] = {
      {"name", R"({"metadata":{"name":"x.lab.io"}})",
       R"(metadata.name: Invalid value: "x.lab.io": must be spec.names.plural+"."+spec.group)"},
      {"scope", R"({"spec":{"scope":"World"}})",
       R"(spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced")"},
      {"no versions", R"({"spec":{"versions":[]}})", "spec.versions: Required value"},
      {"no storage",
       R"({"spec":{"versions":[{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})",
       "must have exactly one version marked as storage version"},
      {"no schema", R"({"spec":{"versions":[{"name":"v1","served":true,"storage":true}]}})",
       "schema.openAPIV3Schema: Required value: schemas are required"},
      {"not structural",
       R"({"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{}}}}}]}})",
       "type: Required value: must not be empty for specified object fields"},
      {"unknown CEL",
       R"({"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
          "x-kubernetes-validations":[{"rule":"self.nonsense("}]}}}}}]}})",
       "x-kubernetes-validations"},
      {"H134", R"({"metadata":{"name":"widgets.lab.k8s.io"},"spec":{"group":"lab.k8s.io"}})",
       "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval "
       "annotation"},
      {"conversion webhook", R"({"spec":{"conversion":{"strategy":"Webhook"}}})",
       R"(spec.conversion.strategy: Unsupported value: "Webhook")"},
      {"column path",
       R"({"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}},
          "additionalPrinterColumns":[{"name":"X","type":"string","jsonPath":"..x"}]}]}})",
       "additionalPrinterColumns[0].jsonPath: Invalid value"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const json::Value body = json::apply_merge_patch(parse_json(widget_crd), parse_json(row.pointer));
    EXPECT_THAT(create(crds, json::write(body)), FailsWith(Reason::invalid, std::string(row.message)));
  }
  EXPECT_EQ(registry_->find({"lab.io", "widgets"}), nullptr);
}

TEST_F(RegistryCrdTest, H113_NamesAreFirstComeFirstServed) {
  ASSERT_THAT(create(crds, widget_crd), Ok());
  const json::Value other = json::apply_merge_patch(
      parse_json(widget_crd),
      parse_json(R"({"metadata":{"name":"wheels.lab.io"},"spec":{"names":{"plural":"wheels","kind":"Wheel"}}})"));
  ASSERT_THAT(create(crds, json::write(other)), Ok());
  EXPECT_EQ(condition("wheels.lab.io", "NamesAccepted"), R"(False ShortNamesConflict "wd" is already in use)");
  EXPECT_EQ(condition("wheels.lab.io", "Established"), "False NotAccepted not all names are accepted");
  EXPECT_EQ(registry_->find({"lab.io", "wheels"}), nullptr);
  ASSERT_THAT(remove(crds, "widgets.lab.io"), Ok());
  EXPECT_EQ(condition("wheels.lab.io", "Established"),
            "True InitialNamesAccepted the initial names have been accepted");
  EXPECT_NE(registry_->find({"lab.io", "wheels"}), nullptr);
}

TEST_F(RegistryCrdTest, H117And118_VersionsPruneAndDefault) {
  ASSERT_THAT(create(crds, widget_crd), Ok());
  WriteContext beta;
  beta.version = "v1beta1";
  const auto created = create(widgets, R"({"apiVersion":"lab.io/v1beta1","metadata":{"name":"w","namespace":"ns"},
      "spec":{"color":"red","size":5,"zz":1},"status":{"x":1}})",
                              beta);
  ASSERT_THAT(created, Ok());
  EXPECT_EQ((*created)->kind().version, "v1") << "as stored";
  EXPECT_EQ(*(*created)->body(), R"({"spec":{"color":"red","size":1}})")
      << "what v1beta1 does not know is gone; v1 defaults";
  EXPECT_EQ((*created)->status(), nullptr) << "H127";
  const auto seen = in_version(*resource(widgets), *created, "v1beta1");
  EXPECT_EQ(seen->kind().version, "v1beta1");
  EXPECT_EQ(*seen->body(), R"({"spec":{"color":"red"}})");
  EXPECT_EQ(seen->revision(), (*created)->revision());
  EXPECT_THAT(
      create(widgets, R"({"apiVersion":"lab.io/v1","metadata":{"name":"x","namespace":"ns"}})", beta),
      FailsWith(
          Reason::bad_request,
          std::string(
              "the API version in the data (lab.io/v1) does not match the expected API version (lab.io/v1beta1)")));
  WriteContext none;
  none.version = "v7";
  EXPECT_THAT(create(widgets, R"({"metadata":{"name":"x","namespace":"ns"}})", none), FailsWith(Reason::not_found));
}

TEST_F(RegistryCrdTest, H115_AChangedSchemaShowsAtOnceAndAfterARestart) {
  ASSERT_THAT(create(crds, widget_crd), Ok());
  ASSERT_THAT(create(widgets, R"({"metadata":{"name":"w","namespace":"ns"},"spec":{"color":"red"}})"), Ok());
  const std::uint64_t version = get(widgets, "ns/w")->revision();
  json::Value crd = value(crds, "widgets.lab.io");
  (*crd["spec"]["versions"].array())[1]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["shape"] =
      json::Object{{"type", "string"}, {"default", "round"}};
  ASSERT_THAT(put(crds, crd), Ok());
  EXPECT_EQ(get(crds, "widgets.lab.io")->metadata().generation, 2);
  for (const std::string when : {"at once", "after a restart"}) {
    SCOPED_TRACE(when);
    EXPECT_EQ(value(widgets, "ns/w").text_at({"spec", "shape"}), "round");
    EXPECT_EQ(get(widgets, "ns/w")->revision(), version) << "no write";
    loop_.run_until_idle();
    start({});
  }
  for (const std::string_view change : {R"({"spec":{"scope":"Cluster"}})", R"({"spec":{"names":{"kind":"Other"}}})"}) {
    EXPECT_THAT(patch(crds, "widgets.lab.io", change), FailsWith(Reason::invalid, std::string("field is immutable")));
  }
  json::Value dropped = value(crds, "widgets.lab.io");
  json::Array& versions = *dropped["spec"]["versions"].array();
  versions[0]["storage"] = true;
  versions.pop_back();
  EXPECT_THAT(put(crds, dropped),
              FailsWith(Reason::invalid,
                        std::string("status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions")));
}

TEST_F(RegistryCrdTest, H116_DeletionTakesTheObjectsAlong) {
  ASSERT_THAT(create(crds, widget_crd), Ok());
  ASSERT_THAT(create(widgets, R"({"metadata":{"name":"free","namespace":"ns"}})"), Ok());
  ASSERT_THAT(create(widgets, R"({"metadata":{"name":"held","namespace":"ns","finalizers":["lab.io/f"]}})"), Ok());
  bool closed = false;
  const auto watch = registry_->watch(*resource(widgets), 0, {.on_change = {}, .on_close = [&] { closed = true; }});
  ASSERT_THAT(remove(crds, "widgets.lab.io"), Ok());
  EXPECT_TRUE(condition("widgets.lab.io", "Terminating").starts_with("True InstanceDeletionInProgress"));
  EXPECT_FALSE(exists(widgets, "ns/free"));
  EXPECT_THAT(create(widgets, R"({"metadata":{"name":"new","namespace":"ns"}})"),
              FailsWith(Reason::method_not_allowed));
  EXPECT_FALSE(closed);
  ASSERT_THAT(patch(widgets, "ns/held", R"({"metadata":{"finalizers":null}})"), Ok());
  EXPECT_FALSE(exists(crds, "widgets.lab.io"));
  EXPECT_EQ(registry_->find({"lab.io", "widgets"}), nullptr);
  EXPECT_TRUE(closed);
  ASSERT_THAT(create(crds, widget_crd), Ok()) << "and it can come back";
  EXPECT_THAT(create(widgets, R"({"metadata":{"name":"new","namespace":"ns"}})"), Ok());
}

TEST_F(RegistryCrdTest, H132_FieldValidationNamesDuplicatesFirst) {
  ASSERT_THAT(create(crds, widget_crd), Ok());
  WriteContext context;
  context.field_validation = FieldValidation::strict;
  context.duplicate_fields = {"spec.color"};
  EXPECT_THAT(
      create(widgets, R"({"metadata":{"name":"w","namespace":"ns","mm":1},"spec":{"zz":1}})", context),
      FailsWith(
          Reason::bad_request,
          std::string(
              R"(strict decoding error: duplicate field "spec.color", unknown field "metadata.mm", unknown field "spec.zz")")));
  std::vector<std::string> warnings;
  context = {};
  context.warnings = &warnings;
  ASSERT_THAT(create(widgets, R"({"metadata":{"name":"w","namespace":"ns","finalizers":["abc"]}})", context), Ok());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_TRUE(warnings[0].starts_with(R"(metadata.finalizers: "abc": prefer a domain-qualified finalizer name)"));
}

}  // namespace
}  // namespace slipway::apiserver
