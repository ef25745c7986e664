#include <algorithm>
#include <tuple>

#include "api/names.h"
#include "hub/scheduler/algorithms.h"
#include "hub/scheduler/filters.h"
#include "hub/scheduler/scoring.h"
#include "hub/scheduler/topology_spread.h"

namespace slipway::hub::scheduler {
namespace {

// A cluster that may still be picked.
struct Candidate {
  std::string cluster;
  const api::MemberCluster* member = nullptr;
  Score score;
  std::string why_rejected;  // by the topology spread as it is now
};

api::ClusterDecision not_picked(const Candidate& candidate) {
  return {.cluster_name = candidate.cluster,
          .selected = false,
          .cluster_score =
              api::ClusterScore{.affinity_score = candidate.score.affinity, .priority_score = candidate.score.topology},
          .reason = fmt::format("the score is not high enough (affinity score {}, topology spread score {})",
                                candidate.score.affinity, candidate.score.topology)};
}

// The best first. With equal scores the larger name wins, as users of the fleet know it.
bool is_better(const Candidate& a, const Candidate& b) {
  return std::tie(a.score, a.cluster) > std::tie(b.score, b.cluster);
}

// Which of the placed clusters to give up first: scheduled before bound, without a score before any, then the lowest.
std::vector<BindingPtr> least_valuable(const Classified& classified, std::int64_t count) {
  const auto value_of = [](const BindingPtr& binding) {
    const auto& score = binding->spec.cluster_decision.cluster_score;
    return std::tuple(score.has_value(), score ? score->priority_score.value_or(0) : 0,
                      score ? score->affinity_score.value_or(0) : 0, std::string_view(binding->spec.target_cluster));
  };
  std::vector<BindingPtr> given_up = classified.scheduled;
  std::vector<BindingPtr> bound = classified.bound;
  std::ranges::sort(given_up, {}, value_of);
  std::ranges::sort(bound, {}, value_of);
  given_up.insert(given_up.end(), bound.begin(), bound.end());
  given_up.resize(std::min(given_up.size(), static_cast<std::size_t>(count)));
  return given_up;
}

// The picking itself (3.5, schedule). Each pick changes the spread that the next one is judged by.
class Selection {
 public:
  explicit Selection(const CycleInput& input) : input_(input) {
    for (const auto* const placed : {&input.classified.scheduled, &input.classified.bound}) {
      for (const BindingPtr& binding : *placed) placed_.insert(binding->spec.target_cluster);
    }
  }

  // Filters and scores the fleet. Clusters that are placed are neither picked nor reported.
  Result<void> prepare() {
    const auto& policy = input_.snapshot.spec.policy;
    const auto affinity = affinity_scores(policy, input_.members);
    if (!affinity) return fail(affinity.error());
    const FilterContext context{.placement = input_.placement, .policy = policy, .now = input_.now};
    for (const auto& [name, member] : input_.members) {
      auto why = why_rejected(context, *member);
      if (!why) return fail(std::move(why).error());
      if (!why->empty()) {
        if (!placed_.contains(name)) rejected_.push_back({name, "ClusterUnschedulable: " + *why});
        continue;
      }
      if (placed_.contains(name)) continue;
      const bool is_obsolete = std::ranges::any_of(
          input_.classified.obsolete, [&](const BindingPtr& one) { return one->spec.target_cluster == name; });
      candidates_.push_back({.cluster = name,
                             .member = member.get(),
                             .score = {.affinity = affinity->find(name)->second, .obsolete = is_obsolete ? 1 : 0},
                             .why_rejected = {}});
    }
    judge_spread();
    return {};
  }

  [[nodiscard]] std::optional<Pick> take_best() {
    auto best = candidates_.end();
    for (auto one = candidates_.begin(); one != candidates_.end(); ++one) {
      if (one->why_rejected.empty() && (best == candidates_.end() || is_better(*one, *best))) best = one;
    }
    if (best == candidates_.end()) return std::nullopt;
    Pick pick{.cluster = best->cluster,
              .decision = picked_with_score(best->cluster, best->score.affinity, best->score.topology)};
    placed_.insert(best->cluster);
    candidates_.erase(best);
    if (has_spread()) judge_spread();
    return pick;
  }

