// kube-api 17 E, F: updates, concurrency, patches.
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

class RegistryUpdateTest : public RegistryFixture {
 protected:
  RegistryUpdateTest() {
    EXPECT_THAT(create("namespaces", R"({"metadata":{"name":"ns"}})"), Ok());
    EXPECT_THAT(create("customresourcedefinitions.apiextensions.k8s.io", widget_crd), Ok());
    EXPECT_THAT(create("configmaps", R"({"metadata":{"name":"a","namespace":"ns"},"data":{"k":"1"}})"), Ok());
    EXPECT_THAT(create("widgets.lab.io", R"({"metadata":{"name":"w","namespace":"ns"},"spec":{"color":"red"}})"), Ok());
  }
  json::Value config_map(std::string_view data) {
    json::Value object = value("configmaps", "ns/a");
    object["data"]["k"] = data;
    return object;
  }
};

constexpr std::string_view widgets = "widgets.lab.io";

TEST_F(RegistryUpdateTest, E72To75_Concurrency) {
  json::Value stale = config_map("2");
  ASSERT_THAT(put("configmaps", stale), Ok());
  stale["data"]["k"] = "3";
  EXPECT_THAT(
      put("configmaps", stale),
      FailsWith(
          Reason::conflict,
          std::string("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply "
                      "your changes to the latest version and try again")))
      << "E72";
  json::Value blind = stale;
  blind["metadata"].object()->erase("resourceVersion");
  EXPECT_THAT(put("configmaps", blind), Ok()) << "E73 a config map is overwritten";
  EXPECT_THAT(
      update(widgets, R"({"metadata":{"name":"w","namespace":"ns"},"spec":{"color":"green"}})"),
      FailsWith(Reason::invalid,
                std::string("widgets.lab.io \"w\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be "
                            "specified for an update")))
      << "E73";
  EXPECT_THAT(update("configmaps", R"({"metadata":{"name":"none","namespace":"ns"}})"), FailsWith(Reason::not_found))
      << "E74";
  EXPECT_THAT(update("leases.coordination.k8s.io", R"({"metadata":{"name":"l","namespace":"ns"},"spec":{}})"), Ok())
      << "E74";
  EXPECT_TRUE(exists("leases.coordination.k8s.io", "ns/l"));
  EXPECT_THAT(update("leases.coordination.k8s.io",
                     R"({"metadata":{"name":"m","namespace":"ns","uid":"x","resourceVersion":"3"}})"),
              FailsWith(Reason::conflict));
  json::Value other = config_map("4");
  other["metadata"]["uid"] = "other";
  EXPECT_THAT(
      put("configmaps", other),
      FailsWith(Reason::conflict, std::string("Precondition failed: UID in precondition: other, UID in object meta: ")))
      << "E75";
  WriteContext context;
  context.preconditions.resource_version = "1";
  EXPECT_THAT(patch("configmaps", "ns/a", R"({"data":{"k":"9"}})", PatchType::merge, context),
              FailsWith(Reason::conflict));
  EXPECT_THAT(
      registry_->update(*resource("configmaps"), {"ns", "b"}, config_map("1"), {}),
      FailsWith(Reason::bad_request, std::string("the name of the object (a) does not match the name on the URL (b)")));
}

TEST_F(RegistryUpdateTest, E76_ANoOpWritesNothing) {
  int events = 0;
  const auto watch = registry_->watch(*resource("configmaps"), 0,
                                      {.on_change = [&](const Registry::ChangeEvent&) { ++events; }, .on_close = {}});
  const std::uint64_t revision = registry_->revision();
  const auto put_again = put("configmaps", value("configmaps", "ns/a"));
  ASSERT_THAT(put_again, Ok());
  EXPECT_EQ(*put_again, get("configmaps", "ns/a")) << "the very same object";
  EXPECT_THAT(patch("configmaps", "ns/a", R"({"data":{"k":"1"}})"), Ok());
  EXPECT_THAT(patch(widgets, "ns/w", R"({"spec":{"size":1}})"), Ok()) << "the default is no change";
  EXPECT_EQ(registry_->revision(), revision);
  EXPECT_EQ(events, 0);
}

TEST_F(RegistryUpdateTest, E77_OneCounterForAllKinds) {
  const auto a = put("configmaps", config_map("2"));
  const auto w = patch(widgets, "ns/w", R"({"spec":{"color":"green"}})");
  const auto b = put("configmaps", config_map("3"));
  EXPECT_LT((*a)->revision(), (*w)->revision());
  EXPECT_LT((*w)->revision(), (*b)->revision());
}

