#pragma once

#include <memory>
#include <string>

#include "engine/controller.h"
#include "sim/workloads.h"

namespace slipway::sim::workloads {

// The one node of a simulated cluster (member.md S5): "<cluster>-node-1".
[[nodiscard]] std::string node_name(std::string_view cluster);
inline constexpr std::string_view node_address = "172.18.0.2";
// Pods it has room for.
inline constexpr std::int64_t node_pods_max = 500;

// Keeps the node there and Ready, without heartbeats. Woken by the namespace kube-system, which every cluster has, and
// by the node.
[[nodiscard]] std::unique_ptr<engine::Controller> make_node_controller(const WorkloadOptions& options);

}  // namespace slipway::sim::workloads
