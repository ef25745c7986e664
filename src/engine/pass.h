#pragma once

#include <functional>
#include <memory>

#include "engine/edge.h"
#include "engine/plan_execution.h"
#include "engine/work_queue.h"

namespace slipway::engine {

// One reconcile of one key, from decision to done: asks the controller, makes the reads it wants and asks again, then
// carries out its chains, or its report when no chain is left to run (design 4).
struct PassResult {
  Outcome outcome;
  bool has_refused_read = false;  // an answer was an error other than not_found: nobody will say when that ends
  std::optional<Deadline> look_again;
  std::vector<Event> events;  // those whose plan took effect
  bool used_discovery[2] = {false, false};
};

// `controller`, `state` live until the edge says that they are gone. `done` may be called before this returns.
void run_pass(std::shared_ptr<Edge> edge, const Controller& controller, KeyState& state, Log log,
              std::move_only_function<void(PassResult)> done);

}  // namespace slipway::engine
