#include "base/simulated_loop.h"

#include <algorithm>

namespace slipway {

std::size_t SimulatedLoop::run_turn() {
  std::size_t ran = 0;
  while (Task timer = timers_.take_due(clock_.ticks())) posted_.push_back(std::move(timer));
  for (; !posted_.empty() && ran < turn_tasks_max; ++ran) {
    Task task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
  if (ran > 0 && idle_hook_) idle_hook_();
  return ran;
}

std::size_t SimulatedLoop::run_until_idle() {
  std::size_t total = 0;
  while (const std::size_t ran = run_turn()) total += ran;
  return total;
}

void SimulatedLoop::run_for(Duration duration) {
  run_until([] { return false; }, duration);
}

bool SimulatedLoop::run_until(const std::function<bool()>& predicate, Duration limit) {
  if (predicate()) return true;
  const Ticks end = clock_.ticks() + limit;
  for (;;) {
    run_until_idle();
    if (predicate()) return true;
    const Ticks now = clock_.ticks();
    if (now >= end) return false;
    clock_.advance(std::min(timers_.next().value_or(end), end) - now);
  }
}

void SimulatedLoop::clear() {
  const auto posted = std::exchange(posted_, {});
  timers_.clear();
}

}  // namespace slipway
