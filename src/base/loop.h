#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.h"

namespace slipway {

// An event loop that owns one thread's worth of work (design 1.3, "sans I/O"): everything posted runs on that thread,
// one after the other, in the order of posting. The core has one; the simulation has one for the whole fleet.
class Loop {
 public:
  using Task = std::move_only_function<void()>;
  enum class TimerId : std::uint64_t {};

  virtual ~Loop() = default;

  // Runs `task` on the loop's thread, after everything posted before. Any thread.
  virtual void post(Task task) = 0;

  // Runs `task` on the loop's thread at `when` or soon after (at once if it is past). Loop thread only.
  virtual TimerId at(Ticks when, Task task) = 0;
  // Forgets a timer; a timer that ran or never was is no error. Loop thread only.
  virtual void cancel(TimerId timer) = 0;

  [[nodiscard]] virtual const Clock& clock() const = 0;
  [[nodiscard]] Now now() const { return clock().now(); }
};

}  // namespace slipway
