#include "hub/override/matching.h"

#include <gtest/gtest.h>

#include "json/text.h"
#include "test/base/matchers.h"
#include "test/hub/fake_view.h"

// placement 5.3, staged-update 3.9; the numbers are those of placement 12.12.
namespace slipway::hub::override {
namespace {

using testing::FakeView;

constexpr std::string_view every_cluster = R"({"clusterSelector":{"clusterSelectorTerms":[]}})";
constexpr std::string_view namespace_app = R"({"group":"","version":"v1","kind":"Namespace","name":"app"})";
constexpr std::string_view cfg = R"({"group":"","version":"v1","kind":"ConfigMap","name":"cfg"})";

void put_override(FakeView& hub, std::string_view kind, std::string_view namespace_, std::string_view name,
                  std::string_view selector, std::string_view rules = every_cluster, std::string_view more = "",
                  std::string_view latest = "true") {
  const bool is_cluster = namespace_.empty();
  hub.put_json(fmt::format(
      R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"{}","metadata":{{"name":"{}","namespace":"{}",
          "labels":{{"kubernetes-fleet.io/is-latest-snapshot":"{}"}}}},
          "spec":{{"overrideHash":"","overrideSpec":{{"{}":[{}],"policy":{{"overrideRules":[{}]}}{}}}}}}})",
      kind, name, namespace_, latest, is_cluster ? "clusterResourceSelectors" : "resourceSelectors", selector, rules,
      more));
}
void put_cluster_override(FakeView& hub, std::string_view name, std::string_view selector,
                          std::string_view rules = every_cluster, std::string_view more = "",
                          std::string_view latest = "true") {
  put_override(hub, "ClusterResourceOverrideSnapshot", "", name, selector, rules, more, latest);
}
void put_resource_override(FakeView& hub, std::string_view namespace_, std::string_view name, std::string_view selector,
                           std::string_view rules = every_cluster, std::string_view more = "") {
  put_override(hub, "ResourceOverrideSnapshot", namespace_, name, selector, rules, more);
}

std::vector<json::Value> manifests(std::initializer_list<std::string_view> texts) {
  std::vector<json::Value> all;
  for (const auto text : texts) all.push_back(*json::parse(text));
  return all;
}
constexpr std::string_view the_namespace = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})";
constexpr std::string_view the_config_map =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}})";
constexpr std::string_view the_role =
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"}})";

api::MemberCluster cluster(std::string_view name, kube::StringMap labels) {
  api::MemberCluster member;
  member.metadata.name = name;
  member.metadata.labels = std::move(labels);
  return member;
}

class Matching : public ::testing::Test {
 protected:
  Matching() {
    placement.metadata.name = "p";
    resource_placement.metadata.name = "p";
    resource_placement.metadata.namespace_ = "app";
  }
  // "name name | namespace/name" for one cluster.
  std::string matched(const std::vector<json::Value>& content, const api::Placement& whose) {
    const auto found = match(whose, content, {&east}, hub);
    if (!found) return found.error().message;
    std::vector<std::string> resource;
    for (const auto& one : found->front().resource_overrides) resource.push_back(one.text());
    return fmt::format("{} | {}", fmt::join(found->front().cluster_overrides, " "), fmt::join(resource, " "));
  }
  FakeView hub;
  api::Placement placement, resource_placement;
  api::MemberCluster east = cluster("east", {{"region", "east"}, {"kubernetes-fleet.io/member-name", "east"}});
  api::MemberCluster west = cluster("west", {{"region", "west"}});
};

