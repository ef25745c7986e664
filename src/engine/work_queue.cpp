#include "engine/work_queue.h"

namespace slipway::engine {

void WorkQueue::add(std::size_t controller, const Key& key) {
  if (controllers_.size() <= controller) controllers_.resize(controller + 1);
  const auto [entry, is_new] = controllers_[controller].try_emplace(key);
  if (is_new) {
    entry->second.controller = controller;
    entry->second.key = &entry->first;
  }
  add(entry->second);
}

void WorkQueue::add(KeyState& state) {
  if (state.is_running) {
    state.is_dirty = true;
    return;
  }
  if (state.is_queued || (state.is_backing_off && state.passes >= KeyState::passes_max)) return;
  state.is_queued = true;
  ready_.push_back(&state);
  on_ready_();
}

KeyState* WorkQueue::take() {
  if (ready_.empty()) return nullptr;
  KeyState* state = ready_.front();
  ready_.pop_front();
  state->is_queued = false;
  state->is_running = true;
  ++running_;
  return state;
}

void WorkQueue::finish(KeyState& state) {
  state.is_running = false;
  --running_;
  if (std::exchange(state.is_dirty, false)) add(state);
}

void WorkQueue::forget_if_at_rest(KeyState& state) {
  const bool waits = state.is_queued || state.is_running || state.alarm.ticks || state.alarm.wall;
  if (waits || !state.memo.is_empty() || state.used_discovery[0] || state.used_discovery[1]) return;
  const Key key = *state.key;
  controllers_[state.controller].erase(key);
}

void WorkQueue::add_users_of_discovery(Side side) {
  for (States& states : controllers_) {
    for (auto& [key, state] : states) {
      if (state.used_discovery[static_cast<std::size_t>(side)]) add(state);
    }
  }
}

std::size_t WorkQueue::size() const {
  std::size_t count = 0;
  for (const States& states : controllers_) count += states.size();
  return count;
}

}  // namespace slipway::engine
