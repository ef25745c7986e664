#pragma once

#include <optional>
#include <string>

#include "api/placement.h"
#include "engine/controller.h"

// The status of a NamespaceAccessible ClusterResourcePlacement, mirrored into the namespace it selects for those who
// cannot read cluster-scoped objects (placement 1.13). Pure.
namespace slipway::hub::placement {

[[nodiscard]] bool is_mirrored(const api::Placement& placement);

// Why the selectors cannot be followed: the placement's status is mirrored into a namespace, and they no longer name
// it. Nothing when they do.
[[nodiscard]] std::optional<std::string> mirror_conflict(const api::Placement& placement);

// What remains to be done so that the mirror shows `placement.status` and the placement says so; an empty plan when
// nothing does.
[[nodiscard]] engine::Plan mirror(const api::Placement& placement, const engine::View& view, WallTime now);

}  // namespace slipway::hub::placement
