#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/edge.h"
#include "engine/tried_writes.h"

namespace slipway::engine {

// How the writes of a plan went, and so when the key is looked at again.
struct Outcome {
  enum class Next {
    rest,   // nothing failed
    again,  // somebody else was first: what is there now is in the cache
    soon,   // a server did not answer or keep up: back off
    later,  // a server refused: back off for long
  };
  std::size_t written = 0;  // changed something
  std::size_t failed = 0;
  Next next = Next::rest;  // the gravest
  std::optional<std::chrono::seconds> retry_after{};
  std::vector<TriedWrites::Entry> tried{};  // what plans asked to be told

  void add_failure(Next how, std::optional<std::chrono::seconds> wait = std::nullopt);
};

// Carries chains out: each in order, independent of the others, at most `in_flight_max` at a time. A write finds the
// version that an earlier one of its chain made; an unneeded one is not sent; a failed one ends its chain, and where
// only the server knows what is there now, that is read into the cache. `done` may be called before this returns.
// `view` outlives it.
void execute(std::shared_ptr<Edge> edge, const PassView& view, Log log, std::vector<Chain> chains,
             std::move_only_function<void(Outcome)> done);

}  // namespace slipway::engine
