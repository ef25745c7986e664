// kube-api 17 D: create.
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RegistryCreateTest : public RegistryFixture {
 protected:
  RegistryCreateTest() { EXPECT_THAT(create("namespaces", R"({"metadata":{"name":"ns"}})"), Ok()); }
};

TEST_F(RegistryCreateTest, D51_NamespaceComesWithItsParts) {
  const json::Value object = value("namespaces", "ns");
  EXPECT_EQ(object.text_at({"status", "phase"}), "Active");
  EXPECT_EQ(object.text_at({"metadata", "labels", "kubernetes.io/metadata.name"}), "ns");
  EXPECT_EQ(*object.find_path({"spec", "finalizers"}), json::Value(json::Array{"kubernetes"}));
  EXPECT_EQ(object.find_path({"metadata", "generation"}), nullptr);
  EXPECT_TRUE(exists("serviceaccounts", "ns/default")) << "D71";
}

TEST_F(RegistryCreateTest, D52_SystemMetadataIsTheServers) {
  const auto created = create("configmaps", R"({"metadata":{"name":"a","namespace":"ns","uid":"mine","generation":7,
      "creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":3}})");
  ASSERT_THAT(created, Ok());
  const kube::ObjectMeta& metadata = (*created)->metadata();
  EXPECT_EQ(metadata.uid.size(), 36U);
  EXPECT_EQ(metadata.creation_timestamp, clock_.wall());
  EXPECT_FALSE(metadata.is_deleting());
  EXPECT_FALSE(metadata.deletion_grace_period_seconds);
  EXPECT_EQ(metadata.generation, 0);
  EXPECT_EQ(metadata.resource_version, registry_->revision());
}

