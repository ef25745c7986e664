#include "hub/rollout/controller.h"

#include <algorithm>
#include <map>

#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/override.h"
#include "hub/apply_strategy.h"
#include "hub/indexes.h"
#include "hub/override/matching.h"
#include "hub/rollout/budget.h"
#include "hub/snapshot/resource_snapshots.h"
#include "hub/writes.h"

namespace slipway::hub::rollout {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;
using kube::ConditionStatus;

bool same_condition(const api::ResourceBinding& a, const api::ResourceBinding& b, std::string_view type) {
  const kube::Condition* const x = kube::find_condition(a.status.conditions, type);
  const kube::Condition* const y = kube::find_condition(b.status.conditions, type);
  if (x == nullptr || y == nullptr) return x == y;
  return x->status == y->status && x->observed_generation == y->observed_generation && x->reason == y->reason;
}

// What a binding should ask for.
struct Desired {
  std::string snapshot_name;
  std::string index;
  std::map<std::string, override::Applicable, std::less<>> overrides;  // by cluster
  api::ApplyStrategy apply_strategy;
};

// The content; the apply strategy is no part of it: a changed one reaches every cluster at once, whatever the budget
// (4.2 (3)).
bool is_up_to_date(const api::ResourceBinding& binding, const Desired& desired) {
  if (binding.spec.resource_snapshot_name != desired.snapshot_name) return false;
  const auto overrides = desired.overrides.find(binding.spec.target_cluster);
  return overrides == desired.overrides.end() ||  // the cluster is not there, and nobody can tell (257)
         (binding.spec.cluster_resource_override_snapshots == overrides->second.cluster_overrides &&
          binding.spec.resource_override_snapshots == overrides->second.resource_overrides);
}

void set_rollout_started(api::ResourceBinding& binding, bool started, const std::string& message, WallTime now) {
  kube::Condition condition{.type = std::string(api::condition::rollout_started),
                            .status = started ? ConditionStatus::true_ : ConditionStatus::false_,
                            .observed_generation = binding.metadata.generation,
                            .last_transition_time = now,
                            .reason = std::string(started ? api::binding_reason::rollout_started
                                                          : api::binding_reason::rollout_not_started_yet),
                            .message = message};
  auto& list = binding.status.conditions;
  if (kube::find_condition(list, condition.type) != nullptr) {
    kube::set_condition(list, std::move(condition), now);
  } else {
    list.insert(list.begin(), std::move(condition));  // the first of the list (staged-update 12)
  }
}

bool says_rollout_started(const api::ResourceBinding& binding, bool started) {
  const kube::Condition* const condition =
      kube::find_condition(binding.status.conditions, api::condition::rollout_started);
  return condition != nullptr && condition->observed_generation == binding.metadata.generation &&
         condition->status == (started ? ConditionStatus::true_ : ConditionStatus::false_);
}

// 4.6: the content first, then the word that lets it go.
engine::Chain bring_up_to_date(const api::ResourceBinding& binding, const Desired& desired, WallTime now) {
  api::ResourceBinding next = binding;
  const auto overrides = desired.overrides.find(binding.spec.target_cluster);
  next.spec.state = api::binding_state::bound;
  next.spec.resource_snapshot_name = desired.snapshot_name;
  next.spec.apply_strategy = desired.apply_strategy;
  if (overrides != desired.overrides.end()) {
    next.spec.cluster_resource_override_snapshots = overrides->second.cluster_overrides;
    next.spec.resource_override_snapshots = overrides->second.resource_overrides;
  }
  engine::Chain chain;
  if (next.spec != binding.spec) {
    chain.push_back(update(next, fmt::format("the rollout of snapshot {} reaches the cluster {}", desired.snapshot_name,
                                             binding.spec.target_cluster)));
    ++next.metadata.generation;
  }
  if (!says_rollout_started(next, true)) {
    set_rollout_started(next, true, fmt::format("The rollout of resource snapshot {} has started", desired.index), now);
    chain.push_back(
        update_status(next, fmt::format("the rollout on the cluster {} has started", binding.spec.target_cluster)));
  }
  return chain;
}

// A binding that has to wait says so; if it is bound, it gets a changed apply strategy all the same.
engine::Chain hold_back(const api::ResourceBinding& binding, const Desired& desired, WallTime now) {
  engine::Chain chain;
  api::ResourceBinding next = binding;
  if (binding.spec.state == api::binding_state::bound && binding.spec.apply_strategy != desired.apply_strategy) {
    next.spec.apply_strategy = desired.apply_strategy;
    chain.push_back(update(next, "the placement's apply strategy has changed"));
    ++next.metadata.generation;
  }
  if (!says_rollout_started(next, false)) {
    set_rollout_started(next, false, "Waiting for other clusters, as maxUnavailable and maxSurge ask", now);
    chain.push_back(update_status(next, "the rollout has to wait on this cluster"));
  }
  return chain;
}

class RolloutController final : public engine::Controller {
 public:
  explicit RolloutController(api::Scope scope) : scope_(scope) {}
  [[nodiscard]] std::string_view name() const override {
    return scope_ == api::Scope::cluster ? "rollout" : "rollout-namespaced";
  }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {index::bindings_by_placement(scope_), index::resource_snapshots_by_placement(scope_)};
  }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Result<std::optional<Desired>> desired_for(const api::Placement& placement,
                                                           const std::vector<BindingPtr>& bindings,
                                                           const View& view) const;
  api::Scope scope_;
};

