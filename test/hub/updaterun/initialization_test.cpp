#include "hub/updaterun/initialization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/names.h"
#include "api/override.h"
#include "hub/updaterun/controller.h"
#include "hub/updaterun/stages.h"
#include "test/hub/updaterun/play.h"

// staged-update 3; the numbers are those of 17.
namespace slipway::hub::updaterun {
namespace {

using testing::Cluster;
using testing::describe;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Play;

// The setting of 17: east by index, downwards in name; west by name.
Fleet ten_clusters(api::Scope scope = api::Scope::cluster) {
  Fleet fleet{.scope = scope,
              .clusters = {},
              .leaving = {{"unscheduled-cluster-0"}, {"unscheduled-cluster-1"}, {"unscheduled-cluster-2"}},
              .policy = R"({"placementType":"PickN","numberOfClusters":10})",
              .stages =
                  R"([{"name":"east","labelSelector":{"matchLabels":{"region":"east"}},"sortingLabelKey":"index",
                             "maxConcurrency":2},
                            {"name":"west","labelSelector":{"matchLabels":{"region":"west"}},"maxConcurrency":1}])"};
  for (int i = 0; i < 10; ++i) {
    fleet.clusters.push_back(
        {fmt::format("cluster-{}", i), {{"region", i % 2 == 1 ? "east" : "west"}, {"index", std::to_string(9 - i)}}});
  }
  return fleet;
}

using Edit = std::function<void(Play&)>;
using Policy = api::SchedulingPolicySnapshot;

Edit policy(std::function<void(Policy&)> edit, bool spec = false) {
  return [=](Play& play) { play.change<Policy>(play.key("app-0"), edit, spec); };
}
Edit strategy(std::string_view stages) {
  return [text = std::string(stages)](Play& play) {
    play.change<api::StagedUpdateStrategy>(play.key("plan"), [&](auto& one) {
      const auto other = Play(Fleet{.clusters = {}, .stages = text}).hub.get<api::StagedUpdateStrategy>({"", "plan"});
      one.spec = other->spec;
    });
  };
}
Edit label(std::string_view cluster, std::string_view key, std::string_view value) {
  return [=, c = std::string(cluster), k = std::string(key), v = std::string(value)](Play& play) {
    play.change<api::MemberCluster>({"", c}, [&](api::MemberCluster& member) {
      member.metadata.labels.erase(k);
      if (!v.empty()) member.metadata.labels[k] = v;
    });
  };
}

constexpr std::string_view one_index = R"("resourceSnapshotIndex":"0")";

struct Refused {
  std::string rule;
  Edit edit;
  std::vector<std::string> message;  // what it must convey
  // What was recorded before: p applied strategy, i policy index, c cluster
  // count, s strategy, t stages, d deletion stage
  std::string recorded = "";
  std::string spec = std::string(one_index);
};

std::string recorded(const api::UpdateRunStatus& status) {
  std::string text;
  if (status.applied_strategy) text += "p";
  if (!status.policy_snapshot_index_used.empty()) text += "i";
  if (status.policy_observed_cluster_count != 0) text += fmt::format("c{}", status.policy_observed_cluster_count);
  if (status.staged_update_strategy_snapshot) text += "s";
  if (!status.stages_status.empty()) text += "t";
  if (status.deletion_stage_status) text += "d";
  if (!status.resource_snapshot_index_used.empty()) text += "r";
  return text;
}