TEST_F(RegistryCreateTest, D53To62_Refusals) {
  ASSERT_THAT(create("configmaps", R"({"metadata":{"name":"taken","namespace":"ns"}})"), Ok());
  const std::string long_label(64, 'x');
  struct {
    std::string_view rule;
    std::string_view resource;
    std::string body;
    Reason reason;
    std::string message;
  } const rows[] = {
      {"D53 resourceVersion", "configmaps", R"({"metadata":{"name":"a","namespace":"ns","resourceVersion":"5"}})",
       Reason::internal, "resourceVersion should not be set on objects to be created"},
      {"D54 taken", "configmaps", R"({"metadata":{"name":"taken","namespace":"ns"}})", Reason::already_exists,
       R"(configmaps "taken" already exists)"},
      {"D56 no name", "configmaps", R"({"metadata":{"namespace":"ns"}})", Reason::invalid,
       R"(ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required)"},
      {"D57 namespace is a label", "namespaces", R"({"metadata":{"name":"a.b"}})", Reason::invalid,
       R"(Namespace "a.b" is invalid: metadata.name: Invalid value: "a.b": must not contain dots)"},
      {"D57 service is a 1035 label", "services",
       R"({"metadata":{"name":"1a","namespace":"ns"},"spec":{"ports":[{"port":80}]}})", Reason::invalid,
       "a DNS-1035 label must consist of"},
      {"D57 others are subdomains", "configmaps", R"({"metadata":{"name":"A","namespace":"ns"}})", Reason::invalid,
       R"(ConfigMap "A" is invalid: metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of)"},
      {"D58 label value", "configmaps",
       R"({"metadata":{"name":"a","namespace":"ns","labels":{"k":")" + long_label + R"("}}})", Reason::invalid,
       "metadata.labels: Invalid value: \"" + long_label + "\": must be no more than 63 characters"},
      {"D58 annotation key", "configmaps", R"({"metadata":{"name":"a","namespace":"ns","annotations":{"a b":""}}})",
       Reason::invalid, R"(metadata.annotations: Invalid value: "a b": name part must consist of)"},
      {"D58 finalizer", "configmaps", R"({"metadata":{"name":"a","namespace":"ns","finalizers":["mine"]}})",
       Reason::invalid,
       R"(metadata.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified)"},
      {"D58 owner without uid", "configmaps",
       R"({"metadata":{"name":"a","namespace":"ns","ownerReferences":[{"apiVersion":"v1","kind":"Secret","name":"s"}]}})",
       Reason::invalid, R"(metadata.ownerReferences.uid: Invalid value: "": must not be empty)"},
      {"D58 two controllers", "configmaps",
       R"({"metadata":{"name":"a","namespace":"ns","ownerReferences":[
          {"apiVersion":"v1","kind":"Secret","name":"s","uid":"1","controller":true},
          {"apiVersion":"v1","kind":"Secret","name":"t","uid":"2","controller":true}]}})",
       Reason::invalid,
       R"(Only one reference can have Controller set to true. Found "true" in references for s and t)"},
      {"D60 no such namespace", "configmaps", R"({"metadata":{"name":"a","namespace":"nowhere"}})", Reason::not_found,
       R"(namespaces "nowhere" not found)"},
      {"D62 version", "configmaps", R"({"apiVersion":"v2","metadata":{"name":"a","namespace":"ns"}})",
       Reason::bad_request, "the API version in the data (v2) does not match the expected API version (v1)"},
      {"D62 kind", "configmaps", R"({"kind":"Secret","metadata":{"name":"a","namespace":"ns"}})", Reason::bad_request,
       "cannot be handled as a ConfigMap"},
      {"D63 wrong type", "configmaps", R"({"metadata":{"name":"a","namespace":"ns","labels":"x"}})",
       Reason::bad_request,
       R"(ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal string)"},
      {"a list is no object", "configmaps", "[]", Reason::bad_request,
       "the object provided is unrecognized (must be of type ConfigMap)"},
      {"N196 annotations", "configmaps",
       R"({"metadata":{"name":"a","namespace":"ns","annotations":{"k":")" + std::string(262'144, 'x') + R"("}}})",
       Reason::invalid, "metadata.annotations: Too long: must have at most 262144 bytes"},
  };
  const std::uint64_t revision = registry_->revision();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_THAT(create(row.resource, row.body), FailsWith(row.reason, row.message));
  }
  EXPECT_EQ(registry_->revision(), revision) << "what is refused writes nothing";
  EXPECT_THAT(registry_->create(*resource("configmaps"), "ns",
                                parse_json(R"({"metadata":{"name":"a","namespace":"other"}})"), {}),
              FailsWith(Reason::bad_request, std::string("the namespace of the provided object does not match")))
      << "D59";
}

TEST_F(RegistryCreateTest, D55_GeneratedNames) {
  const auto body = R"({"metadata":{"generateName":")" + std::string(70, 'p') + R"(","namespace":"ns"}})";
  const auto created = create("configmaps", body);
  ASSERT_THAT(created, Ok());
  EXPECT_EQ((*created)->metadata().name.size(), 63U);
  const auto named = create("configmaps", R"({"metadata":{"name":"b","generateName":"p-","namespace":"ns"}})");
  ASSERT_THAT(named, Ok());
  EXPECT_EQ((*named)->metadata().name, "b");
}

TEST_F(RegistryCreateTest, D61_NothingIsCreatedWhereTheNamespaceEnds) {
  ASSERT_THAT(create("configmaps", R"({"metadata":{"name":"held","namespace":"ns","finalizers":["lab.io/f"]}})"), Ok());
  ASSERT_THAT(remove("namespaces", "ns"), Ok());
  const auto created = create("configmaps", R"({"metadata":{"name":"a","namespace":"ns"}})");
  ASSERT_THAT(created, FailsWith(Reason::forbidden));
  EXPECT_EQ(
      created.error().message,
      R"(configmaps "a" is forbidden: unable to create new content in namespace ns because it is being terminated)");
  EXPECT_THAT(created.error().causes,
              ElementsAre(Cause{"NamespaceTerminating", "metadata.namespace", "namespace ns is being terminated"}));
}

