#pragma once

#include <memory>

#include "engine/controller.h"
#include "sim/workloads.h"

namespace slipway::sim::workloads {

// Scheduler and kubelet in one (member.md S6): gives each pod the cluster's node where it fits, lives its life there,
// and ends it. Woken by the pod, by its own deadlines, and, for pods that found no room, by pods that end and by the
// node.
[[nodiscard]] std::unique_ptr<engine::Controller> make_pod_controller(const WorkloadOptions& options);

}  // namespace slipway::sim::workloads
