// State Run in its details (staged-update 5); the numbers are those of 17.
// Whole runs are in story_test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/updaterun/pass.h"
#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using kube::ConditionStatus;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Play;

const std::string head = "I=T:InitializedSuccessfully ";

// Makes the binding what the run "run" would make of it.
void bring_in_sync(api::ResourceBinding& one) {
  one.spec.state = "Bound";
  one.spec.resource_snapshot_name = "app-0-snapshot";
  one.spec.apply_strategy.emplace();
  for (const auto* const type : {"RolloutStarted", "Available"}) {
    kube::set_condition(one.status.conditions,
                        {.type = type,
                         .status = ConditionStatus::true_,
                         .observed_generation = one.metadata.generation,
                         .last_transition_time = {},
                         .reason = "Said",
                         .message = "so"},
                        {});
  }
}

TEST(Execution, S5_6_WhatIsWrittenToABinding) {
  struct Row {
    std::string rule;
    std::function<void(api::ResourceBinding&)> edit;
    std::int64_t generation;  // how far it moves
    bool rollout_started;     // written anew
    std::string cluster;      // afterwards
  };
  const std::vector<Row> rows{
      {"83: the content differs", [](auto&) {}, 1, true, "a St"},
      {"95: in sync and available: no write", bring_in_sync, 0, false, "a St Su"},
      {"5.6, last row, better: in sync and not yet available counts as started",
       [](auto& one) { bring_in_sync(one), kube::remove_condition(one.status.conditions, "Available"); }, 0, false,
       "a St"},
      {"96: only the state differs", [](auto& one) { bring_in_sync(one), one.spec.state = "Scheduled"; }, 1, true,
       "a St"},
      {"97: only RolloutStarted is stale",
       [](auto& one) { bring_in_sync(one), one.status.conditions[0].observed_generation = 0; }, 0, true, "a St Su"},
      {"97: RolloutStarted is False",
       [](auto& one) { bring_in_sync(one), one.status.conditions[0].status = ConditionStatus::false_; }, 0, true,
       "a St Su"},
      {"another apply strategy",
       [](auto& one) { bring_in_sync(one), one.spec.apply_strategy->type = api::ApplyType::report_diff; }, 1, true,
       "a St"},
      {"an override of an earlier run",
       [](auto& one) { bring_in_sync(one), one.spec.cluster_resource_override_snapshots = {"cro-0"}; }, 1, true,
       "a St"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    Play play(Fleet{.clusters = {{"a"}}, .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":1,
                                                       "afterStageTasks":[{"type":"Approval"}]}])"});
    play.change_binding("a", row.edit, false);
    const auto before = play.binding("a");
    play.create_run();
    EXPECT_THAT(play.last(), HasSubstr("; " + row.cluster + " |"));
    const auto after = play.binding("a");
    EXPECT_EQ(after.metadata.generation - before.metadata.generation, row.generation);
    EXPECT_EQ(after.spec.state, "Bound");
    EXPECT_EQ(after.spec.resource_snapshot_name, "app-0-snapshot");
    EXPECT_EQ(*after.spec.apply_strategy, api::ApplyStrategy{});
    EXPECT_THAT(after.spec.cluster_resource_override_snapshots, IsEmpty());
    EXPECT_EQ(after.spec.cluster_decision,
              before.spec.cluster_decision);  // the scheduler's
    EXPECT_EQ(after.spec.scheduling_policy_snapshot_name, "app-0");
    const auto& started = after.status.conditions.front();
    EXPECT_EQ(started.type, "RolloutStarted");
    EXPECT_EQ(started.status, ConditionStatus::true_);
    EXPECT_EQ(started.observed_generation, after.metadata.generation);
    EXPECT_EQ(started.last_transition_time == play.hub.now.wall, row.rollout_started);
    if (row.rollout_started) EXPECT_THAT(started.message, AllOf(HasSubstr("snapshot 0"), HasSubstr("run")));
  }
}