TEST_F(Matching, ByWhatIsPlaced) {
  put_cluster_override(hub, "on-namespace-0", namespace_app);
  put_cluster_override(hub, "on-role-0",
                       R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"x"})");
  put_cluster_override(
      hub, "on-envelope-0",
      R"({"group":"placement.kubernetes-fleet.io","version":"v1beta1","kind":"ClusterResourceEnvelope","name":"env"})");
  put_resource_override(hub, "app", "on-cfg-0", cfg);
  put_resource_override(hub, "other", "on-cfg-0", cfg);
  struct Row {
    std::string_view rule;
    std::vector<json::Value> content;
    std::string_view want;
  };
  const Row rows[] = {
      {"271: a cluster override of a namespace reaches what is in it", manifests({the_config_map}),
       "on-namespace-0 | app/on-cfg-0"},
      {"271: and the namespace", manifests({the_namespace}), "on-namespace-0 | "},
      {"272: only the object named", manifests({the_role}), "on-role-0 | "},
      {"273: only in its own namespace",
       manifests({R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"third"}})"}), " | "},
      {"275: nothing of the namespace is placed",
       manifests({R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"third"}})"}), " | "},
      {"5.3: another version is another object",
       manifests({R"({"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}})"}),
       "on-namespace-0 | "},
      {"290: wrapped in an envelope",
       manifests(
           {R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceEnvelope","metadata":{"name":"env","namespace":"app"},
           "data":{"a":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}},"b":{"kind":3},"c":"no object"}})"}),
       "on-namespace-0 | app/on-cfg-0"},
      {"290: wrapped objects of another namespace do not count",
       manifests(
           {R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceEnvelope","metadata":{"name":"env","namespace":"other"},
           "data":{"a":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}}}})"}),
       " | "},
      {"290, 291: a cluster envelope stands for what it wraps",
       manifests(
           {R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceEnvelope","metadata":{"name":"env"},
           "data":{"a":{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"}},
                   "b":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}}}})"}),
       "on-role-0 | "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(matched(row.content, placement), row.want);
  }
}

TEST_F(Matching, ByPlacement) {
  const auto for_placement = [](std::string_view name, std::string_view scope) {
    return fmt::format(R"(,"placement":{{"name":"{}","scope":"{}"}})", name, scope);
  };
  put_cluster_override(hub, "c-any-0", namespace_app);
  put_cluster_override(hub, "c-other-0", namespace_app, every_cluster, for_placement("q", "Cluster"));
  put_cluster_override(hub, "c-this-0", namespace_app, every_cluster, for_placement("p", "Cluster"));
  put_cluster_override(hub, "c-old-0", namespace_app, every_cluster, "", "false");
  put_resource_override(hub, "app", "r-any-0", cfg);
  put_resource_override(hub, "app", "r-cluster-0", cfg, every_cluster, for_placement("p", "Cluster"));
  put_resource_override(hub, "app", "r-namespaced-0", cfg, every_cluster, for_placement("p", "Namespaced"));
  const auto content = manifests({the_namespace, the_config_map});
  EXPECT_EQ(matched(content, placement), "c-any-0 c-this-0 | app/r-any-0 app/r-cluster-0");  // 276, 277
  EXPECT_EQ(matched(content, resource_placement), "c-any-0 | app/r-any-0 app/r-namespaced-0");
}

TEST_F(Matching, ByCluster) {
  struct Row {
    std::string_view rule, rules;
    bool east, west;
  };
  const Row rows[] = {
      {"278: no terms, every cluster", every_cluster, true, true},
      {"279: no cluster selector, none", R"({"overrideType":"Delete"})", false, false},
      {"5.3: a term without a label selector matches nothing", R"({"clusterSelector":{"clusterSelectorTerms":[{}]}})",
       false, false},
      {"5.3: by label",
       R"({"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"region":"east"}}}]}})", true,
       false},
      {"5.3: terms are ORed",
       R"({"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"region":"east"}}},{"labelSelector":{"matchLabels":{"region":"west"}}}]}})",
       true, true},
      {"280: one rule is enough",
       R"({"overrideType":"Delete"},{"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"region":"west"}}}]}})",
       false, true},
      {"289: by name",
       R"({"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"kubernetes-fleet.io/member-name":"east"}}}]}})",
       true, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView fleet;
    put_cluster_override(fleet, "o-0", namespace_app, row.rules);
    const auto found = match(placement, manifests({the_namespace}), {&east, &west}, fleet);
    ASSERT_THAT(found, Ok());
    EXPECT_EQ(!(*found)[0].cluster_overrides.empty(), row.east);
    EXPECT_EQ(!(*found)[1].cluster_overrides.empty(), row.west);
  }
}

