#include "hub/updaterun/facts.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/apply_strategy.h"
#include "hub/indexes.h"

namespace slipway::hub::updaterun {
namespace {

kube::NamespacedName placement_key(const api::StagedUpdateRun& run) {
  return {run.metadata.namespace_, run.spec.placement_name};
}

const api::SchedulingPolicySnapshot* only_policy(const Observed& observed) {
  return observed.policies.size() == 1 ? observed.policies.front().get() : nullptr;
}

// The count that PickN and PickFixed ask for; -1 for PickAll (3.4).
Outcome<std::int64_t> wanted_count(const api::SchedulingPolicySnapshot& snapshot) {
  const auto& policy = snapshot.spec.policy;
  switch (policy ? policy->placement_type : api::PlacementType::pick_all) {
    case api::PlacementType::pick_all:
      return -1;
    case api::PlacementType::pick_fixed:
      return static_cast<std::int64_t>(policy->cluster_names.size());
    case api::PlacementType::pick_n:
      break;
  }
  const auto count = api::index_of(snapshot.metadata.annotations, api::annotation::number_of_clusters);
  if (!count) {
    return end_run(Blame::internal, "policy snapshot {} lacks a valid annotation {}", snapshot.metadata.name,
                   api::annotation::number_of_clusters);
  }
  return *count;
}

std::string latest_of(const kube::NamespacedName& placement) {
  return fmt::format("{}={},{}=true", api::label::parent_crp, placement.name, api::label::is_latest_snapshot);
}

// Do the answers of a list show exactly the versions that the cache has?
template <class T>
bool same_objects(const std::vector<kube::ObjectPtr>& live, const std::vector<std::shared_ptr<const T>>& cached) {
  if (live.size() != cached.size()) return false;
  return std::ranges::all_of(cached, [&](const auto& one) {
    return std::ranges::any_of(live, [&](const kube::ObjectPtr& object) {
      return object->metadata().name == one->metadata.name && object->revision() == one->metadata.resource_version;
    });
  });
}

}  // namespace

Observed observe(const api::StagedUpdateRun& run, const engine::View& view) {
  const auto scope = api::scope_of(run.metadata);
  const auto placement = placement_key(run);
  const std::string value = index::value_of(placement);
  Observed observed;
  observed.placement = view.get<api::Placement>(placement);
  observed.policies = view.indexed<api::SchedulingPolicySnapshot>(scope, index::by_placement, value);
  std::erase_if(observed.policies, [](const auto& snapshot) {
    const std::string* const latest = snapshot->metadata.label(api::label::is_latest_snapshot);
    return latest == nullptr || *latest != "true";
  });
  observed.bindings = view.indexed<api::ResourceBinding>(scope, index::by_placement, value);
  std::ranges::sort(observed.bindings, {},
                    [](const BindingPtr& binding) -> const std::string& { return binding->metadata.name; });
  for (const auto& object : view.list(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), "")) {
    if (auto member = engine::View::typed<api::MemberCluster>(object)) observed.members.push_back(std::move(member));
  }
  return observed;
}

Outcome<void> confirm(const api::StagedUpdateRun& run, const Observed& observed, const engine::View& view) {
  const auto scope = api::scope_of(run.metadata);
  const auto placement = placement_key(run);
  const engine::Read get_placement{.resource = api::storage_resource_of<api::Placement>(scope), .key = placement};
  const engine::Read list_policies{.kind = engine::Read::Kind::list,
                                   .resource = api::storage_resource_of<api::SchedulingPolicySnapshot>(scope),
                                   .key = {placement.namespace_, ""},
                                   .label_selector = latest_of(placement)};
  const engine::Read list_bindings{.kind = engine::Read::Kind::list,
                                   .resource = api::storage_resource_of<api::ResourceBinding>(scope),
                                   .key = {placement.namespace_, ""},
                                   .label_selector = fmt::format("{}={}", api::label::parent_crp, placement.name)};
  const engine::Read list_members{.kind = engine::Read::Kind::list,
                                  .resource = api::storage_resource_of<api::MemberCluster>(api::Scope::cluster),
                                  .key = {}};
  std::vector<engine::Read> missing;
  for (const auto& read : {get_placement, list_policies, list_bindings, list_members}) {
    if (view.answer(read) == nullptr) missing.push_back(read);
  }
  if (!missing.empty()) return read_first(std::move(missing));

  const engine::Answer& live_placement = *view.answer(get_placement);
  if (!live_placement && live_placement.error().reason != Reason::not_found)
    return try_again("{}", live_placement.error().message);
  const std::uint64_t live_revision = live_placement ? live_placement->front()->revision() : 0;
  if (live_revision != (observed.placement == nullptr ? 0 : observed.placement->metadata.resource_version)) {
    return try_again("the placement has just changed");
  }
  for (const auto& read : {list_policies, list_bindings, list_members}) {
    if (const engine::Answer& answer = *view.answer(read); !answer) return try_again("{}", answer.error().message);
  }
  if (!same_objects(**view.answer(list_policies), observed.policies) ||
      !same_objects(**view.answer(list_bindings), observed.bindings)) {
    return try_again("policy snapshots or bindings of the placement have just changed");
  }
  // Heartbeats change members all the time; who is there, and with which labels, is what counts.
  const auto& live_members = **view.answer(list_members);
  const bool same_members =
      live_members.size() == observed.members.size() &&
      std::ranges::equal(live_members, observed.members, [](const kube::ObjectPtr& live, const MemberPtr& cached) {
        return live->metadata().uid == cached->metadata.uid && live->metadata().labels == cached->metadata.labels;
      });
  if (!same_members) return try_again("the fleet's members have just changed");
  return {};
}

