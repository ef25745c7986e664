#include "sim/workloads.h"

#include "sim/workloads/deployment.h"
#include "sim/workloads/node.h"
#include "sim/workloads/pod.h"
#include "sim/workloads/replica_set.h"
#include "sim/workloads/service.h"

namespace slipway::sim {

std::vector<std::unique_ptr<engine::Controller>> make_workload_controllers(const WorkloadOptions& options) {
  std::vector<std::unique_ptr<engine::Controller>> controllers;
  controllers.push_back(workloads::make_node_controller(options));
  controllers.push_back(workloads::make_deployment_controller());
  controllers.push_back(workloads::make_replica_set_controller());
  controllers.push_back(workloads::make_pod_controller(options));
  controllers.push_back(workloads::make_service_controller());
  return controllers;
}

}  // namespace slipway::sim
