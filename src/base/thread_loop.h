#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/loop.h"
#include "base/time.h"
#include "base/timers.h"

namespace slipway {

// A loop on a thread of its own (start) or on the caller's (run). Whoever owns it stops it before what its tasks refer
// to is destroyed; the destructor stops it too.
class ThreadLoop final : public Loop {
 public:
  // `clock` outlives the loop. Timers are compared with its ticks and so also count the time a machine sleeps.
  explicit ThreadLoop(const Clock& clock) : clock_(clock) {}
  ThreadLoop(const ThreadLoop&) = delete;
  ThreadLoop& operator=(const ThreadLoop&) = delete;
  ~ThreadLoop() override;

  // Any thread, also before start() and after stop(); what is posted after the loop ended is dropped unrun.
  void post(Task task) override;
  // On the loop's thread, or by the owner before start() or run().
  TimerId at(Ticks when, Task task) override { return timers_.add(when, std::move(task)); }
  void cancel(TimerId timer) override { timers_.cancel(timer); }
  [[nodiscard]] const Clock& clock() const override { return clock_; }

  // Called on the loop's thread at the end of each turn that ran something: when nothing is posted any more, or after
  // about `turn_tasks_max` tasks, so that a busy loop ends its turns too. On the loop's thread, or before start() or
  // run().
  void set_idle_hook(Task hook) { idle_hook_ = std::move(hook); }

  // Starts the thread. Once.
  void start();
  // Is the loop until stop() is called. Once, and not together with start().
  void run();
  // Runs what is posted until nothing is left, forgets the timers and ends the loop. Waits for the thread of start(),
  // except when called on it. Harmless when repeated; besides the loop's own, only one thread at a time.
  void stop();

  [[nodiscard]] bool is_on_loop_thread() const { return thread_id_.load() == std::this_thread::get_id(); }

  static constexpr std::size_t turn_tasks_max = 1000;

 private:
  bool take_posted();
  std::size_t run_turn();

  const Clock& clock_;
  Timers timers_;            // loop thread
  std::vector<Task> batch_;  // loop thread: taken from posted_, capacity kept
  Task idle_hook_;           // loop thread

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Task> posted_;  // under mutex_
  bool started_ = false;      // under mutex_
  bool stopping_ = false;     // under mutex_
  bool ended_ = false;        // under mutex_
  std::atomic<std::thread::id> thread_id_{};
  std::jthread thread_;
};

}  // namespace slipway
