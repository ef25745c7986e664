#pragma once

#include "api/common.h"

// Staged update runs, strategies and approval requests of both scopes (api 3.9).
namespace slipway::api {

enum class UpdateRunState : std::uint8_t { initialize, run, stop };
enum class StageTaskType : std::uint8_t { timed_wait, approval };
[[nodiscard]] std::string_view text(UpdateRunState value);
[[nodiscard]] std::string_view text(StageTaskType value);

struct StageTask {
  StageTaskType type = StageTaskType::timed_wait;
  std::string wait_time{};  // "1h30m": units s, m and h; in a run's status Go's form ("1h30m0s")
  Unknown unknown{};
  friend bool operator==(const StageTask&, const StageTask&) = default;
};

struct StageConfig {
  std::string name{};
  std::optional<LabelSelector> label_selector{};  // absent selects no cluster, {} selects all
  std::string sorting_label_key{};
  std::optional<IntOrString> max_concurrency{};  // absent = 1
  std::vector<StageTask> after_stage_tasks{};
  std::vector<StageTask> before_stage_tasks{};
  Unknown unknown{};
  friend bool operator==(const StageConfig&, const StageConfig&) = default;
};

struct UpdateStrategySpec {
  std::vector<StageConfig> stages{};  // in order of execution
  Unknown unknown{};
  friend bool operator==(const UpdateStrategySpec&, const UpdateStrategySpec&) = default;
};

// ClusterStagedUpdateStrategy, or with a namespace StagedUpdateStrategy.
struct StagedUpdateStrategy {
  kube::ObjectMeta metadata{};
  UpdateStrategySpec spec{};
  Unknown unknown{};
  friend bool operator==(const StagedUpdateStrategy&, const StagedUpdateStrategy&) = default;
};

struct UpdateRunSpec {
  std::string placement_name{};
  std::optional<std::string> resource_snapshot_index{};  // absent or "" = the latest content, snapshotted if need be
  std::string staged_rollout_strategy_name{};
  UpdateRunState state = UpdateRunState::initialize;
  Unknown unknown{};
  friend bool operator==(const UpdateRunSpec&, const UpdateRunSpec&) = default;
};

struct ClusterUpdatingStatus {
  std::string cluster_name{};
  std::vector<kube::NamespacedName> resource_override_snapshots{};
  std::vector<std::string> cluster_resource_override_snapshots{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const ClusterUpdatingStatus&, const ClusterUpdatingStatus&) = default;
};

struct StageTaskStatus {
  StageTaskType type = StageTaskType::timed_wait;
  std::string approval_request_name{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const StageTaskStatus&, const StageTaskStatus&) = default;
};

struct StageUpdatingStatus {
  std::string stage_name{};
  std::vector<ClusterUpdatingStatus> clusters{};
  std::vector<StageTaskStatus> after_stage_task_status{};   // in the order of the configuration
  std::vector<StageTaskStatus> before_stage_task_status{};  // in the order of the configuration
  std::optional<WallTime> start_time{};
  std::optional<WallTime> end_time{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const StageUpdatingStatus&, const StageUpdatingStatus&) = default;
};

struct UpdateRunStatus {
  std::string policy_snapshot_index_used{};
  std::int64_t policy_observed_cluster_count = 0;
  std::string resource_snapshot_index_used{};
  std::optional<ApplyStrategy> applied_strategy{};
  std::optional<UpdateStrategySpec> staged_update_strategy_snapshot{};
  std::vector<StageUpdatingStatus> stages_status{};
  std::optional<StageUpdatingStatus> deletion_stage_status{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const UpdateRunStatus&, const UpdateRunStatus&) = default;
};

// ClusterStagedUpdateRun, or with a namespace StagedUpdateRun.
struct StagedUpdateRun {
  kube::ObjectMeta metadata{};
  UpdateRunSpec spec{};
  UpdateRunStatus status{};
  Unknown unknown{};
  friend bool operator==(const StagedUpdateRun&, const StagedUpdateRun&) = default;
};

struct ApprovalRequestSpec {
  std::string parent_stage_rollout{};  // the run's name
  std::string target_stage{};
  Unknown unknown{};
  friend bool operator==(const ApprovalRequestSpec&, const ApprovalRequestSpec&) = default;
};

struct ApprovalRequestStatus {
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const ApprovalRequestStatus&, const ApprovalRequestStatus&) = default;
};

// ClusterApprovalRequest, or with a namespace ApprovalRequest.
struct ApprovalRequest {
  kube::ObjectMeta metadata{};
  ApprovalRequestSpec spec{};
  ApprovalRequestStatus status{};
  Unknown unknown{};
  friend bool operator==(const ApprovalRequest&, const ApprovalRequest&) = default;
};

}  // namespace slipway::api
