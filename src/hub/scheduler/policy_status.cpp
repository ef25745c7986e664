#include "hub/scheduler/policy_status.h"

#include <algorithm>
#include <set>

#include "api/conditions.h"
#include "api/names.h"

namespace slipway::hub::scheduler {
namespace {

constexpr std::size_t decisions_max = 1000;
constexpr std::size_t unselected_max = 20;

bool same_decisions(std::vector<api::ClusterDecision> a, std::vector<api::ClusterDecision> b) {
  std::ranges::sort(a, {}, &api::ClusterDecision::cluster_name);
  std::ranges::sort(b, {}, &api::ClusterDecision::cluster_name);
  return a == b;
}

}  // namespace

api::ClusterDecision picked(std::string cluster, std::string reason) {
  return {.cluster_name = std::move(cluster), .selected = true, .reason = std::move(reason)};
}

api::ClusterDecision picked_with_score(std::string cluster, std::int32_t affinity, std::int32_t topology) {
  auto decision = picked(
      std::move(cluster),
      fmt::format("picked by the scheduling policy (affinity score {}, topology spread score {})", affinity, topology));
  decision.cluster_score = api::ClusterScore{.affinity_score = affinity, .priority_score = topology};
  return decision;
}

api::SchedulingPolicySnapshotStatus report(const api::SchedulingPolicySnapshot& snapshot, const Outcome& outcome,
                                           WallTime now) {
  std::vector<api::ClusterDecision> decisions;
  std::set<std::string, std::less<>> listed;
  const auto add = [&](api::ClusterDecision decision) {
    if (listed.insert(decision.cluster_name).second) decisions.push_back(std::move(decision));
  };
  for (const auto& decision : outcome.existing) {
    if (decisions.size() == decisions_max) break;
    add(decision);
  }
  const std::size_t limit = std::min(decisions_max, decisions.size() + unselected_max);
  for (const auto& decision : outcome.not_picked) {
    if (decisions.size() < limit) add(decision);
  }
  std::vector<Rejected> rejected = outcome.rejected;
  std::ranges::sort(rejected, {}, &Rejected::cluster);
  for (const auto& [cluster, reason] : rejected) {
    if (decisions.size() < limit) add({.cluster_name = cluster, .selected = false, .reason = reason});
  }

  api::SchedulingPolicySnapshotStatus status = snapshot.status;
  if (!same_decisions(decisions, status.target_clusters)) status.target_clusters = std::move(decisions);
  status.observed_crp_generation = api::index_of(snapshot.metadata.annotations, api::annotation::crp_generation)
                                       .value_or(status.observed_crp_generation);
  const auto found = static_cast<std::int64_t>(outcome.existing.size());
  const bool fulfilled = found >= outcome.desired;
  kube::set_condition(status.conditions,
                      {.type = std::string(api::condition::scheduled),
                       .status = fulfilled ? kube::ConditionStatus::true_ : kube::ConditionStatus::false_,
                       .observed_generation = snapshot.metadata.generation,
                       .last_transition_time = now,
                       .reason = std::string(fulfilled ? api::placement_reason::scheduling_policy_fulfilled
                                                       : api::placement_reason::scheduling_policy_unfulfilled),
                       .message = fulfilled ? fmt::format("found {} clusters for the scheduling policy", found)
                                            : fmt::format("found {} of the {} clusters the scheduling policy asks for",
                                                          found, outcome.desired)},
                      now);
  return status;
}

}  // namespace slipway::hub::scheduler
