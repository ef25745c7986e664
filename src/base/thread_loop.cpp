#include "base/thread_loop.h"

#include <algorithm>

namespace slipway {
namespace {

// A wait for a timer is cut into pieces of this length: the condition variable's clock stands still while the machine
// sleeps, and a lease's deadline must not be missed by the rest of the wait after it wakes.
constexpr Duration wait_max = std::chrono::seconds{1};

}  // namespace

ThreadLoop::~ThreadLoop() { stop(); }

void ThreadLoop::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  posted_.push_back(std::move(task));
  if (posted_.size() == 1) wake_.notify_one();  // otherwise the loop is awake, or has been told
}

void ThreadLoop::start() {
  {
    const std::lock_guard lock(mutex_);
    started_ = true;  // before the thread runs: stop() may come first
  }
  thread_ = std::jthread([this] { run(); });
}

void ThreadLoop::run() {
  thread_id_.store(std::this_thread::get_id());
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
  }
  do {
    while (run_turn() > 0) {
    }
  } while (take_posted());
  timers_.clear();
  thread_id_.store({});
}

// Waits until something is posted or a timer is due. False when the loop has ended.
bool ThreadLoop::take_posted() {
  std::unique_lock lock(mutex_);
  if (posted_.empty() && !stopping_) {
    const auto is_woken = [&] { return !posted_.empty() || stopping_; };
    if (const auto next = timers_.next()) {
      const Duration left = std::clamp(*next - clock_.ticks(), Duration{0}, wait_max);
      wake_.wait_for(lock, left, is_woken);
    } else {
      wake_.wait(lock, is_woken);
    }
  }
  if (!posted_.empty() || !stopping_) return true;
  ended_ = true;
  return false;
}

std::size_t ThreadLoop::run_turn() {
  std::size_t ran = 0;
  // Timers first: they are few, and under load they must not wait for the queue to run dry.
  for (Task timer = timers_.take_due(clock_.ticks()); timer; timer = timers_.take_due(clock_.ticks())) {
    timer();
    if (++ran >= turn_tasks_max) break;
  }
  while (ran < turn_tasks_max) {
    batch_.clear();
    {
      const std::lock_guard lock(mutex_);
      batch_.swap(posted_);
    }
    if (batch_.empty()) break;
    for (Task& task : batch_) {
      task();
      task = nullptr;  // what it owned goes before the next one runs
    }
    ran += batch_.size();
  }
  if (ran > 0 && idle_hook_) idle_hook_();
  return ran;
}

void ThreadLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (!started_) ended_ = true;
  }
  wake_.notify_one();
  if (!is_on_loop_thread() && thread_.joinable()) thread_.join();
}

}  // namespace slipway
