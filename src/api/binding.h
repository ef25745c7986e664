#pragma once

#include "api/snapshot.h"

// ClusterResourceBinding and ResourceBinding (api 3.5): one placement on one cluster.
namespace slipway::api {

// ResourceBindingSpec::state; the schema has no enum.
namespace binding_state {
inline constexpr std::string_view scheduled = "Scheduled";      // picked, not rolled out
inline constexpr std::string_view bound = "Bound";              // rollout ordered
inline constexpr std::string_view unscheduled = "Unscheduled";  // to be removed
}  // namespace binding_state

struct ResourceBindingSpec {
  std::string state{};
  std::string resource_snapshot_name{};  // the master snapshot; "" until rollout
  std::vector<kube::NamespacedName> resource_override_snapshots{};
  std::vector<std::string> cluster_resource_override_snapshots{};
  std::string scheduling_policy_snapshot_name{};
  std::string target_cluster{};
  ClusterDecision cluster_decision{};
  std::optional<ApplyStrategy> apply_strategy{};
  Unknown unknown{};
  friend bool operator==(const ResourceBindingSpec&, const ResourceBindingSpec&) = default;
};

struct ResourceBindingStatus {
  std::vector<FailedResourcePlacement> failed_placements{};
  std::vector<DriftedResourcePlacement> drifted_placements{};
  std::vector<DiffedResourcePlacement> diffed_placements{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const ResourceBindingStatus&, const ResourceBindingStatus&) = default;
};

// ClusterResourceBinding, or with a namespace ResourceBinding.
struct ResourceBinding {
  kube::ObjectMeta metadata{};
  ResourceBindingSpec spec{};
  ResourceBindingStatus status{};
  Unknown unknown{};
  friend bool operator==(const ResourceBinding&, const ResourceBinding&) = default;
};

}  // namespace slipway::api
