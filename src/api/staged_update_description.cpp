#include "api/codec.h"

// api 3.9. Rules R22-R33 of 5; what v1alpha1 lacks or has differently is in 6.
namespace slipway::api {
namespace description {
namespace {

// R22.
constexpr Rule name_below_64 = {"size(self.metadata.name) < 64", "metadata.name max length is 63", not_v1alpha1};

// R29.
constexpr Rule approval_has_no_wait_time = {"!self.exists(e, e.type == 'Approval' && has(e.waitTime))",
                                            "AfterStageTaskType is Approval, waitTime is not allowed", not_v1alpha1};

constexpr Rule spec_is_immutable = {"self == oldSelf", "The spec field is immutable"};

}  // namespace

const Struct& description_of(std::type_identity<StageTask>) {
  using T = StageTask;
  static const Struct description = described<T>({
      field<&T::type>("type").required(),
      field<&T::wait_time>("waitTime")
          .pattern(R"(^(?:(?:0|[1-9][0-9]*)(\.[0-9]+)?(?:s|m|h))+$)", not_v1alpha1)
          .pattern(R"(^(?:0|(?:(?:0|[1-9][0-9]*)(\.[0-9]+)?(?:s|m|h))+)$)", v1alpha1),
  });
  return description;
}

const Struct& description_of(std::type_identity<StageConfig>) {
  using T = StageConfig;
  static const Struct description = described<T>({
      field<&T::name>("name").required().length({}, 63).pattern("^[a-z0-9]+$"),
      field<&T::label_selector>("labelSelector"),
      field<&T::sorting_label_key>("sortingLabelKey"),
      field<&T::max_concurrency>("maxConcurrency")
          .in(not_v1alpha1)
          .preset(1)
          .pattern("^(100|[1-9][0-9]?)%$")
          .rule({"self == null || type(self) != int || self >= 1", "maxConcurrency must be at least 1"}),
      field<&T::after_stage_tasks>("afterStageTasks")
          .items({}, 2)
          .rule(approval_has_no_wait_time)
          .rule({"!self.exists(e, e.type == 'TimedWait' && !has(e.waitTime))",
                 "AfterStageTaskType is TimedWait, waitTime is required", not_v1alpha1}),
      field<&T::before_stage_tasks>("beforeStageTasks")
          .in(not_v1alpha1)
          .items({}, 1)
          .rule(approval_has_no_wait_time)
          .rule({"!self.exists(e, e.type == 'TimedWait')", "BeforeStageTaskType cannot be TimedWait"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<UpdateStrategySpec>) {
  using T = UpdateStrategySpec;
  static const Struct description = described<T>({field<&T::stages>("stages").required().items({}, 31)});
  return description;
}

const Struct& description_of(std::type_identity<StagedUpdateStrategy>) {
  using T = StagedUpdateStrategy;
  static const Struct description = described_root<T>({field<&T::spec>("spec").required()});
  return description;
}

const Struct& description_of(std::type_identity<UpdateRunSpec>) {
  using T = UpdateRunSpec;
  static const Struct description = described<T>({
      field<&T::placement_name>("placementName")
          .required()
          .length({}, 255)
          .rule({"self == oldSelf", "placementName is immutable", not_v1alpha1}),
      field<&T::resource_snapshot_index>("resourceSnapshotIndex")
          .required(v1alpha1)
          .always()
          .rule({"self == oldSelf", "resourceSnapshotIndex is immutable", not_v1alpha1}),
      field<&T::staged_rollout_strategy_name>("stagedRolloutStrategyName")
          .required()
          .rule({"self == oldSelf", "stagedRolloutStrategyName is immutable", not_v1alpha1}),
      field<&T::state>("state").in(not_v1alpha1).preset("Initialize"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterUpdatingStatus>) {
  using T = ClusterUpdatingStatus;
  static const Struct description = described<T>({
      field<&T::cluster_name>("clusterName").required(),
      field<&T::resource_override_snapshots>("resourceOverrideSnapshots"),
      field<&T::cluster_resource_override_snapshots>("clusterResourceOverrideSnapshots"),
      field<&T::conditions>("conditions").map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<StageTaskStatus>) {
  using T = StageTaskStatus;
  static const Struct description = described<T>({
      field<&T::type>("type").required(),
      field<&T::approval_request_name>("approvalRequestName"),
      field<&T::conditions>("conditions").map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<StageUpdatingStatus>) {
  using T = StageUpdatingStatus;
  static const Struct description = described<T>({
      field<&T::stage_name>("stageName").required(),
      field<&T::clusters>("clusters").required(),
      field<&T::after_stage_task_status>("afterStageTaskStatus").items({}, 2),
      field<&T::before_stage_task_status>("beforeStageTaskStatus").in(not_v1alpha1).items({}, 1),
      field<&T::start_time>("startTime"),
      field<&T::end_time>("endTime"),
      field<&T::conditions>("conditions").map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<UpdateRunStatus>) {
  using T = UpdateRunStatus;
  static const Struct description = described<T>({
      field<&T::policy_snapshot_index_used>("policySnapshotIndexUsed"),
      field<&T::policy_observed_cluster_count>("policyObservedClusterCount").keyword("format", nullptr),
      field<&T::resource_snapshot_index_used>("resourceSnapshotIndexUsed").in(not_v1alpha1),
      field<&T::applied_strategy>("appliedStrategy"),
      field<&T::staged_update_strategy_snapshot>("stagedUpdateStrategySnapshot"),
      field<&T::stages_status>("stagesStatus"),
      field<&T::deletion_stage_status>("deletionStageStatus"),
      field<&T::conditions>("conditions").map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<StagedUpdateRun>) {
  using T = StagedUpdateRun;
  static const Struct description = [] {
    Struct one = described_root<T>({
        field<&T::spec>("spec")
            .required()
            .rule({"self == oldSelf", "The spec field is immutable", v1alpha1})
            .rule({"!(has(oldSelf.state) && oldSelf.state == 'Initialize' && self.state == 'Stop')",
                   "invalid state transition: cannot transition from Initialize to Stop", not_v1alpha1})
            .rule({"!(has(oldSelf.state) && oldSelf.state == 'Run' && self.state == 'Initialize')",
                   "invalid state transition: cannot transition from Run to Initialize", not_v1alpha1})
            .rule({"!(has(oldSelf.state) && oldSelf.state == 'Stop' && self.state == 'Initialize')",
                   "invalid state transition: cannot transition from Stop to Initialize", not_v1alpha1}),
        field<&T::status>("status").always(),
    });
    one.rules = {name_below_64, {"size(self.metadata.name) < 128", "metadata.name max length is 127", v1alpha1}};
    return one;
  }();
  return description;
}

const Struct& description_of(std::type_identity<ApprovalRequestSpec>) {
  using T = ApprovalRequestSpec;
  static const Struct description = described<T>({
      field<&T::parent_stage_rollout>("parentStageRollout").required(),
      field<&T::target_stage>("targetStage").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ApprovalRequestStatus>) {
  using T = ApprovalRequestStatus;
  static const Struct description = described<T>({field<&T::conditions>("conditions").map_list("type")});
  return description;
}

const Struct& description_of(std::type_identity<ApprovalRequest>) {
  using T = ApprovalRequest;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required().rule(spec_is_immutable),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(StagedUpdateRun, "ClusterStagedUpdateRun", "StagedUpdateRun")
SLIPWAY_API_ROOT(StagedUpdateStrategy, "ClusterStagedUpdateStrategy", "StagedUpdateStrategy")
SLIPWAY_API_ROOT(ApprovalRequest, "ClusterApprovalRequest", "ApprovalRequest")
SLIPWAY_API_STRUCT(UpdateRunSpec)
SLIPWAY_API_STRUCT(UpdateRunStatus)
SLIPWAY_API_STRUCT(UpdateStrategySpec)
SLIPWAY_API_STRUCT(StageUpdatingStatus)
SLIPWAY_API_STRUCT(ApprovalRequestStatus)

}  // namespace slipway::api
