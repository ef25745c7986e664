#include "hub/placement/cluster_status.h"

#include "hub/placement/steps.h"

namespace slipway::hub::placement {
namespace {

// The binding's condition, if it speaks about the binding as it is and says yes or no.
const kube::Condition* current_verdict(const api::ResourceBinding& binding, std::string_view type) {
  const kube::Condition* const condition = kube::find_condition(binding.status.conditions, type);
  const bool is_verdict = condition != nullptr && condition->observed_generation == binding.metadata.generation &&
                          condition->status != ConditionStatus::unknown;
  return is_verdict ? condition : nullptr;
}

void add_unknown(ConditionList& conditions, const Step& step) {
  conditions.add(std::string(step.type), ConditionStatus::unknown, step.reason_unknown,
                 describe(step, ConditionStatus::unknown, 1));
}

// Failures, drifts and differences are shown by the step they belong to.
void copy_findings(const Step& step, const kube::Condition& verdict, const api::ResourceBinding& binding,
                   api::PerClusterPlacementStatus& status) {
  if (step.type == api::condition::rollout_started && verdict.status == ConditionStatus::true_) {
    status.applicable_resource_overrides = binding.spec.resource_override_snapshots;
    status.applicable_cluster_resource_overrides = binding.spec.cluster_resource_override_snapshots;
  }
  if (step.type == api::condition::applied || step.type == api::condition::available) {
    status.drifted_placements = binding.status.drifted_placements;
    if (verdict.status == ConditionStatus::false_) {
      status.failed_placements = binding.status.failed_placements;
      status.diffed_placements = binding.status.diffed_placements;
    }
  }
  if (step.type == api::condition::diff_reported && verdict.status == ConditionStatus::true_) {
    status.diffed_placements = binding.status.diffed_placements;
  }
}

// Step by step, as far as the binding tells.
void walk(const api::Placement& placement, const api::ResourceBinding& binding, ConditionList& conditions,
          api::PerClusterPlacementStatus& status) {
  for (const Step& step : expected_steps(placement.spec)) {
    const kube::Condition* const verdict = current_verdict(binding, step.type);
    if (verdict == nullptr) return add_unknown(conditions, step);
    conditions.add(verdict->type, verdict->status, verdict->reason, verdict->message);
    copy_findings(step, *verdict, binding, status);
    if (verdict->status == ConditionStatus::false_) return;
  }
}

}  // namespace

api::PerClusterPlacementStatus cluster_status(const api::Placement& placement, const api::ClusterDecision& decision,
                                              const api::ResourceBinding* binding, const Expected& expected,
                                              const api::PerClusterPlacementStatus* earlier, WallTime now) {
  static const api::Conditions none;
  api::PerClusterPlacementStatus status{.cluster_name = decision.cluster_name};
  if (earlier != nullptr) status.unknown = earlier->unknown;
  ConditionList conditions(earlier != nullptr ? earlier->conditions : none, placement.metadata.generation, now);
  conditions.add(std::string(api::condition::scheduled), ConditionStatus::true_,
                 api::placement_reason::cluster_scheduled, decision.reason);
  const Step& first = expected_steps(placement.spec).front();
  if (binding == nullptr) {
    add_unknown(conditions, first);
  } else {
    status.observed_resource_index = expected.index;
    if (expected.snapshot_name.empty() || binding->spec.resource_snapshot_name == expected.snapshot_name) {
      walk(placement, *binding, conditions, status);
    } else if (const auto* const verdict = current_verdict(*binding, first.type);
               verdict != nullptr && verdict->status == ConditionStatus::false_) {
      conditions.add(std::string(first.type), ConditionStatus::false_, first.reason_false, verdict->message);
    } else {
      add_unknown(conditions, first);
    }
  }
  status.conditions = conditions.take();
  return status;
}

api::PerClusterPlacementStatus unfilled_status(const api::Placement& placement, const api::ClusterDecision& decision,
                                               const api::PerClusterPlacementStatus* earlier, WallTime now) {
  static const api::Conditions none;
  api::PerClusterPlacementStatus status;
  ConditionList conditions(earlier != nullptr ? earlier->conditions : none, placement.metadata.generation, now);
  conditions.add(std::string(api::condition::scheduled), ConditionStatus::false_,
                 api::placement_reason::cluster_schedule_failed, decision.reason);
  status.conditions = conditions.take();
  return status;
}

}  // namespace slipway::hub::placement
