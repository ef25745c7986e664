// Whole runs, told in the statuses that are persisted (staged-update 16). Each
// row is one write of the run's status.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/updaterun/status.h"
#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using ::testing::ElementsAre;
using testing::Fleet;
using ::testing::IsEmpty;
using testing::Play;

// 16.2, for both scopes.
class StoryOfScope : public ::testing::TestWithParam<api::Scope> {};
INSTANTIATE_TEST_SUITE_P(UpdateRun, StoryOfScope, ::testing::Values(api::Scope::cluster, api::Scope::namespaced),
                         [](const auto& info) { return info.param == api::Scope::cluster ? "Cluster" : "Namespaced"; });

TEST_P(StoryOfScope, S16_2_PausedAndResumed) {
  Play play(
      Fleet{.scope = GetParam(),
            .clusters = {{"c0"}, {"c1"}, {"c2"}},
            .leaving = {{"u0"}, {"u1"}, {"u2"}},
            .stages =
                R"([{"name":"stage1","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}],
               "afterStageTasks":[{"type":"Approval"},{"type":"TimedWait","waitTime":"4s"}]}])"});
  for (const auto* const unheld : {"u1", "u2"}) {
    play.change_binding(unheld, [](auto& one) { one.metadata.finalizers.clear(); });
  }
  const auto is_run = [&](std::string_view progressing, std::string_view stage, std::string_view deletion) {
    return fmt::format("I=T:InitializedSuccessfully {} | stage1 {} | deletion{}", progressing, stage, deletion);
  };
  const std::string idle = "; u0, u1, u2";

  play.create_run();
  EXPECT_EQ(play.last(),
            is_run("P=F:Waiting", "P=F:Waiting before{approval+C} after{approval wait}; c0, c1, c2", idle));
  play.later(1), play.set_state(UpdateRunState::stop);
  EXPECT_THAT(
      play.settle(),
      ElementsAre(is_run("P=F:Stopped", "P=F:Stopped before{approval+C} after{approval wait}; c0, c1, c2", idle)));
  play.later(1), play.approve("run-before-stage1");
  EXPECT_THAT(play.settle(),
              IsEmpty());  // 138: approved while stopped, not accepted
  EXPECT_EQ(play.request("run-before-stage1")->status.conditions.size(), 1);
  EXPECT_THAT(play.bindings(), ::testing::HasSubstr("c0:Scheduled"));

  play.later(1), play.set_state(UpdateRunState::run);
  EXPECT_THAT(play.settle(), ElementsAre(is_run("P=T:Progressing",
                                                "P=T:Started start before{approval+C+A} "
                                                "after{approval wait}; c0 St, c1, c2",
                                                idle)));
  EXPECT_EQ(play.request("run-before-stage1")->status.conditions.size(), 2);
  const auto start_time = play.run().status.stages_status[0].start_time;
  play.later(1), play.available("c0");
  EXPECT_THAT(play.settle(),  // 84: c0 done and c1 started in one status
              ElementsAre(is_run("P=T:Progressing",
                                 "P=T:Started start before{approval+C+A} "
                                 "after{approval wait}; c0 St Su, c1 St, c2",
                                 idle)));
  play.later(1), play.set_state(UpdateRunState::stop);
  EXPECT_THAT(play.settle(), ElementsAre(is_run("P=U:Stopping",
                                                "P=U:Stopping start before{approval+C+A} "
                                                "after{approval wait}; c0 St Su,"
                                                " c1 St, c2",
                                                idle)));
  play.later(1), play.available("c1");
  EXPECT_THAT(play.settle(), ElementsAre(is_run("P=F:Stopped",
                                                "P=F:Stopped start before{approval+C+A} "
                                                "after{approval wait}; c0 St Su,"
                                                " c1 St Su, c2",
                                                idle)));
  EXPECT_THAT(play.bindings(), ::testing::HasSubstr("c2:Scheduled"));
  play.later(1), play.set_state(UpdateRunState::run);
  EXPECT_THAT(play.settle(), ElementsAre(is_run("P=T:Progressing",
                                                "P=T:Started start before{approval+C+A} "
                                                "after{approval wait}; c0 St Su,"
                                                " c1 St Su, c2 St",
                                                idle)));
  EXPECT_EQ(play.run().status.stages_status[0].start_time, start_time);
  play.later(1), play.available("c2");
  const std::string done = "; c0 St Su, c1 St Su, c2 St Su";
  EXPECT_THAT(
      play.settle(),
      ElementsAre(is_run("P=F:Waiting", "P=F:Waiting start before{approval+C+A} after{approval+C wait}" + done, idle)));
  play.later(1), play.set_state(UpdateRunState::stop);
  EXPECT_THAT(
      play.settle(),
      ElementsAre(is_run("P=F:Stopped", "P=F:Stopped start before{approval+C+A} after{approval+C wait}" + done, idle)));
  play.later(1), play.approve("run-after-stage1");
  EXPECT_THAT(play.settle(), IsEmpty());
  play.later(1), play.set_state(UpdateRunState::run);
  EXPECT_THAT(play.settle(),  // 3 of 4 seconds are over
              ElementsAre(is_run("P=F:Waiting",
                                 "P=F:Waiting start before{approval+C+A} after{approval+C+A wait}" + done, idle)));
  play.later(1);
  const std::string stage_done =
      "P=F:Succeeded S=T:Succeeded start end before{approval+C+A} "
      "after{approval+C+A wait+E}" +
      done;
  EXPECT_THAT(play.settle(),
              ElementsAre(is_run("P=T:Progressing", stage_done, idle),
                          is_run("P=T:Progressing", stage_done, " P=T:Started start; u0 St, u1 St Su, u2 St Su")));
  EXPECT_EQ(play.look_again_in(), -1);  // u0's end wakes the run
  play.later(1), play.set_state(UpdateRunState::stop);
  EXPECT_THAT(play.settle(),
              ElementsAre(is_run("P=U:Stopping", stage_done, " P=U:Stopping start; u0 St, u1 St Su, u2 St Su")));
  play.later(1);
  play.erase<api::ResourceBinding>("app-u0");
  EXPECT_THAT(play.settle(),
              ElementsAre(is_run("P=F:Stopped", stage_done, " P=F:Stopped start; u0 St Su, u1 St Su, u2 St Su")));
  play.later(1), play.set_state(UpdateRunState::run);
  EXPECT_THAT(play.settle(), ElementsAre(is_run("P=F:Succeeded S=T:Succeeded", stage_done,
                                                " P=F:Succeeded S=T:Succeeded start end; u0 "
                                                "St Su, u1 St Su, u2 St Su")));
}