Outcome<void> check_placement(const api::StagedUpdateRun& run, const Observed& observed, Target& target) {
  const auto key = placement_key(run);
  if (observed.placement == nullptr) return end_run(Blame::user, "the placement {} does not exist", key.text());
  const api::PlacementSpec& spec = observed.placement->spec;
  if (spec.strategy_type() != api::RolloutStrategyType::external) {
    return end_run(Blame::user,
                   "the placement {} has rollout strategy type {}, but only External placements are rolled out by "
                   "staged update runs",
                   key.text(), api::text(spec.strategy_type()));
  }
  target.apply_strategy = apply_strategy_of(spec);
  return {};
}

Outcome<void> check_policy(const api::StagedUpdateRun& run, const Observed& observed, Target& target) {
  const auto key = placement_key(run);
  if (observed.policies.empty())
    return end_run(Blame::internal, "the placement {} has no latest scheduling policy snapshot", key.text());
  if (observed.policies.size() > 1) {
    return end_run(Blame::internal, "the placement {} has {} scheduling policy snapshots marked latest", key.text(),
                   observed.policies.size());
  }
  const api::SchedulingPolicySnapshot& snapshot = *observed.policies.front();
  const std::string* const policy_index = snapshot.metadata.label(api::label::policy_index);
  if (policy_index == nullptr || policy_index->empty()) {
    return end_run(Blame::internal, "the scheduling policy snapshot {} has no label {}", snapshot.metadata.name,
                   api::label::policy_index);
  }
  target.policy_index = *policy_index;
  const auto count = wanted_count(snapshot);
  if (!count) return std::unexpected(count.error());
  target.cluster_count = *count;
  return {};
}

Outcome<void> check_scheduled(const Observed& observed, const Target& target) {
  const api::SchedulingPolicySnapshot& snapshot = *observed.policies.front();
  if (!kube::is_true_at(snapshot.status.conditions, api::condition::scheduled, snapshot.metadata.generation)) {
    return end_run(Blame::internal, "the scheduling policy snapshot {} (index {}) is not fully scheduled",
                   snapshot.metadata.name, target.policy_index);
  }
  return {};
}

Outcome<void> collect_bindings(const api::StagedUpdateRun& run, const Observed& observed, Target& target,
                               bool may_be_none) {
  const api::SchedulingPolicySnapshot& latest = *observed.policies.front();
  target.selected.clear();
  target.to_be_deleted.clear();
  for (const BindingPtr& binding : observed.bindings) {
    if (binding->spec.state == api::binding_state::unscheduled) {
      target.to_be_deleted.push_back(binding);
    } else if (binding->spec.scheduling_policy_snapshot_name == latest.metadata.name) {
      target.selected.push_back(binding);
    } else {
      return try_again("the binding {} still follows the older policy snapshot {}", binding->metadata.name,
                       binding->spec.scheduling_policy_snapshot_name);
    }
  }
  if (target.selected.empty() && target.to_be_deleted.empty() && !may_be_none) {
    return end_run(Blame::internal, "the placement {} has no bindings to update or to remove",
                   placement_key(run).text());
  }
  const auto selected = static_cast<std::int64_t>(target.selected.size());
  if (target.cluster_count >= 0 && target.cluster_count != selected) {
    return end_run(Blame::internal, "the scheduling policy asks for {} clusters, but {} are selected",
                   target.cluster_count, selected);
  }
  target.cluster_count = selected;
  return {};
}

bool has_unseen_generation(const Observed& observed) {
  const api::SchedulingPolicySnapshot* const snapshot = only_policy(observed);
  if (observed.placement == nullptr || observed.placement->metadata.is_deleting() || snapshot == nullptr) return false;
  const auto seen = api::index_of(snapshot->metadata.annotations, api::annotation::crp_generation);
  return seen && (*seen < observed.placement->metadata.generation || snapshot->status.observed_crp_generation < *seen);
}

bool is_scheduler_behind(const Observed& observed) {
  if (observed.placement == nullptr) return false;
  if (observed.policies.empty()) return true;
  const api::SchedulingPolicySnapshot* const snapshot = only_policy(observed);
  if (snapshot == nullptr) return false;
  if (has_unseen_generation(observed) ||
      !api::index_of(snapshot->metadata.annotations, api::annotation::crp_generation)) {
    return true;
  }
  if (!kube::is_true_at(snapshot->status.conditions, api::condition::scheduled, snapshot->metadata.generation))
    return true;
  const auto count = wanted_count(*snapshot);
  if (!count) return false;
  const auto selected = std::ranges::count_if(observed.bindings, [](const BindingPtr& binding) {
    return binding->spec.state != api::binding_state::unscheduled;
  });
  return (*count >= 0 && *count != selected) || observed.bindings.empty();
}

}  // namespace slipway::hub::updaterun
