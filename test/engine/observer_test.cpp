#include "engine/observer.h"

#include <gmock/gmock.h>

#include "test/engine/engine_fixture.h"

namespace slipway::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Observing : public Engine, public Observer {
 protected:
  Observing() { observer = this; }
  // "a 0>5": what changed, by name and size; -1 is for what is not there. All of it is in the view.
  void on_change(const Collection& collection, std::span<const Change> changes, const View& view) override {
    for (const Change& change : changes) {
      const std::string& name = change.either().metadata().name;
      told.push_back(fmt::format("{} {}>{}", name, size_of(change.before), size_of(change.after)));
      if (changes.size() == 1) EXPECT_EQ(view.get(collection, change.either().key()), change.after);
    }
  }
  void on_rest(std::string_view controller, const Key& key, const View& view) override {
    rested.push_back(fmt::format("{} {} {}", controller, key.name, size_of(view.get(hub_widgets, key))));
  }
  std::vector<std::string> told_now() { return std::exchange(told, {}); }
  std::vector<std::string> rested_now() { return std::exchange(rested, {}); }

  std::vector<std::string> told;
  std::vector<std::string> rested;
};

TestController::Decide rest() {
  return [](const Key&, const View&, Memo&, Now) { return Plan{}; };
}

TEST_F(Observing, WhatIsThereWhenARunnerBeginsIsNoNews) {
  hub.put(widgets, widget("a", 1));
  start(rest());
  EXPECT_THAT(told_now(), IsEmpty());
  hub.put(widgets, widget("a", 5));
  hub.put(widgets, widget("b", 2));
  hub.erase(widgets, in_lab("a"));
  settle();
  EXPECT_THAT(told_now(), ElementsAre("a 1>5", "b -1>2", "a 5>-1"));
  start(rest());  // as after a crash
  EXPECT_THAT(told_now(), IsEmpty());
}

TEST_F(Observing, AStandbyTellsNothingUntilItActs) {
  bool leads = false;
  is_leader = [&] { return leads; };
  hub.put(widgets, widget("a", 1));
  start(rest());
  hub.put(widgets, widget("a", 2));
  settle();
  leads = true;
  runner->lead();
  settle();
  EXPECT_TRUE(runner->is_acting());
  EXPECT_THAT(told_now(), IsEmpty());
  EXPECT_THAT(rested_now(), ElementsAre("test a 2"));
  hub.put(widgets, widget("a", 3));
  settle();
  EXPECT_THAT(told_now(), ElementsAre("a 2>3"));
}

// A watch that was away for too long lists again.
TEST_F(Observing, ACacheThatIsFilledAgainTellsWhatIsOther) {
  for (const char* name : {"a", "b", "c"}) hub.put(widgets, widget(name, 1));
  start(rest());
  hub.hold_events();
  hub.put(widgets, widget("b", 2));
  hub.erase(widgets, in_lab("c"));
  hub.forget_history();
  hub.end_watches({});
  loop.run_for(1min);
  EXPECT_THAT(told_now(), testing::UnorderedElementsAre("b 1>2", "c 1>-1"));
}

TEST_F(Observing, NothingIsToldAfterStop) {
  start(rest());
  runner->stop();
  hub.put(widgets, widget("a", 1));
  settle();
  EXPECT_THAT(told_now(), IsEmpty());
  EXPECT_THAT(rested_now(), IsEmpty());
}

TEST_F(Observing, AKeyRestsOnceEachTimeItIsLookedAt) {
  hub.put(widgets, widget("a"));
  start(grow());
  EXPECT_THAT(rested_now(), ElementsAre("test a 3")) << "three writes come before";
  hub.put(widgets, widget("a", 4));
  settle();
  EXPECT_THAT(rested_now(), ElementsAre("test a 4"));
}

TEST_F(Observing, WhatFailedHasNotComeToRest) {
  hub.put(widgets, widget("a", 2));
  fail_writes("update widgets a", 2, error(Reason::unavailable));
  start(grow());
  EXPECT_THAT(rested_now(), IsEmpty());
  loop.run_for(1min);
  EXPECT_THAT(rested_now(), ElementsAre("test a 3"));
}

TEST_F(Observing, AReadThatCannotBeMadeYetIsNoRest) {
  hub.put(gadgets, gadget("g"));
  hub.put(widgets, widget("a", 3));
  bool is_away = true;
  hub.fault = [&](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::get && is_away) return error(Reason::unavailable);
    return std::nullopt;
  };
  start([](const Key&, const View& view, Memo&, Now) {
    const Read read{.resource = gadgets_v1, .key = in_lab("g")};
    return view.answer(read) == nullptr ? Plan{.reads = {read}} : Plan{};
  });
  EXPECT_THAT(rested_now(), IsEmpty());
  is_away = false;
  loop.run_for(1min);
  EXPECT_THAT(rested_now(), ElementsAre("test a 3"));
}

}  // namespace
}  // namespace slipway::engine
