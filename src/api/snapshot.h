#pragma once

#include "api/placement.h"

// Scheduling policy snapshots and resource snapshots of both scopes (api 3.5).
namespace slipway::api {

struct ClusterScore {
  std::optional<std::int32_t> affinity_score{};
  std::optional<std::int32_t> priority_score{};  // the topology spread score
  Unknown unknown{};
  friend bool operator==(const ClusterScore&, const ClusterScore&) = default;
};

struct ClusterDecision {
  std::string cluster_name{};
  bool selected = false;
  std::optional<ClusterScore> cluster_score{};
  std::string reason{};  // for people
  Unknown unknown{};
  friend bool operator==(const ClusterDecision&, const ClusterDecision&) = default;
};

struct SchedulingPolicySnapshotSpec {
  std::optional<PlacementPolicy> policy{};
  std::string policy_hash{};  // base64 of the hash's hex text (hash.h)
  Unknown unknown{};
  friend bool operator==(const SchedulingPolicySnapshotSpec&, const SchedulingPolicySnapshotSpec&) = default;
};

struct SchedulingPolicySnapshotStatus {
  std::int64_t observed_crp_generation = 0;
  Conditions conditions{};
  std::vector<ClusterDecision> target_clusters{};
  Unknown unknown{};
  friend bool operator==(const SchedulingPolicySnapshotStatus&, const SchedulingPolicySnapshotStatus&) = default;
};

// ClusterSchedulingPolicySnapshot, or with a namespace SchedulingPolicySnapshot.
struct SchedulingPolicySnapshot {
  kube::ObjectMeta metadata{};
  SchedulingPolicySnapshotSpec spec{};
  SchedulingPolicySnapshotStatus status{};
  Unknown unknown{};
  friend bool operator==(const SchedulingPolicySnapshot&, const SchedulingPolicySnapshot&) = default;
};

struct ResourceSnapshotSpec {
  std::vector<RawObject> selected_resources{};  // whole manifests, stripped (api 8.6)
  Unknown unknown{};
  friend bool operator==(const ResourceSnapshotSpec&, const ResourceSnapshotSpec&) = default;
};

struct ResourceSnapshotStatus {
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const ResourceSnapshotStatus&, const ResourceSnapshotStatus&) = default;
};

// ClusterResourceSnapshot, or with a namespace ResourceSnapshot.
struct ResourceSnapshot {
  kube::ObjectMeta metadata{};
  ResourceSnapshotSpec spec{};
  ResourceSnapshotStatus status{};
  Unknown unknown{};
  friend bool operator==(const ResourceSnapshot&, const ResourceSnapshot&) = default;
};

}  // namespace slipway::api
