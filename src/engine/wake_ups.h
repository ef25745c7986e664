#pragma once

#include <functional>
#include <map>
#include <optional>

#include "base/loop.h"
#include "engine/controller.h"

namespace slipway::engine {

struct KeyState;

// When keys want to be looked at although nothing changed: one loop timer for all of them. Deadlines of civil time are
// compared with the wall clock itself, at the latest `step_check` after somebody has set it (design 1.5). Loop thread
// only.
class WakeUps {
 public:
  static constexpr Duration step_check = std::chrono::seconds{30};

  // Where a key stands in line; lives in its KeyState.
  struct Alarm {
    std::optional<std::multimap<Ticks, KeyState*>::iterator> ticks;
    std::optional<std::multimap<WallTime, KeyState*>::iterator> wall;
  };

  // `due` is told each key whose time has come, once.
  WakeUps(Loop& loop, std::function<void(KeyState&)> due) : loop_(loop), due_(std::move(due)) {}
  ~WakeUps() { stop(); }
  WakeUps(const WakeUps&) = delete;
  WakeUps& operator=(const WakeUps&) = delete;

  // Replaces the key's earlier deadline.
  void set(KeyState& key, const Deadline& deadline);
  void clear(KeyState& key);
  void stop();

 private:
  void arm();
  void fire();

  Loop& loop_;
  std::function<void(KeyState&)> due_;
  std::multimap<Ticks, KeyState*> ticks_;
  std::multimap<WallTime, KeyState*> wall_;
  std::optional<Loop::TimerId> timer_;
  Ticks armed_for_;
  bool stopped_ = false;
};

}  // namespace slipway::engine
