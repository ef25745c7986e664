#include "base/timers.h"

namespace slipway {

Loop::TimerId Timers::add(Ticks when, Loop::Task task) {
  const std::uint64_t id = ++last_id_;
  tasks_.emplace(Key(when, id), std::move(task));
  when_.emplace(id, when);
  return Loop::TimerId{id};
}

void Timers::cancel(Loop::TimerId timer) {
  const auto found = when_.find(static_cast<std::uint64_t>(timer));
  if (found == when_.end()) return;
  // The task is destroyed last: what it owns may cancel other timers.
  const auto node = tasks_.extract(Key(found->second, found->first));
  when_.erase(found);
}

std::optional<Ticks> Timers::next() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.begin()->first.first;
}

Loop::Task Timers::take_due(Ticks now) {
  if (tasks_.empty() || tasks_.begin()->first.first > now) return {};
  auto node = tasks_.extract(tasks_.begin());
  when_.erase(node.key().second);
  return std::move(node.mapped());
}

void Timers::clear() {
  const auto tasks = std::exchange(tasks_, {});
  when_.clear();
}

}  // namespace slipway
