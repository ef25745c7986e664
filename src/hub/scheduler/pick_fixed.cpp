#include <algorithm>

#include "hub/scheduler/algorithms.h"
#include "hub/scheduler/eligibility.h"

namespace slipway::hub::scheduler {

// 3.6: the clusters that are named, as far as they are there and eligible. An empty list gives every cluster up.
Result<Cycle> pick_fixed(const CycleInput& input) {
  const auto& classified = input.classified;
  const auto placed_on = [&](std::string_view cluster) -> const api::ResourceBinding* {
    for (const auto* const placed : {&classified.scheduled, &classified.bound}) {
      const auto found = std::ranges::find(
          *placed, cluster, [](const BindingPtr& one) -> std::string_view { return one->spec.target_cluster; });
      if (found != placed->end()) return found->get();
    }
    return nullptr;
  };
  static const std::vector<std::string> none;
  const auto& names = input.snapshot.spec.policy ? input.snapshot.spec.policy->cluster_names : none;
  std::vector<Pick> picks;
  Cycle cycle;
  std::vector<Rejected> not_found;
  for (const auto& name : names) {
    const auto member = input.members.find(name);
    if (member == input.members.end()) {
      not_found.push_back({name, "the cluster is not found in the fleet"});
    } else if (auto why = why_ineligible(*member->second, input.now); !why.empty()) {
      cycle.outcome.rejected.push_back({name, "the cluster is not eligible: " + why});
    } else if (const auto* const binding = placed_on(name)) {
      cycle.outcome.existing.push_back(binding->spec.cluster_decision);
    } else {
      auto decision = picked(name, "picked by name");
      cycle.outcome.existing.push_back(decision);
      picks.push_back({.cluster = name, .decision = std::move(decision)});
    }
  }
  cycle.outcome.rejected.insert(cycle.outcome.rejected.end(), not_found.begin(), not_found.end());
  cycle.outcome.desired = static_cast<std::int64_t>(names.size());
  cycle.writes = cross_reference(input.placement, input.snapshot.metadata.name, classified, picks).writes;
  return cycle;
}

}  // namespace slipway::hub::scheduler
