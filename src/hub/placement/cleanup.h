#pragma once

#include "api/placement.h"
#include "engine/controller.h"

namespace slipway::hub::placement {

// A placement being deleted: its snapshots go first, then the finalizer (placement 1.4). That no snapshot is left is
// read live: what a cache does not show may still be there. Empty once the finalizer is gone. Pure.
[[nodiscard]] engine::Plan clean_up(const api::Placement& placement, const engine::View& view, Now now);

}  // namespace slipway::hub::placement
