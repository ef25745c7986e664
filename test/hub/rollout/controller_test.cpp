#include "hub/rollout/controller.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/override.h"
#include "api/snapshot.h"
#include "json/text.h"
#include "test/hub/fake_view.h"
#include "test/hub/recorded.h"

// placement 4; the numbers are those of 12.11.
namespace slipway::hub::rollout {
namespace {

using kube::ConditionStatus;
using testing::comparable;
using testing::concerned;
using testing::differences;
using testing::FakeView;
using testing::Recording;

class Rollout : public ::testing::Test {
 protected:
  void put_placement(std::string_view strategy, std::string_view policy = R"({"placementType":"PickAll"})") {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{{"name":"p"}},
             "spec":{{"policy":{},"strategy":{},"resourceSelectors":[]}}}})",
        policy, strategy));
  }
  void put_snapshot(std::int64_t index) {
    for (const auto& object : hub.list(snapshots, "")) {
      auto old = *api::as<api::ResourceSnapshot>(*object);
      old.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "false";
      old.metadata.resource_version = 0;
      hub.put(old);
    }
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceSnapshot",
             "metadata":{{"name":"p-{0}-snapshot","labels":{{"kubernetes-fleet.io/parent-CRP":"p","kubernetes-fleet.io/resource-index":"{0}",
                         "kubernetes-fleet.io/is-latest-snapshot":"true"}},
                         "annotations":{{"kubernetes-fleet.io/resource-hash":"h{0}","kubernetes-fleet.io/number-of-resource-snapshots":"1"}}}},
             "spec":{{"selectedResources":[]}}}})",
        index));
  }
  void put_binding(std::string_view cluster, std::string_view state) {
    api::ResourceBinding binding;
    binding.metadata.name = fmt::format("p-{}", cluster);
    binding.metadata.labels = {{"kubernetes-fleet.io/parent-CRP", "p"}};
    binding.metadata.finalizers = {"kubernetes-fleet.io/scheduler-crb-cleanup"};
    binding.spec.state = state;
    binding.spec.target_cluster = cluster;
    hub.put(binding);
    api::MemberCluster member;
    member.metadata.name = cluster;
    hub.put(member);
  }
  void edit(std::string_view cluster, const std::function<void(api::ResourceBinding&)>& change, bool spec = false) {
    auto next = *hub.get<api::ResourceBinding>({"", fmt::format("p-{}", cluster)});
    change(next);
    next.metadata.resource_version = 0;
    if (spec) ++next.metadata.generation;
    hub.put(next);
  }
  void available(std::string_view cluster, ConditionStatus status = ConditionStatus::true_,
                 std::string_view reason = "AllWorkAreAvailable") {
    edit(cluster, [&](auto& one) {
      kube::remove_condition(one.status.conditions, "Available");
      one.status.conditions.push_back({.type = "Available",
                                       .status = status,
                                       .observed_generation = one.metadata.generation,
                                       .last_transition_time = hub.now.wall,
                                       .reason = std::string(reason),
                                       .message = ""});
    });
  }
  // "a:1+ b:0-": the snapshot's index, and what RolloutStarted says at the present generation.
  std::string settle() {
    rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    EXPECT_TRUE(hub.failures.empty());
    std::string text;
    for (const auto& object : hub.list(bindings, "")) {
      const auto& one = *api::as<api::ResourceBinding>(*object);
      const auto* const started = kube::find_condition(one.status.conditions, "RolloutStarted");
      const bool is_current = started != nullptr && started->observed_generation == one.metadata.generation;
      text += fmt::format("{}{}:{}{}{}", text.empty() ? "" : " ", one.spec.target_cluster,
                          one.spec.resource_snapshot_name.empty() ? "" : one.spec.resource_snapshot_name.substr(2, 1),
                          !is_current                                 ? "?"
                          : started->status == ConditionStatus::true_ ? "+"
                                                                      : "-",
                          one.metadata.is_deleting() ? "/deleting" : "");
    }
    return text;
  }

  FakeView hub;
  engine::Key key{"", "p"};
  engine::Collection bindings = engine::View::collection_of<api::ResourceBinding>(api::Scope::cluster);
  engine::Collection snapshots = engine::View::collection_of<api::ResourceSnapshot>(api::Scope::cluster);
  std::unique_ptr<engine::Controller> controller = make_controller(api::Scope::cluster);
  FakeView::Rest rest;
};

