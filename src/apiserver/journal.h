#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "apiserver/segment_pool.h"
#include "base/loop.h"
#include "base/result.h"
#include "store/store.h"

namespace slipway::apiserver {

// The one revision counter and the one way to the store, shared by the hub's registry and the simulated members'
// (design 1.4, 5). The core applies a write in memory at once; what leaves the core is parked here until the revision
// it was computed at is durable. Core thread only.
class Journal {
 public:
  static constexpr std::size_t undurable_bytes_max = 8u << 20;

  // `on_failure` is called once, on the core thread, when a commit failed: nothing parked will ever be released.
  Journal(Loop& loop, store::Store& store, std::uint64_t revision, std::move_only_function<void(Error)> on_failure);
  ~Journal();

  // The revision of a write that is about to be applied: strictly increasing across all kinds and clusters.
  [[nodiscard]] std::uint64_t next_revision();
  // Adds a change at `revision` (from next_revision) to this turn's batch; nullopt deletes. flush() runs by itself at
  // the end of the turn (one batch a turn: a plan's chain is one transaction).
  void record(std::string key, std::optional<std::string> value, std::uint64_t revision);
  void flush();

  [[nodiscard]] std::uint64_t current() const { return current_; }
  [[nodiscard]] std::uint64_t durable() const { return durable_; }
  // True while the undurable suffix is over its limit: writers get 429.
  [[nodiscard]] bool is_full() const { return undurable_bytes_ > undurable_bytes_max; }
  // Runs `task` once everything applied so far is durable: at once when it already is, else in order of parking.
  void when_durable(Loop::Task task);

  [[nodiscard]] Loop& loop() { return loop_; }
  // Where equal parts of objects are one, across all clusters of the process (design 3).
  [[nodiscard]] SegmentPool& segments() { return segments_; }

 private:
  struct Parked {
    std::uint64_t revision;
    Loop::Task task;
  };
  void committed(std::size_t bytes, Result<std::uint64_t> outcome);
  void release();

  Loop& loop_;
  store::Store& store_;
  std::move_only_function<void(Error)> on_failure_;
  std::uint64_t current_;
  std::uint64_t durable_;
  std::uint64_t batched_from_;
  store::Batch batch_;
  std::size_t batch_bytes_ = 0;
  std::size_t undurable_bytes_ = 0;
  bool flush_posted_ = false;
  bool failed_ = false;
  bool releasing_ = false;
  SegmentPool segments_;
  std::deque<Parked> parked_;
  std::shared_ptr<bool> alive_;  // a late answer from the store's thread finds false
};

}  // namespace slipway::apiserver
