#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace slipway::store {

// One live entry. `key` is a path such as "/registry/<group>/<resource>/<namespace>/<name>"; `value` is opaque bytes,
// of any length up to what memory holds; `revision` is that of the change that last wrote it.
struct Row {
  std::string key;
  std::string value;
  std::uint64_t revision = 0;
  friend bool operator==(const Row&, const Row&) = default;
};

// One write: the new value of `key`, or no value to delete it. Deleting what is not there only moves the counter.
struct Change {
  std::string key;
  std::optional<std::string> value;
  std::uint64_t revision =
      0;  // strictly increasing within a batch, above the batch's expected_revision, at most 2^63 - 1
};

// Changes that become durable together or not at all. `expected_revision` is the counter as it must stand when the
// batch's turn comes: the last revision of the batch before it. A batch without changes is a barrier: it completes when
// everything before it is durable.
struct Batch {
  std::uint64_t expected_revision = 0;
  std::vector<Change> changes;
};

// Where a registry keeps its objects (design 5): the current value of every key, and one counter that numbers all
// writes. The counter is stored by itself, so that it never goes back when the newest object is deleted. Revisions are
// chosen by the caller.
//
// A batch that fails takes every later one with it, because later ones were decided on top of it: from the first
// failure on, commits are refused with that same error until load() has succeeded. So a caller that sees an error
// throws away what it holds in memory and starts again from load(); if load() fails as well, there is nothing left but
// to end the process.
class Store {
 public:
  using Done = std::move_only_function<void(Result<std::uint64_t>)>;

  virtual ~Store() = default;

  // Calls `row` for everything live, in ascending byte order of keys, and returns the counter (0 when nothing was ever
  // written). Waits until every batch handed in before has been answered; reads, and so blocks, for as long as the
  // whole store takes. `row` must not throw or call the store. Not from within `row` or a Done. Errors: io, unavailable
  // (another program has the file locked), corrupt (the message says how to get out).
  [[nodiscard]] virtual Result<std::uint64_t> load(const std::function<void(Row)>& row) = 0;

  // Makes `batch` durable, in the order of the calls. `done` receives the durable revision (that of the batch's last
  // change) or the error, exactly once, in commit order, on the store's own thread (within the call for a memory
  // store). It must not throw or block; it may call commit(). Errors: conflict (the counter is not at
  // expected_revision: someone else wrote), internal (revisions out of order), io (nothing of the batch counts; after a
  // failed sync nobody can know, and load() fails for good), unavailable.
  virtual void commit(Batch batch, Done done) = 0;
};

// The counter after `batch` is applied at `counter`. Errors: conflict and internal as for commit(). For
// implementations.
[[nodiscard]] Result<std::uint64_t> counter_after(const Batch& batch, std::uint64_t counter);

}  // namespace slipway::store
