#include "api/codec.h"

// api 3.5: snapshots.
namespace slipway::api {
namespace description {

const Struct& description_of(std::type_identity<ClusterScore>) {
  using T = ClusterScore;
  static const Struct description = described<T>({
      field<&T::affinity_score>("affinityScore"),
      field<&T::priority_score>("priorityScore"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterDecision>) {
  using T = ClusterDecision;
  static const Struct description = described<T>({
      field<&T::cluster_name>("clusterName").required(),
      field<&T::selected>("selected").required(),
      field<&T::cluster_score>("clusterScore").always(),
      field<&T::reason>("reason").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<SchedulingPolicySnapshotSpec>) {
  using T = SchedulingPolicySnapshotSpec;
  static const Struct description = described<T>({
      field<&T::policy>("policy"),
      field<&T::policy_hash>("policyHash").required().keyword("format", "byte"),
  });
  return description;
}

const Struct& description_of(std::type_identity<SchedulingPolicySnapshotStatus>) {
  using T = SchedulingPolicySnapshotStatus;
  static const Struct description = described<T>({
      field<&T::observed_crp_generation>("observedCRPGeneration").required(),
      field<&T::conditions>("conditions").always().map_list("type"),
      field<&T::target_clusters>("targetClusters").items({}, 1000),
  });
  return description;
}

const Struct& description_of(std::type_identity<SchedulingPolicySnapshot>) {
  using T = SchedulingPolicySnapshot;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceSnapshotSpec>) {
  using T = ResourceSnapshotSpec;
  static const Struct description =
      described<T>({field<&T::selected_resources>("selectedResources").required().shape(Shape::embedded)});
  return description;
}

const Struct& description_of(std::type_identity<ResourceSnapshotStatus>) {
  using T = ResourceSnapshotStatus;
  static const Struct description = described<T>({field<&T::conditions>("conditions").always().map_list("type")});
  return description;
}

const Struct& description_of(std::type_identity<ResourceSnapshot>) {
  using T = ResourceSnapshot;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(SchedulingPolicySnapshot, "ClusterSchedulingPolicySnapshot", "SchedulingPolicySnapshot")
SLIPWAY_API_ROOT(ResourceSnapshot, "ClusterResourceSnapshot", "ResourceSnapshot")
SLIPWAY_API_STRUCT(SchedulingPolicySnapshotSpec)
SLIPWAY_API_STRUCT(SchedulingPolicySnapshotStatus)
SLIPWAY_API_STRUCT(ResourceSnapshotSpec)
SLIPWAY_API_STRUCT(ResourceSnapshotStatus)

}  // namespace slipway::api
