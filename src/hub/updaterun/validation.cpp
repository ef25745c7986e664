#include "hub/updaterun/validation.h"

#include <algorithm>

#include "hub/updaterun/concurrency.h"
#include "hub/updaterun/stages.h"

namespace slipway::hub::updaterun {
namespace {

std::string message_of(const api::Conditions& conditions, std::string_view type) {
  const kube::Condition* const condition = kube::find_condition(conditions, type);
  return condition == nullptr ? std::string() : condition->message;
}

// V1 to V7.
Outcome<Target> check_target(const api::StagedUpdateRun& run, const Observed& observed) {
  Target target;
  const api::UpdateRunStatus& status = run.status;
  if (auto ok = check_placement(run, observed, target); !ok) return std::unexpected(ok.error());  // V1, V2
  if (!status.applied_strategy || target.apply_strategy != *status.applied_strategy) {            // V3
    return end_run(Blame::user, "the apply strategy of the placement {} has changed since the run was initialized",
                   run.spec.placement_name);
  }
  if (auto ok = check_policy(run, observed, target); !ok) return std::unexpected(ok.error());  // V4
  if (auto ok = check_scheduled(observed, target); !ok) return std::unexpected(ok.error());    // V4
  if (target.policy_index != status.policy_snapshot_index_used) {                              // V5
    return end_run(Blame::internal,
                   "the scheduling policy has changed: policy snapshot index {} was recorded, the latest is {}",
                   status.policy_snapshot_index_used, target.policy_index);
  }
  if (target.cluster_count >= 0 && target.cluster_count != status.policy_observed_cluster_count) {  // V6
    return end_run(Blame::internal, "the scheduling policy asks for {} clusters, {} were recorded",
                   target.cluster_count, status.policy_observed_cluster_count);
  }
  const bool only_removes = status.policy_observed_cluster_count == 0;
  if (auto ok = collect_bindings(run, observed, target, only_removes); !ok) return std::unexpected(ok.error());  // V7
  return target;
}

// V8 to V11.
Outcome<void> check_stages(const api::StagedUpdateRun& run, const Observed& observed, const Target& target) {
  const api::UpdateRunStatus& status = run.status;
  if (!status.staged_update_strategy_snapshot)
    return end_run(Blame::internal, "the recorded strategy is missing from the run's status");  // V8
  const auto computed = compute_stages(run.metadata.name, *status.staged_update_strategy_snapshot, target.selected,
                                       observed.members);  // V9
  if (!computed) return std::unexpected(computed.error());
  if (!computed->left_over.empty()) return end_run(Blame::user, "{}", describe_left_over(computed->left_over));
  if (status.stages_status.size() != computed->stages.size()) {  // V10
    return end_run(Blame::internal, "the run's status has {} stages, the recorded strategy {}",
                   status.stages_status.size(), computed->stages.size());
  }
  for (std::size_t i = 0; i < computed->stages.size(); ++i) {
    const auto& recorded = status.stages_status[i];
    const auto& now = computed->stages[i];
    if (recorded.stage_name != now.stage_name) {
      return end_run(Blame::internal, "stage {} of the run's status is {}, of the recorded strategy {}", i,
                     recorded.stage_name, now.stage_name);
    }
    if (recorded.clusters.size() != now.clusters.size()) {  // V11
      return end_run(Blame::internal, "stage {} had {} clusters when the run was initialized, and has {} now",
                     now.stage_name, recorded.clusters.size(), now.clusters.size());
    }
    for (std::size_t j = 0; j < now.clusters.size(); ++j) {
      if (recorded.clusters[j].cluster_name != now.clusters[j].cluster_name) {
        return end_run(Blame::internal, "the order of stage {} has changed: cluster {} was {}, and is {} now",
                       now.stage_name, j + 1, recorded.clusters[j].cluster_name, now.clusters[j].cluster_name);
      }
    }
  }
  return {};
}

// V14 to V16.
Outcome<void> check_deletion_stage(const api::UpdateRunStatus& status, const Target& target, const Position& position) {
  if (!status.deletion_stage_status)
    return end_run(Blame::internal, "the deletion stage is missing from the run's status");
  const api::StageUpdatingStatus& stage = *status.deletion_stage_status;
  for (const auto& binding : target.to_be_deleted) {
    if (std::ranges::find(stage.clusters, binding->spec.target_cluster, &api::ClusterUpdatingStatus::cluster_name) ==
        stage.clusters.end()) {
      return end_run(Blame::internal, "the cluster {} is to be removed now, and was not when the run was initialized",
                     binding->spec.target_cluster);
    }
  }
  const bool touched = has(stage.conditions, api::condition::succeeded) ||
                       is(stage.conditions, api::condition::progressing, ConditionStatus::true_);
  if (position.kind == Position::Kind::updating_stage && touched) {
    return end_run(Blame::internal, "the deletion stage has begun before the updating stages are done");
  }
  if (is(stage.conditions, api::condition::succeeded, ConditionStatus::false_)) {
    return end_run(Blame::internal, "the deletion stage has failed: {}",
                   message_of(stage.conditions, api::condition::succeeded));
  }
  return {};
}

}  // namespace

Outcome<Position> find_position(const api::UpdateRunStatus& status) {
  const auto& stages = status.stages_status;
  std::optional<std::size_t> active;
  std::size_t next = 0;  // last finished + 1
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto& stage = stages[i];
    const auto allowed = allowed_in_flight(status.staged_update_strategy_snapshot->stages[i].max_concurrency,  // V12
                                           static_cast<std::int64_t>(stage.clusters.size()));
    if (!allowed) return end_run(Blame::internal, "stage {}: {}", stage.stage_name, allowed.error().message);
    if (has_succeeded(stage)) {
      if (active || i != next)
        return end_run(Blame::internal, "stage {} is finished before an earlier one", stage.stage_name);
      const auto unfinished =
          std::ranges::find_if(stage.clusters, [](const auto& cluster) { return !has_succeeded(cluster); });
      if (unfinished != stage.clusters.end()) {
        return end_run(Blame::internal, "stage {} is finished, but its cluster {} is not", stage.stage_name,
                       unfinished->cluster_name);
      }
      next = i + 1;
    } else if (is(stage.conditions, api::condition::succeeded, ConditionStatus::false_)) {
      return end_run(Blame::internal, "stage {} has failed: {}", stage.stage_name,
                     message_of(stage.conditions, api::condition::succeeded));
    } else if (has(stage.conditions, api::condition::progressing)) {
      if (active)
        return end_run(Blame::internal, "stages {} and {} are both under way", stages[*active].stage_name,
                       stage.stage_name);
      if (i != next)
        return end_run(Blame::internal, "stage {} is under way before an earlier one is finished", stage.stage_name);
      const auto in_flight =
          std::ranges::count_if(stage.clusters, [](const auto& one) { return is_started(one) && !has_succeeded(one); });
      if (in_flight > *allowed) {
        return end_run(Blame::internal, "stage {} has {} clusters in flight, {} are allowed", stage.stage_name,
                       in_flight, *allowed);
      }
      active = i;
    }
  }
  const std::size_t at = active.value_or(next);
  if (at < stages.size()) return Position{.kind = Position::Kind::updating_stage, .stage = at};
  const bool deleted = status.deletion_stage_status && has_succeeded(*status.deletion_stage_status);
  return Position{.kind = deleted ? Position::Kind::everything_done : Position::Kind::deletion_stage};
}

Outcome<Validated> validate(const api::StagedUpdateRun& run, const Observed& observed) {
  auto target = check_target(run, observed);
  if (!target) return std::unexpected(target.error());
  if (auto ok = check_stages(run, observed, *target); !ok) return std::unexpected(ok.error());
  const auto position = find_position(run.status);  // V12, V13
  if (!position) return std::unexpected(position.error());
  if (auto ok = check_deletion_stage(run.status, *target, *position); !ok) return std::unexpected(ok.error());
  return Validated{.target = *std::move(target), .position = *position};
}

}  // namespace slipway::hub::updaterun