TEST_F(RegistryCreateTest, D65_ServicesGetAddressesOfTheirOwn) {
  std::set<std::string> addresses;
  for (const std::string name : {"a", "b", "c"}) {
    ASSERT_THAT(create("services",
                       R"({"metadata":{"name":")" + name + R"(","namespace":"ns"},"spec":{"ports":[{"port":80}]}})"),
                Ok());
    addresses.insert(std::string(value("services", "ns/" + name).text_at({"spec", "clusterIP"})));
  }
  EXPECT_EQ(addresses.size(), 3U);
  const auto taken = create("services", R"({"metadata":{"name":"d","namespace":"ns"},"spec":{"clusterIP":")" +
                                            *addresses.begin() + R"(","ports":[{"port":80}]}})");
  EXPECT_THAT(taken, FailsWith(Reason::invalid, std::string("provided IP is already allocated")));
  json::Value a = value("services", "ns/a");
  const json::Value address = *a.find_path({"spec", "clusterIP"});
  a["spec"].object()->erase("clusterIP");
  a["spec"].object()->erase("clusterIPs");
  const auto kept = put("services", std::move(a));
  ASSERT_THAT(kept, Ok());
  EXPECT_EQ((*kept)->to_value().text_at({"spec", "clusterIP"}), *address.string())
      << "E81 an empty address keeps the old one";
}

TEST_F(RegistryCreateTest, D68_DryRunStoresNothing) {
  const std::uint64_t revision = registry_->revision();
  WriteContext context;
  context.dry_run = true;
  const auto created = create("configmaps", R"({"metadata":{"name":"a","namespace":"ns"}})", context);
  ASSERT_THAT(created, Ok());
  EXPECT_FALSE((*created)->metadata().uid.empty());
  EXPECT_EQ((*created)->metadata().resource_version, 0U);
  EXPECT_FALSE(exists("configmaps", "ns/a"));
  EXPECT_EQ(registry_->revision(), revision);
}

TEST_F(RegistryCreateTest, D69_FieldValidation) {
  const std::string body = R"({"metadata":{"name":"a","namespace":"ns","zz":1},"yy":2})";
  std::vector<std::string> warnings;
  WriteContext context;
  context.dry_run = true;
  context.warnings = &warnings;
  context.duplicate_fields = {"data.a"};
  ASSERT_THAT(create("configmaps", body, context), Ok());
  EXPECT_THAT(warnings, testing::UnorderedElementsAre(R"(unknown field "metadata.zz")", R"(unknown field "yy")",
                                                      R"(duplicate field "data.a")"));
  warnings.clear();
  context.field_validation = FieldValidation::ignore;
  ASSERT_THAT(create("configmaps", body, context), Ok());
  EXPECT_THAT(warnings, IsEmpty());
  context.field_validation = FieldValidation::strict;
  EXPECT_THAT(
      create("configmaps", body, context),
      FailsWith(
          Reason::bad_request,
          std::string(
              R"(ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field ")")));
}

TEST_F(RegistryCreateTest, N201_AFullJournalTurnsWritersAway) {
  const std::string big(200'000, 'x');
  Result<kube::ObjectPtr> created = nullptr;
  for (int i = 0; i < 100 && created; ++i) {
    created = registry_->create(
        *resource("configmaps"), "ns",
        parse_json(R"({"metadata":{"name":"c)" + std::to_string(i) + R"("},"data":{"k":")" + big + R"("}})"), {});
  }
  ASSERT_THAT(created, FailsWith(Reason::too_many_requests));
  EXPECT_EQ(created.error().retry_after, std::chrono::seconds{1});
  loop_.run_until_idle();
  EXPECT_THAT(create("configmaps", R"({"metadata":{"name":"a","namespace":"ns"}})"), Ok());
}

}  // namespace
}  // namespace slipway::apiserver
