#include "app/install_apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/crd.h"
#include "json/yaml.h"
#include "test/app/fake_api_server.h"

namespace slipway::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

json::Value yaml(std::string_view text) { return *json::parse_yaml_document(text); }

TEST(InstallApply, ContainsIgnoresWhatOnlyTheServerHas) {
  struct Row {
    std::string_view rule;
    std::string_view live, desired;
    bool want;
  };
  const Row rows[] = {
      {"equal", "{a: 1}", "{a: 1}", true},
      {"a default of the server", "{a: 1, b: 2}", "{a: 1}", true},
      {"another value", "{a: 2}", "{a: 1}", false},
      {"nothing there", "{b: 2}", "{a: 1}", false},
      {"a default within an element", "{a: [{n: x, p: TCP}]}", "{a: [{n: x}]}", true},
      {"another element more", "{a: [x, y]}", "{a: [x]}", false},
      {"another order", "{a: [y, x]}", "{a: [x, y]}", false},
      {"empty and absent objects are the same", "{b: 1}", "{a: {}}", true},
      {"empty and absent arrays are the same", "{b: 1}", "{a: []}", true},
      {"an object is no array", "{a: {}}", "{a: [1]}", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(contains(yaml(row.live), yaml(row.desired)), row.want);
    EXPECT_TRUE(contains(merged(yaml(row.live), yaml(row.desired)), yaml(row.desired)));
  }
}

TEST(InstallApply, MergedKeepsOtherPeoplesAndReplacesLists) {
  EXPECT_EQ(merged(yaml("{metadata: {labels: {theirs: a}}, rules: [1, 2], status: {x: 1}}"),
                   yaml("{metadata: {labels: {ours: b}}, rules: [3]}")),
            yaml("{metadata: {labels: {ours: b, theirs: a}}, rules: [3], status: {x: 1}}"));
}

TEST(InstallApply, CrdsThatKnowMoreAreFound) {
  const json::Value ours = api::hub_crds().front();
  EXPECT_THAT(unknown_in_crd(ours, ours), IsEmpty());
  const std::string_view schema =
      "{spec: {group: g, scope: Cluster, names: {kind: K}, versions: [{name: v1, schema: "
      "{openAPIV3Schema: {properties: {spec: {properties: {a: {type: string}}}}}}}]}}";
  struct Row {
    std::string_view rule;
    std::string_view live;
    std::vector<std::string> want;
  };
  const Row rows[] = {
      {"the same", schema, {}},
      {"older: a field less",
       "{spec: {group: g, scope: Cluster, names: {kind: K}, versions: [{name: v1, schema: {openAPIV3Schema: "
       "{properties: {spec: {description: d}}}}}]}}",
       {}},
      {"newer: a field more",
       "{spec: {group: g, scope: Cluster, names: {kind: K}, versions: [{name: v1, schema: {openAPIV3Schema: "
       "{properties: {spec: {properties: {a: {}, b: {}}}}}}}]}}",
       {"v1: spec.b"}},
      {"newer: a version more",
       "{spec: {group: g, scope: Cluster, names: {kind: K}, versions: [{name: v2}, {name: v1}]}}",
       {"version v2"}},
      {"foreign",
       "{spec: {group: g, scope: Namespaced, names: {kind: L}, versions: [{name: v1}]}}",
       {"scope Namespaced", "kind L"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(unknown_in_crd(yaml(row.live), yaml(schema)), row.want);
  }
}

class ApplyTest : public testing::Test {
 protected:
  FakeApiServer server;
  const json::Value desired =
      yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: ns}, data: {k: v}}");
  const std::string path = "/api/v1/namespaces/ns/configmaps/c";
};

TEST_F(ApplyTest, TheSecondRunWritesNothing) {
  EXPECT_EQ(*apply(server, desired), Outcome::created);
  server.objects[path]["data"]["theirs"] = "x";
  EXPECT_EQ(*apply(server, desired), Outcome::unchanged);
  EXPECT_THAT(server.writes, ElementsAre("POST /api/v1/namespaces/ns/configmaps"));
  server.objects[path]["data"]["k"] = "other";
  EXPECT_EQ(*apply(server, desired, {.dry_run = true}), Outcome::changed);
  EXPECT_EQ(server.objects[path].text_at({"data", "k"}), "other");
  EXPECT_EQ(*apply(server, desired), Outcome::changed);
  EXPECT_EQ(server.objects[path].text_at({"data", "k"}), "v");
  EXPECT_EQ(server.objects[path].text_at({"data", "theirs"}), "x");
}

TEST_F(ApplyTest, ConflictsAndLostAnswersAreDecidedAnew) {
  // Somebody makes it first.
  int faults = 1;
  server.before_write = [&](const std::string&) -> Result<void> {
    if (faults-- > 0) server.objects[path] = server.stamped(desired);
    return {};
  };
  EXPECT_EQ(*apply(server, desired), Outcome::unchanged);
  // Somebody changes it in between.
  server.objects[path]["data"]["k"] = "other";
  faults = 1;
  server.before_write = [&](const std::string&) -> Result<void> {
    if (faults-- > 0) server.objects[path] = server.stamped(server.objects[path]);
    return {};
  };
  EXPECT_EQ(*apply(server, desired), Outcome::changed);
  // The write happens, and its answer is lost.
  server.objects.clear();
  faults = 1;
  server.before_write = [&](const std::string&) -> Result<void> {
    if (faults-- <= 0) return {};
    server.objects[path] = server.stamped(desired);
    return fail(Reason::server_timeout, "no answer");
  };
  EXPECT_EQ(*apply(server, desired), Outcome::unchanged);
  // It never ends well.
  server.objects.clear();
  server.before_write = [](const std::string&) -> Result<void> { return fail(Reason::server_timeout, "no answer"); };
  const auto failed = apply(server, desired);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "configmap ns/c: no answer");
}

