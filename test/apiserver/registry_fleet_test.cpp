// The fleet's own CRDs on the registry, and what a large run costs.
#include "api/crd.h"
#include "apiserver/fleet_admission.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view runs = "clusterstagedupdateruns.placement.kubernetes-fleet.io";
constexpr std::string_view placements = "clusterresourceplacements.placement.kubernetes-fleet.io";
constexpr std::string_view evictions = "clusterresourceplacementevictions.placement.kubernetes-fleet.io";
constexpr std::string_view budgets = "clusterresourceplacementdisruptionbudgets.placement.kubernetes-fleet.io";

class RegistryFleetTest : public RegistryFixture {
 protected:
  RegistryFleetTest() { start(api::hub_crds()); }

  // The status of a run over `clusters` clusters of which the first `finished` are done.
  static json::Value status_of(std::size_t clusters, std::size_t finished) {
    json::Array list;
    for (std::size_t i = 0; i < clusters; ++i) {
      json::Object cluster{{"clusterName", fmt::format("member-{:04}", i)}};
      if (i < finished) {
        cluster.set("conditions", json::Array{json::Object{{"type", "Succeeded"},
                                                           {"status", "True"},
                                                           {"reason", "ClusterUpdatingSucceeded"},
                                                           {"message", "done"},
                                                           {"lastTransitionTime", "2026-01-01T00:00:00Z"}}});
      }
      list.emplace_back(std::move(cluster));
    }
    return json::Object{
        {"stagesStatus", json::Array{json::Object{{"stageName", "all"}, {"clusters", std::move(list)}}}}};
  }
};

TEST_F(RegistryFleetTest, H112_EveryFleetCrdIsServed) {
  for (const json::Value& crd : api::hub_crds()) {
    const kube::GroupResource id{std::string(crd.text_at({"spec", "group"})),
                                 std::string(crd.text_at({"spec", "names", "plural"}))};
    EXPECT_NE(registry_->find(id), nullptr) << id.text();
  }
}

TEST_F(RegistryFleetTest, H119_PlacementDefaults) {
  ASSERT_THAT(create(placements, R"({"metadata":{"name":"p"},"spec":{"resourceSelectors":[
      {"group":"","version":"v1","kind":"Namespace","name":"n"}],"strategy":{"type":"External"}}})"),
              Ok());
  const json::Value placement = value(placements, "p");
  EXPECT_EQ(*placement.find_path({"spec", "revisionHistoryLimit"}), json::Value(10));
  EXPECT_EQ(placement.text_at({"spec", "statusReportingScope"}), "ClusterScopeOnly");
  EXPECT_EQ((*placement.find_path({"spec", "resourceSelectors"})->array())[0].text_at({"selectionScope"}),
            "NamespaceWithResources");
  EXPECT_EQ(placement.find_path({"spec", "strategy", "applyStrategy"}), nullptr)
      << "api 9.1: defaults of code are never stored";
}

TEST_F(RegistryFleetTest, AStatusWriteKeepsWhatDidNotChange) {
  ASSERT_THAT(create(runs, R"({"metadata":{"name":"r"},"spec":{"placementName":"p","stagedRolloutStrategyName":"s"}})"),
              Ok());
  const auto before = get(runs, "r");
  json::Value run = before->to_value();
  run["status"] = status_of(1000, 1);
  const auto written = put(runs, std::move(run), about("status"));
  ASSERT_THAT(written, Ok());
  EXPECT_EQ((*written)->body(), before->body()) << "the same segment";
  EXPECT_EQ((*written)->metadata().generation, 1);
}