TEST_P(StoryOfScope, S16_3_ATakenOverCluster) {
  Play play(Fleet{.scope = GetParam(),
                  .clusters = {{"a"}, {"b"}, {"c"}, {"d"}},
                  .stages = R"([{"name":"prod","labelSelector":{},"maxConcurrency":2}])"});
  play.create_run();
  play.settle();
  play.later(15), play.available("a");
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing | prod "
                                         "P=T:Started start; a St Su,"
                                         " b St, c St, d | deletion"));
  play.later(5);
  play.change_binding("b", [](auto& one) { one.spec.resource_snapshot_name = "app-2-snapshot"; });
  play.later(10);
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully P=F:Failed S=F:Failed | "
                                         "prod P=F:Failed S=F:Failed start end;"
                                         " a St Su, b St Fa, c St, d | deletion"));
  const auto& conditions = play.run().status.conditions;
  EXPECT_THAT(conditions.back().message,
              ::testing::AllOf(::testing::HasSubstr("b"), ::testing::HasSubstr("prod"), ::testing::HasSubstr("app-b")));
  EXPECT_EQ(blame_of(conditions.back().message), Blame::user);  // 203
  EXPECT_THAT(play.bindings(), ::testing::HasSubstr("d:Scheduled"));
  play.later(1000), play.available("c"), play.set_state(UpdateRunState::stop);
  EXPECT_THAT(play.settle(), IsEmpty());  // 2.5
  EXPECT_EQ(play.rest().writes, 0);
}

TEST_P(StoryOfScope, S16_4_StuckThenRecovered) {
  Play play(Fleet{.scope = GetParam(),
                  .clusters = {{"m"}, {"n"}},
                  .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":1}])"});
  play.create_run();
  play.settle();
  play.report("m", "Applied", kube::ConditionStatus::true_, "AllWorkHaveBeenApplied");
  play.report("m", "Available", kube::ConditionStatus::false_, "NotAllWorkAreAvailable");
  for (const std::int64_t wait : {15, 285}) {  // strictly more than five minutes
    play.later(wait);
    EXPECT_THAT(play.settle(), IsEmpty());
  }
  EXPECT_EQ(play.look_again_in(), 1);
  play.later(1);
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully P=F:Stuck | one "
                                         "P=T:Started start; m St, n | deletion"));
  const auto stuck = *kube::find_condition(play.run().status.conditions, "Progressing");
  EXPECT_THAT(stuck.message, ::testing::AllOf(::testing::HasSubstr("m"), ::testing::HasSubstr("one")));
  play.later(600);
  EXPECT_THAT(play.settle(), IsEmpty());
  play.available("m");
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing | one "
                                         "P=T:Started start; m St Su, n St | deletion"));
}

