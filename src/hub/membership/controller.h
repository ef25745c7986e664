#pragma once

#include <memory>

#include "engine/controller.h"
#include "hub/membership/member_status.h"

namespace slipway::hub::membership {

struct Options {
  // How long a leaving member may take before its namespace goes without it (--force-delete-wait-time).
  std::chrono::seconds force_delete_after = std::chrono::minutes{15};
  ExpectedAgents expected_agents = ExpectedAgents::member;
};

// The hub's side of a member's life: joining and leaving (placement 8.2, 8.3). Writes: the MemberCluster's finalizer,
// label and status, and in its namespace fleet-member-<name> the namespace itself, Role, RoleBinding,
// InternalMemberCluster. Woken by: the MemberCluster, its InternalMemberCluster, and drift of the other three.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(const Options& options = {});

}  // namespace slipway::hub::membership