std::vector<engine::Watch> RolloutController::watches() const {
  const api::Scope scope = scope_;
  const auto wake_all = [scope](const View& view, std::string_view namespace_, std::vector<Key>& keys) {
    for (const auto& object : view.list(View::collection_of<api::Placement>(scope), namespace_))
      keys.push_back(object->key());
  };
  return {
      {.collection = View::collection_of<api::ResourceSnapshot>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const Key placement = index::placement_of(change.either().metadata());
             if (change.after != nullptr && !placement.name.empty()) keys.push_back(placement);
           }},
      {.collection = View::collection_of<api::ResourceBinding>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const Key placement = index::placement_of(change.either().metadata());
             if (placement.name.empty()) return;
             const auto before = View::typed<api::ResourceBinding>(change.before);
             const auto after = View::typed<api::ResourceBinding>(change.after);
             const bool same = before != nullptr && after != nullptr &&
                               before->metadata.generation == after->metadata.generation &&
                               before->metadata.is_deleting() == after->metadata.is_deleting() &&
                               same_condition(*before, *after, api::condition::available) &&
                               same_condition(*before, *after, api::condition::diff_reported);
             if (!same) keys.push_back(placement);
           }},
      {.collection = View::collection_of<api::Placement>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const auto before = View::typed<api::Placement>(change.before);
             const auto after = View::typed<api::Placement>(change.after);
             if (after == nullptr || after->metadata.is_deleting()) return;
             if (before == nullptr || before->spec.strategy != after->spec.strategy)
               keys.push_back({after->metadata.namespace_, after->metadata.name});
           }},
      {.collection = View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster),
       .concerns = [wake_all](const Change&, const View& view, std::vector<Key>& keys) { wake_all(view, "", keys); }},
      {.collection = View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced),
       .concerns = [wake_all](const Change&, const View& view, std::vector<Key>& keys) { wake_all(view, "", keys); }},
      {.collection = View::collection_of<api::MemberCluster>(api::Scope::cluster),
       .concerns = [](const Change&, const View&, std::vector<Key>&) {}},
  };
}

Result<std::optional<Desired>> RolloutController::desired_for(const api::Placement& placement,
                                                              const std::vector<BindingPtr>& bindings,
                                                              const View& view) const {
  const Key key{placement.metadata.namespace_, placement.metadata.name};
  const auto groups =
      snapshot::group_by_index(view.indexed<api::ResourceSnapshot>(scope_, index::by_placement, index::value_of(key)));
  const auto latest = snapshot::latest_group(groups);
  if (!latest) return fail(latest.error());
  if (*latest == nullptr || (*latest)->master == nullptr) return std::nullopt;
  Desired desired;
  desired.snapshot_name = (*latest)->master->metadata.name;
  desired.index = fmt::to_string((*latest)->index);
  desired.apply_strategy = apply_strategy_of(placement.spec);
  std::vector<std::shared_ptr<const api::MemberCluster>> kept;
  std::vector<const api::MemberCluster*> clusters;
  for (const BindingPtr& binding : bindings) {
    auto member = view.get<api::MemberCluster>({"", binding->spec.target_cluster});
    if (member == nullptr) continue;
    clusters.push_back(member.get());
    kept.push_back(std::move(member));
  }
  auto matched = override::match(placement, (*latest)->manifests(), clusters, view);
  if (!matched) return fail(matched.error());
  for (std::size_t i = 0; i < clusters.size(); ++i)
    desired.overrides.insert_or_assign(clusters[i]->metadata.name, std::move((*matched)[i]));
  return desired;
}

std::int64_t target_count(const api::Placement& placement, const std::vector<BindingPtr>& bindings) {
  switch (placement.spec.placement_type()) {
    case api::PlacementType::pick_n:
      return placement.spec.policy->number_of_clusters.value_or(0);
    case api::PlacementType::pick_fixed:
      return static_cast<std::int64_t>(placement.spec.policy->cluster_names.size());
    case api::PlacementType::pick_all:
      break;
  }
  return std::ranges::count_if(
      bindings, [](const BindingPtr& one) { return one->spec.state != api::binding_state::unscheduled; });
}