const std::vector<Refused> refused{
    {"25, 3.2: no placement", [](Play& p) { p.erase<api::Placement>("app"); }, {"app"}},
    {"26, 3.2: RollingUpdate",
     [](Play& p) { p.change<api::Placement>(p.key("app"), [](auto& one) { one.spec.strategy.reset(); }, false); },
     {"RollingUpdate", "External"}},
    {"28, 3.3: no latest policy snapshot",
     policy([](Policy& one) { one.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "false"; }),
     {"app"},
     "p"},
    {"29, 3.3: two latest policy snapshots",
     [](Play& p) {
       auto other = *p.hub.get<Policy>(p.key("app-0"));
       other.metadata.name = "app-1";
       other.metadata.uid.clear();
       other.metadata.resource_version = 0;
       p.hub.put(other);
     },
     {"2"},
     "p"},
    {"30, 3.3: no index label",
     policy([](Policy& one) { one.metadata.labels.erase("kubernetes-fleet.io/policy-index"); }),
     {"policy-index"},
     "p"},
    {"31, 3.4: PickN without its count",
     policy([](Policy& one) { one.metadata.annotations.erase("kubernetes-fleet.io/number-of-clusters"); }),
     {"number-of-clusters"},
     "pi"},
    {"31, 3.4: PickN with a negative count",
     policy([](Policy& one) { one.metadata.annotations["kubernetes-fleet.io/number-of-clusters"] = "-1"; }),
     {"number-of-clusters"},
     "pi"},
    {"32, 34, 3.4: not scheduled",
     policy([](Policy& one) { one.status.conditions.front().status = kube::ConditionStatus::false_; }),
     {"app-0"},
     "pic10"},
    {"33, 3.4: scheduled for an older generation", policy([](Policy&) {}, true), {"app-0"}, "pic10"},
    {"38, 3.5: no bindings",
     [](Play& p) {
       for (const auto& object : p.hub.list(engine::View::collection_of<api::ResourceBinding>(api::Scope::cluster), ""))
         p.erase<api::ResourceBinding>(object->key().name);
       for (const auto& object :
            p.hub.list(engine::View::collection_of<api::ResourceBinding>(api::Scope::namespaced), ""))
         p.erase<api::ResourceBinding>(object->key().name);
     },
     {"binding"},
     "pic10"},
    {"39, 3.5: another count of selected bindings",
     [](Play& p) { p.erase<api::ResourceBinding>("app-cluster-3"); },
     {"10", "9"},
     "pic10"},
    {"40, 3.5: an unscheduled binding does not count",
     [](Play& p) { p.change_binding("cluster-3", [](auto& one) { one.spec.state = "Unscheduled"; }); },
     {"10", "9"},
     "pic10"},
    {"45, 3.6: no strategy", [](Play& p) { p.erase<api::StagedUpdateStrategy>("plan"); }, {"plan"}, "pic10"},
    {"46, 3.6: two waits",
     strategy(R"([{"name":"s","labelSelector":{},"maxConcurrency":1,
                   "afterStageTasks":[{"type":"TimedWait","waitTime":"1m"},{"type":"TimedWait","waitTime":"2m"}]}])"),
     {"TimedWait", "s"},
     "pic10s"},
    {"46, 3.6: two approvals",
     strategy(R"([{"name":"s","labelSelector":{},"maxConcurrency":1,
                   "afterStageTasks":[{"type":"Approval"},{"type":"Approval"}]}])"),
     {"Approval", "s"},
     "pic10s"},
    {"47, 3.6: a wait of nothing",
     strategy(R"([{"name":"s","labelSelector":{},"maxConcurrency":1,
                   "afterStageTasks":[{"type":"TimedWait","waitTime":"0s"}]}])"),
     {"waitTime", "s"},
     "pic10s"},
    {"3.6: a wait before a stage",
     strategy(R"([{"name":"s","labelSelector":{},"maxConcurrency":1,
                   "beforeStageTasks":[{"type":"TimedWait","waitTime":"1m"}]}])"),
     {"TimedWait", "s"},
     "pic10s"},
    {"3.6: a selector that is none",
     strategy(
         R"([{"name":"s","labelSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]},"maxConcurrency":1}])"),
     {"s"},
     "pic10s"},
    {"48, 3.6: no sorting label", label("cluster-3", "index", ""), {"index", "cluster-3"}, "pic10s"},
    {"49, 3.6: 1.5 is no integer", label("cluster-3", "index", "1.5"), {"index", "1.5", "cluster-3"}, "pic10s"},
    {"49, 3.6: 1a is no integer", label("cluster-3", "index", "1a"), {"index", "1a", "cluster-3"}, "pic10s"},
    {"49, 3.6: beyond 64 bits",
     label("cluster-3", "index", "9223372036854775808"),
     {"9223372036854775808", "cluster-3"},
     "pic10s"},
    {"50, 3.6: in two stages",
     strategy(R"([{"name":"s","labelSelector":{},"maxConcurrency":1},
                  {"name":"t","labelSelector":{"matchLabels":{"region":"east"}},"maxConcurrency":1}])"),
     {"cluster-1", "s", "t"},
     "pic10s"},
    {"51, 3.6: five in no stage",
     strategy(R"([{"name":"s","labelSelector":{"matchLabels":{"region":"east"}},"maxConcurrency":1}])"),
     {"5", "cluster-0, cluster-2, cluster-4, cluster-6, cluster-8"},
     "pic10st"},
    {"57, 3.6: picked, and no member",
     [](Play& p) {
       p.hub.erase(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), {"", "cluster-4"});
     },
     {"1", "cluster-4"},
     "pic10st"},
    {"61, 3.8: not an index", {}, {"invalid-index"}, "pic10std", R"("resourceSnapshotIndex":"invalid-index")"},
    {"61, 3.8: a negative index", {}, {"-1"}, "pic10std", R"("resourceSnapshotIndex":"-1")"},
    {"62, 3.8: no snapshot of that index", {}, {"7", "app"}, "pic10std", R"("resourceSnapshotIndex":"7")"},
    {"3.8: 00 parses, and matches nothing", {}, {"00", "app"}, "pic10std", R"("resourceSnapshotIndex":"00")"},
    {"62, 3.8: of another placement",
     [](Play& p) {
       p.change<api::ResourceSnapshot>(
           p.key("app-0-snapshot"), [](auto& one) { one.metadata.labels["kubernetes-fleet.io/parent-CRP"] = "web"; });
     },
     {"0", "app"},
     "pic10std"},
    {"63, 3.8: no master", [](Play& p) { p.put_snapshot(0, true, ""); }, {"master"}, "pic10std"},
};

