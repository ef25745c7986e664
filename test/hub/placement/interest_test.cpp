#include "hub/placement/interest.h"

#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/conditions.h"
#include "api/names.h"
#include "hub/placement/controller.h"
#include "json/text.h"
#include "test/hub/fake_view.h"

// placement 1.2, 2; the numbers are those of 12.7.
namespace slipway::hub::placement {
namespace {

using engine::Collection;
using engine::Key;
using engine::Side;
using testing::FakeView;

class Interest : public ::testing::Test {
 protected:
  Interest() {
    for (auto& index : controller->indexes()) hub.add_index(std::move(index));
    hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app","labels":{"team":"blue"}}})");
    hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other","labels":{"team":"red"}}})");
    put_placement("", "by-name", R"({"group":"","version":"v1","kind":"Namespace","name":"app"})");
    put_placement("", "only",
                  R"({"group":"","version":"v1","kind":"Namespace","name":"app","selectionScope":"NamespaceOnly"})");
    put_placement("", "by-label",
                  R"({"group":"","version":"v1","kind":"Namespace","labelSelector":{"matchLabels":{"team":"blue"}}})");
    put_placement(
        "", "inside",
        R"({"group":"","version":"v1","kind":"Namespace","name":"app","selectionScope":"NamespaceWithResourceSelectors"},
                                   {"group":"apps","version":"v1","kind":"Deployment","name":"web"})");
    put_placement("", "role",
                  R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"reader"})");
    put_placement(
        "", "roles",
        R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","labelSelector":{"matchLabels":{"a":"b"}}})");
    put_placement("app", "rp",
                  R"({"group":"","version":"v1","kind":"ConfigMap","labelSelector":{"matchLabels":{"a":"b"}}})");
    put_placement("app", "endpoints", R"({"group":"","version":"v1","kind":"Endpoints"})");
    put_placement("other", "rp", R"({"group":"","version":"v1","kind":"ConfigMap"})");
  }
  void put_placement(std::string_view namespace_, std::string_view name, std::string_view selectors,
                     std::string_view shown = "") {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"{}","metadata":{{"name":"{}","namespace":"{}"}},
        "spec":{{"resourceSelectors":[{}]}},"status":{{"selectedResources":[{}]}}}})",
        namespace_.empty() ? "ClusterResourcePlacement" : "ResourcePlacement", name, namespace_, selectors, shown));
  }
  static kube::ObjectPtr object(std::string_view text) {
    const auto whole = json::parse(text);
    return *kube::Object::from_json({}, *whole);
  }
  std::set<std::string> concerned(const Collection& collection, kube::ObjectPtr before, kube::ObjectPtr after) {
    std::set<std::string> keys;
    for (const Key& key : testing::concerned(*controller, collection, {std::move(before), std::move(after)}, hub))
      keys.insert(key.text());
    return keys;
  }
  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_placement_controller({});
};
using Keys = std::set<std::string>;

const Collection config_maps{Side::hub, {"", "configmaps"}};
const Collection roles{Side::hub, {"rbac.authorization.k8s.io", "clusterroles"}};
const Collection namespaces{Side::hub, {"", "namespaces"}};
const Collection deployments{Side::hub, {"apps", "deployments"}};
const Collection secrets{Side::hub, {"", "secrets"}};
const Collection services{Side::hub, {"", "services"}};

