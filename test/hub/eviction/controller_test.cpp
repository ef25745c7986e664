#include "hub/eviction/controller.h"

#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/eviction.h"
#include "api/placement.h"
#include "test/hub/fake_view.h"

// placement 7; the numbers are those of 12.14.
namespace slipway::hub::eviction {
namespace {

using kube::ConditionStatus;
using testing::concerned;
using testing::FakeView;

const engine::Key key{"", "p"};
const engine::Collection evictions = engine::View::collection_of<api::PlacementEviction>(api::Scope::cluster);
const engine::Collection bindings = engine::View::collection_of<api::ResourceBinding>(api::Scope::cluster);

class Eviction : public ::testing::Test {
 protected:
  // A PickN placement of all the clusters, which are there and available.
  void put_fleet(const std::vector<std::string>& clusters) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{{"name":"p"}},
             "spec":{{"policy":{{"placementType":"PickN","numberOfClusters":{}}},"resourceSelectors":[]}}}})",
        clusters.size()));
    std::string decisions;
    for (const auto& cluster : clusters) {
      put_binding(cluster);
      decisions += fmt::format(R"({}{{"clusterName":"{}","selected":true,"reason":"r"}})", decisions.empty() ? "" : ",",
                               cluster);
    }
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterSchedulingPolicySnapshot",
             "metadata":{{"name":"p-0","labels":{{"kubernetes-fleet.io/parent-CRP":"p","kubernetes-fleet.io/is-latest-snapshot":"true"}}}},
             "spec":{{"policyHash":""}},"status":{{"observedCRPGeneration":1,"conditions":[],"targetClusters":[{}]}}}})",
        decisions));
  }
  void put_binding(const std::string& cluster, std::string_view suffix = "") {
    api::ResourceBinding binding;
    binding.metadata.name = fmt::format("p-{}{}", cluster, suffix);
    binding.metadata.uid = fmt::format("u-{}{}", cluster, suffix);
    binding.metadata.labels = {{"kubernetes-fleet.io/parent-CRP", "p"}};
    if (with_finalizers) binding.metadata.finalizers = {"kubernetes-fleet.io/work-cleanup"};
    binding.spec.state = "Bound";
    binding.spec.target_cluster = cluster;
    binding.status.conditions = {{.type = "Available",
                                  .status = ConditionStatus::true_,
                                  .observed_generation = 1,
                                  .reason = "AllWorkAreAvailable"}};
    hub.put(binding);
  }
  void put_budget(std::string_view spec) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacementDisruptionBudget",
             "metadata":{{"name":"p"}},"spec":{}}})",
        spec));
  }
  void evict(const std::string& name, const std::string& cluster, std::int64_t age = 0) {
    api::PlacementEviction eviction;
    eviction.metadata.name = name;
    eviction.metadata.creation_timestamp = hub.now.wall + -std::chrono::seconds{age};
    eviction.spec = {.placement_name = "p", .cluster_name = cluster};
    hub.put(eviction);
  }
  FakeView::Rest settle() {
    auto rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    return rest;
  }
  // "Valid=True Executed=False".
  [[nodiscard]] std::string result(const std::string& name) const {
    const auto eviction = hub.get<api::PlacementEviction>({"", name});
    std::string text;
    for (const auto& one : eviction->status.conditions) {
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", one.type, kube::text(one.status));
      const bool is_good = one.status == ConditionStatus::true_;
      const std::string_view ending =
          one.type == "Valid" ? (is_good ? "Valid" : "Invalid") : (is_good ? "Executed" : "NotExecuted");
      EXPECT_EQ(one.reason, fmt::format("ClusterResourcePlacementEviction{}", ending));
      EXPECT_EQ(one.observed_generation, eviction->metadata.generation);
    }
    return text;
  }
  [[nodiscard]] std::string message(const std::string& name) const {
    return hub.get<api::PlacementEviction>({"", name})->status.conditions.back().message;
  }
  // The clusters that keep their binding.
  [[nodiscard]] std::string kept() const {
    std::string text;
    for (const auto& object : hub.list(bindings, "")) {
      if (!object->metadata().is_deleting()) text += api::as<api::ResourceBinding>(*object)->spec.target_cluster;
    }
    return text;
  }

  bool with_finalizers = true;
  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_controller();
};

constexpr std::string_view carried_out = "Valid=True Executed=True";
constexpr std::string_view refused = "Valid=True Executed=False";

