#pragma once

#include <type_traits>

#include "api/binding.h"
#include "api/cluster_profile.h"
#include "api/description.h"
#include "api/eviction.h"
#include "api/membership.h"
#include "api/override.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "api/staged_update.h"
#include "api/work.h"

// Where each struct's description is: in <family>_description.cpp. Internal to this layer.
namespace slipway::api::description {

const Struct& description_of(std::type_identity<kube::Condition>);
const Struct& description_of(std::type_identity<kube::NamespacedName>);

// common.h
const Struct& description_of(std::type_identity<LabelSelectorRequirement>);
const Struct& description_of(std::type_identity<LabelSelector>);
const Struct& description_of(std::type_identity<ServerSideApplyConfig>);
const Struct& description_of(std::type_identity<ApplyStrategy>);
const Struct& description_of(std::type_identity<DeleteStrategy>);
const Struct& description_of(std::type_identity<ReportBackStrategy>);
const Struct& description_of(std::type_identity<PropertySelectorRequirement>);
const Struct& description_of(std::type_identity<PropertySelector>);
const Struct& description_of(std::type_identity<PropertySorter>);
const Struct& description_of(std::type_identity<ClusterSelectorTerm>);
const Struct& description_of(std::type_identity<ClusterSelector>);
const Struct& description_of(std::type_identity<ResourceSelectorTerm>);
const Struct& description_of(std::type_identity<EnvelopeIdentifier>);
const Struct& description_of(std::type_identity<ResourceIdentifier>);
const Struct& description_of(std::type_identity<PatchDetail>);
const Struct& description_of(std::type_identity<FailedResourcePlacement>);
const Struct& description_of(std::type_identity<DriftedResourcePlacement>);
const Struct& description_of(std::type_identity<DiffedResourcePlacement>);

// placement.h
const Struct& description_of(std::type_identity<PreferredClusterSelector>);
const Struct& description_of(std::type_identity<ClusterAffinity>);
const Struct& description_of(std::type_identity<Affinity>);
const Struct& description_of(std::type_identity<TopologySpreadConstraint>);
const Struct& description_of(std::type_identity<Toleration>);
const Struct& description_of(std::type_identity<PlacementPolicy>);
const Struct& description_of(std::type_identity<RollingUpdateConfig>);
const Struct& description_of(std::type_identity<RolloutStrategy>);
const Struct& description_of(std::type_identity<PlacementSpec>);
const Struct& description_of(std::type_identity<PerClusterPlacementStatus>);
const Struct& description_of(std::type_identity<PlacementStatus>);
const Struct& description_of(std::type_identity<Placement>);
const Struct& description_of(std::type_identity<ClusterResourcePlacementStatus>);

// snapshot.h
const Struct& description_of(std::type_identity<ClusterScore>);
const Struct& description_of(std::type_identity<ClusterDecision>);
const Struct& description_of(std::type_identity<SchedulingPolicySnapshotSpec>);
const Struct& description_of(std::type_identity<SchedulingPolicySnapshotStatus>);
const Struct& description_of(std::type_identity<SchedulingPolicySnapshot>);
const Struct& description_of(std::type_identity<ResourceSnapshotSpec>);
const Struct& description_of(std::type_identity<ResourceSnapshotStatus>);
const Struct& description_of(std::type_identity<ResourceSnapshot>);

// binding.h
const Struct& description_of(std::type_identity<ResourceBindingSpec>);
const Struct& description_of(std::type_identity<ResourceBindingStatus>);
const Struct& description_of(std::type_identity<ResourceBinding>);

// work.h
const Struct& description_of(std::type_identity<WorkloadTemplate>);
const Struct& description_of(std::type_identity<WorkSpec>);
const Struct& description_of(std::type_identity<WorkResourceIdentifier>);
const Struct& description_of(std::type_identity<DriftDetails>);
const Struct& description_of(std::type_identity<DiffDetails>);
const Struct& description_of(std::type_identity<BackReportedStatus>);
const Struct& description_of(std::type_identity<ManifestCondition>);
const Struct& description_of(std::type_identity<WorkStatus>);
const Struct& description_of(std::type_identity<Work>);
const Struct& description_of(std::type_identity<AppliedWorkSpec>);
const Struct& description_of(std::type_identity<AppliedResourceMeta>);
const Struct& description_of(std::type_identity<AppliedWorkStatus>);
const Struct& description_of(std::type_identity<AppliedWork>);

// override.h
const Struct& description_of(std::type_identity<PlacementRef>);
const Struct& description_of(std::type_identity<JsonPatchOverride>);
const Struct& description_of(std::type_identity<OverrideRule>);
const Struct& description_of(std::type_identity<OverridePolicy>);
const Struct& description_of(std::type_identity<ClusterResourceOverrideSpec>);
const Struct& description_of(std::type_identity<ResourceSelector>);
const Struct& description_of(std::type_identity<ResourceOverrideSpec>);
const Struct& description_of(std::type_identity<ClusterResourceOverrideSnapshotSpec>);
const Struct& description_of(std::type_identity<ResourceOverrideSnapshotSpec>);
const Struct& description_of(std::type_identity<ClusterResourceOverride>);
const Struct& description_of(std::type_identity<ResourceOverride>);
const Struct& description_of(std::type_identity<ClusterResourceOverrideSnapshot>);
const Struct& description_of(std::type_identity<ResourceOverrideSnapshot>);
const Struct& description_of(std::type_identity<ResourceEnvelope>);

// eviction.h
const Struct& description_of(std::type_identity<PlacementEvictionSpec>);
const Struct& description_of(std::type_identity<PlacementEvictionStatus>);
const Struct& description_of(std::type_identity<PlacementEviction>);
const Struct& description_of(std::type_identity<DisruptionBudgetSpec>);
const Struct& description_of(std::type_identity<DisruptionBudget>);

// staged_update.h
const Struct& description_of(std::type_identity<StageTask>);
const Struct& description_of(std::type_identity<StageConfig>);
const Struct& description_of(std::type_identity<UpdateStrategySpec>);
const Struct& description_of(std::type_identity<StagedUpdateStrategy>);
const Struct& description_of(std::type_identity<UpdateRunSpec>);
const Struct& description_of(std::type_identity<ClusterUpdatingStatus>);
const Struct& description_of(std::type_identity<StageTaskStatus>);
const Struct& description_of(std::type_identity<StageUpdatingStatus>);
const Struct& description_of(std::type_identity<UpdateRunStatus>);
const Struct& description_of(std::type_identity<StagedUpdateRun>);
const Struct& description_of(std::type_identity<ApprovalRequestSpec>);
const Struct& description_of(std::type_identity<ApprovalRequestStatus>);
const Struct& description_of(std::type_identity<ApprovalRequest>);

// membership.h
const Struct& description_of(std::type_identity<Subject>);
const Struct& description_of(std::type_identity<Taint>);
const Struct& description_of(std::type_identity<DeleteOptions>);
const Struct& description_of(std::type_identity<MemberClusterSpec>);
const Struct& description_of(std::type_identity<PropertyValue>);
const Struct& description_of(std::type_identity<ResourceUsage>);
const Struct& description_of(std::type_identity<AgentStatus>);
const Struct& description_of(std::type_identity<MemberClusterStatus>);
const Struct& description_of(std::type_identity<MemberCluster>);
const Struct& description_of(std::type_identity<InternalMemberClusterSpec>);
const Struct& description_of(std::type_identity<InternalMemberClusterStatus>);
const Struct& description_of(std::type_identity<InternalMemberCluster>);

// cluster_profile.h
const Struct& description_of(std::type_identity<ClusterManager>);
const Struct& description_of(std::type_identity<ClusterProfileSpec>);
const Struct& description_of(std::type_identity<NamedExtension>);
const Struct& description_of(std::type_identity<ClusterEndpoint>);
const Struct& description_of(std::type_identity<AccessProvider>);
const Struct& description_of(std::type_identity<ClusterProfileProperty>);
const Struct& description_of(std::type_identity<ClusterVersion>);
const Struct& description_of(std::type_identity<ClusterProfileStatus>);
const Struct& description_of(std::type_identity<ClusterProfile>);

template <class T>
concept Described = requires { description_of(std::type_identity<T>{}); };

}  // namespace slipway::api::description