constexpr std::string_view rolling = R"({"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}})";

TEST_F(Rollout, S4_4_Overrides) {
  put_placement(rolling);
  put_snapshot(0);
  auto snapshot = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
  snapshot.spec.selected_resources = {
      *json::parse(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})")};
  snapshot.metadata.resource_version = 0;
  hub.put(snapshot);
  put_binding("a", "Scheduled"), put_binding("b", "Scheduled");
  const auto cluster_of = [&](std::string_view name) {
    auto member = *hub.get<api::MemberCluster>({"", std::string(name)});
    member.metadata.labels = {{"region", std::string(name)}};
    member.metadata.resource_version = 0;
    return member;
  };
  hub.put(cluster_of("a")), hub.put(cluster_of("b"));
  const auto overrides_of = [&](std::string_view name) {
    return hub.get<api::ResourceBinding>({"", fmt::format("p-{}", name)})->spec.cluster_resource_override_snapshots;
  };
  const auto collection_of_overrides =
      engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster);
  EXPECT_EQ(settle(), "a:0+ b:0+");
  available("a"), available("b");
  EXPECT_EQ(settle(), "a:0+ b:0+");
  EXPECT_EQ(rest.writes, 0U);

  hub.put_json(
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceOverrideSnapshot",
          "metadata":{"name":"o-0","labels":{"kubernetes-fleet.io/is-latest-snapshot":"true"}},
          "spec":{"overrideHash":"","overrideSpec":{
            "clusterResourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"n"}],
            "policy":{"overrideRules":[{"overrideType":"Delete","clusterSelector":{"clusterSelectorTerms":[
              {"labelSelector":{"matchLabels":{"region":"a"}}}]}}]}}}})");
  const auto object = hub.get(collection_of_overrides, {"", "o-0"});
  EXPECT_EQ(concerned(*controller, collection_of_overrides, {nullptr, object}, hub), std::set<engine::Key>{key});
  settle();  // 254
  EXPECT_EQ(overrides_of("a"), std::vector<std::string>{"o-0"});
  EXPECT_TRUE(overrides_of("b").empty());
  available("a");

  const auto member = cluster_of("a");
  hub.erase(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), {"", "a"});
  settle();  // 257: a cluster that is not there keeps what it has
  EXPECT_EQ(overrides_of("a"), std::vector<std::string>{"o-0"});
  hub.put(member);
  hub.erase(collection_of_overrides, {"", "o-0"});
  settle();  // 255
  EXPECT_TRUE(overrides_of("a").empty());
}

TEST_F(Rollout, S4_2_FromNothingToANewVersion) {
  put_placement(rolling);
  for (const auto* const cluster : {"a", "b", "c"}) put_binding(cluster, "Scheduled");
  EXPECT_EQ(settle(), "a:? b:? c:?");  // 222
  put_snapshot(0);
  EXPECT_EQ(settle(), "a:0+ b:0+ c:0+");
  const auto first = hub.get<api::ResourceBinding>({"", "p-a"});
  EXPECT_EQ(first->spec.state, "Bound");
  EXPECT_EQ(*first->spec.apply_strategy, api::ApplyStrategy{});  // 249
  EXPECT_EQ(first->metadata.generation, 2);                      // one write for content and strategy
  EXPECT_EQ(first->status.conditions.front().reason, "RolloutStarted");
  for (const auto* const cluster : {"a", "b", "c"}) available(cluster);
  EXPECT_EQ(settle(), "a:0+ b:0+ c:0+");
  EXPECT_EQ(rest.writes, 0U);  // 223

  put_snapshot(1);
  EXPECT_EQ(settle(), "a:1+ b:0- c:0-");
  EXPECT_EQ(hub.get<api::ResourceBinding>({"", "p-b"})->status.conditions.front().reason, "RolloutNotStartedYet");
  EXPECT_EQ(settle(), "a:1+ b:0- c:0-");
  available("b");  // said again for what it has
  available("a");
  EXPECT_EQ(settle(), "a:1+ b:1+ c:0-");

  // 264: the new version never becomes available; the next one gets past it.
  available("b", ConditionStatus::false_, "NotAllWorkAreAvailable");
  EXPECT_EQ(settle(), "a:1+ b:1+ c:0-");
  put_snapshot(2);
  EXPECT_EQ(settle(), "a:1- b:2+ c:0-");
  available("b");
  EXPECT_EQ(settle(), "a:2+ b:2+ c:0-");
  available("a");
  EXPECT_EQ(settle(), "a:2+ b:2+ c:2+");
}

