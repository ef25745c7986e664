#include "engine/wake_ups.h"
#include "test/engine/engine_fixture.h"

namespace slipway::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Retry : public Engine {};

TEST_F(Retry, AReadThatLeavesItOpenIsNoAnswer) {
  hub.put(widgets, widget("a"));
  for (const Reason reason : {Reason::unavailable, Reason::too_many_requests, Reason::server_timeout}) {
    int answered = 0;
    hub.fault = [&, left = 3](const Call& call) mutable -> std::optional<Error> {
      if (call.kind != Call::Kind::get || left == 0) return std::nullopt;
      --left;
      return error(reason);
    };
    start([&](const Key& key, const View& view, Memo&, Now) {
      const Read read{.resource = gadgets_v1, .key = key};
      Plan plan;
      if (view.answer(read) == nullptr) {
        plan.reads.push_back(read);
      } else {
        ++answered;
        EXPECT_EQ(view.answer(read)->error().reason, Reason::not_found);
      }
      return plan;
    });
    EXPECT_EQ(answered, 0);
    loop.run_for(2s);  // 0.1 + 0.2 + 0.4 s, and a quarter
    EXPECT_EQ(answered, 1);
  }
}

TEST_F(Retry, BacksOffWithAnUnreachableServer) {
  hub.put(widgets, widget("a"));
  fail_writes("update widgets a", 1'000'000, error(Reason::unavailable));
  start(grow());
  loop.run_for(10min);
  ASSERT_GE(called.size(), 12U);
  EXPECT_LE(called.size(), 60U);
  const Duration plain[] = {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s};
  for (std::size_t i = 0; i < std::size(plain); ++i) {
    const Duration waited = called[i + 1] - called[i];
    EXPECT_GE(waited, plain[i] * 3 / 4) << i;
    EXPECT_LE(waited, plain[i] * 5 / 4) << i;
  }
  hub.fault = nullptr;
  loop.run_for(40s);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
  EXPECT_TRUE(runner->is_idle());
  called.clear();
  fail_writes("update widgets a", 1, error(Reason::unavailable));
  hub.put(widgets, widget("a", 2));
  loop.run_for(200ms);  // it begins anew
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Retry, HonoursRetryAfter) {
  hub.put(widgets, widget("a", 2));
  Error throttled = error(Reason::too_many_requests);
  throttled.retry_after = 5s;
  fail_writes("update widgets a", 1, throttled);
  start(grow());
  loop.run_for(4900ms);
  EXPECT_EQ(called.size(), 1U);
  loop.run_for(200ms);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Retry, WhatIsRefusedIsNeverAHotLoopButAChangeIsLookedAtAtOnce) {
  for (const Reason reason : {Reason::invalid, Reason::forbidden, Reason::bad_request}) {
    hub.put(widgets, widget("a", 1));
    called.clear();
    fail_writes("update widgets a", 1'000'000, error(reason));
    start(grow());
    loop.run_for(1h);
    EXPECT_GE(called.size(), 15U);  // 1 s, doubling to 5 min
    EXPECT_LE(called.size(), 26U);
    EXPECT_THAT(lines,
                testing::Contains(HasSubstr("cannot update widgets.lab.io lab/a on the hub (the size is wrong)")));
    hub.fault = nullptr;
    hub.put(widgets, widget("a", 2));  // mended
    settle();
    EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
  }
}

TEST_F(Retry, AControllerThatQuarrelsIsSlowedDown) {
  hub.put(widgets, widget("a", 1));
  start([this](const Key& key, const View& view, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    plan.chains.push_back({resize(widgets_v1, *a, size_of(a) + 1)});  // never content
    return plan;
  });
  EXPECT_EQ(called.size(), 64U);
  loop.run_for(10min);
  EXPECT_LE(called.size(), 64U + 40U);
  EXPECT_THAT(lines, testing::Contains(HasSubstr("without coming to rest")));
}

TEST_F(Retry, LooksAgainAtATickOrAtATimeOfDay) {
  hub.put(widgets, widget("a"));
  for (const bool by_wall : {false, true}) {
    SCOPED_TRACE(by_wall);
    called.clear();
    const Now begin = clock.now();
    start([&, begin](const Key&, const View&, Memo&, Now now) {
      called.push_back(now.ticks - begin.ticks);
      Plan plan;
      if (now.ticks - begin.ticks < 60s) {
        plan.look_again = by_wall ? Deadline{.at = begin.wall + 60s} : Deadline{.at = begin.ticks + Duration{60s}};
      }
      return plan;
    });
    EXPECT_TRUE(runner->is_idle());
    loop.run_for(2min);
    EXPECT_THAT(called, ElementsAre(Duration{0}, Duration{60s}));
  }
}

TEST_F(Retry, AStepOfTheWallClockIsNoticed) {
  hub.put(widgets, widget("a"));
  const WallTime due = clock.wall() + 1h;
  const auto decide = [&](const Key&, const View&, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    Plan plan;
    if (now.wall < due) plan.look_again = Deadline{.at = due};
    return plan;
  };
  start(decide);
  loop.run_for(1min);
  ASSERT_EQ(called.size(), 1U);
  clock.step_wall(2h);
  loop.run_for(30s);
  EXPECT_EQ(called.size(), 2U);
  called.clear();
  clock.step_wall(-2h);
  start(decide);
  loop.run_for(58min);
  clock.step_wall(-1h);  // the hour is longer now
  loop.run_for(10min);
  EXPECT_EQ(called.size(), 1U);
  loop.run_for(51min);
  EXPECT_EQ(called.size(), 2U);
}

TEST_F(Retry, ADeadlineThatHasPassedIsNoHotLoop) {
  hub.put(widgets, widget("a"));
  start([this](const Key&, const View&, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    Plan plan;
    plan.look_again = Deadline{.at = now.wall};
    return plan;
  });
  loop.run_for(10s);
  EXPECT_EQ(called.size(), 11U);
}

}  // namespace
}  // namespace slipway::engine
