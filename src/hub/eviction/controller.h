#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::hub::eviction {

// Carries out ClusterResourcePlacementEvictions within the ClusterResourcePlacementDisruptionBudget of the placement's
// name (placement 7). Its key is the placement, so that evictions under one budget are decided one after the other.
// Writes: the evictions' status, and deletes bindings. Woken by: evictions that are not decided.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller();

}  // namespace slipway::hub::eviction