TEST_F(Rollout, S4_4_UntrackableBindingsMakeRoomInTime) {  // 238, 244, 265
  put_placement(rolling);
  for (const auto* const cluster : {"a", "b"}) put_binding(cluster, "Scheduled");
  put_snapshot(0);
  settle();
  available("a", ConditionStatus::true_, "NotAllWorkAreAvailabilityTrackable");
  hub.now.wall = hub.now.wall + std::chrono::seconds{15};
  available("b", ConditionStatus::true_, "NotAllWorkAreAvailabilityTrackable");
  put_snapshot(1);
  EXPECT_EQ(settle(), "a:0- b:0-");
  ASSERT_TRUE(rest.plan.look_again);
  EXPECT_EQ(std::get<WallTime>(rest.plan.look_again->at) - hub.now.wall, std::chrono::seconds{45});
  hub.now.wall = hub.now.wall + std::chrono::seconds{45};
  EXPECT_EQ(settle(), "a:0- b:0-");  // one is ready, and one of two must stay: U = 1
  ASSERT_TRUE(rest.plan.look_again);
  hub.now.wall = hub.now.wall + std::chrono::seconds{15};
  EXPECT_EQ(settle(), "a:1+ b:0-");
}

TEST_F(Rollout, S4_2_ApplyStrategyReachesAllAtOnce) {  // 248
  put_placement(rolling);
  for (const auto* const cluster : {"a", "b", "c"}) put_binding(cluster, "Scheduled");
  put_snapshot(0);
  settle();
  for (const auto* const cluster : {"a", "b"}) available(cluster);
  put_snapshot(1);
  settle();
  put_placement(R"({"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0},
                    "applyStrategy":{"type":"ClientSideApply","comparisonOption":"FullComparison","whenToApply":"Always",
                                     "whenToTakeOver":"Always"}})");
  const std::string before = settle();
  for (const auto* const cluster : {"a", "b", "c"}) {
    EXPECT_EQ(hub.get<api::ResourceBinding>({"", fmt::format("p-{}", cluster)})->spec.apply_strategy->comparison_option,
              api::ComparisonOption::full_comparison);
  }
  EXPECT_FALSE(before.contains('?')) << before;
  put_placement(R"({"type":"RollingUpdate","applyStrategy":{"type":"ServerSideApply"}})");
  settle();
  EXPECT_EQ(hub.get<api::ResourceBinding>({"", "p-a"})->spec.apply_strategy->server_side_apply_config->force, false);
}

TEST_F(Rollout, S4_3_ABindingWaitsForItsPredecessor) {  // 250, 253
  put_placement(rolling);
  put_snapshot(0);
  put_binding("a", "Scheduled"), put_binding("b", "Scheduled");
  auto earlier = *hub.get<api::ResourceBinding>({"", "p-a"});
  earlier.metadata.name = "p-a-earlier";
  earlier.metadata.uid.clear();
  earlier.metadata.resource_version = 0;
  earlier.metadata.deletion_timestamp = hub.now.wall;
  hub.put(earlier);
  EXPECT_EQ(settle(), "a:? a:?/deleting b:0+");
  hub.erase(bindings, {"", "p-a-earlier"});
  EXPECT_EQ(settle(), "a:0+ b:0+");
}

