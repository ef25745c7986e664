// Restarts (design 1.4, 5), and the client that lives in the process.
#include "apiserver/server.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

class RegistryStartTest : public RegistryFixture {
 protected:
  std::map<std::string, std::pair<std::string, std::uint64_t>> rows() {
    std::map<std::string, std::pair<std::string, std::uint64_t>> out;
    EXPECT_TRUE(store_.load([&](store::Row row) { out[row.key] = {row.value, row.revision}; }));
    return out;
  }
};

TEST_F(RegistryStartTest, BootstrapsOnce) {
  for (const std::string_view name : {"default", "kube-system", "kube-public", "kube-node-lease"})
    EXPECT_TRUE(exists("namespaces", name));
  for (const std::string_view name : {"cluster-admin", "admin", "edit", "view", "system:basic-user", "system:discovery",
                                      "system:public-info-viewer"}) {
    EXPECT_TRUE(exists("clusterroles.rbac.authorization.k8s.io", name)) << name;
  }
  EXPECT_TRUE(exists("clusterrolebindings.rbac.authorization.k8s.io", "cluster-admin"));
  EXPECT_TRUE(exists("serviceaccounts", "default/default"));
  start({parse_json(widget_crd)});
  EXPECT_NE(registry_->find({"lab.io", "widgets"}), nullptr);
  const auto before = rows();
  start({parse_json(widget_crd)});
  EXPECT_EQ(rows(), before) << "a second start writes nothing";
  ASSERT_THAT(patch("customresourcedefinitions.apiextensions.k8s.io", "widgets.lab.io",
                    R"({"metadata":{"labels":{"mine":"yes"}}})"),
              Ok());
  loop_.run_until_idle();
  json::Value changed = parse_json(widget_crd);
  changed["spec"]["names"]["categories"] = json::Array{"lab"};
  start({changed});
  EXPECT_EQ(resource("widgets.lab.io")->categories, std::vector<std::string>{"lab"});
  EXPECT_NE(get("customresourcedefinitions.apiextensions.k8s.io", "widgets.lab.io")->metadata().label("mine"), nullptr);
}

TEST_F(RegistryStartTest, EverythingAcknowledgedIsThere) {
  ASSERT_THAT(create("customresourcedefinitions.apiextensions.k8s.io", widget_crd), Ok());
  ASSERT_THAT(create("namespaces", R"({"metadata":{"name":"ns"}})"), Ok());
  const auto widget =
      create("widgets.lab.io",
             R"({"metadata":{"name":"w","namespace":"ns","finalizers":["lab.io/f"]},"spec":{"color":"red"}})");
  ASSERT_THAT(widget, Ok());
  ASSERT_THAT(create("services", R"({"metadata":{"name":"s","namespace":"ns"},"spec":{"ports":[{"port":80}]}})"), Ok());
  ASSERT_THAT(create("configmaps", R"({"metadata":{"name":"child","namespace":"ns","ownerReferences":[
      {"apiVersion":"lab.io/v1","kind":"Widget","name":"w","uid":")" +
                                       (*widget)->metadata().uid + R"("}]}})"),
              Ok());
  ASSERT_THAT(remove("namespaces", "ns"), Ok());
  const std::uint64_t revision = registry_->revision();
  const json::Value before = value("widgets.lab.io", "ns/w");
  loop_.run_until_idle();
  start({});
  EXPECT_EQ(registry_->revision(), revision) << "E77 the counter goes on";
  EXPECT_EQ(value("widgets.lab.io", "ns/w"), before);
  ASSERT_THAT(patch("widgets.lab.io", "ns/w", R"({"metadata":{"finalizers":null}})"), Ok());
  EXPECT_FALSE(exists("namespaces", "ns")) << "the deletion goes on where it was";
}

TEST_F(RegistryStartTest, DamageIsNotServed) {
  EXPECT_THAT(registry_->restore("/core/configmaps/ns/a", "nonsense", 1), FailsWith(Reason::corrupt));
  EXPECT_THAT(registry_->restore("/core", "", 1), FailsWith(Reason::corrupt));
}

