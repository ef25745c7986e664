#include "hub/placement/status.h"

#include <algorithm>
#include <map>

#include "api/names.h"
#include "hub/placement/cluster_status.h"
#include "hub/placement/steps.h"
#include "hub/selection/manifest.h"

namespace slipway::hub::placement {
namespace {

using BindingPtr = std::shared_ptr<const api::ResourceBinding>;

bool is_external(const api::Placement& placement) {
  return placement.spec.strategy_type() == api::RolloutStrategyType::external;
}

std::string type_of(const api::Placement& placement, std::string_view suffix) {
  return api::placement_condition(api::scope_of(placement.metadata), suffix);
}

std::vector<api::ResourceIdentifier> identifiers_of(const snapshot::Group& group) {
  std::vector<api::ResourceIdentifier> identifiers;
  for (const auto& member : group.members) {
    for (const auto& manifest : member->spec.selected_resources) identifiers.push_back(selection::identify(manifest));
  }
  return identifiers;
}

// 1.12.2. Null while the scheduler has not caught up with the placement.
const kube::Condition* scheduling_verdict(const api::Placement& placement,
                                          const api::SchedulingPolicySnapshot* policy) {
  if (policy == nullptr || policy->status.observed_crp_generation < placement.metadata.generation) return nullptr;
  const kube::Condition* const scheduled = kube::find_condition(policy->status.conditions, api::condition::scheduled);
  const bool is_verdict = scheduled != nullptr && scheduled->status != ConditionStatus::unknown &&
                          scheduled->observed_generation >= policy->metadata.generation;
  return is_verdict ? scheduled : nullptr;
}

// 1.12.3: the slots that stay empty.
Result<std::size_t> count_unfilled(const api::Placement& placement, std::size_t picked, std::size_t turned_down) {
  std::size_t wanted = picked;
  switch (placement.spec.placement_type()) {
    case api::PlacementType::pick_all:
      break;
    case api::PlacementType::pick_n:
      wanted = static_cast<std::size_t>(std::max(placement.spec.policy->number_of_clusters.value_or(0), 0));
      break;
    case api::PlacementType::pick_fixed:
      wanted = placement.spec.policy->cluster_names.size();
      break;
  }
  if (wanted < picked) return fail(Reason::internal, "{} clusters are picked where {} are wanted", picked, wanted);
  return std::min(wanted - picked, turned_down);
}

// Bindings that count, by cluster: of the latest policy snapshot and not on their way out.
std::map<std::string_view, const api::ResourceBinding*> current_bindings(const Observed& observed) {
  std::map<std::string_view, const api::ResourceBinding*> bindings;
  for (const BindingPtr& binding : observed.bindings) {
    const auto& spec = binding->spec;
    if (binding->metadata.is_deleting() || spec.target_cluster.empty() ||
        spec.scheduling_policy_snapshot_name != observed.policy->metadata.name) {
      continue;
    }
    const auto [known, is_new] = bindings.emplace(spec.target_cluster, binding.get());
    if (!is_new && known->second->spec.state == api::binding_state::unscheduled) known->second = binding.get();
  }
  return bindings;
}

std::string index_of_snapshot(const std::vector<snapshot::Group>& groups, const std::string& name) {
  if (name.empty()) return {};
  for (const auto& group : groups) {
    const bool has_it =
        std::ranges::any_of(group.members, [&](const auto& member) { return member->metadata.name == name; });
    if (has_it) return std::to_string(group.index);
  }
  return {};
}

Expected expected_of(const Observed& observed, const api::ResourceBinding* binding) {
  if (observed.current != nullptr) {
    return {.index = std::to_string(observed.current->index), .snapshot_name = observed.current->master->metadata.name};
  }
  if (binding == nullptr) return {};
  return {.index = index_of_snapshot(observed.groups, binding->spec.resource_snapshot_name), .snapshot_name = {}};
}

// What was shown before: of a cluster by its name, of empty slots by their position.
class Earlier {
 public:
  explicit Earlier(const api::PlacementStatus& status) {
    for (const auto& one : status.placement_statuses) {
      if (one.cluster_name.empty()) {
        unfilled_.push_back(&one);
      } else {
        clusters_.emplace(one.cluster_name, &one);
      }
    }
  }
  [[nodiscard]] const api::PerClusterPlacementStatus* of(const std::string& cluster) const {
    const auto found = clusters_.find(cluster);
    return found == clusters_.end() ? nullptr : found->second;
  }
  [[nodiscard]] const api::PerClusterPlacementStatus* unfilled(std::size_t position) const {
    return position < unfilled_.size() ? unfilled_[position] : nullptr;
  }

