#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "kube/object.h"

// Whether a pod fits the cluster's node (member.md S6). Pure.
namespace slipway::sim::workloads {

// Not gated, and no other scheduler's.
[[nodiscard]] bool is_for_default_scheduler(const json::Value& pod);

// Why the pod cannot run on the node, in a scheduler's words; "" when it can. `node` may be null; `others`: the pods
// that are on it and not over. Looks at room (cpu, memory, number of pods), nodeSelector, cordon and taints.
[[nodiscard]] std::string why_not_here(const kube::Object& pod, const json::Value& whole, const kube::Object* node,
                                       const std::vector<kube::ObjectPtr>& others);

}  // namespace slipway::sim::workloads