TEST(Execution, S5_5_SlotsAndOrder) {
  const auto stage_with = [](std::string_view concurrency) {
    return fmt::format(R"([{{"name":"one","labelSelector":{{}},"maxConcurrency":{}}}])", concurrency);
  };
  const std::string progressing = head + "P=T:Progressing | one P=T:Started start; ";
  {
    Play play(Fleet{.stages = stage_with("3")});  // 88
    play.create_run();
    EXPECT_EQ(play.last(), progressing + "a St, b St, c St | deletion");
    for (const auto* const cluster : {"c", "a", "b"}) play.available(cluster);
    EXPECT_THAT(play.last(), HasSubstr("P=F:Succeeded S=T:Succeeded | one"));
  }
  {
    Play play(Fleet{.stages = stage_with(R"("70%")")});  // 89, 90
    play.create_run();
    EXPECT_EQ(play.last(), progressing + "a St, b St, c | deletion");
    EXPECT_THAT(play.bindings(), HasSubstr("c:Scheduled"));  // 85
    play.available("b");
    EXPECT_EQ(play.last(), progressing + "a St, b St Su, c St | deletion");
    play.available("c");
    EXPECT_EQ(play.last(), progressing + "a St, b St Su, c St Su | deletion");
  }
  {
    Play play(Fleet{.stages = stage_with("150")});  // 91
    play.create_run();
    EXPECT_EQ(play.last(), progressing + "a St, b St, c St | deletion");
  }
  {
    Play play(Fleet{.stages = stage_with("1")});  // 84, 86
    play.create_run();
    play.settle();
    play.available("a"), play.settle();
    play.available("b"), play.settle();
    const auto start_time = play.run().status.stages_status[0].start_time;
    play.later(5), play.available("c");
    EXPECT_THAT(play.settle(), ElementsAre(head + "P=T:Progressing | one P=F:Succeeded S=T:Succeeded "
                                                  "start end; a St Su, b St Su, c St Su"
                                                  " | deletion",
                                           head + "P=F:Succeeded S=T:Succeeded | one P=F:Succeeded "
                                                  "S=T:Succeeded start end; a St Su,"
                                                  " b St Su, c St Su | deletion P=F:Succeeded "
                                                  "S=T:Succeeded start end"));
    EXPECT_EQ(play.run().status.stages_status[0].start_time, start_time);  // 87
  }
}

