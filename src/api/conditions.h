#pragma once

#include <string>
#include <string_view>

#include "api/common.h"

// Condition types, their reasons and event reasons (api 7). Exact strings; messages are free.
namespace slipway::api {

namespace condition {
// Placements carry these as suffixes (placement_condition); per-cluster statuses, bindings, Works and manifests bare.
inline constexpr std::string_view scheduled = "Scheduled";
inline constexpr std::string_view rollout_started = "RolloutStarted";
inline constexpr std::string_view overridden = "Overridden";
inline constexpr std::string_view work_synchronized = "WorkSynchronized";
inline constexpr std::string_view applied = "Applied";
inline constexpr std::string_view available = "Available";
inline constexpr std::string_view diff_reported = "DiffReported";
inline constexpr std::string_view status_synced = "StatusSynced";    // ClusterResourcePlacement only
inline constexpr std::string_view status_trimmed = "StatusTrimmed";  // Work only

// Runs, stages, clusters and tasks (7.6); approval requests (7.7).
inline constexpr std::string_view initialized = "Initialized";
inline constexpr std::string_view progressing = "Progressing";
inline constexpr std::string_view succeeded = "Succeeded";
inline constexpr std::string_view started = "Started";
inline constexpr std::string_view approval_request_created = "ApprovalRequestCreated";
inline constexpr std::string_view approval_request_approved = "ApprovalRequestApproved";
inline constexpr std::string_view wait_time_elapsed = "WaitTimeElapsed";
inline constexpr std::string_view approved = "Approved";
inline constexpr std::string_view approval_accepted = "ApprovalAccepted";

// Evictions (7.8).
inline constexpr std::string_view valid = "Valid";
inline constexpr std::string_view executed = "Executed";

// Members (7.9).
inline constexpr std::string_view ready_to_join = "ReadyToJoin";
inline constexpr std::string_view joined = "Joined";
inline constexpr std::string_view healthy = "Healthy";
inline constexpr std::string_view cluster_property_provider_started = "ClusterPropertyProviderStarted";
inline constexpr std::string_view cluster_property_collection_succeeded = "ClusterPropertyCollectionSucceeded";
inline constexpr std::string_view namespace_collection_succeeded = "NamespaceCollectionSucceeded";
inline constexpr std::string_view aks_cluster_cost_properties_collection_succeeded =
    "AKSClusterCostPropertiesCollectionSucceeded";
// What a member's agent says of its properties, beside what the hub says of the member.
inline constexpr std::string_view property_provider_conditions[] = {
    cluster_property_provider_started, cluster_property_collection_succeeded, namespace_collection_succeeded,
    aks_cluster_cost_properties_collection_succeeded};
}  // namespace condition

// "ClusterResourcePlacementScheduled" or "ResourcePlacementScheduled".
[[nodiscard]] std::string placement_condition(Scope scope, std::string_view suffix);

// 7.1, 7.2, 7.10.
namespace placement_reason {
inline constexpr std::string_view scheduling_policy_fulfilled = "SchedulingPolicyFulfilled";
inline constexpr std::string_view scheduling_policy_unfulfilled = "SchedulingPolicyUnfulfilled";
inline constexpr std::string_view invalid_resource_selectors = "InvalidResourceSelectors";
inline constexpr std::string_view schedule_pending = "SchedulePending";
inline constexpr std::string_view rollout_started = "RolloutStarted";
inline constexpr std::string_view rollout_not_started_yet = "RolloutNotStartedYet";
inline constexpr std::string_view rollout_started_unknown = "RolloutStartedUnknown";
inline constexpr std::string_view rollout_controlled_by_external_controller = "RolloutControlledByExternalController";
inline constexpr std::string_view overridden_succeeded = "OverriddenSucceeded";
inline constexpr std::string_view no_override_specified = "NoOverrideSpecified";
inline constexpr std::string_view overridden_failed = "OverriddenFailed";
inline constexpr std::string_view overridden_pending = "OverriddenPending";
inline constexpr std::string_view work_synchronized = "WorkSynchronized";
inline constexpr std::string_view work_not_synchronized_yet = "WorkNotSynchronizedYet";
inline constexpr std::string_view work_synchronized_unknown = "WorkSynchronizedUnknown";
inline constexpr std::string_view apply_succeeded = "ApplySucceeded";
inline constexpr std::string_view apply_failed = "ApplyFailed";
inline constexpr std::string_view apply_pending = "ApplyPending";
inline constexpr std::string_view resource_available = "ResourceAvailable";
inline constexpr std::string_view resource_not_available_yet = "ResourceNotAvailableYet";
inline constexpr std::string_view resource_available_unknown = "ResourceAvailableUnknown";
inline constexpr std::string_view diff_reporting_completed = "DiffReportingCompleted";
inline constexpr std::string_view diff_reporting_incomplete_or_failed = "DiffReportingIncompleteOrFailed";
inline constexpr std::string_view diff_reporting_pending = "DiffReportingPending";
inline constexpr std::string_view status_sync_succeeded = "StatusSyncSucceeded";
inline constexpr std::string_view status_sync_failed = "StatusSyncFailed";
// placementStatuses[] only (7.2).
inline constexpr std::string_view cluster_scheduled = "Scheduled";
inline constexpr std::string_view cluster_schedule_failed = "ScheduleFailed";
}  // namespace placement_reason

// 7.3; Overridden and RolloutStarted take placement_reason's.
namespace binding_reason {
inline constexpr std::string_view rollout_started = "RolloutStarted";
inline constexpr std::string_view rollout_not_started_yet = "RolloutNotStartedYet";
inline constexpr std::string_view overridden_succeeded = "OverriddenSucceeded";
inline constexpr std::string_view no_override_specified = "NoOverrideSpecified";
inline constexpr std::string_view overridden_failed = "OverriddenFailed";
inline constexpr std::string_view all_work_synced = "AllWorkSynced";
inline constexpr std::string_view sync_work_failed = "SyncWorkFailed";
inline constexpr std::string_view all_work_have_been_applied = "AllWorkHaveBeenApplied";
inline constexpr std::string_view not_all_work_have_been_applied = "NotAllWorkHaveBeenApplied";
inline constexpr std::string_view apply_in_progress = "ApplyInProgress";
inline constexpr std::string_view all_work_are_available = "AllWorkAreAvailable";
inline constexpr std::string_view not_all_work_are_availability_trackable = "NotAllWorkAreAvailabilityTrackable";
inline constexpr std::string_view not_all_work_are_available = "NotAllWorkAreAvailable";
inline constexpr std::string_view all_work_have_diff_reported = "AllWorkHaveDiffReported";
inline constexpr std::string_view not_all_work_have_diff_reported = "NotAllWorkHaveDiffReported";
inline constexpr std::string_view diff_report_in_progress = "DiffReportInProgress";
}  // namespace binding_reason

// 7.4.
namespace work_reason {
inline constexpr std::string_view all_manifests_applied = "AllManifestsApplied";
inline constexpr std::string_view some_manifests_are_not_applied = "SomeManifestsAreNotApplied";
inline constexpr std::string_view all_manifests_available = "AllManifestsAvailable";
inline constexpr std::string_view work_not_trackable = "WorkNotTrackable";
inline constexpr std::string_view some_manifests_are_not_availability_trackable =
    "SomeManifestsAreNotAvailabilityTrackable";  // to be read, never to be written
inline constexpr std::string_view some_manifests_are_not_available = "SomeManifestsAreNotAvailable";
inline constexpr std::string_view all_manifests_diff_reported = "AllManifestsDiffReported";
inline constexpr std::string_view some_manifests_have_not_reported_diff = "SomeManifestsHaveNotReportedDiff";
inline constexpr std::string_view oversized = "Oversized";
}  // namespace work_reason

// 7.5.
namespace manifest_reason {
inline constexpr std::string_view applied = "Applied";
inline constexpr std::string_view applied_with_failed_drift_detection = "AppliedWithFailedDriftDetection";
inline constexpr std::string_view decoding_erred = "DecodingErred";
inline constexpr std::string_view found_generate_name = "FoundGenerateName";
inline constexpr std::string_view duplicated = "Duplicated";
inline constexpr std::string_view failed_to_find_object_in_member_cluster = "FailedToFindObjInMemberCluster";
inline constexpr std::string_view failed_to_take_over = "FailedToTakeOver";
inline constexpr std::string_view not_taken_over = "NotTakenOver";
inline constexpr std::string_view failed_to_run_drift_detection = "FailedToRunDriftDetection";
inline constexpr std::string_view found_drifts = "FoundDrifts";
inline constexpr std::string_view found_drifts_in_degraded_mode = "FoundDriftsInDegradedMode";
inline constexpr std::string_view manifest_apply_failed = "ManifestApplyFailed";
inline constexpr std::string_view preparing_to_process = "PreparingToProcess";
inline constexpr std::string_view available = "Available";
inline constexpr std::string_view not_trackable = "NotTrackable";
inline constexpr std::string_view failed = "Failed";
inline constexpr std::string_view manifest_not_available_yet = "ManifestNotAvailableYet";
inline constexpr std::string_view no_diff_found = "NoDiffFound";
inline constexpr std::string_view found_diff = "FoundDiff";
inline constexpr std::string_view found_diff_in_degraded_mode = "FoundDiffInDegradedMode";
inline constexpr std::string_view failed_to_report_diff = "FailedToReportDiff";
}  // namespace manifest_reason

// 7.6, 7.7.
namespace run_reason {
inline constexpr std::string_view initialized_successfully = "UpdateRunInitializedSuccessfully";
inline constexpr std::string_view initialized_failed = "UpdateRunInitializedFailed";
inline constexpr std::string_view progressing = "UpdateRunProgressing";
inline constexpr std::string_view waiting = "UpdateRunWaiting";
inline constexpr std::string_view stuck = "UpdateRunStuck";
inline constexpr std::string_view stopping = "UpdateRunStopping";
inline constexpr std::string_view stopped = "UpdateRunStopped";
inline constexpr std::string_view failed = "UpdateRunFailed";
inline constexpr std::string_view succeeded = "UpdateRunSucceeded";
}  // namespace run_reason
namespace stage_reason {
inline constexpr std::string_view started = "StageUpdatingStarted";
inline constexpr std::string_view waiting = "StageUpdatingWaiting";
inline constexpr std::string_view stopping = "StageUpdatingStopping";
inline constexpr std::string_view stopped = "StageUpdatingStopped";
inline constexpr std::string_view failed = "StageUpdatingFailed";
inline constexpr std::string_view succeeded = "StageUpdatingSucceeded";
inline constexpr std::string_view skipped_no_clusters = "StageUpdatingSkippedNoClusters";
}  // namespace stage_reason
namespace cluster_reason {
inline constexpr std::string_view started = "ClusterUpdatingStarted";
inline constexpr std::string_view succeeded = "ClusterUpdatingSucceeded";
inline constexpr std::string_view failed = "ClusterUpdatingFailed";
}  // namespace cluster_reason
namespace task_reason {
inline constexpr std::string_view approval_request_created = "StageTaskApprovalRequestCreated";
inline constexpr std::string_view approval_request_approved = "StageTaskApprovalRequestApproved";
inline constexpr std::string_view wait_time_elapsed = "AfterStageTaskWaitTimeElapsed";
}  // namespace task_reason
namespace approval_reason {
inline constexpr std::string_view accepted = "ApprovalRequestApprovalAccepted";
}  // namespace approval_reason

// 7.8.
namespace eviction_reason {
inline constexpr std::string_view valid = "ClusterResourcePlacementEvictionValid";
inline constexpr std::string_view invalid = "ClusterResourcePlacementEvictionInvalid";
inline constexpr std::string_view executed = "ClusterResourcePlacementEvictionExecuted";
inline constexpr std::string_view not_executed = "ClusterResourcePlacementEvictionNotExecuted";
}  // namespace eviction_reason

// 7.9.
namespace member_reason {
inline constexpr std::string_view ready_to_join = "MemberClusterReadyToJoin";
inline constexpr std::string_view not_ready_to_join = "MemberClusterNotReadyToJoin";
inline constexpr std::string_view joined = "MemberClusterJoined";
inline constexpr std::string_view left = "MemberClusterLeft";
inline constexpr std::string_view join_state_unknown = "MemberClusterJoinStateUnknown";
inline constexpr std::string_view property_provider_started = "Started";
inline constexpr std::string_view property_provider_timed_out = "TimedOut";
inline constexpr std::string_view property_provider_failed_to_start = "FailedToStart";
inline constexpr std::string_view properties_collected = "PropertiesCollected";
inline constexpr std::string_view property_collection_too_many_calls = "TooManyCalls";
inline constexpr std::string_view property_collection_timed_out = "TimedOut";
inline constexpr std::string_view costs_calculated = "CostsCalculated";
inline constexpr std::string_view costs_calculation_failed = "CostsCalculationFailed";
inline constexpr std::string_view namespace_collection_succeeded = "Succeeded";
inline constexpr std::string_view namespace_collection_degraded = "Degraded";
}  // namespace member_reason
namespace agent_reason {
inline constexpr std::string_view joined = "InternalMemberClusterJoined";
inline constexpr std::string_view left = "InternalMemberClusterLeft";
inline constexpr std::string_view failed_to_join = "InternalMemberClusterFailedToJoin";
inline constexpr std::string_view failed_to_leave = "InternalMemberClusterFailedToLeave";
inline constexpr std::string_view healthy = "InternalMemberClusterHealthy";
inline constexpr std::string_view unhealthy = "InternalMemberClusterUnhealthy";
}  // namespace agent_reason

// 7.11; condition reasons of a MemberCluster and an InternalMemberCluster are event reasons too.
namespace event_reason {
inline constexpr std::string_view placement_rollout_started = "PlacementRolloutStarted";
inline constexpr std::string_view placement_overridden_succeeded = "PlacementOverriddenSucceeded";
inline constexpr std::string_view placement_work_synchronized = "PlacementWorkSynchronized";
inline constexpr std::string_view placement_applied = "PlacementApplied";
inline constexpr std::string_view placement_available = "PlacementAvailable";
inline constexpr std::string_view placement_diff_reported = "PlacementDiffReported";
inline constexpr std::string_view placement_rollout_completed = "PlacementRolloutCompleted";
inline constexpr std::string_view placement_cleanup_finalizer_removed = "PlacementCleanupFinalizerRemoved";
inline constexpr std::string_view duplicate_envelope_works = "DuplicateEnvelopeWorks";
inline constexpr std::string_view namespace_created = "NamespaceCreated";
inline constexpr std::string_view namespace_patched = "NamespacePatched";
inline constexpr std::string_view role_created = "RoleCreated";
inline constexpr std::string_view role_updated = "RoleUpdated";
inline constexpr std::string_view role_binding_created = "RoleBindingCreated";
inline constexpr std::string_view role_binding_updated = "RoleBindingUpdated";
inline constexpr std::string_view internal_member_cluster_created = "InternalMemberClusterCreated";
inline constexpr std::string_view internal_member_cluster_spec_updated = "InternalMemberClusterSpecUpdated";
}  // namespace event_reason
// Event source components.
namespace event_source {
inline constexpr std::string_view placement = "placement-controller";
inline constexpr std::string_view member_cluster = "mcv1beta1";
inline constexpr std::string_view internal_member_cluster = "v1beta1InternalMemberClusterController";
}  // namespace event_source

}  // namespace slipway::api
