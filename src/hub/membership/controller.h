#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::hub::membership {

// The hub's side of a member's life: joining and leaving (placement 8.2, 8.3). Writes: the MemberCluster's finalizer,
// label and status, and in its namespace fleet-member-<name> the namespace itself, Role, RoleBinding,
// InternalMemberCluster. Woken by: the MemberCluster, its InternalMemberCluster, and drift of the other three.
// `force_delete_after`: how long a leaving member may take before its namespace goes without it
// (--force-delete-wait-time).
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(
    std::chrono::seconds force_delete_after = std::chrono::minutes{15});

}  // namespace slipway::hub::membership
