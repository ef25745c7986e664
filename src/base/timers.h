#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/loop.h"

namespace slipway {

// The timers of one loop, ordered by time and, at the same time, by when they were set. Loop thread only.
class Timers {
 public:
  Loop::TimerId add(Ticks when, Loop::Task task);
  // Forgets a timer; one that ran or never was is no error.
  void cancel(Loop::TimerId timer);
  // When the next timer is due; nothing when there is none.
  [[nodiscard]] std::optional<Ticks> next() const;
  // Takes the first timer that is due at `now`, or an empty task.
  [[nodiscard]] Loop::Task take_due(Ticks now);
  [[nodiscard]] std::size_t size() const { return tasks_.size(); }
  void clear();

 private:
  using Key = std::pair<Ticks, std::uint64_t>;
  std::map<Key, Loop::Task> tasks_;
  std::unordered_map<std::uint64_t, Ticks> when_;
  std::uint64_t last_id_ = 0;
};

}  // namespace slipway