TEST_F(RegistryFleetTest, WhatTheWebhooksRefuse) {
  registry_->add_admission(make_fleet_admission(*registry_));
  const auto placement = [](std::string_view spec) {
    json::Value body = parse_json(R"({"metadata":{"name":"p"},"spec":{"resourceSelectors":[
        {"group":"","version":"v1","kind":"Namespace","name":"n"}]}})");
    return json::apply_merge_patch(std::move(body), json::Object{{"spec", parse_json(spec)}});
  };
  struct {
    std::string_view rule;
    std::string_view spec;
    std::string_view message;  // "": accepted
  } const rows[] = {
      {"plain", "{}", ""},
      {"external", R"({"strategy":{"type":"External"}})", ""},
      {"percentage", R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"10%"}}})", ""},
      {"pick fixed", R"({"policy":{"placementType":"PickFixed","clusterNames":["a","b"]}})", ""},
      {"name and labels",
       R"({"resourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"n","labelSelector":{}}]})",
       "mutually exclusive"},
      {"unknown kind", R"({"resourceSelectors":[{"group":"x.io","version":"v1","kind":"Nothing","name":"n"}]})",
       "no matches for x.io/v1, Kind=Nothing"},
      {"unknown version", R"({"resourceSelectors":[{"group":"","version":"v2","kind":"Namespace","name":"n"}]})",
       "no matches for /v2, Kind=Namespace"},
      {"namespaced kind", R"({"resourceSelectors":[{"group":"","version":"v1","kind":"ConfigMap","name":"n"}]})",
       "not a cluster scoped resource"},
      {"cluster twice", R"({"policy":{"placementType":"PickFixed","clusterNames":["a","a"]}})",
       "the cluster name a is there more than once"},
      {"cluster name", R"({"policy":{"placementType":"PickFixed","clusterNames":["A"]}})",
       "the cluster name A is not valid"},
      {"pick n without a number", R"({"policy":{"placementType":"PickN"}})",
       "numberOfClusters must be set when placementType is PickN"},
      {"bound without %", R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"5"}}})",
       "neither a number nor a percentage"},
      {"rolling update of another strategy", R"({"strategy":{"type":"External","rollingUpdate":{"maxSurge":1}}})",
       "rollingUpdateConfig is not valid"},
      {"toleration", R"({"policy":{"tolerations":[{"key":"a b","operator":"Equal"}]}})", "invalid toleration key a b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    WriteContext context;
    context.dry_run = true;
    const auto created = registry_->create(*resource(placements), "", placement(row.spec), context);
    if (row.message.empty()) {
      EXPECT_THAT(created, Ok());
    } else {
      EXPECT_FALSE(created);
      EXPECT_THAT(created.error().message, testing::HasSubstr(std::string(row.message)));
    }
  }
  ASSERT_THAT(put(placements, placement("{}")), FailsWith(Reason::not_found));
  ASSERT_THAT(create(placements,
                     json::write(placement(
                         R"({"policy":{"placementType":"PickAll","tolerations":[{"key":"a","operator":"Exists"}]}})"))),
              Ok());
  EXPECT_THAT(patch(placements, "p", R"({"spec":{"policy":{"tolerations":[]}}})"),
              FailsWith(Reason::forbidden, std::string("only additions to tolerations are allowed")));
  EXPECT_THAT(patch(placements, "p", R"({"metadata":{"labels":{"a":"b"}}})"), Ok());
  EXPECT_THAT(create("memberclusters.cluster.kubernetes-fleet.io", R"({"metadata":{"name":"m"},"spec":{
      "identity":{"kind":"User","name":"u"},"taints":[{"key":"k","effect":"NoSchedule"},{"key":"k","effect":"NoSchedule"}]}})"),
              FailsWith(Reason::forbidden, std::string("the taint k is there more than once")));
}

