// State Stop in its details (staged-update 6); the numbers are those
// of 17. 16.2 is in story_test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using kube::ConditionStatus;
using ::testing::ElementsAre;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Play;

const std::string head = "I=T:InitializedSuccessfully ";

TEST(Stop, S6_1_WhatIsInFlightIsAwaited) {
  Play play(Fleet{.clusters = {{"a"}, {"b"}, {"c"}, {"d"}},
                  .stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":3}])"});
  play.create_run();
  play.settle();
  play.set_state(UpdateRunState::stop);
  EXPECT_EQ(play.last(), head +
                             "P=U:Stopping | one P=U:Stopping start; a St, "
                             "b St, c St, d | deletion");
  play.available("b");
  EXPECT_EQ(play.last(), head +
                             "P=U:Stopping | one P=U:Stopping start; a St, "
                             "b St Su, c St, d | deletion");
  play.report("a", "Applied", ConditionStatus::false_,
              "NotAllWorkHaveBeenApplied");  // 146
  play.available("c");
  EXPECT_EQ(play.last(), head +
                             "P=U:Stopping | one P=U:Stopping start; a St, "
                             "b St Su, c St Su, d | deletion");
  EXPECT_EQ(play.look_again_in(), 301);
  play.later(301);  // 6.4: stuck while stopping
  EXPECT_EQ(play.last(), head +
                             "P=F:Stuck | one P=U:Stopping start; a St, b "
                             "St Su, c St Su, d | deletion");
  play.available("a");
  EXPECT_EQ(play.last(), head +
                             "P=F:Stopped | one P=F:Stopped start; a St Su, "
                             "b St Su, c St Su, d | deletion");
  EXPECT_THAT(play.bindings(), HasSubstr("d:Scheduled"));
  EXPECT_EQ(play.look_again_in(), -1);
  // 152
  for (const auto& condition : play.run().status.conditions) EXPECT_EQ(condition.observed_generation, 2);
}

TEST(Stop, S6_3_ResumedBeforeItStopped) {  // 150
  Play play;
  play.create_run();
  play.settle();
  const auto binding = play.binding("a");
  play.set_state(UpdateRunState::stop), play.settle();
  play.set_state(UpdateRunState::run);
  EXPECT_EQ(play.last(), head + "P=T:Progressing | one P=T:Started start; a St, b, c | deletion");
  EXPECT_EQ(play.binding("a").metadata.resource_version, binding.metadata.resource_version);
  for (int i = 0; i < 10; ++i) {  // 151
    play.set_state(UpdateRunState::stop), play.settle();
    play.set_state(UpdateRunState::run), play.settle();
  }
  EXPECT_EQ(play.binding("a").metadata.resource_version, binding.metadata.resource_version);
  EXPECT_EQ(play.look_again_in(), 301);
}

TEST(Stop, S6_1_BetweenStages) {  // 142
  Play play(Fleet{.clusters = {{"a", {{"s", "1"}}}, {"b", {{"s", "2"}}}},
                  .stages =
                      R"([{"name":"one","labelSelector":{"matchLabels":{"s":"1"}},"maxConcurrency":1},
                                {"name":"two","labelSelector":{"matchLabels":{"s":"2"}},"maxConcurrency":1}])"});
  play.create_run();
  play.settle();
  play.set_state(UpdateRunState::stop), play.settle();
  play.available("a");
  EXPECT_EQ(play.last(), head + "P=F:Stopped | one P=F:Stopped start; a St Su | two; b | deletion");
  play.set_state(UpdateRunState::run);
  EXPECT_EQ(play.last(), head +
                             "P=T:Progressing | one P=F:Succeeded S=T:Succeeded start end; a St Su"
                             " | two P=T:Started start; b St | deletion");
}

TEST(Stop, S6_1_NothingNewWhileStopped) {
  // An empty stage is not skipped, an approval neither asked for nor accepted,
  // a wait not ended.
  Play play(Fleet{.clusters = {{"a"}}, .stages = R"([{"name":"none","maxConcurrency":1},
                                {"name":"one","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}],
                                 "afterStageTasks":[{"type":"TimedWait","waitTime":"10s"}]}])"});
  play.create_run(R"("state":"Stop","resourceSnapshotIndex":"0")");
  EXPECT_EQ(play.last(), head +
                             "P=F:Stopped | none P=F:Stopped | one "
                             "before{approval} after{wait}; a | deletion");
  EXPECT_EQ(play.request("run-before-one"), nullptr);
  play.set_state(UpdateRunState::run);
  EXPECT_EQ(play.last(), head +
                             "P=F:Waiting | none P=F:SkippedNoClusters S=T:SkippedNoClusters "
                             "start end"
                             " | one P=F:Waiting before{approval+C} after{wait}; a | deletion");
  play.approve("run-before-one"), play.settle();
  play.available("a"), play.settle();
  play.set_state(UpdateRunState::stop), play.settle();
  play.later(1000);
  EXPECT_THAT(play.settle(), IsEmpty());
  play.set_state(UpdateRunState::run);
  EXPECT_THAT(play.last(),
              HasSubstr("P=F:Succeeded S=T:Succeeded | none"));  // the time stopped counts
}

TEST(Stop,
     S6_1_AMissingBindingEndsTheStage) {  // 147: the count goes first, as a
                                          // binding that is gone changes it
  Play play(Fleet{.clusters = {{"a"}, {"b"}}});
  play.create_run();
  play.settle();
  play.erase<api::ResourceBinding>("app-a");
  play.set_state(UpdateRunState::stop);
  EXPECT_THAT(play.last(), HasSubstr("P=F:Failed S=F:Failed"));
}

}  // namespace
}  // namespace slipway::hub::updaterun