TEST_F(Eviction, S7_1_ConditionsTell) {
  evict("unknown", "a");  // 335
  settle();
  EXPECT_EQ(result("unknown"), "Valid=False");
  EXPECT_EQ(message("unknown"), "There is no ClusterResourcePlacement of this name");

  put_fleet({"a", "b", "c"});
  EXPECT_EQ(settle().writes, 0U);  // once invalid, always
  evict("e", "a");
  EXPECT_EQ(settle().writes, 3U);  // 342: what is to be deleted, the deletion, that it took place
  EXPECT_EQ(result("e"), carried_out);
  EXPECT_EQ(message("e"), "Evicted. The placement has no disruption budget");
  EXPECT_EQ(kept(), "bc");
  EXPECT_EQ(settle().writes, 0U);  // 354

  evict("again", "a");  // 341
  EXPECT_EQ(settle().writes, 1U);
  EXPECT_EQ(result("again"), carried_out);
  evict("nowhere", "x");  // 337
  settle();
  EXPECT_EQ(result("nowhere"), "Valid=False");
}

TEST_F(Eviction, S7_1_TheVersionThatWasJudgedIsDeletedAndNoOther) {
  put_fleet({"a"});
  evict("e", "a");
  for (auto& index : controller->indexes()) hub.add_index(std::move(index));
  engine::Memo memo;
  auto plan = controller->reconcile(key, hub, memo, hub.now);
  ASSERT_FALSE(plan.reads.empty());
  hub.perform(plan.reads);
  plan = controller->reconcile(key, hub, memo, hub.now);
  ASSERT_EQ(plan.chains.size(), 1U);
  ASSERT_EQ(plan.chains[0].size(), 2U);
  const auto& deletion = plan.chains[0][1].request;
  EXPECT_EQ(deletion.verb, client::Write::Verb::remove);
  EXPECT_EQ(deletion.uid, "u-a");
  EXPECT_EQ(deletion.resource_version, hub.get<api::ResourceBinding>({"", "p-a"})->metadata.resource_version);

  // It fails meanwhile: judged again, with what is so by then.
  auto changed = *hub.get<api::ResourceBinding>({"", "p-a"});
  changed.metadata.resource_version = 0;
  changed.status.conditions.clear();
  hub.put(changed);
  hub.apply(plan.chains);
  EXPECT_EQ(hub.failures.size(), 1U);
  EXPECT_EQ(result("e"), "Valid=True");
  EXPECT_EQ(kept(), "a");
  put_budget(R"({"maxUnavailable":0})");
  settle();
  EXPECT_EQ(result("e"), refused);
  EXPECT_EQ(kept(), "a");
}

TEST_F(Eviction, S7_2_OneAfterTheOther) {
  for (const bool finalizers : {true, false}) {  // the evicted binding stays for a while, or is gone at once
    for (const std::string_view budget :
         {R"({"maxUnavailable":1})", R"({"minAvailable":3})", R"({"maxUnavailable":"25%"})"}) {
      SCOPED_TRACE(fmt::format("{} {}", budget, finalizers));
      hub = FakeView();
      with_finalizers = finalizers;
      put_fleet({"a", "b", "c", "d"});
      put_budget(budget);
      evict("z", "b", 9);  // the oldest first
      for (const auto* const cluster : {"a", "c", "d"}) evict(cluster, cluster);
      settle();
      EXPECT_EQ(kept(), "acd");
      EXPECT_EQ(result("z"), carried_out);
      EXPECT_EQ(message("z"), "Evicted. The disruption budget allows 1 disruption, with 4 of 4 bindings available");
      for (const auto* const name : {"a", "c", "d"}) EXPECT_EQ(result(name), refused);
      EXPECT_TRUE(message("a").starts_with("The disruption budget allows no disruption, with 3 of ")) << message("a");
    }
  }
}

TEST_F(Eviction, S7_2_AsManyAsAllowedAndNoMore) {
  put_fleet({"a", "b", "c", "d"});
  put_budget(R"({"maxUnavailable":2})");
  for (const auto* const cluster : {"a", "b", "c", "d"}) evict(cluster, cluster);
  settle();
  EXPECT_EQ(kept(), "cd");
}

TEST_F(Eviction, S7_2_TwoForOneClusterAreOneDisruption) {
  put_fleet({"a", "b", "c"});
  put_budget(R"({"maxUnavailable":1})");
  evict("e1", "a");
  evict("e2", "a");
  settle();
  EXPECT_TRUE(hub.failures.empty());
  EXPECT_EQ(result("e1"), carried_out);
  EXPECT_EQ(result("e2"), carried_out);
  EXPECT_EQ(kept(), "bc");
}

