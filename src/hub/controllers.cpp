#include "hub/controllers.h"

#include "hub/eviction/controller.h"
#include "hub/inventory/controller.h"
#include "hub/override/controller.h"
#include "hub/placement/controller.h"
#include "hub/rollout/controller.h"
#include "hub/scheduler/controller.h"
#include "hub/updaterun/controller.h"
#include "hub/work/controller.h"

namespace slipway::hub {

std::vector<std::unique_ptr<engine::Controller>> make_controllers(const Options& options) {
  std::vector<std::unique_ptr<engine::Controller>> controllers;
  controllers.push_back(membership::make_controller(options.membership));
  if (options.cluster_inventory) controllers.push_back(inventory::make_controller(options.cluster_unhealthy_after));
  if (options.evictions) controllers.push_back(eviction::make_controller());
  controllers.push_back(placement::make_placement_controller(options.rules, options.batching));
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    controllers.push_back(scheduler::make_controller(scope));
    controllers.push_back(override::make_controller(scope));
    controllers.push_back(rollout::make_controller(scope));
    controllers.push_back(work::make_controller(scope));
    controllers.push_back(updaterun::make_controller(scope, options.rules));
  }
  return controllers;
}

}  // namespace slipway::hub