TEST_F(ApplyTest, WhoMayNotChangeItIsHeardOfWhatCameInBetween) {
  // Nothing was there when it was looked at; then two write it at the same time.
  json::Value theirs = desired;
  theirs["data"]["k"] = "theirs";
  server.before_write = [&](const std::string&) -> Result<void> {
    server.objects[path] = server.stamped(theirs);
    return {};
  };
  int asked = 0;
  const ApplyOptions options{.may_change = [&](const ObjectPlace& place, const json::Value& live) -> Result<void> {
    ++asked;
    EXPECT_EQ(place.path(), path);
    if (live.text_at({"data", "k"}) != "theirs") return {};
    return fail(Reason::conflict, "it is theirs");
  }};
  const auto refused = apply(server, desired, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::conflict);
  EXPECT_EQ(refused.error().message, "configmap ns/c: it is theirs");
  EXPECT_EQ(asked, 1) << "it is not tried again";
  EXPECT_EQ(server.objects[path].text_at({"data", "k"}), "theirs");
  // The same between the look and a change.
  server.objects[path]["data"]["k"] = "old";
  EXPECT_FALSE(apply(server, desired, options));
  EXPECT_EQ(server.objects[path].text_at({"data", "k"}), "theirs");
}

TEST_F(ApplyTest, PlacesOfAllKindsThatAreWritten) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"{apiVersion: v1, kind: Namespace, metadata: {name: ns}}", "/api/v1/namespaces/ns"},
      {"{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: ns}}",
       "/apis/apps/v1/namespaces/ns/deployments/d"},
      {"{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}}",
       "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/b"},
      {"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x.g}}",
       "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x.g"},
      {"{apiVersion: cluster.kubernetes-fleet.io/v1beta1, kind: MemberCluster, metadata: {name: m}}",
       "/apis/cluster.kubernetes-fleet.io/v1beta1/memberclusters/m"},
  };
  for (const auto& [object, want] : rows) EXPECT_EQ(place_of(yaml(object)).path(), want);
}

}  // namespace
}  // namespace slipway::app