 private:
  std::map<std::string_view, const api::PerClusterPlacementStatus*> clusters_;
  std::vector<const api::PerClusterPlacementStatus*> unfilled_;
};

struct Clusters {
  std::vector<api::PerClusterPlacementStatus> picked;
  std::vector<api::PerClusterPlacementStatus> unfilled;
};

Result<Clusters> cluster_statuses(const api::Placement& placement, const Observed& observed, WallTime now) {
  const Earlier earlier(placement.status);
  const auto bindings = current_bindings(observed);
  Clusters clusters;
  std::vector<const api::ClusterDecision*> turned_down;
  for (const auto& decision : observed.policy->status.target_clusters) {
    if (!decision.selected) {
      turned_down.push_back(&decision);
      continue;
    }
    const auto found = bindings.find(decision.cluster_name);
    const api::ResourceBinding* const binding = found == bindings.end() ? nullptr : found->second;
    clusters.picked.push_back(cluster_status(placement, decision, binding, expected_of(observed, binding),
                                             earlier.of(decision.cluster_name), now));
  }
  const auto unfilled = count_unfilled(placement, clusters.picked.size(), turned_down.size());
  if (!unfilled) return fail(unfilled.error());
  for (std::size_t i = 0; i < *unfilled; ++i) {
    clusters.unfilled.push_back(unfilled_status(placement, *turned_down[i], earlier.unfilled(i), now));
  }
  return clusters;
}

const kube::Condition* condition_of(const api::PerClusterPlacementStatus& cluster, const Step& step) {
  return kube::find_condition(cluster.conditions, step.type);
}

// 1.12.5: unknown somewhere, else false somewhere, else true everywhere; the first step that is not true everywhere is
// the last.
void aggregate(const api::Placement& placement, const std::vector<api::PerClusterPlacementStatus>& clusters,
               ConditionList& conditions) {
  const bool has_overrides = std::ranges::any_of(clusters, [](const auto& cluster) {
    return !cluster.applicable_resource_overrides.empty() || !cluster.applicable_cluster_resource_overrides.empty();
  });
  for (const Step& step : expected_steps(placement.spec)) {
    std::size_t is_true = 0, is_false = 0, is_unknown = 0;
    for (const auto& cluster : clusters) {
      const kube::Condition* const condition = condition_of(cluster, step);
      if (condition == nullptr) continue;  // stopped at an earlier step, which has ended this loop already
      if (condition->status == ConditionStatus::true_) ++is_true;
      if (condition->status == ConditionStatus::false_) ++is_false;
      if (condition->status == ConditionStatus::unknown) ++is_unknown;
    }
    const ConditionStatus status = is_unknown > 0 ? ConditionStatus::unknown
                                   : is_false > 0 ? ConditionStatus::false_
                                                  : ConditionStatus::true_;
    const std::size_t count = is_unknown > 0 ? is_unknown : is_false > 0 ? is_false : is_true;
    const bool lacks_overrides =
        step.type == api::condition::overridden && status == ConditionStatus::true_ && !has_overrides;
    conditions.add(type_of(placement, step.type), status,
                   lacks_overrides ? api::placement_reason::no_override_specified : reason_of(step, status),
                   lacks_overrides
                       ? fmt::format("No override is specified for any of {} cluster{}", count, count == 1 ? "" : "s")
                       : describe(step, status, count));
    if (status != ConditionStatus::true_) return;
  }
}

void wait_for_run(const api::Placement& placement, std::string message, ConditionList& conditions) {
  conditions.add(type_of(placement, api::condition::rollout_started), ConditionStatus::unknown,
                 api::placement_reason::rollout_controlled_by_external_controller, std::move(message));
}

// 1.12.6: the content is whatever all clusters have in common.
Result<void> aggregate_external(const api::Placement& placement, const Observed& observed,
                                const std::vector<api::PerClusterPlacementStatus>& clusters,
                                api::PlacementStatus& status, ConditionList& conditions) {
  status.observed_resource_index.clear();
  status.selected_resources.clear();
  const std::string& common = clusters.front().observed_resource_index;
  const bool is_common =
      std::ranges::all_of(clusters, [&](const auto& cluster) { return cluster.observed_resource_index == common; });
  if (!is_common) {
    wait_for_run(placement,
                 "The clusters have different versions of the resources: a staged update run is rolling one out",
                 conditions);
    return {};
  }
  if (common.empty()) {
    const bool is_cluster_scope = placement.metadata.namespace_.empty();
    wait_for_run(placement,
                 fmt::format("Nothing is rolled out yet: see the {}s that refer to this placement",
                             is_cluster_scope ? "ClusterStagedUpdateRun" : "StagedUpdateRun"),
                 conditions);
    return {};
  }
  const auto group = std::ranges::find_if(
      observed.groups, [&](const snapshot::Group& one) { return std::to_string(one.index) == common; });
  if (group == observed.groups.end() || group->master == nullptr) {
    return fail(Reason::internal, "the resource snapshots of index {} have no master", common);
  }
  status.observed_resource_index = common;
  status.selected_resources = identifiers_of(*group);
  const Step& first = expected_steps(placement.spec).front();
  for (const auto& cluster : clusters) {
    const kube::Condition* const started = condition_of(cluster, first);
    if (started == nullptr || started->status == ConditionStatus::unknown) {
      wait_for_run(
          placement,
          fmt::format("It is not known yet whether the rollout has started on cluster {}", cluster.cluster_name),
          conditions);
      return {};
    }
  }
  aggregate(placement, clusters, conditions);
  return {};
}

}  // namespace

Result<api::PlacementStatus> compute_status(const api::Placement& placement, const Observed& observed, WallTime now) {
  api::PlacementStatus status = placement.status;
  if (observed.current != nullptr) {
    status.observed_resource_index = std::to_string(observed.current->index);
    status.selected_resources = identifiers_of(*observed.current);
  } else {
    status.observed_resource_index.clear();
    status.selected_resources = observed.selected;
  }
  status.placement_statuses.clear();

  const std::string scheduled_type = type_of(placement, api::condition::scheduled);
  const kube::Condition* const verdict = scheduling_verdict(placement, observed.policy.get());
  if (verdict == nullptr) {
    kube::set_condition(status.conditions,
                        {.type = scheduled_type,
                         .status = ConditionStatus::unknown,
                         .observed_generation = placement.metadata.generation,
                         .last_transition_time = now,
                         .reason = std::string(api::placement_reason::schedule_pending),
                         .message = "Clusters have not been picked yet"},
                        now);
    return status;
  }
  auto clusters = cluster_statuses(placement, observed, now);
  if (!clusters) return fail(clusters.error());
  ConditionList conditions(placement.status.conditions, placement.metadata.generation, now);
  conditions.add(scheduled_type, verdict->status, verdict->reason, verdict->message);
  if (!clusters->picked.empty()) {
    if (is_external(placement)) {
      auto done = aggregate_external(placement, observed, clusters->picked, status, conditions);
      if (!done) return fail(done.error());
    } else {
      aggregate(placement, clusters->picked, conditions);
    }
  }
  status.placement_statuses = std::move(clusters->picked);
  std::ranges::move(clusters->unfilled, std::back_inserter(status.placement_statuses));
  status.conditions = conditions.take();
  return status;
}

api::PlacementStatus invalid_selectors_status(const api::Placement& placement, std::string message, WallTime now) {
  api::PlacementStatus status = placement.status;
  kube::set_condition(status.conditions,
                      {.type = type_of(placement, api::condition::scheduled),
                       .status = ConditionStatus::false_,
                       .observed_generation = placement.metadata.generation,
                       .last_transition_time = now,
                       .reason = std::string(api::placement_reason::invalid_resource_selectors),
                       .message = std::move(message)},
                      now);
  return status;
}

}  // namespace slipway::hub::placement