TEST_F(RegistryUpdateTest, E79_Generation) {
  struct {
    std::string_view rule;
    std::string_view patch;
    std::string_view subresource;
    std::int64_t generation;
  } const rows[] = {
      {"created", "{}", "", 1},
      {"spec", R"({"spec":{"color":"green"}})", "", 2},
      {"metadata", R"({"metadata":{"labels":{"a":"b"}}})", "", 2},
      {"status through the main endpoint is dropped", R"({"status":{"x":1}})", "", 2},
      {"status", R"({"status":{"x":1}})", "status", 2},
      {"spec and labels through status are dropped",
       R"({"spec":{"color":"red"},"metadata":{"labels":{"c":"d"}},"status":{"x":2}})", "status", 2},
      {"an unknown field is pruned", R"({"spec":{"zz":1}})", "", 2},
      {"the client cannot set it", R"({"metadata":{"generation":9}})", "", 2},
      {"spec again", R"({"spec":{"size":4}})", "", 3},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto patched = patch(widgets, "ns/w", row.patch, PatchType::merge, about(std::string(row.subresource)));
    ASSERT_THAT(patched, Ok());
    EXPECT_EQ((*patched)->metadata().generation, row.generation);
  }
  const json::Value w = value(widgets, "ns/w");
  EXPECT_EQ(w.text_at({"spec", "color"}), "green") << "H127";
  EXPECT_EQ(w.find_path({"metadata", "labels", "c"}), nullptr) << "H127";
  EXPECT_EQ(*w.find_path({"status", "x"}), json::Value(2));
}

TEST_F(RegistryUpdateTest, E80_DeploymentCountsAnnotations) {
  ASSERT_THAT(create("deployments.apps",
                     R"({"metadata":{"name":"d","namespace":"ns"},"spec":{"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})"),
              Ok());
  const auto annotated = patch("deployments.apps", "ns/d", R"({"metadata":{"annotations":{"x":"y"}}})");
  ASSERT_THAT(annotated, Ok());
  EXPECT_EQ((*annotated)->metadata().generation, 2);
  const auto labelled =
      patch("deployments.apps", "ns/d", R"({"metadata":{"labels":{"x":"y"}},"status":{"replicas":1}})",
            PatchType::merge, about("status"));
  ASSERT_THAT(labelled, Ok());
  EXPECT_EQ((*labelled)->metadata().generation, 2);
  EXPECT_EQ((*labelled)->metadata().label("x"), nullptr) << "6.5 its status endpoint keeps the labels";
  EXPECT_EQ(get("configmaps", "ns/a")->metadata().generation, 0);
}

TEST_F(RegistryUpdateTest, E82_SystemMetadataStays) {
  const kube::ObjectMeta was = get("configmaps", "ns/a")->metadata();
  clock_.advance(std::chrono::seconds{60});
  const auto patched = patch("configmaps", "ns/a", R"({"metadata":{"creationTimestamp":"2001-01-01T00:00:00Z",
      "deletionTimestamp":"2001-01-01T00:00:00Z","labels":{"a":"b"}}})");
  ASSERT_THAT(patched, Ok());
  EXPECT_EQ((*patched)->metadata().creation_timestamp, was.creation_timestamp);
  EXPECT_EQ((*patched)->metadata().uid, was.uid);
  EXPECT_FALSE((*patched)->metadata().is_deleting());
  ASSERT_THAT(patch("namespaces", "ns", R"({"metadata":{"labels":null},"spec":{"finalizers":[]}})"), Ok());
  EXPECT_EQ(*value("namespaces", "ns").find_path({"spec", "finalizers"}), json::Value(json::Array{"kubernetes"}))
      << "I146";
  EXPECT_EQ(value("namespaces", "ns").text_at({"metadata", "labels", "kubernetes.io/metadata.name"}), "ns");
}

