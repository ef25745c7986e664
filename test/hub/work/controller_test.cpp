#include "hub/work/controller.h"

#include <gmock/gmock.h>

#include "test/hub/work/work_generator.h"

// placement 6; the numbers are those of 12.13.
namespace slipway::hub::work {
namespace {

using kube::ConditionStatus;
using testing::concerned;

constexpr std::string_view synced = "Overridden=T:NoOverrideSpecified WorkSynchronized=T:AllWorkSynced ";

TEST_F(WorkGenerator, S6_1_WhichBindingsAreProcessed) {
  const std::vector<std::pair<std::string, std::function<void(api::ResourceBinding&)>>> ignored{
      {"300: RolloutStarted of an older generation",
       [](auto& one) { one.status.conditions[0].observed_generation = 0; }},
      {"300: RolloutStarted unknown", [](auto& one) { one.status.conditions[0].status = ConditionStatus::unknown; }},
      {"300: RolloutStarted absent", [](auto& one) { one.status.conditions.clear(); }},
      {"301: scheduled", [](auto& one) { one.spec.state = "Scheduled"; }},
      {"303: its member is gone", [](auto& one) { one.spec.target_cluster = "n"; }},
  };
  const auto binding = *hub.get<api::ResourceBinding>(key);
  for (const auto& [rule, change] : ignored) {
    SCOPED_TRACE(rule);
    hub.put(binding);
    edit(change, false);
    EXPECT_EQ(settle().writes, 0);
    EXPECT_FALSE(hub.get<api::ResourceBinding>(key)->metadata.has_finalizer(api::finalizer::work_cleanup));
  }
  for (const auto& [rule, change] : std::vector<std::pair<std::string, std::function<void(api::ResourceBinding&)>>>{
           {"RolloutStarted is False", [](auto& one) { one.status.conditions[0].status = ConditionStatus::false_; }},
           {"302: unscheduled", [](auto& one) { one.spec.state = "Unscheduled"; }}}) {
    SCOPED_TRACE(rule);
    hub.put(binding);
    hub.erase(collection, {"fleet-member-m", "p-work"});
    edit(change, false);
    settle();
    EXPECT_EQ(works(), "p-work@0");
    EXPECT_TRUE(hub.get<api::ResourceBinding>(key)->metadata.has_finalizer(api::finalizer::work_cleanup));
  }
}

TEST_F(WorkGenerator, S6_2_Sync) {
  EXPECT_EQ(said(), std::string(synced) + "Applied=F:ApplyInProgress");  // 297
  EXPECT_EQ(works(), "p-work@0");
  EXPECT_EQ(settle().writes, 0);
  const auto first = hub.get<api::Work>({"fleet-member-m", "p-work"});
  EXPECT_EQ(first->metadata.labels.size(), 3U);
  EXPECT_TRUE(first->metadata.owner_references.empty());

  // 305: another version in the same Work
  put_part(1, -1, 3), put_part(1, 0, 3);
  edit([](auto& one) { one.spec.resource_snapshot_name = "p-1-snapshot"; });
  auto rest = settle();  // 312: not before the group is whole
  EXPECT_EQ(works(), "p-work@0");
  EXPECT_TRUE(rest.plan.look_again);
  put_part(1, 1, 3);
  settle();
  EXPECT_EQ(works(), "p-0@1 p-1@1 p-work@1");
  EXPECT_EQ(hub.get<api::Work>({"fleet-member-m", "p-work"})->metadata.uid, first->metadata.uid);
  EXPECT_EQ(*hub.get<api::Work>({"fleet-member-m", "p-1"})
                 ->metadata.annotation(api::annotation::parent_resource_snapshot_name),
            "p-1-snapshot");

  // 307: back to fewer parts
  edit([](auto& one) { one.spec.resource_snapshot_name = "p-0-snapshot"; });
  settle();
  EXPECT_EQ(works(), "p-work@0");

  // 308: the apply strategy alone
  edit([](auto& one) { one.spec.apply_strategy->when_to_take_over = api::WhenToTakeOver::never; });
  const auto before = hub.get<api::Work>({"fleet-member-m", "p-work"})->spec.workload;
  settle();
  const auto work = hub.get<api::Work>({"fleet-member-m", "p-work"});
  EXPECT_EQ(work->spec.apply_strategy->when_to_take_over, api::WhenToTakeOver::never);
  EXPECT_EQ(work->spec.workload, before);

  // 309: deleted by hand; and, better than the reference, edited by hand
  hub.erase(collection, {"fleet-member-m", "p-work"});
  settle();
  EXPECT_EQ(works(), "p-work@0");
  auto edited = *hub.get<api::Work>({"fleet-member-m", "p-work"});
  edited.spec.workload.manifests.clear();
  edited.metadata.labels.emplace("mine", "x");
  edited.metadata.resource_version = 0;
  hub.put(edited);
  settle();
  EXPECT_EQ(hub.get<api::Work>({"fleet-member-m", "p-work"})->spec.workload, before);
  EXPECT_NE(hub.get<api::Work>({"fleet-member-m", "p-work"})->metadata.label("mine"), nullptr);

  // 310, 311: the snapshot was pruned
  const auto snapshots = engine::View::collection_of<api::ResourceSnapshot>(api::Scope::cluster);
  hub.erase(snapshots, {"", "p-0-snapshot"});
  report("p-work",
         {condition("Applied", ConditionStatus::true_, 0), condition("Available", ConditionStatus::true_, 0)});
  EXPECT_EQ(said(), std::string(synced) + "Applied=T:AllWorkHaveBeenApplied Available=T:AllWorkAreAvailable");
  edit([](auto& one) { one.spec.resource_snapshot_name = "p-9-snapshot"; });
  EXPECT_EQ(said(), "Overridden=F:OverriddenFailed");
  EXPECT_EQ(works(), "p-work@0");  // what is there stays
}

TEST_F(WorkGenerator, S6_5_Aggregation) {
  constexpr auto t = ConditionStatus::true_;
  constexpr auto f = ConditionStatus::false_;
  constexpr auto u = ConditionStatus::unknown;
  struct Row {
    std::string rule;
    std::vector<kube::Condition> first, second;  // of p-work and p-0
    std::string want;
    std::int64_t offset = 0;
    bool report_diff = false;
  };
  const std::vector<Row> rows{
      {"314, 319",
       {condition("Applied", t, 0), condition("Available", t, 0)},
       {condition("Applied", t, 0), condition("Available", t, 0)},
       "Applied=T:AllWorkHaveBeenApplied Available=T:AllWorkAreAvailable"},
      {"315: unknown before failed",
       {condition("Applied", u, 0)},
       {condition("Applied", f, 0)},
       "Applied=F:ApplyInProgress"},
      {"one failed", {condition("Applied", t, 0)}, {condition("Applied", f, 0)}, "Applied=F:NotAllWorkHaveBeenApplied"},
      {"317: of an older generation",
       {condition("Applied", t, 0)},
       {condition("Applied", t, 0)},
       "Applied=F:ApplyInProgress",
       -1},
      {"available of one is not known",
       {condition("Applied", t, 0)},
       {condition("Applied", t, 0), condition("Available", t, 0)},
       "Applied=T:AllWorkHaveBeenApplied Available=F:NotAllWorkAreAvailable"},
      {"320",
       {condition("Applied", t, 0), condition("Available", f, 0)},
       {condition("Applied", t, 0), condition("Available", t, 0)},
       "Applied=T:AllWorkHaveBeenApplied Available=F:NotAllWorkAreAvailable"},
      {"318",
       {condition("Applied", t, 0), condition("Available", t, 0, "WorkNotTrackable")},
       {condition("Applied", t, 0), condition("Available", t, 0)},
       "Applied=T:AllWorkHaveBeenApplied Available=T:NotAllWorkAreAvailabilityTrackable"},
      {"321",
       {condition("DiffReported", t, 0)},
       {condition("DiffReported", t, 0)},
       "DiffReported=T:AllWorkHaveDiffReported",
       0,
       true},
      {"322",
       {condition("DiffReported", t, 0)},
       {condition("DiffReported", f, 0)},
       "DiffReported=F:NotAllWorkHaveDiffReported",
       0,
       true},
      {"nothing reported yet", {}, {}, "DiffReported=F:DiffReportInProgress", 0, true},
  };
  hub.erase(engine::View::collection_of<api::ResourceSnapshot>(api::Scope::cluster), {"", "p-0-snapshot"});
  put_part(0, -1, 2), put_part(0, 0, 2);
  settle();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    edit([&](auto& one) {
      one.spec.apply_strategy->type = row.report_diff ? api::ApplyType::report_diff : api::ApplyType::client_side_apply;
    });
    settle();
    report("p-work", row.first, {}, row.offset);
    report("p-0", row.second, {}, row.offset);
    EXPECT_EQ(said(), std::string(synced) + row.want);
  }
}

TEST_F(WorkGenerator, S6_5_Lists) {
  settle();
  const auto manifest = [](int i, ConditionStatus applied, bool drift, bool diff) {
    api::ManifestCondition one;
    one.identifier = {.ordinal = i,
                      .version = "v1",
                      .kind = "ConfigMap",
                      .resource = "configmaps",
                      .namespace_ = "n",
                      .name = fmt::format("cm-{:03}", i)};
    one.conditions = {condition("Applied", applied, 1)};
    if (drift) one.drift_details.emplace();
    if (diff) one.diff_details.emplace();
    return one;
  };
  const auto lists = [&] {
    said();
    const auto& status = hub.get<api::ResourceBinding>(key)->status;
    return fmt::format("{} {} {}", status.failed_placements.size(), status.drifted_placements.size(),
                       status.diffed_placements.size());
  };
  std::vector<api::ManifestCondition> many;
  for (int i = 199; i >= 0; --i)
    many.push_back(manifest(i, i < 150 ? ConditionStatus::false_ : ConditionStatus::true_, true, i < 3));
  report("p-work", {condition("Applied", ConditionStatus::false_, 0)}, many);
  EXPECT_EQ(lists(), "100 100 3");  // 316, 323
  const auto binding = hub.get<api::ResourceBinding>(key);
  EXPECT_EQ(binding->status.failed_placements.front().resource.name, "cm-000");
  EXPECT_EQ(binding->status.drifted_placements.back().resource.name, "cm-099");
  report("p-work", {condition("Applied", ConditionStatus::unknown, 0)}, many);
  EXPECT_EQ(lists(), "0 0 0");
  report("p-work", {condition("Applied", ConditionStatus::true_, 0)}, many);
  EXPECT_EQ(lists(), "0 100 0");
  report("p-work",
         {condition("Applied", ConditionStatus::true_, 0), condition("Available", ConditionStatus::false_, 0)}, many);
  EXPECT_EQ(lists(), "100 100 0");
  report("p-work", {condition("Applied", ConditionStatus::true_, 0), condition("Available", ConditionStatus::true_, 0)},
         {manifest(1, ConditionStatus::true_, true, true)});
  EXPECT_EQ(lists(), "0 1 0");
}

// 6.4, better than the reference: transition times stay while a status does, and nothing changed is nothing written.
TEST_F(WorkGenerator, S6_4_TransitionTimes) {
  settle();
  report("p-work",
         {condition("Applied", ConditionStatus::true_, 0), condition("Available", ConditionStatus::true_, 0)});
  settle();
  const auto before = hub.get<api::ResourceBinding>(key)->status.conditions;
  hub.now.wall = hub.now.wall + std::chrono::seconds{100};
  EXPECT_EQ(settle().writes, 0);
  put_part(1, -1, 1);
  edit([](auto& one) { one.spec.resource_snapshot_name = "p-1-snapshot"; });
  settle();
  const auto after = hub.get<api::ResourceBinding>(key)->status.conditions;
  EXPECT_EQ(after[1].last_transition_time, before[1].last_transition_time);  // Overridden
  EXPECT_EQ(after[3].last_transition_time, hub.now.wall);                    // Applied: True, and False again
}

TEST_F(WorkGenerator, S6_6_DeletingABinding) {  // 325
  settle();
  auto work = *hub.get<api::Work>({"fleet-member-m", "p-work"});
  work.metadata.finalizers = {"kubernetes-fleet.io/work-cleanup"};
  work.metadata.resource_version = 0;
  hub.put(work);
  edit([&](auto& one) { one.metadata.deletion_timestamp = hub.now.wall; });
  settle();
  EXPECT_EQ(works(), "p-work@0/deleting");
  EXPECT_FALSE(hub.get<api::ResourceBinding>(key)->metadata.has_finalizer(api::finalizer::work_cleanup));
  EXPECT_TRUE(hub.get<api::ResourceBinding>(key)->metadata.has_finalizer(api::finalizer::scheduler_crb_cleanup));
}

TEST_F(WorkGenerator, S6_1_WhatWakesABinding) {
  settle();
  const auto object = hub.get(collection, {"fleet-member-m", "p-work"});
  EXPECT_EQ(concerned(*controller, collection, {object, nullptr}, hub), (std::set<engine::Key>{key}));
  EXPECT_TRUE(concerned(*make_controller(api::Scope::namespaced), collection, {object, nullptr}, hub).empty());
  const auto bindings = engine::View::collection_of<api::ResourceBinding>(api::Scope::cluster);
  const auto before = hub.get(bindings, key);
  edit([](auto& one) { one.status.conditions.back().reason = "Other"; }, false);
  EXPECT_TRUE(concerned(*controller, bindings, {before, hub.get(bindings, key)}, hub).empty());  // our own writes
  edit([](auto& one) { one.status.conditions[0].status = ConditionStatus::false_; }, false);
  EXPECT_EQ(concerned(*controller, bindings, {before, hub.get(bindings, key)}, hub), (std::set<engine::Key>{key}));
}

}  // namespace
}  // namespace slipway::hub::work
