#pragma once

#include <memory>
#include <string_view>

#include "api/membership.h"
#include "engine/controller.h"

namespace slipway::hub::scheduler {

// In metrics and logs.
[[nodiscard]] constexpr std::string_view controller_name(api::Scope scope) {
  return scope == api::Scope::cluster ? "scheduler" : "scheduler-namespaced";
}

// Picks clusters for the placements of one scope (placement 3). Writes: the placement's finalizer scheduler-cleanup,
// its bindings, and the status of its latest policy snapshot. Woken by: policy snapshots, the placement's deletion, its
// bindings, and changes of member clusters that can change a decision. By nothing else.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(api::Scope scope);

// Does this change of a member matter to scheduling (3.1)? Heartbeats do not.
[[nodiscard]] bool matters_to_scheduling(const api::MemberCluster* before, const api::MemberCluster* after,
                                         WallTime now);

}  // namespace slipway::hub::scheduler
