#include "engine/wake_ups.h"

#include <algorithm>

#include "engine/work_queue.h"

namespace slipway::engine {

void WakeUps::set(KeyState& key, const Deadline& deadline) {
  clear(key);
  if (const auto* ticks = std::get_if<Ticks>(&deadline.at)) {
    key.alarm.ticks = ticks_.emplace(*ticks, &key);
  } else {
    key.alarm.wall = wall_.emplace(std::get<WallTime>(deadline.at), &key);
  }
  arm();
}

void WakeUps::clear(KeyState& key) {
  if (key.alarm.ticks) ticks_.erase(*key.alarm.ticks);
  if (key.alarm.wall) wall_.erase(*key.alarm.wall);
  key.alarm = {};
}

void WakeUps::stop() {
  stopped_ = true;
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
}

void WakeUps::arm() {
  if (stopped_) return;
  std::optional<Ticks> next;
  if (!ticks_.empty()) next = ticks_.begin()->first;
  if (!wall_.empty()) {
    const Duration wait = std::chrono::seconds{wall_.begin()->first.seconds} - loop_.clock().wall_precise();
    const Ticks when = loop_.clock().ticks() + std::clamp(wait, Duration{0}, step_check);
    next = next ? std::min(*next, when) : when;
  }
  if (!next || (timer_ && armed_for_ <= *next)) return;
  if (timer_) loop_.cancel(*timer_);
  armed_for_ = *next;
  timer_ = loop_.at(*next, [this] { fire(); });
}

void WakeUps::fire() {
  timer_.reset();
  const Now now = loop_.now();
  while (!ticks_.empty() && ticks_.begin()->first <= now.ticks) {
    KeyState& key = *ticks_.begin()->second;
    clear(key);
    due_(key);
  }
  while (!wall_.empty() && wall_.begin()->first <= now.wall) {
    KeyState& key = *wall_.begin()->second;
    clear(key);
    due_(key);
  }
  arm();
}

}  // namespace slipway::engine
