#include "hub/eviction/verdict.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/rollout/budget.h"

namespace slipway::hub::eviction {
namespace {

using Kind = Verdict::Kind;

bool picks_all(const api::Placement& placement) {
  return placement.spec.placement_type() == api::PlacementType::pick_all;
}

// Step 5: something was delivered through this binding.
bool is_present(const api::ResourceBinding& binding) {
  if (binding.spec.state == api::binding_state::bound) return true;
  if (binding.spec.state != api::binding_state::unscheduled) return false;
  const std::string* const previous = binding.metadata.annotation(api::annotation::previous_binding_state);
  return previous != nullptr && *previous == api::binding_state::bound;
}

// Step 6: no disruption. A report of differences that failed says nothing about what runs there (13.3 F23).
bool is_free(const api::ResourceBinding& binding, WallTime now) {
  return rollout::readiness_of(binding, rollout::unavailable_period({}), now).failed ||
         kube::is_true_at(binding.status.conditions, api::condition::diff_reported, binding.metadata.generation);
}

// Step 8: a count of what all matching clusters are together means nothing before they are counted.
bool fits(const api::DisruptionBudgetSpec& budget, const api::Placement& placement) {
  if (!picks_all(placement)) return true;
  return !budget.max_unavailable && !(budget.min_available && budget.min_available->string() != nullptr);
}

std::string why_invalid(const Facts& facts, std::string_view cluster, const std::vector<BindingPtr>& there) {
  if (facts.placement == nullptr) return "There is no ClusterResourcePlacement of this name";
  const api::Placement& placement = *facts.placement;
  if (placement.metadata.is_deleting()) return "The ClusterResourcePlacement is being deleted";
  if (placement.spec.placement_type() == api::PlacementType::pick_fixed)
    return "The ClusterResourcePlacement is of type PickFixed: take the cluster out of its clusterNames instead";
  if (there.empty()) return fmt::format("The ClusterResourcePlacement has no binding on the cluster {}", cluster);
  if (there.size() > 1)
    return fmt::format("The ClusterResourcePlacement has {} bindings on the cluster {}: wait until one is gone",
                       there.size(), cluster);
  return {};
}

std::int64_t missing_picks(const Facts& facts) {
  return std::ranges::count_if(facts.picked, [&](const std::string& cluster) {
    return std::ranges::none_of(facts.bindings,
                                [&](const BindingPtr& binding) { return binding->spec.target_cluster == cluster; });
  });
}

Verdict judge_by_budget(const Facts& facts, BindingPtr binding) {
  const auto allowance = allowance_for(facts);
  if (!allowance) return {Kind::refused, std::move(binding), false, allowance.error().message};
  const auto& [disruptions, available, total] = *allowance;
  if (disruptions > 0)
    return {Kind::evict, std::move(binding), true,
            fmt::format("The disruption budget allows {} disruption{}, with {} of {} bindings available", disruptions,
                        disruptions == 1 ? "" : "s", available, total)};
  return {
      Kind::refused, std::move(binding), true,
      fmt::format("The disruption budget allows no disruption, with {} of {} bindings available", available, total)};
}

}  // namespace

bool needs_picks(const Facts& facts) {
  return facts.placement != nullptr && facts.budget != nullptr && facts.budget->spec.max_unavailable &&
         facts.placement->spec.placement_type() == api::PlacementType::pick_n;
}

Verdict judge(const Facts& facts, std::string_view cluster, WallTime now) {
  std::vector<BindingPtr> there;
  std::ranges::copy_if(facts.bindings, std::back_inserter(there),
                       [&](const BindingPtr& binding) { return binding->spec.target_cluster == cluster; });
  if (std::string why = why_invalid(facts, cluster, there); !why.empty())
    return {Kind::invalid, nullptr, false, std::move(why)};

  BindingPtr binding = std::move(there.front());
  if (binding->metadata.is_deleting())
    return {Kind::executed, std::move(binding), false, "The binding is being removed already"};
  if (!is_present(*binding))
    return {Kind::refused, std::move(binding), false, "Nothing has been delivered to the cluster yet"};
  if (is_free(*binding, now))
    return {Kind::evict, std::move(binding), false,
            "The placement has failed on the cluster or only reports differences: no disruption"};
  if (facts.budget == nullptr)
    return {Kind::evict, std::move(binding), false, "The placement has no disruption budget"};
  if (!fits(facts.budget->spec, *facts.placement))
    return {Kind::refused, std::move(binding), false,
            "The disruption budget is misconfigured: of a PickAll placement it is a minAvailable that is a number"};
  return judge_by_budget(facts, std::move(binding));
}

Result<Allowance> allowance_for(const Facts& facts) {
  const api::DisruptionBudgetSpec& budget = facts.budget->spec;
  const api::PlacementSpec& placement = facts.placement->spec;
  const std::int64_t desired = picks_all(*facts.placement) || !placement.policy
                                   ? 0
                                   : std::int64_t{placement.policy->number_of_clusters.value_or(0)};
  Allowance result;
  result.available = std::ranges::count_if(facts.bindings, [](const BindingPtr& one) {
    return !one->metadata.is_deleting() &&
           kube::is_true_at(one->status.conditions, api::condition::available, one->metadata.generation);
  });
  const auto there = static_cast<std::int64_t>(facts.bindings.size() + facts.unreadable_bindings);
  result.total = there;
  if (budget.max_unavailable) {
    result.total = std::max(there, std::min(desired, there + missing_picks(facts)));
    const auto unavailable = rollout::scaled(*budget.max_unavailable, desired);
    if (!unavailable) return fail(with_context(unavailable.error(), "maxUnavailable"));
    result.disruptions = *unavailable - (result.total - result.available);
  } else if (budget.min_available) {
    const auto available = rollout::scaled(*budget.min_available, desired);
    if (!available) return fail(with_context(available.error(), "minAvailable"));
    result.disruptions = result.available - *available;
  }
  result.disruptions = std::max<std::int64_t>(0, result.disruptions);
  return result;
}

}  // namespace slipway::hub::eviction
