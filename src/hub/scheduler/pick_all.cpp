#include <algorithm>

#include "hub/scheduler/algorithms.h"
#include "hub/scheduler/filters.h"

namespace slipway::hub::scheduler {

// 3.4: every cluster the filters admit. Bindings of the current policy are never looked at again (sticky).
Result<Cycle> pick_all(const CycleInput& input) {
  const FilterContext context{.placement = input.placement, .policy = input.snapshot.spec.policy, .now = input.now};
  const auto& classified = input.classified;
  const auto is_placed = [&](std::string_view cluster) {
    const auto on_cluster = [&](const BindingPtr& one) { return one->spec.target_cluster == cluster; };
    return std::ranges::any_of(classified.scheduled, on_cluster) || std::ranges::any_of(classified.bound, on_cluster);
  };
  std::vector<Pick> picks;
  Cycle cycle;
  for (const auto& [name, member] : input.members) {  // in order of name
    auto why = why_rejected(context, *member);
    if (!why) return fail(std::move(why).error());
    if (!why->empty()) {
      cycle.outcome.rejected.push_back({name, "ClusterUnschedulable: " + *why});
    } else if (!is_placed(name)) {  // SamePlacementAntiAffinity, silently
      picks.push_back({.cluster = name, .decision = picked_with_score(name, 0, 0)});
    }
  }
  auto crossed = cross_reference(input.placement, input.snapshot.metadata.name, classified, picks);
  cycle.writes = std::move(crossed.writes);
  cycle.outcome.existing = std::move(crossed.decisions);
  for (const auto* const placed : {&classified.scheduled, &classified.bound}) {
    for (const BindingPtr& binding : *placed) cycle.outcome.existing.push_back(binding->spec.cluster_decision);
  }
  // Decisions in order of cluster, so that a restart in mid-cycle reports the same as one pass.
  std::ranges::sort(cycle.outcome.existing, {}, &api::ClusterDecision::cluster_name);
  cycle.outcome.desired = static_cast<std::int64_t>(cycle.outcome.existing.size());
  return cycle;
}

}  // namespace slipway::hub::scheduler
