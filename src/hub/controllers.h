#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/controller.h"
#include "hub/selection/resource_selection.h"
#include "hub/snapshot/batching.h"

namespace slipway::hub {

struct Options {
  selection::Rules rules;
  snapshot::Batching batching;  // of RollingUpdate placements (placement 1.10)
  // A heartbeat older than this makes a member unhealthy (placement 8.2, flag --cluster-unhealthy-threshold).
  std::chrono::seconds cluster_unhealthy_after{60};
  std::chrono::seconds heartbeat_period{60};  // what members are told (MemberCluster default)
};

// All controllers of the hub, ready for engine::Runner::add.
[[nodiscard]] std::vector<std::unique_ptr<engine::Controller>> make_controllers(const Options& options = {});

}  // namespace slipway::hub