// 16.6: the first stage has no cluster any more, m3 follows a newer policy, m1
// and m2 go.
TEST_P(StoryOfScope, S16_6_ShrunkPlacement) {
  Play play(Fleet{.scope = GetParam(),
                  .clusters = {{"m3", {{"env", "prod"}}}},
                  .leaving = {{"m1", {{"env", "prod"}}}, {"m2", {{"env", "canary"}}}},
                  .policy = R"({"placementType":"PickFixed","clusterNames":["m3"]})",
                  .stages =
                      R"([{"name":"canary","labelSelector":{"matchLabels":{"env":"canary"}},"maxConcurrency":1,
                                 "beforeStageTasks":[{"type":"Approval"}],
                                 "afterStageTasks":[{"type":"Approval"},{"type":"TimedWait","waitTime":"4s"}]},
                                {"name":"prod","labelSelector":{"matchLabels":{"env":"prod"}},"maxConcurrency":1,
                                 "beforeStageTasks":[{"type":"Approval"}]}])"});
  play.change_binding("m3", [](api::ResourceBinding& one) {
    one.spec.state = "Bound";
    one.spec.resource_snapshot_name = "app-0-snapshot";
    one.spec.apply_strategy.emplace();
    one.status.conditions = {{.type = "RolloutStarted",
                              .status = kube::ConditionStatus::true_,
                              .observed_generation = one.metadata.generation,
                              .reason = "RolloutStarted"}};
  });
  play.create_run();
  const std::string skipped =
      "canary P=F:SkippedNoClusters S=T:SkippedNoClusters start end "
      "before{approval} after{approval wait}";
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully | canary before{approval} "
                                         "after{approval wait} | prod before{approval};"
                                         " m3 | deletion; m1, m2",
                                         "I=T:InitializedSuccessfully P=T:Progressing | " + skipped +
                                             " | prod before{approval}; m3 | deletion;"
                                             " m1, m2",
                                         "I=T:InitializedSuccessfully P=F:Waiting | " + skipped +
                                             " | prod P=F:Waiting before{approval+C}; m3 | deletion; m1, m2"));
  EXPECT_EQ(play.request("run-before-canary"), nullptr);
  const auto before = play.binding("m3");
  play.later(10), play.approve("run-before-prod");
  EXPECT_THAT(play.settle(), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing | " + skipped +
                                         " | prod P=T:Started start before{approval+C+A}; m3 "
                                         "St | deletion; m1, m2"));
  EXPECT_EQ(play.binding("m3").metadata.generation,
            before.metadata.generation);  // 97: only RolloutStarted anew
  EXPECT_EQ(play.binding("m3").status.conditions.front().last_transition_time, play.hub.now.wall);
  play.later(1), play.available("m3");
  const std::string done = "I=T:InitializedSuccessfully P=T:Progressing | " + skipped +
                           " | prod P=F:Succeeded S=T:Succeeded start end "
                           "before{approval+C+A}; m3 St Su | deletion";
  EXPECT_THAT(play.settle(), ElementsAre(done + "; m1, m2", done + " P=T:Started start; m1 St, m2 St"));
  EXPECT_EQ(play.bindings(),
            "m1:Unscheduled/deleting m2:Unscheduled/deleting "
            "m3:Bound/app-0-snapshot");
  play.later(1), play.erase<api::ResourceBinding>("app-m2");
  EXPECT_THAT(play.settle(), ElementsAre(done + " P=T:Started start; m1 St, m2 St Su"));
  play.later(1), play.erase<api::ResourceBinding>("app-m1");
  EXPECT_EQ(play.last(), "I=T:InitializedSuccessfully P=F:Succeeded S=T:Succeeded | " + skipped +
                             " | prod P=F:Succeeded S=T:Succeeded start end "
                             "before{approval+C+A}; m3 St Su"
                             " | deletion P=F:Succeeded S=T:Succeeded start end; m1 St Su, "
                             "m2 St Su");
}

TEST_P(StoryOfScope, S16_7_ConcurrentRuns) {
  Play play(Fleet{.scope = GetParam(), .clusters = {{"m2"}, {"m3"}}});
  play.put_snapshot(1, false);
  play.create_run(R"("state":"Run","resourceSnapshotIndex":"0")", "run-a");
  play.settle("run-a");
  play.later(5);
  play.create_run(R"("state":"Run","resourceSnapshotIndex":"1")", "run-b");
  play.settle("run-b");
  play.later(1);
  EXPECT_EQ(play.last("run-a"),
            "I=T:InitializedSuccessfully P=F:Failed S=F:Failed | one "
            "P=F:Failed S=F:Failed start end; m2 St Fa, m3"
            " | deletion");
  play.available("m2");
  play.settle("run-b");
  play.available("m3");
  EXPECT_EQ(play.last("run-b"),
            "I=T:InitializedSuccessfully P=F:Succeeded S=T:Succeeded | one "
            "P=F:Succeeded S=T:Succeeded start end; m2 St Su,"
            " m3 St Su | deletion P=F:Succeeded S=T:Succeeded start end");
  EXPECT_EQ(play.bindings(), "m2:Bound/app-1-snapshot m3:Bound/app-1-snapshot");
}

TEST_P(StoryOfScope, S16_8_CreatedInStop) {
  Play play(Fleet{.scope = GetParam()});
  play.create_run(R"("state":"Stop","resourceSnapshotIndex":"0")");
  EXPECT_EQ(play.last(),
            "I=T:InitializedSuccessfully P=F:Stopped | one "
            "P=F:Stopped; a, b, c | deletion");
  EXPECT_EQ(play.look_again_in(), -1);
  EXPECT_EQ(play.bindings(), "a:Scheduled b:Scheduled c:Scheduled");
}

}  // namespace
}  // namespace slipway::hub::updaterun