class OfScope : public ::testing::TestWithParam<api::Scope> {};
INSTANTIATE_TEST_SUITE_P(Initialization, OfScope, ::testing::Values(api::Scope::cluster, api::Scope::namespaced),
                         [](const auto& info) { return info.param == api::Scope::cluster ? "Cluster" : "Namespaced"; });

// 3.9: what a run pins never changes, so an override made just before it is given the time to get its snapshot.
TEST(Initialization, S3_9_AnOverrideWithoutItsSnapshot) {
  constexpr std::string_view text =
      R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceOverride{}",
           "metadata":{{"name":"{}","labels":{{"kubernetes-fleet.io/parent-resource-override":"o",
                        "kubernetes-fleet.io/is-latest-snapshot":"true"}}}},"spec":{}}})";
  constexpr std::string_view spec =
      R"({"clusterResourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"app"}],
          "policy":{"overrideRules":[{"overrideType":"Delete","clusterSelector":{"clusterSelectorTerms":[]}}]}})";
  const auto pinned = [](const Play& play) {
    return play.run().status.stages_status.at(0).clusters.at(0).cluster_resource_override_snapshots;
  };
  for (const bool comes : {true, false}) {
    SCOPED_TRACE(comes);
    Play play;
    play.hub.put_json(fmt::format(text, "", "o", spec));
    play.create_run();
    EXPECT_THAT(play.settle(), IsEmpty());
    EXPECT_GE(play.look_again_in(), 0);
    if (comes) {
      play.hub.put_json(
          fmt::format(text, "Snapshot", "o-0", fmt::format(R"({{"overrideHash":"","overrideSpec":{}}})", spec)));
    } else {
      play.later(60);  // one that never gets its snapshot does not hold up runs
    }
    play.settle();
    EXPECT_EQ(pinned(play), comes ? std::vector<std::string>{"o-0"} : std::vector<std::string>{});
  }
}