std::vector<Candidate> candidates_of(const std::vector<BindingPtr>& bindings, const Desired& desired,
                                     std::chrono::seconds period, WallTime now) {
  std::vector<Candidate> candidates;
  for (const BindingPtr& binding : bindings) {
    if (binding->metadata.is_deleting()) continue;
    if (binding->spec.state == api::binding_state::unscheduled) {
      candidates.push_back({Candidate::Kind::removal, binding});
    } else if (binding->spec.state == api::binding_state::scheduled) {
      candidates.push_back({Candidate::Kind::bounding, binding});
    } else if (!is_up_to_date(*binding, desired)) {
      const bool failed = readiness_of(*binding, period, now).failed;
      candidates.push_back({failed ? Candidate::Kind::failed_update : Candidate::Kind::update, binding});
    }
  }
  return candidates;
}

// 4.3: a cluster's old binding is still going; its successor waits.
bool has_predecessor(const std::vector<BindingPtr>& bindings, const api::ResourceBinding& binding) {
  return std::ranges::any_of(bindings, [&](const BindingPtr& other) {
    return other->metadata.is_deleting() && other->spec.target_cluster == binding.spec.target_cluster &&
           other->metadata.name != binding.metadata.name;
  });
}

Plan RolloutController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto placement = view.get<api::Placement>(key);
  if (placement == nullptr || placement->metadata.is_deleting()) return {};
  if (placement->spec.strategy_type() != api::RolloutStrategyType::rolling_update)
    return {};  // runs move these (staged-update 9.2)
  auto bindings = view.indexed<api::ResourceBinding>(scope_, index::by_placement, index::value_of(key));
  std::ranges::sort(bindings, {}, [](const BindingPtr& one) -> const std::string& { return one->metadata.name; });

  Plan plan;
  const auto desired = desired_for(*placement, bindings, view);
  std::optional<Budget> budget;
  const std::optional<api::RollingUpdateConfig> config =
      placement->spec.strategy ? placement->spec.strategy->rolling_update : std::nullopt;
  Error error;
  if (desired && *desired) {
    auto computed = budget_for(config, target_count(*placement, bindings), bindings, now.wall);
    if (computed) {
      budget = *computed;
    } else {
      error = computed.error();
    }
  } else if (!desired) {
    error = desired.error();
  }
  if (!error.message.empty()) {
    plan.events.push_back({.kind = api::gvk_of<api::Placement>(scope_),
                           .key = key,
                           .uid = placement->metadata.uid,
                           .warning = true,
                           .reason = "RolloutFailed",
                           .message = error.message});
    return plan;
  }
  if (!budget) return plan;  // no snapshot yet: its creation wakes us

  const auto period = unavailable_period(config);
  const auto candidates = candidates_of(bindings, **desired, period, now.wall);
  Choice choice = choose(candidates, *budget);
  std::erase_if(choice.chosen, [&](const Candidate& one) { return has_predecessor(bindings, *one.binding); });
  for (const Candidate& candidate : choice.chosen) {
    const auto& binding = *candidate.binding;
    auto chain = candidate.kind == Candidate::Kind::removal
                     ? engine::Chain{remove(
                           binding, fmt::format("the cluster {} is no longer picked", binding.spec.target_cluster))}
                     : bring_up_to_date(binding, **desired, now.wall);
    if (!chain.empty()) plan.chains.push_back(std::move(chain));
  }
  for (const Candidate& candidate : choice.stale) {
    if (auto chain = hold_back(*candidate.binding, **desired, now.wall); !chain.empty())
      plan.chains.push_back(std::move(chain));
  }
  for (const BindingPtr& binding : bindings) {
    if (binding->metadata.is_deleting() || binding->spec.state != api::binding_state::bound ||
        !is_up_to_date(*binding, **desired))
      continue;
    if (auto chain = bring_up_to_date(*binding, **desired, now.wall); !chain.empty())
      plan.chains.push_back(std::move(chain));
  }
  // Where something has to wait, bindings whose availability cannot be tracked make room by the passing of time (4.5).
  if (choice.chosen.size() == candidates.size()) return plan;
  std::optional<WallTime> ready_at;
  for (const BindingPtr& binding : bindings) {
    const bool counts =
        binding->spec.state == api::binding_state::bound || binding->spec.state == api::binding_state::unscheduled;
    if (const auto at = readiness_of(*binding, period, now.wall).ready_at; counts && at)
      ready_at = ready_at ? std::min(*ready_at, *at) : *at;
  }
  if (ready_at) plan.look_again = engine::Deadline{*ready_at};
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(api::Scope scope) {
  return std::make_unique<RolloutController>(scope);
}

}  // namespace slipway::hub::rollout
