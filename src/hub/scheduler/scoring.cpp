#include "hub/scheduler/scoring.h"

#include <algorithm>
#include <cmath>

#include "hub/scheduler/filters.h"

namespace slipway::hub::scheduler {
namespace {

using Values = std::map<std::string, double, std::less<>>;

Values values_of(std::string_view property_name, const Members& members) {
  Values values;
  for (const auto& [name, member] : members) {
    const auto value = property(*member, property_name);
    if (value && *value) values.emplace(name, static_cast<double>((*value)->milli_rounded_up()));
  }
  return values;
}

// 3.11: the share of the weight that a cluster gets by where its value lies in the fleet's range.
std::int32_t interpolated(double value, double least, double most, api::SortOrder order, std::int32_t weight) {
  if (least == most) return 0;
  const double position = (value - least) / (most - least);
  const double share = order == api::SortOrder::descending ? position : 1 - position;
  return static_cast<std::int32_t>(std::round(share * weight));  // half away from zero
}

Result<bool> label_matches(const api::ClusterSelectorTerm& term, const api::MemberCluster& member) {
  if (!term.label_selector) return true;
  const auto selector = api::compile(*term.label_selector);
  if (!selector) return fail(selector.error());
  return selector->matches(member.metadata.labels);
}

Result<void> add(const api::PreferredClusterSelector& preferred, const Members& members, AffinityScores& scores) {
  const auto& sorter = preferred.preference.property_sorter;
  const Values values = sorter ? values_of(sorter->name, members) : Values{};
  const auto [least, most] = std::ranges::minmax_element(values, {}, &Values::value_type::second);
  for (const auto& [name, member] : members) {
    const auto matched = label_matches(preferred.preference, *member);
    if (!matched) return fail(matched.error());
    if (!*matched) continue;
    if (!sorter) {
      scores[name] += preferred.weight;
    } else if (const auto value = values.find(name); value != values.end()) {
      scores[name] += interpolated(value->second, least->second, most->second, sorter->sort_order, preferred.weight);
    }
  }
  return {};
}

}  // namespace

Result<AffinityScores> affinity_scores(const std::optional<api::PlacementPolicy>& policy, const Members& members) {
  AffinityScores scores;
  for (const auto& [name, member] : members) scores.emplace(name, 0);
  if (!policy || !policy->affinity || !policy->affinity->cluster_affinity) return scores;
  for (const auto& preferred : policy->affinity->cluster_affinity->preferred) {
    if (preferred.weight == 0) continue;
    if (auto added = add(preferred, members, scores); !added) return fail(std::move(added).error());
  }
  return scores;
}

}  // namespace slipway::hub::scheduler
