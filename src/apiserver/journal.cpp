#include "apiserver/journal.h"

namespace slipway::apiserver {

Journal::Journal(Loop& loop, store::Store& store, std::uint64_t revision,
                 std::move_only_function<void(Error)> on_failure)
    : loop_(loop),
      store_(store),
      on_failure_(std::move(on_failure)),
      current_(revision),
      durable_(revision),
      batched_from_(revision),
      alive_(std::make_shared<bool>(true)) {}

Journal::~Journal() { *alive_ = false; }

std::uint64_t Journal::next_revision() { return ++current_; }

void Journal::record(std::string key, std::optional<std::string> value, std::uint64_t revision) {
  if (failed_) return;  // the core is about to be rebuilt: nothing that follows counts
  const std::size_t bytes = key.size() + (value ? value->size() : 0);
  batch_bytes_ += bytes;
  undurable_bytes_ += bytes;
  batch_.changes.push_back({.key = std::move(key), .value = std::move(value), .revision = revision});
  if (flush_posted_) return;
  flush_posted_ = true;
  loop_.post([this, alive = alive_] {
    if (*alive) flush();
  });
}

void Journal::flush() {
  flush_posted_ = false;
  if (failed_ || batch_.changes.empty()) return;
  store::Batch batch = std::exchange(batch_, {});
  batch.expected_revision = std::exchange(batched_from_, batch.changes.back().revision);
  const std::size_t bytes = std::exchange(batch_bytes_, 0);
  store_.commit(std::move(batch), [this, bytes, alive = alive_, &loop = loop_](Result<std::uint64_t> outcome) {
    loop.post([this, bytes, alive, outcome = std::move(outcome)]() mutable {
      if (*alive) committed(bytes, std::move(outcome));
    });
  });
}

void Journal::committed(std::size_t bytes, Result<std::uint64_t> outcome) {
  if (failed_) return;
  if (!outcome) {
    failed_ = true;
    if (on_failure_) on_failure_(std::move(outcome.error()));
    return;
  }
  undurable_bytes_ -= bytes;
  durable_ = *outcome;
  release();
}

void Journal::when_durable(Loop::Task task) {
  const bool is_durable = durable_ >= current_ && parked_.empty() && !releasing_;
  if (is_durable && !failed_) return task();
  parked_.push_back({.revision = current_, .task = std::move(task)});
}

void Journal::release() {
  if (releasing_) return;
  releasing_ = true;
  const auto alive = alive_;  // a task may end the journal's owner
  while (!parked_.empty() && parked_.front().revision <= durable_) {
    Loop::Task task = std::move(parked_.front().task);
    parked_.pop_front();
    task();
    if (!*alive) return;
  }
  releasing_ = false;
}

}  // namespace slipway::apiserver
