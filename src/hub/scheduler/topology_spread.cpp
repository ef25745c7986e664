#include "hub/scheduler/topology_spread.h"

#include <algorithm>

namespace slipway::hub::scheduler {
namespace {

constexpr std::int32_t violation_penalty = 1000;

}  // namespace

TopologySpread::TopologySpread(const std::vector<api::TopologySpreadConstraint>& constraints, const Members& members,
                               const Placed& placed) {
  for (const auto& rule : constraints) {
    Constraint constraint{.rule = &rule, .placed_in = {}};
    for (const auto& [name, member] : members) {
      if (const std::string* const domain = member->metadata.label(rule.topology_key)) {
        constraint.placed_in[*domain] += placed.contains(name) ? 1 : 0;
      }
    }
    if (!constraint.placed_in.empty()) {
      using Count = decltype(constraint.placed_in)::value_type;
      const auto [least, most] = std::ranges::minmax_element(constraint.placed_in, {}, &Count::second);
      constraint.smallest = least->second;
      constraint.largest = most->second;
      constraint.one_is_smallest = std::ranges::count(constraint.placed_in, constraint.smallest, &Count::second) == 1;
    }
    constraints_.push_back(std::move(constraint));
  }
}

SpreadVerdict TopologySpread::verdict(const api::MemberCluster& member) const {
  SpreadVerdict verdict;
  for (const Constraint& constraint : constraints_) {
    const std::string* const domain = member.metadata.label(constraint.rule->topology_key);
    if (domain == nullptr) continue;  // it has no part in the spread
    const std::int32_t count = constraint.placed_in.find(*domain)->second;
    const bool is_even = constraint.largest == constraint.smallest;
    const bool is_emptiest = !is_even && count == constraint.smallest;
    std::int32_t change = 0;
    if (is_even || (!is_emptiest && count == constraint.largest)) {
      change = 1;
    } else if (is_emptiest && constraint.one_is_smallest) {
      change = -1;
    }
    const std::int32_t skew_max = constraint.rule->max_skew.value_or(1);
    const bool violates = !is_emptiest && constraint.largest - constraint.smallest + change > skew_max;
    if (!violates) {
      verdict.score -= change;
    } else if (constraint.rule->when_unsatisfiable == api::WhenUnsatisfiable::schedule_anyway) {
      verdict.score -= violation_penalty;
    } else if (verdict.why_rejected.empty()) {
      verdict.why_rejected = fmt::format("the cluster would break the topology spread constraint on {} (maxSkew {})",
                                         constraint.rule->topology_key, skew_max);
    }
  }
  return verdict;
}

}  // namespace slipway::hub::scheduler
