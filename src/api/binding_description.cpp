#include "api/codec.h"

// api 3.5: bindings.
namespace slipway::api {
namespace description {

const Struct& description_of(std::type_identity<ResourceBindingSpec>) {
  using T = ResourceBindingSpec;
  static const Struct description = described<T>({
      field<&T::state>("state").required(),
      field<&T::resource_snapshot_name>("resourceSnapshotName").required(),
      field<&T::resource_override_snapshots>("resourceOverrideSnapshots"),
      field<&T::cluster_resource_override_snapshots>("clusterResourceOverrideSnapshots"),
      field<&T::scheduling_policy_snapshot_name>("schedulingPolicySnapshotName").required(),
      field<&T::target_cluster>("targetCluster").required(),
      field<&T::cluster_decision>("clusterDecision").required(),
      field<&T::apply_strategy>("applyStrategy"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceBindingStatus>) {
  using T = ResourceBindingStatus;
  static const Struct description = described<T>({
      field<&T::failed_placements>("failedPlacements").items({}, 100),
      field<&T::drifted_placements>("driftedPlacements").items({}, 100),
      field<&T::diffed_placements>("diffedPlacements").items({}, 100),
      field<&T::conditions>("conditions").always().map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceBinding>) {
  using T = ResourceBinding;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(ResourceBinding, "ClusterResourceBinding", "ResourceBinding")
SLIPWAY_API_STRUCT(ResourceBindingSpec)
SLIPWAY_API_STRUCT(ResourceBindingStatus)

}  // namespace slipway::api