TEST_F(Interest, TableOfChanges) {
  struct Row {
    std::string_view rule;
    Collection collection;
    std::string_view before, after;  // "" none
    Keys want;
  };
  const std::string_view plain =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"app"},"data":{"k":"1"}})";
  const std::string_view edited =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"app"},"data":{"k":"2"}})";
  const std::string_view labelled =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"app","labels":{"a":"b"}},"data":{"k":"1"}})";
  const std::string_view role =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"reader"}})";
  const std::string_view labelled_role =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x","labels":{"a":"b"}}})";
  const std::string_view unlabelled_role =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"}})";
  const std::string_view blue =
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","labels":{"team":"blue"}}})";
  const std::string_view red =
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","labels":{"team":"red"}}})";
  const Row rows[] = {
      {"128: by name", roles, "", role, {"role"}},
      {"128: by label", roles, "", labelled_role, {"roles"}},
      {"132: it loses the label", roles, labelled_role, unlabelled_role, {"roles"}},
      {"133: it is deleted", roles, role, "", {"role"}},
      {"129, 130: in a namespace; NamespaceOnly does not care", config_maps, plain, edited, {"by-name", "by-label"}},
      {"129: and a ResourcePlacement by label", config_maps, plain, labelled, {"by-name", "by-label", "app/rp"}},
      {"134: deleted", config_maps, labelled, "", {"by-name", "by-label", "app/rp"}},
      {"131: a namespace gets the label", namespaces, red, blue, {"by-label"}},
      {"131: it has another", namespaces, "", red, {}},
      {"2.3: the namespace itself",
       namespaces,
       "",
       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})",
       {"by-name", "only", "inside"}},
      {"2.3: what is picked inside a namespace",
       deployments,
       "",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"app"}})",
       {"by-name", "by-label", "inside"}},
      {"2.3: and what is not",
       deployments,
       "",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"db","namespace":"app"}})",
       {"by-name", "by-label"}},
      {"135: a reserved namespace",
       config_maps,
       "",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"kube-system"}})",
       {}},
      {"136: never selected",
       secrets,
       "",
       R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"app"},"type":"kubernetes.io/service-account-token"})",
       {}},
      {"137: nothing but status and bookkeeping",
       deployments,
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"app","resourceVersion":"1","generation":1},"status":{"replicas":0}})",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"app","resourceVersion":"2","generation":2},"status":{"replicas":1}})",
       {}},
      {"140: another namespace",
       config_maps,
       "",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"other"}})",
       {"other/rp"}},
      {"2.3: a namespace that is not known yet may match",
       config_maps,
       "",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"new"}})",
       {"by-label"}},
      {"1.6.2: Endpoints go by the Services beside them",
       services,
       "",
       R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"app"}})",
       {"by-name", "by-label", "app/endpoints"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(concerned(row.collection, row.before.empty() ? nullptr : object(row.before),
                        row.after.empty() ? nullptr : object(row.after)),
              row.want);
  }
}

// Without bodies to compare, the generation says whether one has changed; a kind without it is always looked at.
TEST_F(Interest, OfMetadataTheGenerationTells) {
  struct Row {
    std::string_view rule;
    Collection collection;
    std::string_view kind, api_version;
    int before, after;
    bool want;
  };
  const Row rows[] = {
      {"2.2: a status", deployments, "Deployment", "apps/v1", 2, 2, false},
      {"2.3: a spec", deployments, "Deployment", "apps/v1", 2, 3, true},
      {"2.3: no generation", config_maps, "ConfigMap", "v1", 0, 0, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto metadata_at = [&](int generation, int revision) {
      const auto whole = object(fmt::format(
          R"({{"apiVersion":"{}","kind":"{}","metadata":{{"name":"web","namespace":"app","uid":"u","generation":{},"resourceVersion":"{}"}}}})",
          row.api_version, row.kind, generation, revision));
      return std::make_shared<const kube::Object>(whole->kind(), whole->metadata(), nullptr, nullptr);
    };
    EXPECT_EQ(!concerned(row.collection, metadata_at(row.before, 1), metadata_at(row.after, 2)).empty(), row.want);
  }
}

TEST_F(Interest, WhatIsShownConcerns) {  // 132-134: it may have stopped matching long ago
  put_placement(
      "", "shows", R"({"group":"apps","version":"v1","kind":"X"})",
      R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"old"},{"version":"v1","kind":"ConfigMap","name":"old","namespace":"far"})");
  EXPECT_EQ(
      concerned(
          roles,
          object(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"old"}})"),
          nullptr),
      Keys{"shows"});
  EXPECT_EQ(
      concerned(config_maps,
                object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"old","namespace":"kube-x"}})"),
                nullptr),
      Keys{});
}