// A crash or a lost answer between any two writes: each eviction takes away one binding, never its successor.
TEST_F(Eviction, S7_1_OneShotWhateverBreaks) {
  for (const bool finalizers : {true, false}) {
    for (const std::size_t survived : {1U, 2U}) {
      SCOPED_TRACE(fmt::format("{} {}", finalizers, survived));
      hub = FakeView();
      with_finalizers = finalizers;
      put_fleet({"a", "b", "c"});
      put_budget(R"({"maxUnavailable":1})");
      evict("e", "a");
      for (auto& index : controller->indexes()) hub.add_index(std::move(index));
      engine::Memo memo;
      auto plan = controller->reconcile(key, hub, memo, hub.now);
      while (!plan.reads.empty()) {
        hub.perform(plan.reads);
        plan = controller->reconcile(key, hub, memo, hub.now);
      }
      ASSERT_EQ(plan.chains.size(), 1U);
      plan.chains[0].resize(survived);
      hub.apply(plan.chains);
      if (survived == 2) {  // the scheduler takes the cluster again (355)
        hub.erase(bindings, {"", "p-a"});
        put_binding("a", "2");
      }
      settle();
      EXPECT_EQ(result("e"), carried_out);
      EXPECT_EQ(kept(), survived == 2 ? "abc" : "bc");
    }
  }
}

// What another leader decided meanwhile stands, although this one's cache does not show it.
TEST_F(Eviction, S7_1_ADecisionThatTheCacheDoesNotShow) {
  put_fleet({"a"});
  evict("e", "a");
  auto begun = *hub.get<api::PlacementEviction>({"", "e"});
  begun.metadata.resource_version = 0;
  begun.status.conditions = {{.type = "Valid",
                              .status = ConditionStatus::true_,
                              .observed_generation = 1,
                              .reason = "ClusterResourcePlacementEvictionValid",
                              .message = "The binding to evict is p-a, UID u-a. Why"}};
  hub.put(begun);
  auto decided = begun;
  decided.status.conditions.push_back({.type = "Executed",
                                       .status = ConditionStatus::false_,
                                       .observed_generation = 1,
                                       .reason = "ClusterResourcePlacementEvictionNotExecuted"});
  for (auto& index : controller->indexes()) hub.add_index(std::move(index));
  engine::Memo memo;
  auto plan = controller->reconcile(key, hub, memo, hub.now);
  hub.perform(plan.reads);
  hub.set_answer({.resource = api::storage_resource_of<api::PlacementEviction>(api::Scope::cluster), .key = {"", "e"}},
                 std::vector<kube::ObjectPtr>{hub.put(decided)});
  hub.put(begun);
  plan = controller->reconcile(key, hub, memo, hub.now);
  EXPECT_TRUE(plan.reads.empty());
  EXPECT_TRUE(plan.chains.empty());
}

// Design 4: no verdict on what a cache lacks, and none while the server does not answer.
TEST_F(Eviction, S7_1_NoVerdictWithoutLiveReads) {
  put_fleet({"a"});
  evict("e", "a");
  for (auto& index : controller->indexes()) hub.add_index(std::move(index));
  engine::Memo memo;
  const auto plan = controller->reconcile(key, hub, memo, hub.now);
  ASSERT_EQ(plan.reads.size(), 3U);
  EXPECT_TRUE(plan.chains.empty());
  for (const auto& refused_read : plan.reads) {
    hub.forget_answers();
    hub.perform(plan.reads);
    hub.set_answer(refused_read, fail(Reason::forbidden, "not yours"));
    const auto next = controller->reconcile(key, hub, memo, hub.now);
    EXPECT_TRUE(next.reads.empty());
    EXPECT_TRUE(next.chains.empty());
  }
}

TEST_F(Eviction, S7_WhatWakes) {  // 354
  evict("e", "a");
  const auto fresh = hub.get(evictions, {"", "e"});
  EXPECT_EQ(concerned(*controller, evictions, {nullptr, fresh}, hub), std::set<engine::Key>{key});
  settle();
  const auto decided = hub.get(evictions, {"", "e"});
  EXPECT_TRUE(concerned(*controller, evictions, {fresh, decided}, hub).empty());
  EXPECT_TRUE(concerned(*controller, evictions, {fresh, nullptr}, hub).empty());
}

TEST_F(Eviction, S7_OneThatIsWithdrawnIsLeftAlone) {
  put_fleet({"a"});
  api::PlacementEviction eviction;
  eviction.metadata.name = "e";
  eviction.metadata.finalizers = {"example.com/x"};
  eviction.metadata.deletion_timestamp = hub.now.wall;
  eviction.spec = {.placement_name = "p", .cluster_name = "a"};
  hub.put(eviction);
  EXPECT_EQ(settle().writes, 0U);
  EXPECT_EQ(kept(), "a");
}

}  // namespace
}  // namespace slipway::hub::eviction
