#pragma once

#include "api/binding.h"
#include "api/placement.h"
#include "base/time.h"

// What a placement shows of one cluster (placement 1.12.4, 1.12.6). Pure.
namespace slipway::hub::placement {

// What decides, besides the binding itself, how far the rollout of a cluster has come.
struct Expected {
  std::string index;          // shown as observedResourceIndex; "" if none
  std::string snapshot_name;  // the binding must name it; "" (External): whatever it names counts
};

// A picked cluster. `binding`: the one of the latest policy snapshot, null when there is none. `earlier`: what was
// shown of this cluster before, null if nothing.
[[nodiscard]] api::PerClusterPlacementStatus cluster_status(
    const api::Placement& placement, const api::ClusterDecision& decision, const api::ResourceBinding* binding,
    const Expected& expected, const api::PerClusterPlacementStatus* earlier, WallTime now);

// A slot that no cluster could be found for; `decision` tells about one that was turned down (1.12.3).
[[nodiscard]] api::PerClusterPlacementStatus unfilled_status(const api::Placement& placement,
                                                             const api::ClusterDecision& decision,
                                                             const api::PerClusterPlacementStatus* earlier,
                                                             WallTime now);

}  // namespace slipway::hub::placement
