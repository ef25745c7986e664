#include "hub/placement/controller.h"

#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/conditions.h"
#include "api/names.h"
#include "api/snapshot.h"
#include "json/text.h"
#include "test/hub/fake_view.h"

// placement 1.3, 1.4, 1.10 to 1.14; the numbers are those of 12.3 to 12.6.
namespace slipway::hub::placement {
namespace {

using testing::FakeView;

// With caches of whole objects, and of metadata.
class PlacementController : public ::testing::TestWithParam<bool> {
 protected:
  PlacementController() {
    hub.shows_metadata_only = GetParam();
    hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})");
    put_config_map("1");
  }
  void put_config_map(std::string_view value) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"cfg","namespace":"app"}},"data":{{"k":"{}"}}}})",
        value));
  }
  void put_placement(std::string_view strategy, std::string_view more = "") {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{{"name":"p"}},
        "spec":{{"resourceSelectors":[{{"group":"","version":"v1","kind":"Namespace","name":"app"}}],"strategy":{{"type":"{}"}}{}}}}})",
        strategy, more));
  }
  FakeView::Rest reconcile() {
    auto rest = hub.reconcile(*controller, {"", "p"});
    EXPECT_TRUE(rest.is_at_rest);
    EXPECT_TRUE(hub.failures.empty()) << hub.failures.front().message;
    return rest;
  }
  // As the scheduler does it: every cluster is picked.
  void schedule(const std::vector<std::string>& clusters) {
    const auto placement = hub.get<api::Placement>({"", "p"});
    auto policy = *hub.get<api::SchedulingPolicySnapshot>({"", "p-0"});
    policy.status.observed_crp_generation = placement->metadata.generation;
    policy.status.conditions = {{.type = "Scheduled",
                                 .status = kube::ConditionStatus::true_,
                                 .observed_generation = policy.metadata.generation,
                                 .last_transition_time = {},
                                 .reason = "SchedulingPolicyFulfilled",
                                 .message = "ok"}};
    policy.status.target_clusters.clear();
    for (const auto& cluster : clusters)
      policy.status.target_clusters.push_back({.cluster_name = cluster, .selected = true});
    hub.put(policy);
  }
  void roll_out(const std::string& cluster, const std::string& snapshot) {
    api::ResourceBinding binding;
    binding.metadata.name = "p-" + cluster;
    binding.metadata.generation = 2;
    binding.metadata.labels.emplace(api::label::parent_crp, "p");
    binding.spec = {.state = "Bound",
                    .resource_snapshot_name = snapshot,
                    .scheduling_policy_snapshot_name = "p-0",
                    .target_cluster = cluster};
    for (const auto type : {"RolloutStarted", "Overridden", "WorkSynchronized", "Applied", "Available"}) {
      binding.status.conditions.push_back({.type = type,
                                           .status = kube::ConditionStatus::true_,
                                           .observed_generation = 2,
                                           .last_transition_time = {},
                                           .reason = "Yes",
                                           .message = "yes"});
    }
    hub.put(binding);
  }
  [[nodiscard]] const kube::Condition* condition(std::string_view suffix) const {
    return kube::find_condition(hub.get<api::Placement>({"", "p"})->status.conditions,
                                fmt::format("ClusterResourcePlacement{}", suffix));
  }
  [[nodiscard]] std::vector<std::string> snapshots() const {
    std::vector<std::string> names;
    for (const auto& one : hub.indexed<api::ResourceSnapshot>(api::Scope::cluster, "placement", "p"))
      names.push_back(one->metadata.name);
    return names;
  }
  static std::vector<std::string> reasons(const FakeView::Rest& rest) {
    std::vector<std::string> all;
    for (const auto& event : rest.events) all.push_back(event.reason);
    return all;
  }
  // Seconds until the next look; 0: none.
  std::int64_t looks_again_in(const FakeView::Rest& rest) const {
    if (!rest.plan.look_again) return 0;
    if (const auto* const wall = std::get_if<WallTime>(&rest.plan.look_again->at))
      return (*wall - hub.now.wall).count();
    return std::chrono::duration_cast<std::chrono::seconds>(std::get<Ticks>(rest.plan.look_again->at) - hub.now.ticks)
        .count();
  }
  void pass(std::int64_t seconds) {
    hub.now.wall.seconds += seconds;
    hub.now.ticks = hub.now.ticks + std::chrono::seconds{seconds};
  }

  using Names = std::vector<std::string>;
  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_placement_controller({});
};