TEST_F(RegistryUpdateTest, F84To92_Patches) {
  struct {
    std::string_view rule;
    std::string_view resource;
    std::string_view name;
    PatchType type;
    std::string_view patch;
    std::optional<Reason> refused;
    std::string_view message;
  } const rows[] = {
      {"F84 null deletes", "configmaps", "ns/a", PatchType::merge, R"({"data":{"k":null,"n":"1"}})", {}, ""},
      {"F84 no object", "configmaps", "ns/a", PatchType::merge, "[]", Reason::bad_request, "error decoding patch"},
      {"F85 add and test",
       "configmaps",
       "ns/a",
       PatchType::json,
       R"([{"op":"test","path":"/data/n","value":"1"},{"op":"add","path":"/metadata/annotations","value":{"x":"y"}},{"op":"add","path":"/metadata/annotations/m~1n","value":"2"}])",
       {},
       ""},
      {"F85 failed test", "configmaps", "ns/a", PatchType::json, R"([{"op":"test","path":"/data/n","value":"9"}])",
       Reason::invalid, "the server rejected our request due to an error in our request"},
      {"F85 missing path", "configmaps", "ns/a", PatchType::json, R"([{"op":"remove","path":"/data/zz"}])",
       Reason::invalid, "the server rejected our request due to an error in our request"},
      {"F85 no list", "configmaps", "ns/a", PatchType::json, "{}", Reason::bad_request, "error decoding patch"},
      {"F86 strategic on a custom resource", widgets, "ns/w", PatchType::strategic, "{}",
       Reason::unsupported_media_type, ""},
      {"F91 stale version", "configmaps", "ns/a", PatchType::merge, R"({"metadata":{"resourceVersion":"1"}})",
       Reason::conflict, "has been modified"},
      {"wrong uid", "configmaps", "ns/a", PatchType::merge, R"({"metadata":{"uid":"x"}})", Reason::conflict,
       "UID in precondition: x"},
      {"7.1 type error", "configmaps", "ns/a", PatchType::merge, R"({"metadata":{"labels":"x"}})", Reason::invalid,
       R"(patch: Invalid value: ")"},
      {"renaming", "configmaps", "ns/a", PatchType::merge, R"({"metadata":{"name":"b"}})", Reason::bad_request,
       "does not match the name on the URL"},
      {"not there", "configmaps", "ns/none", PatchType::merge, "{}", Reason::not_found,
       R"(configmaps "none" not found)"},
      {"H120 schema", widgets, "ns/w", PatchType::merge, R"({"spec":{"color":"blue"}})", Reason::invalid,
       "Unsupported value: \"blue\""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto patched = patch(row.resource, row.name, row.patch, row.type);
    if (row.refused) {
      EXPECT_THAT(patched, FailsWith(*row.refused, std::string(row.message)));
    } else {
      EXPECT_THAT(patched, Ok());
    }
  }
  EXPECT_EQ(*value("configmaps", "ns/a").find("data"), parse_json(R"({"n":"1"})"));
  EXPECT_EQ(*get("configmaps", "ns/a")->metadata().annotation("m/n"), "2");
  WriteContext strict;
  strict.field_validation = FieldValidation::strict;
  EXPECT_THAT(patch("configmaps", "ns/a", R"({"dataz":1})", PatchType::merge, strict),
              FailsWith(Reason::invalid, std::string(R"(strict decoding error: unknown field "dataz")")))
      << "F92";
}

TEST_F(RegistryUpdateTest, F94_DryRunPatchShowsAndKeepsNothing) {
  WriteContext context;
  context.dry_run = true;
  const auto before = get(widgets, "ns/w");
  const auto shown = patch(widgets, "ns/w", R"({"spec":{"color":"green"}})", PatchType::merge, context);
  ASSERT_THAT(shown, Ok());
  EXPECT_EQ((*shown)->to_value().text_at({"spec", "color"}), "green");
  EXPECT_EQ((*shown)->metadata().generation, 2);
  EXPECT_EQ((*shown)->revision(), before->revision());
  EXPECT_EQ(get(widgets, "ns/w"), before);
}

class Fence final : public Admission {
 public:
  Result<void> mutate(const AdmissionRequest& request, json::Value& object) const override {
    if (request.resource.kind == "ConfigMap") object["metadata"]["labels"]["seen"] = "yes";
    return {};
  }
  Result<void> validate(const AdmissionRequest& request, const json::Value& object) const override {
    if (request.operation == AdmissionRequest::Operation::remove && object.text_at({"metadata", "name"}) == "a") {
      return fail(Reason::forbidden, "{} may not go", request.key.text());
    }
    return {};
  }
};

TEST_F(RegistryUpdateTest, AdmissionChangesAndRefuses) {
  registry_->add_admission(std::make_unique<Fence>());
  const auto patched = patch("configmaps", "ns/a", R"({"data":{"k":"2"}})");
  ASSERT_THAT(patched, Ok());
  EXPECT_NE((*patched)->metadata().label("seen"), nullptr);
  EXPECT_THAT(remove("configmaps", "ns/a"), FailsWith(Reason::forbidden, std::string("ns/a may not go")));
  EXPECT_THAT(remove("namespaces", "ns"), Ok());
  EXPECT_FALSE(exists("namespaces", "ns")) << "what the server does by itself is not asked about";
}

}  // namespace
}  // namespace slipway::apiserver
