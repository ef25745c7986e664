#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/controller.h"

// The indexes the hub's controllers look things up by, so that nothing lists the fleet (design 1.2). Each is declared
// once here; every controller that uses one returns it from indexes().
namespace slipway::hub::index {

// Bindings, policy snapshots and resource snapshots by placement (label parent-CRP); value: placement_value().
inline constexpr std::string_view by_placement = "placement";
// Bindings by target cluster (spec.targetCluster).
inline constexpr std::string_view by_cluster = "cluster";
// Bindings by the master resource snapshot they name; value: the snapshot's namespace/name text.
// Runs and evictions by the placement they name; value: placement_value().
// Approval requests by run (label targetUpdateRun); value: the run's NamespacedName text.
inline constexpr std::string_view by_run = "run";
// Works by binding (labels parent-resource-binding, parent-placement-namespace); value: the binding's NamespacedName
// text.
inline constexpr std::string_view by_binding = "binding";

// How a placement, run or binding is spelled as an index value: "namespace/name", or "name" at cluster scope.
[[nodiscard]] inline std::string value_of(const kube::NamespacedName& key) { return key.text(); }

// The placement that a binding or snapshot belongs to: its parent-CRP label in its own namespace; empty name without
// the label.
[[nodiscard]] kube::NamespacedName placement_of(const kube::ObjectMeta& metadata);
// The binding a Work belongs to; empty name without the label.
[[nodiscard]] kube::NamespacedName binding_of(const kube::ObjectMeta& work_metadata);

[[nodiscard]] engine::Index bindings_by_placement(api::Scope scope);
[[nodiscard]] engine::Index bindings_by_cluster(api::Scope scope);
[[nodiscard]] engine::Index policy_snapshots_by_placement(api::Scope scope);
[[nodiscard]] engine::Index resource_snapshots_by_placement(api::Scope scope);
[[nodiscard]] engine::Index runs_by_placement(api::Scope scope);
[[nodiscard]] engine::Index approval_requests_by_run(api::Scope scope);
[[nodiscard]] engine::Index works_by_binding();
[[nodiscard]] engine::Index evictions_by_placement();

}  // namespace slipway::hub::index
