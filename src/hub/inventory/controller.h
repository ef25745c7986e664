#pragma once

#include <chrono>
#include <memory>

#include "engine/controller.h"

namespace slipway::hub::inventory {

// Keeps one ClusterProfile in fleet-system for each member that has joined (placement 9.3): who else works with
// clusters finds them there. Writes: the profile and its status, its finalizer on the MemberCluster, and the namespace
// if it is missing. Woken by: the MemberCluster and its profile. `heartbeat_lost_after`: age of the last heartbeat that
// makes a control plane unhealthy (--cluster-unhealthy-threshold); never less than three of the member's periods.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(
    std::chrono::seconds heartbeat_lost_after = std::chrono::seconds{60});

}  // namespace slipway::hub::inventory