  // Those that were not picked, and why.
  void report(Outcome& outcome) && {
    std::ranges::sort(candidates_, is_better);
    for (const Candidate& candidate : candidates_) {
      if (candidate.why_rejected.empty()) {
        outcome.not_picked.push_back(not_picked(candidate));
      } else {
        rejected_.push_back({candidate.cluster, "ClusterUnschedulable: " + candidate.why_rejected});
      }
    }
    outcome.rejected = std::move(rejected_);
  }

 private:
  [[nodiscard]] bool has_spread() const {
    return input_.snapshot.spec.policy && !input_.snapshot.spec.policy->topology_spread_constraints.empty();
  }
  void judge_spread() {
    if (!has_spread()) return;
    const TopologySpread spread(input_.snapshot.spec.policy->topology_spread_constraints, input_.members, placed_);
    for (Candidate& candidate : candidates_) {
      auto [score, why] = spread.verdict(*candidate.member);
      candidate.score.topology = score;
      candidate.why_rejected = std::move(why);
    }
  }

  const CycleInput& input_;
  TopologySpread::Placed placed_;
  std::vector<Candidate> candidates_;
  std::vector<Rejected> rejected_;
};

Result<std::int64_t> wanted(const api::SchedulingPolicySnapshot& snapshot) {
  const auto count = api::index_of(snapshot.metadata.annotations, api::annotation::number_of_clusters);
  if (!count) {
    return fail(Reason::invalid, "the policy snapshot {} does not say how many clusters to pick (annotation {})",
                snapshot.metadata.name, api::annotation::number_of_clusters);
  }
  return *count;
}

}  // namespace

// 3.5. All picks of a cycle are made in memory, so that a spread over N clusters takes one pass and not N. Who was not
// picked is told whenever there is nothing to write, so that a restart reports what the first pass did.
Result<Cycle> pick_n(const CycleInput& input) {
  const auto& classified = input.classified;
  const auto desired = wanted(input.snapshot);
  if (!desired) return fail(desired.error());
  const auto present = static_cast<std::int64_t>(classified.scheduled.size() + classified.bound.size());

  Cycle cycle;
  cycle.outcome.desired = *desired;
  if (*desired <= present && (*desired < present || !classified.obsolete.empty())) {
    for (const BindingPtr& binding : classified.obsolete) {
      cycle.writes.push_back({mark_unscheduled(*binding, "enough clusters are picked without it")});
    }
    for (const BindingPtr& binding : least_valuable(classified, present - *desired)) {
      cycle.writes.push_back({mark_unscheduled(*binding, fmt::format("only {} clusters are wanted", *desired))});
    }
    return cycle;
  }

  Selection selection(input);
  if (auto prepared = selection.prepare(); !prepared) return fail(std::move(prepared).error());
  std::vector<Pick> picks;
  while (present + static_cast<std::int64_t>(picks.size()) < *desired) {
    auto pick = selection.take_best();
    if (!pick) break;
    picks.push_back(*std::move(pick));
  }
  auto crossed = cross_reference(input.placement, input.snapshot.metadata.name, classified, picks);
  cycle.writes = std::move(crossed.writes);
  cycle.outcome.existing = std::move(crossed.decisions);
  for (const auto* const placed : {&classified.scheduled, &classified.bound}) {
    for (const BindingPtr& binding : *placed) cycle.outcome.existing.push_back(binding->spec.cluster_decision);
  }
  std::ranges::sort(cycle.outcome.existing, {}, &api::ClusterDecision::cluster_name);
  std::move(selection).report(cycle.outcome);
  return cycle;
}

}  // namespace slipway::hub::scheduler
