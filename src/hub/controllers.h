#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/controller.h"
#include "hub/membership/controller.h"
#include "hub/selection/resource_selection.h"
#include "hub/snapshot/batching.h"

namespace slipway::hub {

struct Options {
  selection::Rules rules;
  snapshot::Batching batching;  // of RollingUpdate placements (placement 1.10)
  membership::Options membership{};
  // Whether members get a ClusterProfile each (placement 9.3, flag --enable-cluster-inventory-apis), and the age of a
  // heartbeat that makes one unhealthy (flag --cluster-unhealthy-threshold).
  bool cluster_inventory = true;
  std::chrono::seconds cluster_unhealthy_after{60};
  bool evictions = true;  // whether evictions are carried out (placement 7, flag --enable-eviction-apis)
};

// All controllers of the hub, ready for engine::Runner::add.
[[nodiscard]] std::vector<std::unique_ptr<engine::Controller>> make_controllers(const Options& options = {});

}  // namespace slipway::hub