TEST(Execution, S5_7_WhatABindingSays) {
  struct Report {
    std::string_view type, status, reason;
    std::int64_t generation_offset = 0;
  };
  struct Row {
    std::string rule;
    std::vector<Report> reports;
    bool succeeded;
  };
  const std::vector<Row> rows{
      {"107: nothing yet", {}, false},
      {"5.7 (1): available", {{"Available", "T", "AllWorkAreAvailable"}}, true},
      {"92: availability cannot be tracked", {{"Available", "T", "NotAllWorkAreAvailabilityTrackable"}}, true},
      {"93: differences reported", {{"DiffReported", "T", "AllWorkHaveDiffReported"}}, true},
      {"94: of an older generation", {{"Available", "T", "AllWorkAreAvailable", -1}}, false},
      {"105: cannot be applied", {{"Applied", "F", "NotAllWorkHaveBeenApplied"}}, false},
      {"106: cannot be overridden", {{"Overridden", "F", "OverriddenFailed"}}, false},
      {"106: cannot be synchronised", {{"WorkSynchronized", "F", "SyncWorkFailed"}}, false},
      {"107: not available yet", {{"Available", "F", "ResourceNotAvailableYet"}}, false},
      {"108: differences not reported", {{"DiffReported", "F", "NotAllWorkHaveDiffReported"}}, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    Play play(Fleet{.clusters = {{"a"}}});
    play.create_run();
    play.settle();
    for (const auto& [type, status, reason, offset] : row.reports) {
      play.report("a", type, status == "T" ? ConditionStatus::true_ : ConditionStatus::false_, reason, offset);
    }
    play.later(300);
    EXPECT_THAT(play.last(), HasSubstr(row.succeeded ? "P=F:Succeeded S=T:Succeeded | one" : "P=T:Progressing | one"));
    play.later(1);  // K9: stuck, and never failed
    EXPECT_THAT(play.last(), HasSubstr(row.succeeded ? "P=F:Succeeded S=T:Succeeded | one"
                                                     : "P=F:Stuck | one P=T:Started start; a St |"));
    play.later(10'000);
    EXPECT_THAT(play.settle(), IsEmpty());
    play.available("a");
    EXPECT_THAT(play.last(),
                HasSubstr("P=F:Succeeded S=T:Succeeded | one"));  // 109
  }
}

TEST(Execution, S5_7_StuckClusters) {
  Play play(Fleet{.stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":2}])"});
  play.create_run();
  play.settle();
  play.later(100);
  play.available("b"), play.settle();
  play.later(201);
  EXPECT_EQ(play.last(), head + "P=F:Stuck | one P=T:Started start; a St, b St Su, c St | deletion");
  EXPECT_EQ(play.look_again_in(), 100);  // c's own five minutes
  play.available("c");
  EXPECT_EQ(play.last(), head +
                             "P=F:Stuck | one P=T:Started start; a St, b St "
                             "Su, c St Su | deletion");  // 111
  // 110
  for (const std::size_t count : {1U, 2U, 3U, 5U}) {
    StuckClusters stuck(WallTime{1000});
    EXPECT_FALSE(stuck.any());
    for (std::size_t i = 0; i < count; ++i) {
      stuck.look_at(
          {.cluster_name = fmt::format("c{}", i),
           .conditions = {{.type = "Started", .status = ConditionStatus::true_, .last_transition_time = {699}}}},
          "so");
    }
    EXPECT_TRUE(stuck.any());
    EXPECT_EQ(stuck.message("one").find("c2") != std::string::npos, count >= 3);
    EXPECT_EQ(stuck.message("one").find("c3"), std::string::npos);
    EXPECT_EQ(stuck.message("one").find("...") != std::string::npos, count > 3);
  }
}

TEST(Execution, S5_5_TakenOver) {
  const std::vector<std::pair<std::string, std::function<void(api::ResourceBinding&)>>> rows{
      {"112: its state", [](auto& one) { one.spec.state = "Scheduled"; }},
      {"113: its snapshot", [](auto& one) { one.spec.resource_snapshot_name = "app-7-snapshot"; }},
      {"114: its overrides", [](auto& one) { one.spec.cluster_resource_override_snapshots = {"cro-0"}; }},
      {"114: its namespaced overrides", [](auto& one) { one.spec.resource_override_snapshots = {{"ns", "ro-0"}}; }},
      {"114: its apply strategy",
       [](auto& one) { one.spec.apply_strategy->when_to_take_over = api::WhenToTakeOver::never; }},
      {"115: RolloutStarted is stale", [](auto&) {}},
      {"115: RolloutStarted is False",
       [](auto& one) {
         one.status.conditions[0].observed_generation = one.metadata.generation + 1;
         one.status.conditions[0].status = ConditionStatus::false_;
       }},
  };
  for (const auto state : {UpdateRunState::run, UpdateRunState::stop}) {  // W12: also while stopping
    for (const auto& [rule, edit] : rows) {
      SCOPED_TRACE(rule);
      Play play(Fleet{.clusters = {{"a"}, {"b"}, {"c"}, {"d"}},
                      .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":3}])"});
      play.create_run();
      play.settle();
      play.change_binding("b", edit);
      if (state == UpdateRunState::stop) play.set_state(state);
      EXPECT_EQ(play.last(), head +
                                 "P=F:Failed S=F:Failed | one P=F:Failed "
                                 "S=F:Failed start end; a St, b St Fa, c St, d"
                                 " | deletion");
      EXPECT_THAT(play.run().status.conditions.back().message,
                  AllOf(HasSubstr(" b "), HasSubstr("one"), HasSubstr("app-b")));
      EXPECT_THAT(play.bindings(), HasSubstr("d:Scheduled"));  // 117
      play.available("a"), play.available("c");
      EXPECT_THAT(play.settle(), IsEmpty());
      EXPECT_EQ(play.rest().writes, 0);
    }
  }
}

TEST(Execution, S5_5_TheSameWishIsNoConflict) {  // 118
  Play play(Fleet{.clusters = {{"a"}}});
  play.create_run(), play.settle();
  play.create_run(R"("state":"Run","resourceSnapshotIndex":"0")", "other"), play.settle("other");
  play.available("a");
  EXPECT_THAT(play.last(), HasSubstr("P=F:Succeeded S=T:Succeeded | one"));
  EXPECT_THAT(play.last("other"), HasSubstr("P=F:Succeeded S=T:Succeeded | one"));
}

TEST(Execution, S5_2_EmptyStages) {
  const std::string tasks = R"("beforeStageTasks":[{"type":"Approval"}],
                               "afterStageTasks":[{"type":"Approval"},{"type":"TimedWait","waitTime":"1h"}])";
  {
    Play play(Fleet{.clusters = {{"a", {{"s", "1"}}}, {"c", {{"s", "3"}}}},  // 101
                    .stages = fmt::format(
                        R"([{{"name":"one","labelSelector":{{"matchLabels":{{"s":"1"}}}},"maxConcurrency":1}},
                                              {{"name":"two","labelSelector":{{"matchLabels":{{"s":"2"}}}},"maxConcurrency":1,{}}},
                                              {{"name":"three","labelSelector":{{"matchLabels":{{"s":"3"}}}},"maxConcurrency":1}}])",
                        tasks)});
    play.create_run();
    play.settle();
    EXPECT_THAT(play.bindings(), HasSubstr("c:Scheduled"));  // 100
    play.available("a");
    EXPECT_EQ(play.last(), head +
                               "P=T:Progressing | one P=F:Succeeded S=T:Succeeded start "
                               "end; a St Su"
                               " | two P=F:SkippedNoClusters S=T:SkippedNoClusters start "
                               "end before{approval} after{approval wait}"
                               " | three P=T:Started start; c St | deletion");
    EXPECT_EQ(play.request("run-before-two"), nullptr);
    EXPECT_EQ(play.request("run-after-two"), nullptr);
  }
  {
    Play play(Fleet{.clusters = {},  // 102, 103
                    .leaving = {{"u"}, {"v"}},
                    .stages = fmt::format(
                        R"([{{"name":"one","labelSelector":{{}},"maxConcurrency":1,{}}},
                                              {{"name":"two","maxConcurrency":1}}])",
                        tasks)});
    play.create_run();
    const std::string skipped =
        " | one P=F:SkippedNoClusters S=T:SkippedNoClusters start end "
        "before{approval} after{approval wait}"
        " | two P=F:SkippedNoClusters S=T:SkippedNoClusters start end | "
        "deletion ";
    EXPECT_EQ(play.last(), head + "P=T:Progressing" + skipped + "P=T:Started start; u St, v St");
    play.erase<api::ResourceBinding>("app-u"), play.erase<api::ResourceBinding>("app-v");
    EXPECT_EQ(play.last(), head + "P=F:Succeeded S=T:Succeeded" + skipped +
                               "P=F:Succeeded S=T:Succeeded start end; u St Su, v St Su");
  }
}