class OnlyConfigMaps final : public Authorizer {
 public:
  [[nodiscard]] Decision authorize(const Attributes& attributes) const override {
    asked.push_back(fmt::format("{} {}{} {}/{}", attributes.verb, attributes.resource, attributes.subresource,
                                attributes.namespace_, attributes.name));
    return {.allowed = attributes.resource != "secrets", .reason = ""};
  }
  mutable std::vector<std::string> asked;
};

TEST_F(RegistryStartTest, TheLocalClientIsAskedForPermission) {
  OnlyConfigMaps rbac;
  const auto local = make_local_client(*registry_, rbac, {.user = "agent", .groups = {"system:authenticated"}});
  const kube::GroupVersionResource maps{"", "v1", "configmaps"};
  const auto write = [&](client::Write one) {
    Result<kube::ObjectPtr> answer = nullptr;
    local->write(std::move(one), [&](Result<kube::ObjectPtr> result) { answer = std::move(result); });
    return answer;
  };
  using Verb = client::Write::Verb;
  const auto created = write(
      {.verb = Verb::create, .resource = maps, .key = {"default", "a"}, .body = parse_json(R"({"data":{"k":"1"}})")});
  ASSERT_THAT(created, Ok());
  EXPECT_EQ(*created, get("configmaps", "default/a")) << "the registry's own object";
  EXPECT_THAT(write({.verb = Verb::merge_patch,
                     .resource = maps,
                     .key = {"default", "a"},
                     .body = parse_json(R"({"data":{"k":"2"}})"),
                     .resource_version = 1}),
              FailsWith(Reason::conflict));

  std::vector<std::string> heard;
  auto watch =
      local->watch(maps, {.namespace_ = "default", .field_selector = "metadata.name=a"}, (*created)->revision(),
                   {.on_event = [&](client::WatchEvent event) { heard.push_back(event.object->metadata().name); },
                    .on_end = [](Result<void>) {}});
  ASSERT_THAT(write({.verb = Verb::merge_patch,
                     .resource = maps,
                     .key = {"default", "a"},
                     .body = parse_json(R"({"data":{"k":"2"}})"),
                     .resource_version = (*created)->revision(),
                     .uid = (*created)->metadata().uid}),
              Ok());
  ASSERT_THAT(write({.verb = Verb::create, .resource = maps, .key = {"default", "b"}, .body = json::Object{}}), Ok());
  EXPECT_THAT(heard, testing::ElementsAre("a"));
  EXPECT_THAT(write({.verb = Verb::remove, .resource = maps, .key = {"default", "a"}, .uid = "other"}),
              FailsWith(Reason::conflict));
  ASSERT_THAT(
      write({.verb = Verb::remove, .resource = maps, .key = {"default", "a"}, .uid = (*created)->metadata().uid}),
      Ok());

  local->list(maps, {.metadata_only = true}, [&](Result<client::ListResult> result) {
    ASSERT_THAT(result, Ok());
    ASSERT_EQ(result->items.size(), 1U);
    EXPECT_EQ(result->items[0]->body(), nullptr);
    EXPECT_EQ(result->revision, registry_->revision());
  });
  local->get({"", "v1", "secrets"}, {"default", "s"}, [](Result<kube::ObjectPtr> result) {
    EXPECT_THAT(
        result,
        FailsWith(
            Reason::forbidden,
            std::string(
                R"(secrets "s" is forbidden: User "agent" cannot get resource "secrets" in API group "" in the namespace "default")")));
  });
  Result<void> end;
  watch = local->watch(
      maps, {}, 1,
      {.on_event = [](client::WatchEvent) {}, .on_end = [&](Result<void> result) { end = std::move(result); }});
  EXPECT_THAT(end, Ok()) << "nothing is older than the first start";
  EXPECT_EQ(rbac.asked.front(), "create configmaps default/a");
  local->discover([](Result<std::vector<client::ApiResource>> result) { EXPECT_GT(result->size(), 15U); });
}

}  // namespace
}  // namespace slipway::apiserver
