// No verdict rests on what a cache lacks (design 4).

#include <gtest/gtest.h>

#include "api/names.h"
#include "hub/updaterun/controller.h"
#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using testing::Fleet;
using testing::Play;

// Bindings that lag behind in the cache end no run: what is live decides (17
// (210), design 4).
TEST(LateCache, S2_5_NoVerdictOnALateCache) {
  class Late final : public engine::View {
   public:
    explicit Late(testing::FakeView& hub) : hub_(hub) {}
    kube::ObjectPtr get(const engine::Collection& c, const kube::NamespacedName& key) const override {
      return hidden == c.resource.resource ? nullptr : hub_.get(c, key);
    }
    std::vector<kube::ObjectPtr> indexed(const engine::Collection& c, std::string_view index,
                                         std::string_view value) const override {
      return hidden == c.resource.resource ? std::vector<kube::ObjectPtr>{} : hub_.indexed(c, index, value);
    }
    std::vector<kube::ObjectPtr> list(const engine::Collection& c, std::string_view n) const override {
      return hidden == c.resource.resource ? std::vector<kube::ObjectPtr>{} : hub_.list(c, n);
    }
    const engine::Answer* answer(const engine::Read& read) const override { return hub_.answer(read); }
    const std::vector<client::ApiResource>& discovery(engine::Side side) const override { return hub_.discovery(side); }
    std::string hidden;

   private:
    testing::FakeView& hub_;
  };
  for (const std::string hidden :
       {"clusterresourceplacements", "clusterschedulingpolicysnapshots", "clusterresourcebindings", "memberclusters"}) {
    for (const bool initialized : {false, true}) {
      SCOPED_TRACE(hidden + (initialized ? ", validation" : ", initialization"));
      Play play(Fleet{.clusters = {{"a"}}, .leaving = {{"u"}}});
      play.create_run(R"("state":"Initialize","resourceSnapshotIndex":"0")");
      if (initialized) {
        play.settle();
      } else {
        play.change<api::StagedUpdateRun>(
            play.key("run"),
            [](auto& run) { run.metadata.finalizers = {std::string(api::finalizer::staged_update_run)}; }, false);
        play.later(61);
      }
      Late view(play.hub);
      view.hidden = hidden;
      const auto controller = make_controller(api::Scope::cluster);
      engine::Memo memo;
      play.hub.forget_answers();
      auto plan = controller->reconcile(play.key("run"), view, memo, play.hub.now);
      EXPECT_FALSE(plan.reads.empty());
      for (int round = 0; round < 3 && !plan.reads.empty(); ++round) {
        play.hub.perform(plan.reads);
        plan = controller->reconcile(play.key("run"), view, memo, play.hub.now);
      }
      EXPECT_TRUE(plan.reads.empty());
      EXPECT_TRUE(plan.chains.empty());
      EXPECT_FALSE(plan.report) << plan.report->why;
      EXPECT_TRUE(plan.look_again);
    }
  }
}

}  // namespace
}  // namespace slipway::hub::updaterun