// placement 7.4; the numbers are those of 12.14.
TEST_F(RegistryFleetTest, S7_4_EvictionsAndBudgetsThatCannotWork) {
  registry_->add_admission(make_fleet_admission(*registry_));
  const auto put_placement = [&](std::string_view name, std::string_view policy) {
    ASSERT_THAT(create(placements, fmt::format(R"({{"metadata":{{"name":"{}","finalizers":["a.io/x"]}},
        "spec":{{"resourceSelectors":[{{"group":"","version":"v1","kind":"Namespace","name":"n"}}]{}}}}})",
                                               name, policy)),
                Ok());
  };
  put_placement("all", "");
  put_placement("n", R"(,"policy":{"placementType":"PickN","numberOfClusters":3})");
  put_placement("fixed", R"(,"policy":{"placementType":"PickFixed","clusterNames":["a"]})");
  put_placement("going", "");
  ASSERT_THAT(registry_->remove(*resource(placements), {"", "going"}, {}), Ok());
  struct {
    std::string_view rule;
    std::string_view resource;
    std::string_view name;
    std::string_view spec;
    std::string_view message;  // "": accepted
  } const rows[] = {
      {"357", evictions, "e1", R"({"placementName":"fixed","clusterName":"a"})", "PickFixed is not supported"},
      {"deleting", evictions, "e2", R"({"placementName":"going","clusterName":"a"})", "is being deleted"},
      {"PickAll", evictions, "e3", R"({"placementName":"all","clusterName":"a"})", ""},
      {"PickN", evictions, "e4", R"({"placementName":"n","clusterName":"a"})", ""},
      {"before its placement", evictions, "e5", R"({"placementName":"later","clusterName":"a"})", ""},
      {"358", budgets, "all", R"({"maxUnavailable":1})", "maxUnavailable is not supported"},
      {"358: percentage", budgets, "all", R"({"minAvailable":"50%"})", "minAvailable must be a number"},
      {"PickAll, a number", budgets, "all", R"({"minAvailable":2})", ""},
      {"PickN", budgets, "n", R"({"maxUnavailable":"50%"})", ""},
      {"before its placement", budgets, "later", R"({"maxUnavailable":1})", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto made =
        create(row.resource, fmt::format(R"({{"metadata":{{"name":"{}"}},"spec":{}}})", row.name, row.spec));
    if (row.message.empty()) {
      EXPECT_THAT(made, Ok());
    } else {
      EXPECT_THAT(made, FailsWith(Reason::forbidden, std::string(row.message)));
    }
  }
  EXPECT_THAT(patch(budgets, "all", R"({"spec":{"minAvailable":"50%"}})"),
              FailsWith(Reason::forbidden, std::string("minAvailable must be a number")));
}

// 293: of one kind and namespace only one override selects an object; what is stored can still be labelled.
TEST_F(RegistryFleetTest, OverridesAreJudged) {
  registry_->add_admission(make_fleet_admission(*registry_));
  constexpr std::string_view of_cluster = "clusterresourceoverrides.placement.kubernetes-fleet.io";
  const auto text = [](std::string_view name, std::string_view path) {
    return fmt::format(
        R"({{"metadata":{{"name":"{}"}},"spec":{{
            "clusterResourceSelectors":[{{"group":"","version":"v1","kind":"Namespace","name":"n"}}],
            "policy":{{"overrideRules":[{{"clusterSelector":{{"clusterSelectorTerms":[]}},
              "jsonPatchOverrides":[{{"op":"add","path":"{}","value":1}}]}}]}}}}}})",
        name, path);
  };
  EXPECT_THAT(create(of_cluster, text("o", "/kind")), FailsWith(Reason::forbidden, "fleet.clusterresourceoverride"));
  ASSERT_THAT(create(of_cluster, text("o", "/spec/a")), Ok());
  EXPECT_THAT(create(of_cluster, text("p", "/spec/a")), FailsWith(Reason::forbidden, "selected by o already"));
  EXPECT_THAT(create(of_cluster, text("o", "/spec/a")), FailsWith(Reason::already_exists));  // whose answer was lost
  EXPECT_THAT(patch(of_cluster, "o", R"({"metadata":{"labels":{"a":"b"}}})"), Ok());
}

}  // namespace
}  // namespace slipway::apiserver
