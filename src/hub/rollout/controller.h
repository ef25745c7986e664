#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::hub::rollout {

// Moves the bindings of RollingUpdate placements of one scope within their budget (placement 4). Writes: bindings
// (state, content, RolloutStarted), and deletes unscheduled ones. Woken by: resource and override snapshots that become
// latest, bindings whose generation, availability or deletion changed, placements whose strategy changed, and
// Plan::look_again. By nothing else.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(api::Scope scope);

}  // namespace slipway::hub::rollout