INSTANTIATE_TEST_SUITE_P(Caches, PlacementController, ::testing::Bool());

TEST_P(PlacementController, ExternalMakesNoSnapshots) {  // 110, 115
  put_placement("External");
  const auto rest = reconcile();
  EXPECT_TRUE(hub.get<api::Placement>({"", "p"})->metadata.has_finalizer(api::finalizer::crp_cleanup));
  EXPECT_EQ(condition("Scheduled")->reason, "SchedulePending");
  EXPECT_EQ(snapshots(), Names{});
  EXPECT_EQ(looks_again_in(rest), 1800);  // 106
  put_config_map("2");
  EXPECT_EQ(reconcile().writes, 0U);
}

TEST_P(PlacementController, CompletesAndThenRests) {  // 56, 105
  put_placement("RollingUpdate");
  reconcile();
  EXPECT_EQ(snapshots(), Names{"p-0-snapshot"});  // without delay
  schedule({"a"});
  roll_out("a", "p-0-snapshot");
  const auto rest = reconcile();
  EXPECT_EQ(reasons(rest),
            (Names{"PlacementRolloutStarted", "PlacementOverriddenSucceeded", "PlacementWorkSynchronized",
                   "PlacementApplied", "PlacementAvailable", "PlacementRolloutCompleted"}));
  EXPECT_EQ(looks_again_in(rest), 0);
  const auto again = reconcile();
  EXPECT_EQ(again.writes, 0U);
  EXPECT_TRUE(again.events.empty());
}

// Nothing is read again while the caches show what was read (design 1.2), and everything is once they do not.
TEST_P(PlacementController, ReadsOnlyWhatHasChanged) {
  put_placement("External");
  reconcile();
  engine::Memo memo;
  const auto reads_of = [&] {
    hub.forget_answers();
    const std::size_t before = hub.reads_made();
    for (auto plan = controller->reconcile({"", "p"}, hub, memo, hub.now); !plan.reads.empty();
         plan = controller->reconcile({"", "p"}, hub, memo, hub.now)) {
      hub.perform(plan.reads);
    }
    return hub.reads_made() - before;
  };
  EXPECT_GT(reads_of(), 5U);
  EXPECT_EQ(reads_of(), 0U);
  put_config_map("2");
  EXPECT_EQ(reads_of(), 1U);
  hub.erase({engine::Side::hub, {"", "configmaps"}}, {"app", "cfg"});
  EXPECT_EQ(reads_of(), 1U);
  hub.put_json(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"elsewhere"}})");
  EXPECT_EQ(reads_of(), 0U);
  hub.erase({engine::Side::hub, {"", "namespaces"}}, {"", "app"});
  EXPECT_EQ(reads_of(), 1U);
  EXPECT_EQ(reads_of(), 1U);  // what does not exist is asked for again
  memo.drop();
  EXPECT_GT(reads_of(), 5U);
}

