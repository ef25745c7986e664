#include "hub/updaterun/contract.h"

#include <algorithm>

#include "hub/updaterun/concurrency.h"
#include "hub/updaterun/status.h"

namespace slipway::hub::updaterun {
namespace {

using Broken = std::optional<std::string>;

// K5: what initialization recorded never changes.
Broken check_frozen(const api::UpdateRunStatus& before, const api::UpdateRunStatus& after) {
  const auto same_clusters = [](const api::StageUpdatingStatus& a, const api::StageUpdatingStatus& b) {
    return a.stage_name == b.stage_name && std::ranges::equal(a.clusters, b.clusters, [](const auto& x, const auto& y) {
             return x.cluster_name == y.cluster_name &&
                    x.resource_override_snapshots == y.resource_override_snapshots &&
                    x.cluster_resource_override_snapshots == y.cluster_resource_override_snapshots;
           });
  };
  if (after.policy_snapshot_index_used != before.policy_snapshot_index_used ||
      after.policy_observed_cluster_count != before.policy_observed_cluster_count ||
      after.resource_snapshot_index_used != before.resource_snapshot_index_used ||
      after.applied_strategy != before.applied_strategy ||
      after.staged_update_strategy_snapshot != before.staged_update_strategy_snapshot ||
      !std::ranges::equal(after.stages_status, before.stages_status, same_clusters) ||
      after.deletion_stage_status.has_value() != before.deletion_stage_status.has_value() ||
      (before.deletion_stage_status && !same_clusters(*after.deletion_stage_status, *before.deletion_stage_status))) {
    return "K5: something that was pinned at initialization changed";
  }
  return std::nullopt;
}

// K2 to K4 and K6 of one stage. `earlier_done`: every stage before it has succeeded.
Broken check_stage(const api::StageUpdatingStatus& stage, const api::StageConfig& config, bool earlier_done) {
  const auto in_flight =
      std::ranges::count_if(stage.clusters, [](const auto& one) { return is_started(one) && !has_succeeded(one); });
  const auto allowed = allowed_in_flight(config.max_concurrency, static_cast<std::int64_t>(stage.clusters.size()));
  if (allowed && in_flight > *allowed) {
    return fmt::format("K3: stage {} has {} clusters in flight, {} are allowed", stage.stage_name, in_flight, *allowed);
  }
  const auto first_idle = std::ranges::find_if_not(stage.clusters, is_started);
  if (std::any_of(first_idle, stage.clusters.end(), is_started))
    return fmt::format("K3: stage {} starts clusters out of order", stage.stage_name);
  if (!earlier_done && (std::ranges::any_of(stage.clusters, is_started) || has_succeeded(stage))) {
    return fmt::format("K2: stage {} begins before an earlier one has succeeded", stage.stage_name);
  }
  const bool is_unapproved = std::ranges::any_of(stage.before_stage_task_status, [](const auto& task) {
    return !is(task.conditions, api::condition::approval_request_approved, ConditionStatus::true_);
  });
  if (is_unapproved && std::ranges::any_of(stage.clusters, is_started))
    return fmt::format("K4: stage {} begins before it is approved", stage.stage_name);
  if (is_unapproved && stage.start_time && !stage.clusters.empty())  // one without clusters is skipped unapproved
    return fmt::format("K6: stage {} has a startTime before it is approved", stage.stage_name);
  if (stage.start_time && stage.end_time && *stage.end_time < *stage.start_time) {
    return fmt::format("K6: stage {} ends before it starts", stage.stage_name);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> broken_contract(const api::UpdateRunStatus& before, const api::UpdateRunStatus& after) {
  if (is_terminal(before) && before != after) return "2.5: a run that is over changed";
  if (is(before.conditions, api::condition::initialized, ConditionStatus::true_)) {
    if (auto broken = check_frozen(before, after)) return broken;
  }
  if (!after.staged_update_strategy_snapshot ||
      after.staged_update_strategy_snapshot->stages.size() != after.stages_status.size()) {
    return std::nullopt;  // recorded only in part: initialization failed before the stages
  }
  bool earlier_done = true;
  for (std::size_t i = 0; i < after.stages_status.size(); ++i) {
    const auto& stage = after.stages_status[i];
    if (auto broken = check_stage(stage, after.staged_update_strategy_snapshot->stages[i], earlier_done)) return broken;
    earlier_done = earlier_done && has_succeeded(stage);
  }
  if (!earlier_done && after.deletion_stage_status &&
      std::ranges::any_of(after.deletion_stage_status->clusters, is_started)) {
    return "K2: the deletion stage begins before all others have succeeded";
  }
  if (!earlier_done && is(after.conditions, api::condition::succeeded, ConditionStatus::true_)) {
    return "K2: the run succeeds before all its stages have";
  }
  return std::nullopt;
}

}  // namespace slipway::hub::updaterun