TEST_F(Matching, ListsAreSortedAsText) {
  for (const auto name : {"b-2", "x-10", "a-0", "x-2"}) {
    put_cluster_override(hub, name, namespace_app);
    put_resource_override(hub, "app", name, cfg);
  }
  put_resource_override(hub, "a", "z-0", cfg);
  const auto content = manifests(
      {the_config_map, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"a"}})"});
  EXPECT_EQ(matched(content, placement), "a-0 b-2 x-10 x-2 | a/z-0 app/a-0 app/b-2 app/x-10 app/x-2");
}

// 13.3 F15: the new snapshot is there before the old one is demoted, so that no moment is without one.
TEST_F(Matching, OfTwoLatestTheNewerCounts) {
  for (const auto& [name, index] : {std::pair{"o-9", "9"}, {"o-10", "10"}, {"p-0", "0"}}) {
    put_cluster_override(hub, name, namespace_app);
    auto snapshot = *hub.get<api::ClusterResourceOverrideSnapshot>({"", name});
    snapshot.metadata.labels.emplace("kubernetes-fleet.io/parent-resource-override", std::string(1, name[0]));
    snapshot.metadata.labels.emplace("kubernetes-fleet.io/override-index", index);
    snapshot.metadata.resource_version = 0;
    hub.put(snapshot);
  }
  EXPECT_EQ(matched(manifests({the_namespace}), placement), "o-10 p-0 | ");
}

TEST_F(Matching, WhatHasNoSnapshotYet) {
  const auto put = [&](std::string_view kind, std::string_view namespace_, std::string_view name,
                       std::string_view selectors, std::string_view more = "") {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"{}","metadata":{{"name":"{}","namespace":"{}"}},
            "spec":{{{},"policy":{{"overrideRules":[{}]}}{}}}}})",
        kind, name, namespace_, selectors, every_cluster, more));
  };
  const auto label_snapshot = [&](std::string_view name, std::string_view parent) {
    auto snapshot = *hub.get<api::ClusterResourceOverrideSnapshot>({"", std::string(name)});
    snapshot.metadata.labels.emplace("kubernetes-fleet.io/parent-resource-override", parent);
    snapshot.metadata.resource_version = 0;
    hub.put(snapshot);
  };
  const std::string of_cluster = fmt::format(R"("clusterResourceSelectors":[{}])", namespace_app);
  const std::string of_namespace = fmt::format(R"("resourceSelectors":[{}])", cfg);
  const auto content = manifests({the_namespace, the_config_map});
  EXPECT_EQ(without_snapshot(placement, content, hub), "");
  put("ClusterResourceOverride", "", "other", of_cluster, R"(,"placement":{"name":"q","scope":"Cluster"})");
  put("ResourceOverride", "elsewhere", "o", of_namespace);
  EXPECT_EQ(without_snapshot(placement, content, hub), "");  // not for this content
  put("ClusterResourceOverride", "", "o", of_cluster);
  EXPECT_EQ(without_snapshot(placement, content, hub), "ClusterResourceOverride o");
  put_cluster_override(hub, "o-0", namespace_app, R"({"overrideType":"Delete"})");
  label_snapshot("o-0", "o");
  EXPECT_EQ(without_snapshot(placement, content, hub), "ClusterResourceOverride o");  // of what it was before
  put_cluster_override(hub, "o-0", namespace_app);
  label_snapshot("o-0", "o");
  EXPECT_EQ(without_snapshot(placement, content, hub), "");
  put("ResourceOverride", "app", "o", of_namespace);
  EXPECT_EQ(without_snapshot(placement, content, hub), "ResourceOverride app/o");
}

TEST_F(Matching, ASelectorNobodyCanEvaluateIsAnError) {
  put_cluster_override(
      hub, "o-0", namespace_app,
      R"({"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]}}]}})");
  EXPECT_THAT(match(placement, manifests({the_namespace}), {&east}, hub), FailsWith(Reason::invalid, "o-0"));
}

}  // namespace
}  // namespace slipway::hub::override