// A few changed objects are read one by one, many by one list; what a snapshot gets is as it is when it is read.
TEST_P(PlacementController, ReadsAFewChangedObjectsOneByOne) {
  const auto put_many = [&](int count, int version) {
    for (int i = 0; i < count; ++i) {
      hub.put_json(fmt::format(
          R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"m{:02}","namespace":"app"}},"data":{{"k":"{}"}}}})",
          i, version));
    }
  };
  put_many(40, 1);
  put_placement("RollingUpdate");
  engine::Memo memo;
  const auto read = [&] {
    std::vector<std::string> made;
    for (;;) {
      hub.forget_answers();
      auto plan = controller->reconcile({"", "p"}, hub, memo, hub.now);
      while (!plan.reads.empty()) {
        for (const auto& one : plan.reads) made.push_back(one.key.name.empty() ? "all" : one.key.name);
        hub.perform(plan.reads);
        plan = controller->reconcile({"", "p"}, hub, memo, hub.now);
      }
      if (plan.chains.empty()) return made;
      hub.apply(plan.chains);
    }
  };
  const auto content = [&](std::size_t item, std::string_view name) {
    const auto snapshot = hub.get<api::ResourceSnapshot>({"", std::string(name)});
    const auto& manifests = snapshot->spec.selected_resources;
    return std::string(manifests.at(item).text_at({"data", "k"}));
  };
  EXPECT_GT(read().size(), 5U);
  EXPECT_EQ(content(2, "p-0-snapshot"), "1");
  put_many(3, 2);
  hub.erase({engine::Side::hub, {"", "configmaps"}}, {"app", "m39"});
  pass(60);
  EXPECT_EQ(read(), (std::vector<std::string>{"m00", "m01", "m02", "m39"}));
  pass(60);
  EXPECT_EQ(read(), std::vector<std::string>{});
  EXPECT_EQ(content(2, "p-1-snapshot"), "2");
  EXPECT_EQ(content(39, "p-1-snapshot"), "1");
  EXPECT_EQ(hub.get<api::ResourceSnapshot>({"", "p-1-snapshot"})->spec.selected_resources.size(), 41U);
  put_many(20, 3);
  EXPECT_EQ(read(), std::vector<std::string>{"all"});
}

TEST_P(PlacementController, ExternalIsCompleteAfterEveryRunThatMovedClusters) {  // 1.14
  put_placement("External");
  reconcile();
  schedule({"a"});
  for (const auto index : {0, 1}) {
    api::ResourceSnapshot snapshot;
    snapshot.metadata.name = api::master_resource_snapshot_name("p", index);
    snapshot.metadata.labels = {{std::string(api::label::parent_crp), "p"},
                                {std::string(api::label::resource_index), std::to_string(index)}};
    snapshot.metadata.annotations = {{std::string(api::annotation::resource_hash), "x"}};
    hub.put(snapshot);
  }
  roll_out("a", "p-0-snapshot");
  EXPECT_EQ(reasons(reconcile()).back(), "PlacementRolloutCompleted");
  roll_out("a", "p-1-snapshot");
  EXPECT_EQ(reasons(reconcile()), Names{"PlacementRolloutCompleted"});
}

TEST_P(PlacementController, RollingUpdateCollectsChanges) {  // 58, 59, 63
  put_placement("RollingUpdate");
  reconcile();
  pass(90);
  put_config_map("2");
  auto rest = reconcile();
  EXPECT_EQ(looks_again_in(rest), 15);
  EXPECT_EQ(snapshots(), Names{"p-0-snapshot"});
  EXPECT_EQ(hub.get<api::Placement>({"", "p"})->status.observed_resource_index, "0");
  put_config_map("1");
  EXPECT_EQ(looks_again_in(reconcile()), 1800);
  pass(600);
  put_config_map("3");
  EXPECT_EQ(looks_again_in(reconcile()), 15);  // the earlier change has been forgotten
  pass(15);
  reconcile();
  EXPECT_EQ(snapshots(), (Names{"p-0-snapshot", "p-1-snapshot"}));
  EXPECT_EQ(hub.get<api::Placement>({"", "p"})->status.observed_resource_index, "1");

  controller = make_placement_controller({}, {.minimum_interval = {}, .collection_duration = {}});
  put_config_map("4");
  reconcile();
  EXPECT_EQ(snapshots(), (Names{"p-0-snapshot", "p-1-snapshot", "p-2-snapshot"}));  // 61
}