TEST(Execution, S5_8_AfterStageTasks) {
  for (const bool wait_first : {true, false}) {  // 126
    SCOPED_TRACE(wait_first);
    const std::string wait = R"({"type":"TimedWait","waitTime":"10s"})";
    const std::string approval = R"({"type":"Approval"})";
    Play play(Fleet{
        .clusters = {{"a"}},
        .stages = fmt::format(R"([{{"name":"one","labelSelector":{{}},"maxConcurrency":1,"afterStageTasks":[{},{}]}}])",
                              wait_first ? wait : approval, wait_first ? approval : wait)});
    const auto tasks = [&](std::string_view waiting, std::string_view approved) {
      return wait_first ? fmt::format("after{{wait{} approval{}}}", waiting, approved)
                        : fmt::format("after{{approval{} wait{}}}", approved, waiting);
    };
    play.create_run();
    play.settle();
    play.later(100), play.available("a");
    EXPECT_EQ(play.last(), head + "P=F:Waiting | one P=F:Waiting start " + tasks("", "+C") + "; a St Su | deletion");
    EXPECT_EQ(play.look_again_in(), 10);
    EXPECT_NE(play.request("run-after-one"),
              nullptr);  // 125: before the wait is over
    play.later(1), play.approve("run-after-one");
    EXPECT_EQ(play.last(), head + "P=F:Waiting | one P=F:Waiting start " + tasks("", "+C+A") + "; a St Su | deletion");
    play.later(8);
    EXPECT_THAT(play.settle(), IsEmpty());
    EXPECT_EQ(play.look_again_in(), 1);
    play.later(1);
    EXPECT_THAT(play.last(), HasSubstr("P=F:Succeeded S=T:Succeeded | one P=F:Succeeded "
                                       "S=T:Succeeded start end " +
                                       tasks("+E", "+C+A")));
    // K7
    const auto run = play.run();
    const auto& stage = run.status.stages_status[0];
    const auto& elapsed = stage.after_stage_task_status[wait_first ? 0 : 1].conditions[0];
    EXPECT_EQ(elapsed.last_transition_time - stage.conditions[0].last_transition_time, std::chrono::seconds{10});
  }
  // The wait alone does not do, and is recorded once it is over.
  Play play(Fleet{.clusters = {{"a"}}, .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":1,
                                 "afterStageTasks":[{"type":"Approval"},{"type":"TimedWait","waitTime":"10s"}]}])"});
  play.create_run(), play.settle();
  play.available("a"), play.settle();
  play.later(10);
  EXPECT_EQ(play.last(), head +
                             "P=F:Waiting | one P=F:Waiting start "
                             "after{approval+C wait+E}; a St Su | deletion");
  EXPECT_EQ(play.look_again_in(), -1);
}

// The wait begins when the stage is done, also where its clusters were done
// before they began and the stage itself waited long for its approval.
TEST(Execution, S5_8_AWaitIsNeverShortened) {
  Play play(Fleet{.clusters = {{"a"}},
                  .stages =
                      R"([{"name":"one","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}],
                                 "afterStageTasks":[{"type":"TimedWait","waitTime":"10s"}]}])"});
  play.change_binding("a", bring_in_sync, false);
  play.create_run();
  play.settle();
  play.later(1000), play.approve("run-before-one");
  EXPECT_EQ(play.last(), head +
                             "P=F:Waiting | one P=F:Waiting start before{approval+C+A} "
                             "after{wait}; a St Su | deletion");
  EXPECT_EQ(play.look_again_in(), 10);
  play.later(10);
  EXPECT_THAT(play.last(), HasSubstr("P=F:Succeeded S=T:Succeeded | one"));
}

}  // namespace
}  // namespace slipway::hub::updaterun