TEST_P(OfScope, S3_1_WhatCanNeverBe) {
  for (const Refused& row : refused) {
    SCOPED_TRACE(row.rule);
    Play play(ten_clusters(GetParam()));
    if (row.edit) row.edit(play);
    play.create_run(row.spec);
    play.later(60);  // the scheduler's grace is over
    play.settle();
    const auto status = play.run().status;
    ASSERT_EQ(status.conditions.size(), 1);
    EXPECT_EQ(status.conditions[0].type, "Initialized");
    EXPECT_EQ(status.conditions[0].reason, "UpdateRunInitializedFailed");
    for (const auto& part : row.message) EXPECT_THAT(status.conditions[0].message, HasSubstr(part));
    const bool is_internal = std::ranges::any_of(std::array{"3.3:", "3.4:", "3.5:", "no master"},
                                                 [&](const char* part) { return row.rule.contains(part); });
    EXPECT_EQ(blame_of(status.conditions[0].message), is_internal ? Blame::internal : Blame::user);
    EXPECT_EQ(recorded(status), row.recorded);
    EXPECT_EQ(play.look_again_in(), -1);
    EXPECT_THAT(play.bindings(), ::testing::Not(HasSubstr("Bound")));
    EXPECT_THAT(play.settle(), IsEmpty());  // 2.5
    EXPECT_EQ(play.rest().writes, 0);
  }
}

// 3.4, recommended: what the scheduler may still mend is waited for, and no
// longer than 60 s from the run's creation.
TEST(Initialization, S3_4_TheSchedulersGrace) {
  const std::vector<std::pair<std::string, std::pair<Edit, Edit>>> rows{
      {"no snapshot yet",
       {policy([](Policy& one) { one.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "false"; }),
        policy([](Policy& one) { one.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "true"; })}},
      {"not scheduled yet",
       {policy([](Policy& one) { one.status.conditions.front().status = kube::ConditionStatus::false_; }),
        policy([](Policy& one) { one.status.conditions.front().status = kube::ConditionStatus::true_; })}},
      {"too few bindings yet",
       {[](Play& p) { p.erase<api::ResourceBinding>("app-cluster-3"); },
        [](Play& p) { p.put_binding({"cluster-3"}, "Scheduled"); }}},
      {"scheduled, but for the placement as it was",
       {[](Play& p) { p.change<api::Placement>(p.key("app"), [](auto& one) { one.spec.revision_history_limit = 5; }); },
        policy([](Policy& one) {
          one.metadata.annotations["kubernetes-fleet.io/CRP-generation"] = "2";
          one.status.observed_crp_generation = 2;
        })}},
      {"41: a binding of an older policy",
       {[](Play& p) {
          p.change_binding("cluster-3", [](auto& one) { one.spec.scheduling_policy_snapshot_name = "old"; });
        },
        [](Play& p) {
          p.change_binding("cluster-3", [](auto& one) { one.spec.scheduling_policy_snapshot_name = "app-0"; });
        }}},
  };
  for (const auto& [rule, edits] : rows) {
    SCOPED_TRACE(rule);
    Play play(ten_clusters());
    edits.first(play);
    play.create_run(one_index);
    EXPECT_THAT(play.settle(), IsEmpty());
    EXPECT_GT(play.look_again_in(), 0);
    play.later(59);
    EXPECT_THAT(play.settle(), IsEmpty());
    edits.second(play);
    EXPECT_THAT(play.last(), HasSubstr("I=T:InitializedSuccessfully"));
  }
}