TEST_P(PlacementController, KeepsSnapshotsThatClustersNeed) {  // 13.3 F14
  controller = make_placement_controller({}, {.minimum_interval = {}, .collection_duration = {}});
  put_placement("RollingUpdate", R"(,"revisionHistoryLimit":1)");
  reconcile();
  roll_out("a", "p-0-snapshot");
  put_config_map("2");
  reconcile();
  EXPECT_EQ(snapshots(), (Names{"p-0-snapshot", "p-1-snapshot"}));
  roll_out("a", "p-1-snapshot");
  put_config_map("3");
  reconcile();
  EXPECT_EQ(snapshots(), (Names{"p-1-snapshot", "p-2-snapshot"}));
}

TEST_P(PlacementController, WrongSelectorsAreShownAndHarmNothing) {  // 107
  put_placement("RollingUpdate");
  reconcile();
  schedule({"a"});
  roll_out("a", "p-0-snapshot");
  reconcile();
  const auto before = hub.get<api::Placement>({"", "p"});
  auto placement = *before;
  placement.spec.resource_selectors.push_back(placement.spec.resource_selectors.front());  // twice
  ++placement.metadata.generation;
  hub.put(placement);
  const auto rest = reconcile();
  EXPECT_EQ(looks_again_in(rest), 1800);
  EXPECT_EQ(rest.writes, 1U);
  const auto after = hub.get<api::Placement>({"", "p"});
  EXPECT_EQ(condition("Scheduled")->status, kube::ConditionStatus::false_);
  EXPECT_EQ(condition("Scheduled")->reason, "InvalidResourceSelectors");
  EXPECT_EQ(condition("Available")->status, kube::ConditionStatus::true_);
  EXPECT_EQ(after->status.placement_statuses, before->status.placement_statuses);
  EXPECT_EQ(after->status.selected_resources, before->status.selected_resources);
  EXPECT_EQ(*hub.get<api::SchedulingPolicySnapshot>({"", "p-0"})->metadata.annotation(api::annotation::crp_generation),
            std::to_string(before->metadata.generation));
}

TEST_P(PlacementController, ContradictionsAreSaidAndRetried) {  // 51
  put_placement("External");
  reconcile();
  auto second = *hub.get<api::SchedulingPolicySnapshot>({"", "p-0"});
  second.metadata.name = "p-1";
  second.metadata.labels[std::string(api::label::policy_index)] = "1";
  hub.put(second);
  const auto rest = reconcile();
  EXPECT_EQ(rest.writes, 0U);
  EXPECT_GT(looks_again_in(rest), 0);
  ASSERT_EQ(rest.events.size(), 1U);
  EXPECT_TRUE(rest.events.front().warning);
}

TEST_P(PlacementController, DeletionTakesTheSnapshotsAlong) {  // 108, 109
  put_placement("RollingUpdate");
  reconcile();
  auto placement = *hub.get<api::Placement>({"", "p"});
  placement.metadata.finalizers.emplace_back(api::finalizer::scheduler_cleanup);
  placement.metadata.deletion_timestamp = hub.now.wall;
  hub.put(placement);
  api::ResourceSnapshot other;
  other.metadata.name = "q-0-snapshot";
  other.metadata.labels = {{std::string(api::label::parent_crp), "q"}};
  hub.put(other);
  EXPECT_EQ(reasons(reconcile()), Names{"PlacementCleanupFinalizerRemoved"});
  EXPECT_EQ(snapshots(), Names{});
  EXPECT_EQ(hub.get<api::SchedulingPolicySnapshot>({"", "p-0"}), nullptr);
  EXPECT_NE(hub.get<api::ResourceSnapshot>({"", "q-0-snapshot"}), nullptr);
  EXPECT_EQ(hub.get<api::Placement>({"", "p"})->metadata.finalizers,
            Names{std::string(api::finalizer::scheduler_cleanup)});
  const auto again = reconcile();
  EXPECT_EQ(again.writes, 0U);
  EXPECT_TRUE(again.events.empty());
}