TEST_F(Rollout, S4_2_WhatIsLeftAlone) {
  put_snapshot(0);
  put_binding("a", "Scheduled");
  put_placement(R"({"type":"External"})");
  EXPECT_EQ(settle(), "a:?");
  put_placement(rolling);
  auto placement = *hub.get<api::Placement>(key);
  placement.metadata.deletion_timestamp = hub.now.wall;
  placement.metadata.resource_version = 0;
  hub.put(placement);
  EXPECT_EQ(settle(), "a:?");
  // 236: the only one is going
  put_placement(rolling);
  edit("a", [&](auto& one) { one.spec.state = "Bound", one.metadata.deletion_timestamp = hub.now.wall; });
  settle();
  EXPECT_EQ(rest.writes, 0U);
}

TEST_F(Rollout, S4_6_UnscheduledBindingsGo) {  // 233
  put_placement(rolling, R"({"placementType":"PickN","numberOfClusters":1})");
  put_snapshot(0);
  put_binding("a", "Scheduled"), put_binding("b", "Scheduled");
  settle();
  available("a"), available("b");
  edit("b", [](auto& one) { one.spec.state = "Unscheduled"; });
  EXPECT_EQ(settle(), "a:0+ b:?/deleting");  // maxSurge 0: it never came to life
}

TEST_F(Rollout, S4_1_WhatWakesAPlacement) {
  put_placement(rolling);
  put_snapshot(0);
  put_binding("a", "Scheduled");
  settle();
  available("a");
  const std::set<engine::Key> ours{key};
  const auto changed = [&](const std::function<void(api::ResourceBinding&)>& change) {
    const auto before = hub.get(bindings, {"", "p-a"});
    edit("a", change);
    return concerned(*controller, bindings, {before, hub.get(bindings, {"", "p-a"})}, hub);
  };
  EXPECT_TRUE(changed([](auto& one) {  // 262
                one.status.conditions.push_back({.type = "Applied", .status = ConditionStatus::true_, .reason = "R"});
              })
                  .empty());
  EXPECT_EQ(changed([](auto& one) { kube::find_condition(one.status.conditions, "Available")->reason = "Other"; }),
            ours);  // 263
  EXPECT_EQ(changed([](auto& one) { ++one.metadata.generation; }), ours);
  EXPECT_EQ(concerned(*controller, bindings, {hub.get(bindings, {"", "p-a"}), nullptr}, hub), ours);
  EXPECT_EQ(concerned(*controller, snapshots, {nullptr, hub.get(snapshots, {"", "p-0-snapshot"})}, hub), ours);
  const auto placements = engine::View::collection_of<api::Placement>(api::Scope::cluster);
  const auto before = hub.get(placements, key);
  put_placement(R"({"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":2}})");
  EXPECT_EQ(concerned(*controller, placements, {before, hub.get(placements, key)}, hub), ours);
}

// The NamespaceOnly placement of the how-to.
TEST_F(Rollout, S4_AsRecorded) {
  const Recording recording("namespace/n01-placement");
  for (const auto* const plural : {"clusterresourceplacements", "clusterresourcesnapshots", "memberclusters"}) {
    for (const auto& object : recording.all(plural)) hub.put(object);
  }
  for (json::Value binding : recording.all("clusterresourcebindings")) {
    binding.object()->erase("status");
    binding["metadata"]["generation"] = 1;
    binding["spec"]["state"] = "Scheduled";
    binding["spec"].object()->erase("applyStrategy");
    binding["spec"]["resourceSnapshotName"] = "";
    hub.put(binding);
  }
  key.name = "ns-only-crp";
  EXPECT_TRUE(hub.reconcile(*controller, key).is_at_rest);
  for (const auto& expected : recording.all("clusterresourcebindings")) {
    const auto actual = hub.get<api::ResourceBinding>({"", std::string(expected.text_at({"metadata", "name"}))});
    EXPECT_EQ(differences(comparable(*expected.find("spec")), comparable(*api::to_value(*actual).find("spec"))), "");
    EXPECT_EQ(actual->status.conditions.at(0).reason, "RolloutStarted");
    EXPECT_EQ(actual->status.conditions.at(0).observed_generation, actual->metadata.generation);
  }
}

}  // namespace
}  // namespace slipway::hub::rollout
