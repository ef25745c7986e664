#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/simulated_loop.h"
#include "base/thread_loop.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class SimulatedLoopTest : public testing::Test {
 protected:
  Loop::Task note(std::string what) {
    return [this, what = std::move(what)] { seen.push_back(what); };
  }
  Ticks after(Duration wait) { return clock.ticks() + wait; }

  SimulatedClock clock;
  SimulatedLoop loop{clock};
  std::vector<std::string> seen;
};

TEST_F(SimulatedLoopTest, RunsInOrderOfPostingAndOfTime) {
  loop.at(after(2s), note("2s"));
  loop.at(after(1s), note("1s a"));
  loop.at(after(1s), note("1s b"));
  loop.at(after(0s), note("now"));
  loop.post(note("first"));
  loop.post([this] { loop.post(note("third")); });
  loop.post(note("second"));
  EXPECT_EQ(loop.run_until_idle(), 5U);
  EXPECT_THAT(seen, ElementsAre("first", "second", "now", "third"));
  loop.run_for(1500ms);
  EXPECT_THAT(seen, ElementsAre("first", "second", "now", "third", "1s a", "1s b"));
  EXPECT_EQ(loop.now().ticks.since_boot, 1500ms);
  EXPECT_EQ(loop.next_timer(), Ticks{2s});
  loop.run_for(500ms);
  EXPECT_EQ(seen.back(), "2s");
  EXPECT_EQ(loop.timer_count(), 0U);
}

TEST_F(SimulatedLoopTest, TimersSeeTheirOwnTimeAndMaySetOthers) {
  std::vector<Duration> times;
  std::function<void()> beat = [&] {
    times.push_back(clock.ticks().since_boot);
    loop.at(after(10s), [&] { beat(); });
  };
  loop.at(after(10s), [&] { beat(); });
  loop.run_for(35s);
  EXPECT_THAT(times, ElementsAre(10s, 20s, 30s));
  EXPECT_EQ(clock.ticks().since_boot, 35s);
}

TEST_F(SimulatedLoopTest, CancelledTimersDoNotRun) {
  const auto kept = loop.at(after(1s), note("kept"));
  const auto dropped = loop.at(after(1s), note("dropped"));
  loop.at(after(500ms), [&] { loop.cancel(dropped); });
  loop.run_for(2s);
  loop.cancel(dropped);
  loop.cancel(kept);
  loop.cancel(Loop::TimerId{99});
  EXPECT_THAT(seen, ElementsAre("kept"));
}

TEST_F(SimulatedLoopTest, RunUntilStopsWhereThePredicateHolds) {
  bool done = false;
  loop.at(after(3s), [&] { done = true; });
  loop.at(after(4s), note("too late"));
  EXPECT_FALSE(loop.run_until([&] { return done; }, 2s));
  EXPECT_EQ(clock.ticks().since_boot, 2s);
  EXPECT_TRUE(loop.run_until([&] { return done; }, 1min));
  EXPECT_EQ(clock.ticks().since_boot, 3s);
  EXPECT_TRUE(loop.run_until([&] { return done; }, 0s));
  EXPECT_TRUE(seen.empty());
}

TEST_F(SimulatedLoopTest, IdleHookEndsEachTurn) {
  loop.set_idle_hook([this] {
    seen.push_back("|");
    if (seen.size() < 5) loop.post(note("from hook"));
  });
  loop.run_until_idle();
  EXPECT_TRUE(seen.empty());  // a turn that ran nothing has no end
  loop.post([this] { loop.post(note("b")); });
  loop.post(note("a"));
  loop.run_until_idle();
  EXPECT_THAT(seen, ElementsAre("a", "b", "|", "from hook", "|"));

  seen.clear();
  loop.set_idle_hook(note("|"));
  for (std::size_t i = 0; i < 2 * SimulatedLoop::turn_tasks_max; ++i) loop.post([] {});
  loop.run_until_idle();
  EXPECT_THAT(seen, ElementsAre("|", "|"));  // a busy loop ends its turns too
}

TEST_F(SimulatedLoopTest, ClearForgetsEverything) {
  loop.post(note("posted"));
  loop.at(after(1s), note("timer"));
  loop.clear();
  loop.run_for(2s);
  EXPECT_TRUE(seen.empty());
}

TEST(ThreadLoop, RunsPostsOfManyThreadsEachInItsOrder) {
  const SystemClock clock;
  ThreadLoop loop(clock);
  std::vector<std::vector<int>> seen(4);
  loop.post([&] { EXPECT_TRUE(loop.is_on_loop_thread()); });
  loop.start();
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < seen.size(); ++t) {
      threads.emplace_back([&loop, &seen, t] {
        for (int i = 0; i < 5000; ++i) loop.post([&seen, t, i] { seen[t].push_back(i); });
      });
    }
  }
  EXPECT_FALSE(loop.is_on_loop_thread());
  loop.stop();  // drains
  loop.stop();
  for (const auto& numbers : seen) {
    ASSERT_EQ(numbers.size(), 5000U);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
  loop.post([] { FAIL() << "runs after the end"; });
}

TEST(ThreadLoop, TimersRunInOrderAndCanBeCancelled) {
  const SystemClock clock;
  ThreadLoop loop(clock);
  std::promise<std::vector<std::string>> done;
  std::vector<std::string> seen;
  loop.post([&] {
    const Ticks now = clock.ticks();
    loop.at(now + 5ms, [&] { done.set_value(seen); });
    loop.at(now + 2ms, [&] { seen.emplace_back("2ms"); });
    const auto cancelled = loop.at(now + 1ms, [&] { seen.emplace_back("cancelled"); });
    loop.at(Ticks{}, [&] { seen.emplace_back("past"); });
    loop.at(now + 24h, [&] { seen.emplace_back("tomorrow"); });
    loop.cancel(cancelled);
  });
  loop.start();
  EXPECT_THAT(done.get_future().get(), ElementsAre("past", "2ms"));
}

TEST(ThreadLoop, RunsOnTheCallersThreadUntilStopped) {
  const SystemClock clock;
  ThreadLoop loop(clock);
  std::vector<std::string> seen;
  loop.set_idle_hook([&] { seen.emplace_back("|"); });
  loop.post([&] {
    seen.emplace_back("a");
    loop.stop();
    loop.post([&] { seen.emplace_back("posted while stopping"); });
  });
  loop.run();
  EXPECT_THAT(seen, ElementsAre("a", "posted while stopping", "|"));
}

TEST(ThreadLoop, StopBeforeStartDropsWhatWasPosted) {
  const SystemClock clock;
  const auto alive = std::make_shared<int>();
  {
    ThreadLoop loop(clock);
    loop.post([alive] { FAIL(); });
    loop.stop();
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace slipway