TEST_P(OfScope, S3_WhatIsPinned) {
  Play play(ten_clusters(GetParam()));
  play.create_run(one_index);
  EXPECT_EQ(play.last(),  // 54
            "I=T:InitializedSuccessfully | east; cluster-9, cluster-7, "
            "cluster-5, cluster-3, cluster-1"
            " | west; cluster-0, cluster-2, cluster-4, cluster-6, cluster-8"
            " | deletion; unscheduled-cluster-0, unscheduled-cluster-1, "
            "unscheduled-cluster-2");
  const auto status = play.run().status;
  EXPECT_EQ(recorded(status), "pic10stdr");
  EXPECT_EQ(status.policy_snapshot_index_used, "0");
  EXPECT_EQ(status.resource_snapshot_index_used, "0");
  EXPECT_EQ(*status.applied_strategy, api::ApplyStrategy{});
  EXPECT_EQ(play.run().metadata.generation, 1);
  EXPECT_THAT(play.run().metadata.finalizers, ::testing::ElementsAre("kubernetes-fleet.io/stagedupdaterun-finalizer"));
  // 80: state Initialize touches nothing, ever.
  play.later(100'000);
  EXPECT_THAT(play.settle(), IsEmpty());
  EXPECT_EQ(play.rest().writes, 0);
  EXPECT_EQ(play.look_again_in(), -1);
}

TEST(Initialization, S3_5_AndS3_6_WhoIsInWhichStage) {
  struct Row {
    std::string rule;
    Fleet fleet;
    std::string expected;  // without "I=T:InitializedSuccessfully"
    std::int64_t count = 0;
    Edit edit = {};
  };
  const std::vector<Row> rows{
      {"35: PickFixed",
       {.clusters = {{"a"}, {"b"}}, .policy = R"({"placementType":"PickFixed","clusterNames":["a","b"]})"},
       " | one; a, b | deletion",
       2},
      {"42: only an unscheduled binding, PickAll", {.clusters = {}, .leaving = {{"u"}}}, " | one | deletion; u", 0},
      {"43: bindings of another placement",
       {.clusters = {{"a"}, {"b"}}},
       " | one; b | deletion",
       1,
       [](Play& p) {
         p.change_binding("a", [](auto& one) { one.metadata.labels["kubernetes-fleet.io/parent-CRP"] = "app-a"; });
       }},
      {"3.5: a binding being deleted is classified like any other",
       {.clusters = {{"a"}, {"b"}}, .leaving = {{"u"}}},
       " | one; a, b | deletion; u",
       2,
       [](Play& p) {
         for (const auto* const name : {"a", "u"})
           p.change_binding(name, [&](auto& one) { one.metadata.deletion_timestamp = p.hub.now.wall; });
       }},
      {"3.5: an older policy's unscheduled binding goes too",
       {.clusters = {{"a"}}, .leaving = {{"u"}}},
       " | one; a | deletion; u",
       1,
       [](Play& p) { p.change_binding("u", [](auto& one) { one.spec.scheduling_policy_snapshot_name = "app-old"; }); }},
      {"53: {} selects all, null none",
       {.clusters = {{"a"}, {"b"}}, .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":1},
                                                  {"name":"two","maxConcurrency":1}])"},
       " | one; a, b | two | deletion",
       2},
      {"49, 55: as numbers, not as text; equal ones by name",
       {.clusters = {{"a", {{"n", "10"}}},
                     {"b", {{"n", "9"}}},
                     {"c", {{"n", "007"}}},
                     {"d", {{"n", "9"}}},
                     {"e", {{"n", "9223372036854775807"}}}},
        .stages = R"([{"name":"one","labelSelector":{},"sortingLabelKey":"n","maxConcurrency":1}])"},
       " | one; c, b, d, a, e | deletion",
       5},
      {"56: matching, but not picked, is not listed and needs no label",
       {.clusters = {{"a", {{"n", "1"}}}},
        .stages = R"([{"name":"one","labelSelector":{},"sortingLabelKey":"n","maxConcurrency":1}])"},
       " | one; a | deletion",
       1,
       [](Play& p) { p.put_member({"stranger"}); }},
      {"58: tasks and their names",
       {.clusters = {{"a"}},
        .stages =
            R"([{"name":"one","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}],
                       "afterStageTasks":[{"type":"TimedWait","waitTime":"90s"},{"type":"Approval"}]}])"},
       " | one before{approval} after{wait approval}; a | deletion",
       1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    Play play(row.fleet);
    if (row.edit) row.edit(play);
    play.create_run(one_index);
    EXPECT_EQ(play.last(), "I=T:InitializedSuccessfully" + row.expected);
    EXPECT_EQ(play.run().status.policy_observed_cluster_count, row.count);
  }
  // 36, 37: the count of PickAll shows how far a failed initialization came.
  for (const bool has_binding : {false, true}) {
    Play play(Fleet{.clusters = {{"a"}}});
    if (!has_binding) play.erase<api::ResourceBinding>("app-a");
    play.erase<api::StagedUpdateStrategy>("plan");
    play.create_run(one_index);
    play.later(61);
    play.settle();
    EXPECT_EQ(play.run().status.policy_observed_cluster_count, has_binding ? 1 : -1);
  }
  // 52
  EXPECT_EQ(describe_left_over({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}),
            "12 selected clusters are in no stage: a, b, c, d, e, f, g, h, i, j, …");
}