// --- 1.13 ---

class Mirror : public PlacementController {
 protected:
  Mirror() { put_placement("External", R"(,"statusReportingScope":"NamespaceAccessible")"); }
  [[nodiscard]] std::shared_ptr<const api::ClusterResourcePlacementStatus> mirror() const {
    return hub.get<api::ClusterResourcePlacementStatus>({"app", "p"});
  }
  void select(const std::string& namespace_) {
    auto placement = *hub.get<api::Placement>({"", "p"});
    placement.spec.resource_selectors.front().name = namespace_;
    ++placement.metadata.generation;
    hub.put(placement);
  }
};

INSTANTIATE_TEST_SUITE_P(Caches, Mirror, ::testing::Bool());

TEST_P(Mirror, FollowsTheStatus) {  // 118, 121, 126
  reconcile();
  schedule({});
  reconcile();
  ASSERT_NE(mirror(), nullptr);
  auto expected = hub.get<api::Placement>({"", "p"})->status;
  EXPECT_EQ(condition("StatusSynced")->reason, "StatusSyncSucceeded");
  kube::remove_condition(expected.conditions, "ClusterResourcePlacementStatusSynced");
  EXPECT_EQ(mirror()->source_status, expected);
  ASSERT_NE(mirror()->metadata.controller(), nullptr);
  EXPECT_EQ(mirror()->metadata.controller()->name, "p");
  pass(60);
  EXPECT_EQ(reconcile().writes, 0U);
  hub.erase(engine::View::collection_of<api::ClusterResourcePlacementStatus>(api::Scope::namespaced), {"app", "p"});
  EXPECT_EQ(reconcile().writes, 1U);
  EXPECT_NE(mirror(), nullptr);
}

TEST_P(Mirror, SaysWhenItsNamespaceIsGone) {  // 122
  reconcile();
  hub.erase({engine::Side::hub, {"", "namespaces"}}, {"", "app"});
  reconcile();
  EXPECT_EQ(condition("StatusSynced")->reason, "StatusSyncFailed");
}

TEST_P(Mirror, StaysWhereItIs) {  // 123, 124
  hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}})");
  reconcile();
  select("b");
  reconcile();
  EXPECT_EQ(condition("Scheduled")->reason, "InvalidResourceSelectors");
  EXPECT_NE(condition("Scheduled")->message.find("namespace b"), std::string::npos);
  EXPECT_NE(condition("Scheduled")->message.find("namespace app"), std::string::npos);
  EXPECT_EQ(hub.get<api::ClusterResourcePlacementStatus>({"b", "p"}), nullptr);
  EXPECT_NE(mirror(), nullptr);
  select("app");
  reconcile();
  EXPECT_EQ(condition("Scheduled")->reason, "SchedulePending");
}

TEST_P(Mirror, ShowsWrongSelectorsToo) {  // 127
  reconcile();
  auto placement = *hub.get<api::Placement>({"", "p"});
  placement.spec.resource_selectors.push_back(placement.spec.resource_selectors.front());
  hub.put(placement);
  reconcile();
  EXPECT_EQ(mirror()->source_status.conditions.front().reason, "InvalidResourceSelectors");
}

TEST_P(PlacementController, HasNoMirrorUnlessAskedFor) {  // 125
  put_placement("External");
  reconcile();
  EXPECT_EQ(condition("StatusSynced"), nullptr);
  EXPECT_TRUE(
      hub.list(engine::View::collection_of<api::ClusterResourcePlacementStatus>(api::Scope::namespaced), "").empty());
}

}  // namespace
}  // namespace slipway::hub::placement
