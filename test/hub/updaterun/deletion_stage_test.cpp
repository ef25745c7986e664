// The deletion stage (staged-update 5.9, 6.2); the numbers are those of 17.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::Fleet;
using ::testing::HasSubstr;
using testing::Play;

const std::string head = "I=T:InitializedSuccessfully ";

TEST(DeletionStage, S5_9_Removals) {
  const Fleet fleet{.clusters = {{"a"}}, .leaving = {{"u"}, {"v"}, {"w"}}};
  const auto reach_deletion = [](Play& play) {
    play.create_run();
    play.settle();
    play.available("a");
  };
  const std::string done = " | one P=F:Succeeded S=T:Succeeded start end; a St Su | deletion ";
  {  // 173 to 175: one is gone already, one is held, one goes at once
    Play play(fleet);
    play.create_run(), play.settle();
    play.erase<api::ResourceBinding>("app-u");
    play.change_binding("w", [](auto& one) { one.metadata.finalizers.clear(); });
    play.available("a");
    EXPECT_EQ(play.last(), head + "P=T:Progressing" + done + "P=T:Started start; u St Su, v St, w St Su");
    EXPECT_EQ(play.bindings(), "a:Bound/app-0-snapshot v:Unscheduled/deleting");
    play.erase<api::ResourceBinding>("app-v");
    EXPECT_THAT(play.settle(), ElementsAre(head + "P=F:Succeeded S=T:Succeeded" + done +
                                           "P=F:Succeeded S=T:Succeeded start end; u St Su, v "
                                           "St Su, w St Su"));
  }
  {  // 177: a removed cluster's binding comes back
    Play play(fleet);
    reach_deletion(play);
    play.settle();
    play.erase<api::ResourceBinding>("app-u");
    play.settle();
    play.put_binding({"u"}, "Unscheduled");
    EXPECT_THAT(play.last(), AllOf(HasSubstr("P=F:Failed S=F:Failed | one P=F:Succeeded"),
                                   HasSubstr("deletion P=F:Failed S=F:Failed start end")));
  }
  for (const bool stopping : {false, true}) {  // 148: deleted by us, and made anew
    Play play(fleet);
    reach_deletion(play);
    play.settle();
    play.erase<api::ResourceBinding>("app-u");
    play.put_binding({"u"}, "Unscheduled");
    if (stopping) play.set_state(UpdateRunState::stop);
    EXPECT_THAT(play.last(), AllOf(HasSubstr("P=F:Failed S=F:Failed | one P=F:Succeeded"),
                                   HasSubstr("deletion P=F:Failed S=F:Failed start end")));
    EXPECT_THAT(play.run().status.conditions.back().message, HasSubstr("u"));
  }
  {  // 5.9: a cluster with a binding of an earlier life that is still being
    // deleted
    Play play(fleet);
    auto twin = play.binding("u");
    twin.metadata.name = "app-u-earlier";
    twin.metadata.uid.clear();
    twin.metadata.resource_version = 0;
    twin.metadata.deletion_timestamp = play.hub.now.wall;
    play.hub.put(twin);
    reach_deletion(play);
    EXPECT_EQ(play.last(), head + "P=T:Progressing" + done + "P=T:Started start; u St, v St, w St");
    EXPECT_EQ(play.bindings(),
              "a:Bound/app-0-snapshot u:Unscheduled/deleting "
              "u:Unscheduled/deleting v:Unscheduled/deleting"
              " w:Unscheduled/deleting");
    play.erase<api::ResourceBinding>("app-v");
    EXPECT_EQ(play.last(), head + "P=T:Progressing" + done + "P=T:Started start; u St, v St Su, w St");
  }
}

TEST(DeletionStage, S6_2_BeforeAndAmidRemovals) {
  const std::string done = " | one P=F:Succeeded S=T:Succeeded start end; a St Su | deletion";
  const Fleet fleet{.clusters = {{"a"}}, .leaving = {{"u"}, {"v"}}};
  {  // 144: before the first delete
    Play play(fleet);
    play.create_run();
    play.settle();
    play.set_state(UpdateRunState::stop);
    play.available("a");
    EXPECT_EQ(play.last(), head + "P=F:Stopped | one P=F:Stopped start; a St Su | deletion; u, v");
    EXPECT_EQ(play.bindings(), "a:Bound/app-0-snapshot u:Unscheduled v:Unscheduled");
  }
  {  // 143
    Play play(fleet);
    play.create_run(), play.settle();
    play.available("a"), play.settle();
    EXPECT_EQ(play.bindings(), "a:Bound/app-0-snapshot u:Unscheduled/deleting v:Unscheduled/deleting");
    play.set_state(UpdateRunState::stop);
    EXPECT_EQ(play.last(), head + "P=U:Stopping" + done + " P=U:Stopping start; u St, v St");
    play.erase<api::ResourceBinding>("app-v");
    EXPECT_EQ(play.last(), head + "P=U:Stopping" + done + " P=U:Stopping start; u St, v St Su");
    play.erase<api::ResourceBinding>("app-u");
    EXPECT_EQ(play.last(), head + "P=F:Stopped" + done + " P=F:Stopped start; u St Su, v St Su");
    play.set_state(UpdateRunState::run);
    EXPECT_EQ(play.last(), head + "P=F:Succeeded S=T:Succeeded" + done +
                               " P=F:Succeeded S=T:Succeeded start end; u St Su,"
                               " v St Su");
  }
  {  // Deleted, and not recorded yet when the stop arrives (a crash in between):
    // awaited all the same.
    Play play(fleet);
    play.create_run(), play.settle();
    play.available("a");
    play.settle();
    play.change<api::StagedUpdateRun>(
        play.key("run"), [](auto& run) { run.status.deletion_stage_status->clusters[0].conditions.clear(); }, false);
    play.set_state(UpdateRunState::stop);
    EXPECT_EQ(play.last(), head + "P=U:Stopping" + done + " P=U:Stopping start; u St, v St");
  }
}

}  // namespace
}  // namespace slipway::hub::updaterun