TEST(Initialization, S1_4_TheRecordedStrategy) {
  Play play(Fleet{.clusters = {{"a"}}, .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":"30%",
                                 "beforeStageTasks":[{"type":"Approval"}],
                                 "afterStageTasks":[{"type":"TimedWait","waitTime":"90s"},{"type":"Approval"}]}])"});
  play.create_run(one_index);
  play.settle();
  const auto run = play.run();
  const auto& stage = run.status.staged_update_strategy_snapshot->stages.at(0);
  EXPECT_EQ(*stage.max_concurrency->string(), "30%");
  EXPECT_EQ(stage.after_stage_tasks[0].wait_time, "1m30s");
  EXPECT_EQ(stage.after_stage_tasks[1].wait_time, "");
  const auto& status = run.status.stages_status[0];
  EXPECT_EQ(status.before_stage_task_status[0].approval_request_name, "run-before-one");
  EXPECT_EQ(status.after_stage_task_status[1].approval_request_name, "run-after-one");
}

// 3.8 with the index left out: the content as it is now, whatever the intervals
// of placements (W1).
TEST_P(OfScope, S3_8_TheCurrentContent) {
  const auto put_content = [](Play& play, std::string_view value) {
    play.hub.put_json(
        play.key("x").namespace_.empty()
            ? fmt::format(
                  R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"app","labels":{{"v":"{}"}}}}}})",
                  value)
            : fmt::format(
                  R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"app","namespace":"ns"}},"data":{{"v":"{}"}}}})",
                  value));
  };
  const auto used_by = [](Play& play, const std::string& name, std::string_view spec) {
    play.create_run(spec, name);
    play.settle(name);
    return play.run(name).status.resource_snapshot_index_used;
  };
  const auto labels = [&](Play& play) {
    std::string text;
    for (const auto& object : play.hub.list(engine::View::collection_of<api::ResourceSnapshot>(GetParam()), "")) {
      text += fmt::format(" {}={}", *object->metadata().label(api::label::resource_index),
                          *object->metadata().label(api::label::is_latest_snapshot));
    }
    return text;
  };
  Play play(Fleet{.scope = GetParam()});
  play.erase<api::ResourceSnapshot>("app-0-snapshot");
  put_content(play, "one");
  EXPECT_EQ(used_by(play, "r1", ""), "0");  // 64: none existed
  EXPECT_EQ(labels(play), " 0=true");
  EXPECT_EQ(used_by(play, "r2", ""), "0");  // the same content
  EXPECT_EQ(used_by(play, "r3", R"("resourceSnapshotIndex":"")"),
            "0");  // "" is left out
  put_content(play, "two");
  EXPECT_EQ(used_by(play, "r4", ""), "1");     // 65, 66: at once
  EXPECT_EQ(labels(play), " 0=false 1=true");  // 70
  EXPECT_EQ(used_by(play, "r5", R"("resourceSnapshotIndex":"0")"), "0");
  EXPECT_EQ(labels(play), " 0=false 1=true");  // a rollback relabels nothing
  EXPECT_EQ(used_by(play, "r6", ""), "1");
  put_content(play, "three");
  play.create_run("", "r7"), play.create_run("", "r8");  // 79
  play.settle("r7"), play.settle("r8");
  EXPECT_EQ(play.run("r7").status.resource_snapshot_index_used + play.run("r8").status.resource_snapshot_index_used,
            "22");
  EXPECT_EQ(labels(play), " 0=false 1=false 2=true");
  put_content(play, "two");  // old content is new content
  EXPECT_EQ(used_by(play, "r9", ""), "3");
}