TEST_F(Interest, KindsThatAreWatched) {
  const auto served = [&](std::string_view plural, std::string_view group) {
    for (const auto& one : hub.discovery(Side::hub)) {
      if (one.resource.resource == plural && one.resource.group == group) return is_watched(one, {});
    }
    return false;
  };
  EXPECT_TRUE(served("configmaps", ""));
  EXPECT_TRUE(served("clusterroles", "rbac.authorization.k8s.io"));
  EXPECT_TRUE(served("resourceenvelopes", api::placement_group));
  EXPECT_FALSE(served("pods", ""));
  EXPECT_FALSE(served("events", ""));
  EXPECT_FALSE(served("leases", "coordination.k8s.io"));
  EXPECT_FALSE(served("works", api::placement_group));
  client::ApiResource widgets{.resource = {"example.com", "v1", "widgets"},
                              .kind = "Widget",
                              .namespaced = true,
                              .verbs = {"get", "list"},
                              .preferred = true};
  EXPECT_FALSE(is_watched(widgets, {}));  // cannot be watched
  widgets.verbs.emplace_back("watch");
  EXPECT_TRUE(is_watched(widgets, {}));
  widgets.preferred = false;
  EXPECT_FALSE(is_watched(widgets, {}));
}

TEST_F(Interest, FleetObjectsConcernTheirPlacement) {  // 1.2
  const auto binding = [](std::int64_t generation, std::string_view conditions, std::string_view more = "") {
    return object(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceBinding","metadata":{{"name":"b",
        "generation":{},"labels":{{"kubernetes-fleet.io/parent-CRP":"p"}}}},"spec":{{"state":"Bound"}},"status":{{"conditions":[{}]{}}}}})",
        generation, conditions, more));
  };
  const std::string_view applied =
      R"({"type":"Applied","status":"True","reason":"R","message":"m","observedGeneration":1,"lastTransitionTime":"2026-11-25T14:00:00Z"})";
  const std::string_view reworded =
      R"({"type":"Applied","status":"True","reason":"R","message":"n","observedGeneration":1,"lastTransitionTime":"2026-11-25T15:00:00Z"})";
  const std::string_view newer =
      R"({"type":"Applied","status":"True","reason":"R","message":"m","observedGeneration":2,"lastTransitionTime":"2026-11-25T14:00:00Z"})";
  const std::string_view failed =
      R"({"type":"Applied","status":"False","reason":"R","message":"m","observedGeneration":1,"lastTransitionTime":"2026-11-25T14:00:00Z"})";
  const std::string_view failure =
      R"(,"failedPlacements":[{"version":"v1","kind":"ConfigMap","name":"c","condition":{"type":"Applied","status":"False","reason":"R","message":"m","lastTransitionTime":"2026-11-25T14:00:00Z"}}])";
  const std::string_view failure_reworded =
      R"(,"failedPlacements":[{"version":"v1","kind":"ConfigMap","name":"c","condition":{"type":"Applied","status":"False","reason":"R","message":"n","lastTransitionTime":"2026-11-25T15:00:00Z"}}])";
  struct Row {
    std::string_view rule;
    kube::ObjectPtr before, after;
    bool is_news;
  };
  const Row rows[] = {
      {"a condition comes", binding(1, ""), binding(1, applied), true},
      {"another outcome", binding(1, applied), binding(1, failed), true},
      {"the same for a newer generation", binding(1, applied), binding(1, newer), true},
      {"other words", binding(1, applied), binding(1, reworded), false},
      {"a failure", binding(1, applied), binding(1, applied, failure), true},
      {"other words for a failure", binding(1, applied, failure), binding(1, applied, failure_reworded), false},
      {"the spec", binding(1, applied), binding(2, applied), true},
      {"it is gone", binding(1, applied), nullptr, true},
  };
  const Collection bindings = engine::View::collection_of<api::ResourceBinding>(api::Scope::cluster);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(concerned(bindings, row.before, row.after), row.is_news ? Keys{"p"} : Keys{});
  }
  const auto placement = [](std::int64_t generation, std::string_view index) {
    return object(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourcePlacement","metadata":{{"name":"p","namespace":"app",
        "generation":{}}},"spec":{{"resourceSelectors":[]}},"status":{{"observedResourceIndex":"{}"}}}})",
        generation, index));
  };
  const Collection placements = engine::View::collection_of<api::Placement>(api::Scope::namespaced);
  EXPECT_EQ(concerned(placements, nullptr, placement(1, "0")), Keys{"app/p"});
  EXPECT_EQ(concerned(placements, placement(1, "0"), placement(2, "0")), Keys{"app/p"});
  EXPECT_EQ(concerned(placements, placement(1, "0"), placement(1, "1")), Keys{});
}

}  // namespace
}  // namespace slipway::hub::placement
