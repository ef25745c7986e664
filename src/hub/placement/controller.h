#pragma once

#include <memory>

#include "engine/controller.h"
#include "hub/selection/resource_selection.h"
#include "hub/snapshot/batching.h"

namespace slipway::hub::placement {

// Keeps policy snapshots, resource snapshots and status of ClusterResourcePlacements and ResourcePlacements (placement
// 1, 2). Writes: placements (finalizer, status), policy snapshots and, for RollingUpdate, resource snapshots. A key is
// the placement's name, with a namespace for a ResourcePlacement.
[[nodiscard]] std::unique_ptr<engine::Controller> make_placement_controller(const selection::Rules& rules,
                                                                            const snapshot::Batching& batching = {});

}  // namespace slipway::hub::placement
