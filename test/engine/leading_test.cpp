#include <gmock/gmock.h>

#include "test/engine/engine_fixture.h"

namespace slipway::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A runner that has to be elected before it acts.
class Leading : public Engine {
 protected:
  Leading() {
    is_leader = [this] { return may_write; };
  }
  void start_standby(TestController::Decide decide) { start(std::move(decide)); }
  bool may_write = false;
};

TEST_F(Leading, AStandbyFillsItsCachesAndDecidesNothing) {
  hub.put(widgets, widget("a"));
  start_standby(grow());
  hub.put(widgets, widget("b"));
  loop.run_for(1min);
  EXPECT_TRUE(runner->is_synced());
  EXPECT_FALSE(runner->is_acting());
  EXPECT_THAT(called, IsEmpty());
  EXPECT_THAT(hub.writes, IsEmpty());
  EXPECT_NE(runner->view().get(hub_widgets, in_lab("b")), nullptr);
  may_write = true;
  runner->lead();
  settle();
  EXPECT_TRUE(runner->is_acting());
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("b"))), 3);
}

TEST_F(Leading, ElectedBeforeItsCachesAreFullItActsWhenTheyAre) {
  hub.put(widgets, widget("a"));
  hub.fault = [](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::list) return error(Reason::unavailable);
    return std::nullopt;
  };
  may_write = true;
  start_standby(grow());
  runner->lead();
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_acting());
  hub.fault = nullptr;
  loop.run_for(1min);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Leading, FirstItHearsAllThatTheLeaderBeforeWrote) {
  hub.put(widgets, widget("changed", 1));
  hub.put(widgets, widget("gone", 3));
  hub.put(widgets, widget("anew", 3));
  std::vector<std::string> seen;
  start_standby([&seen](const Key& key, const View& view, Memo&, Now) {
    seen.push_back(fmt::format("{}={}", key.name, size_of(view.get(hub_widgets, key))));
    return Plan{};
  });
  hub.hold_events();
  hub.put(widgets, widget("changed", 2));
  hub.put(widgets, widget("made", 3));
  hub.erase(widgets, in_lab("gone"));
  hub.erase(widgets, in_lab("anew"));
  hub.put(widgets, widget("anew", 4));
  runner->lead();
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_acting());
  EXPECT_THAT(seen, IsEmpty());
  hub.release_events();
  settle();
  EXPECT_TRUE(runner->is_acting());
  EXPECT_THAT(seen, testing::UnorderedElementsAre("changed=2", "made=3", "anew=4"));
}

TEST_F(Leading, AListThatFailsIsTriedAgainBeforeTheFirstWrite) {
  hub.put(widgets, widget("a"));
  start_standby(grow());
  may_write = true;
  hub.fault = [](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::list) return error(Reason::unavailable);
    return std::nullopt;
  };
  runner->lead();
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_acting());
  hub.fault = nullptr;
  loop.run_for(1min);
  EXPECT_TRUE(runner->is_acting());
}

TEST_F(Leading, AWatchThatBeginsAnewClosesTheGapToo) {
  hub.put(widgets, widget("a", 3));
  hub.put(widgets, widget("b", 3));
  start_standby(grow());
  hub.hold_events();
  hub.put(widgets, widget("a", 5));
  hub.erase(widgets, in_lab("b"));
  hub.forget_history();
  runner->lead();
  settle();
  EXPECT_FALSE(runner->is_acting());
  hub.end_watches({});
  loop.run_for(1min);
  EXPECT_TRUE(runner->is_acting());
}

TEST_F(Leading, NoWriteBeginsOnceTheLeaseMayHaveRunOut) {
  hub.put(widgets, widget("a"));
  hub.answer_after = 50ms;
  may_write = true;
  start_standby([](const Key& key, const View& view, Memo&, Now) {
    Plan plan;
    const auto seen = view.get(hub_widgets, key);
    if (seen == nullptr || size_of(seen) != 0) return plan;
    plan.chains.push_back({resize(widgets_v1, *seen, 7), create(gadgets_v1, gadget("made"))});
    plan.events.push_back({.kind = seen->kind(), .key = key, .uid = seen->metadata().uid, .reason = "Made"});
    return plan;
  });
  loop.run_for(1s);
  runner->lead();
  loop.run_for(1s);
  EXPECT_NE(hub.find(gadgets, in_lab("made")), nullptr) << "as long as it leads";
  // Again, and now it stops leading while the first write of a chain is under way.
  hub.erase(gadgets, in_lab("made"));
  hub.put(widgets, widget("b"));
  const std::size_t before = hub.writes.size();
  loop.run_until([&] { return hub.writes.size() > before; }, 1s);
  may_write = false;
  loop.run_for(10min);
  EXPECT_EQ(hub.writes.size(), before + 1) << "neither the rest of the chain nor an event";
  EXPECT_EQ(hub.find(gadgets, in_lab("made")), nullptr);
}

TEST_F(Leading, ARemovalExpectsTheVersionItWasDecidedOn) {
  hub.put(widgets, widget("a"));
  may_write = true;
  start_standby([](const Key& key, const View& view, Memo&, Now) {
    Plan plan;
    const auto seen = view.get(hub_widgets, key);
    if (seen != nullptr && size_of(seen) == 0) plan.chains.push_back({remove(widgets_v1, *seen)});
    return plan;
  });
  hub.hold_events();
  runner->lead();
  settle();
  // Nothing came in between: it is gone.
  EXPECT_EQ(hub.find(widgets, in_lab("a")), nullptr);
  EXPECT_NE(hub.writes.back().resource_version, 0U);
  hub.release_events();
  // Another leader has found a use for the object.
  hub.put(widgets, widget("b", 5));
  settle();
  hub.put(widgets, widget("c"));
  hub.fault = [this](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::write) {
      hub.fault = nullptr;
      hub.put(widgets, widget("c", 5));
    }
    return std::nullopt;
  };
  settle();
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("c"))), 5);
}

TEST_F(Leading, CountsWhatEachControllerDoes) {
  hub.put(widgets, widget("a"));
  may_write = true;
  start_standby(grow());
  runner->lead();
  settle();
  const auto counted = runner->controllers();
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(counted.front().name, "test");
  EXPECT_EQ(counted.front().requeued.count, 3U);
  EXPECT_EQ(counted.front().requeued.seconds.front(), 3U);
  EXPECT_EQ(counted.front().succeeded.count, 1U);
  EXPECT_EQ(counted.front().succeeded.seconds.front(), 1U);
  EXPECT_EQ(counted.front().failed.count + counted.front().running + counted.front().ready, 0U);
  EXPECT_GE(counted.front().added, 4U);
}

}  // namespace
}  // namespace slipway::engine
