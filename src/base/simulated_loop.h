#pragma once

#include <deque>
#include <functional>

#include "base/loop.h"
#include "base/time.h"
#include "base/timers.h"

namespace slipway {

// A loop in virtual time (design 1.5): the test calls it, nothing runs by itself, and time moves only from timer to
// timer. Tasks run in the order of posting, timers in the order of time, so a run repeats exactly. One thread.
class SimulatedLoop final : public Loop {
 public:
  // `clock` outlives the loop.
  explicit SimulatedLoop(SimulatedClock& clock) : clock_(clock) {}
  SimulatedLoop(const SimulatedLoop&) = delete;
  SimulatedLoop& operator=(const SimulatedLoop&) = delete;

  void post(Task task) override { posted_.push_back(std::move(task)); }
  TimerId at(Ticks when, Task task) override { return timers_.add(when, std::move(task)); }
  void cancel(TimerId timer) override { timers_.cancel(timer); }
  [[nodiscard]] const Clock& clock() const override { return clock_; }

  // Called at the end of each turn that ran something: when nothing is posted any more, or after `turn_tasks_max`
  // tasks.
  void set_idle_hook(Task hook) { idle_hook_ = std::move(hook); }

  // Runs everything posted and every timer that is due, and what these post, without moving the clock. Returns how many
  // tasks ran. Does not return while tasks go on posting.
  std::size_t run_until_idle();
  // Lives through `duration`: the clock stops at each timer on the way.
  void run_for(Duration duration);
  // As run_for(limit), but ends as soon as `predicate` holds; it is asked at the start, whenever the loop is idle, and
  // at the end. Returns whether it held.
  bool run_until(const std::function<bool()>& predicate, Duration limit);

  [[nodiscard]] std::optional<Ticks> next_timer() const { return timers_.next(); }
  [[nodiscard]] std::size_t timer_count() const { return timers_.size(); }
  // Drops everything posted and every timer, as when the process dies.
  void clear();

  static constexpr std::size_t turn_tasks_max = 1000;

 private:
  std::size_t run_turn();

  SimulatedClock& clock_;
  std::deque<Task> posted_;
  Timers timers_;
  Task idle_hook_;
};

}  // namespace slipway