// What was read before the snapshot was made still counts after it; what has changed meanwhile is read, and rolled out.
TEST(Initialization, S3_8_ReadsTheContentOnce) {
  for (const bool changes : {false, true}) {
    Play play(Fleet{.clusters = {{"a"}}});
    play.erase<api::ResourceSnapshot>("app-0-snapshot");
    play.create_run("");
    const auto controller = make_controller(api::Scope::cluster);
    engine::Memo memo;
    const auto reconcile = [&](std::size_t& reads) {
      play.hub.forget_answers();
      const std::size_t before = play.hub.reads_made();
      auto plan = controller->reconcile({"", "run"}, play.hub, memo, play.hub.now);
      for (; !plan.reads.empty(); plan = controller->reconcile({"", "run"}, play.hub, memo, play.hub.now)) {
        play.hub.perform(plan.reads);
      }
      reads = play.hub.reads_made() - before;
      return plan;
    };
    std::size_t reads = 0;
    play.hub.apply(reconcile(reads).chains);  // the finalizer
    play.hub.apply(reconcile(reads).chains);  // the snapshot
    EXPECT_GT(reads, 5U);
    if (changes) {
      play.hub.put_json(
          R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"late","namespace":"app"},"data":{"k":"v"}})");
      play.hub.apply(reconcile(reads).chains);
      EXPECT_EQ(reads, 1U);
    }
    const auto plan = reconcile(reads);
    EXPECT_EQ(reads, 0U);
    ASSERT_TRUE(plan.report) << "initialized";
    play.hub.apply(*plan.report);
    EXPECT_EQ(play.run().status.resource_snapshot_index_used, changes ? "1" : "0");
    reconcile(reads);
    EXPECT_TRUE(memo.is_empty()) << "nobody needs it any more";
  }
}

// What waits for an override's snapshot is told of it; what has pinned its content is not.
TEST(Initialization, S3_9_ASnapshotOfAnOverrideWakesRunsThatWait) {
  for (const bool is_initialized : {false, true}) {
    Play play(Fleet{.clusters = {{"a"}}});
    play.create_run();
    if (is_initialized) play.settle();
    const auto snapshot = play.hub.put_json(
        R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceOverrideSnapshot","metadata":{"name":"o-0"},
            "spec":{"overrideHash":"aA==","overrideSpec":{"clusterResourceSelectors":[],"policy":{"overrideRules":[]}}}})");
    const auto controller = make_controller(api::Scope::cluster);
    const auto of = engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster);
    const auto woken = hub::testing::concerned(*controller, of, {.before = nullptr, .after = snapshot}, play.hub);
    EXPECT_EQ(woken.size(), is_initialized ? 0U : 1U);
  }
}

TEST(Initialization, S3_8_AnInvalidSelectorIsTheUsers) {  // 71
  Play play(Fleet{.clusters = {{"a"}}});
  play.change<api::Placement>(
      {"", "app"}, [](auto& one) { one.spec.resource_selectors.front().kind = "Gadget"; }, false);
  play.create_run("");
  play.later(61);
  EXPECT_THAT(play.last(), HasSubstr("I=F:InitializedFailed"));
  EXPECT_THAT(play.run().status.conditions[0].message, HasSubstr("Gadget"));
}

TEST(Initialization, S3_8_AGroupOfSeveralParts) {  // 67
  Play play(Fleet{.clusters = {{"a"}}});
  for (int i = 0; i < 2; ++i) {
    auto part = *play.hub.get<api::ResourceSnapshot>({"", "app-0-snapshot"});
    part.metadata.name = fmt::format("app-0-{}", i);
    part.metadata.uid.clear();
    part.metadata.resource_version = 0;
    part.metadata.annotations = {{"kubernetes-fleet.io/subindex-of-resource-snapshot", std::to_string(i)}};
    part.metadata.labels.erase("kubernetes-fleet.io/is-latest-snapshot");
    play.hub.put(part);
  }
  play.create_run();
  play.settle();
  EXPECT_EQ(play.bindings(), "a:Bound/app-0-snapshot");
}

}  // namespace
}  // namespace slipway::hub::updaterun
