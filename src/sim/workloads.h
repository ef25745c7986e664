#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/controller.h"

namespace slipway::sim {

struct WorkloadOptions {
  std::string cluster_name;
  // Time from a pod's creation to Ready where its image can be pulled. Zero: at once.
  Duration pod_start_time{0};
};

// What kube-controller-manager, a scheduler and kubelets do on a simulated member, as far as rollouts can see it
// (member.md part II, S5, S6): deployments, replica sets, pods, endpoints, and one node. They live on Side::member of
// the cluster.
[[nodiscard]] std::vector<std::unique_ptr<engine::Controller>> make_workload_controllers(
    const WorkloadOptions& options);

}  // namespace slipway::sim
