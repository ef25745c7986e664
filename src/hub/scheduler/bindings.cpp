#include "hub/scheduler/bindings.h"

#include <algorithm>

#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::scheduler {
namespace {

const api::ResourceBinding* find(const std::vector<BindingPtr>& bindings, std::string_view cluster) {
  const auto found = std::ranges::find(
      bindings, cluster, [](const BindingPtr& one) -> std::string_view { return one->spec.target_cluster; });
  return found == bindings.end() ? nullptr : found->get();
}

}  // namespace

Classified classify(const std::vector<BindingPtr>& bindings, const Members& members, std::string_view latest_policy) {
  Classified classes;
  for (const BindingPtr& binding : bindings) {
    const auto member = members.find(binding->spec.target_cluster);
    if (binding->metadata.is_deleting()) {
      classes.deleting.push_back(binding);
    } else if (binding->spec.state == api::binding_state::unscheduled) {
      classes.unscheduled.push_back(binding);
    } else if (member == members.end() || member->second->metadata.is_deleting()) {
      classes.dangling.push_back(binding);
    } else if (binding->spec.scheduling_policy_snapshot_name != latest_policy) {
      classes.obsolete.push_back(binding);
    } else if (binding->spec.state == api::binding_state::bound) {
      classes.bound.push_back(binding);
    } else {
      classes.scheduled.push_back(binding);
    }
  }
  return classes;
}

engine::Write mark_unscheduled(const api::ResourceBinding& binding, std::string why) {
  api::ResourceBinding next = binding;
  next.metadata.annotations.insert_or_assign(std::string(api::annotation::previous_binding_state), binding.spec.state);
  next.spec.state = api::binding_state::unscheduled;
  return update(next, std::move(why));
}

engine::Write adopt(const api::ResourceBinding& binding, std::string_view latest_policy,
                    const api::ClusterDecision& decision) {
  api::ResourceBinding next = binding;
  if (binding.spec.state == api::binding_state::unscheduled) {
    const std::string* const previous = binding.metadata.annotation(api::annotation::previous_binding_state);
    // Without the annotation nobody knows what was rolled out: it is scheduled anew.
    next.spec.state = previous == nullptr ? std::string(api::binding_state::scheduled) : *previous;
    next.metadata.annotations.erase(std::string(api::annotation::previous_binding_state));
  }
  next.spec.scheduling_policy_snapshot_name = latest_policy;
  next.spec.cluster_decision = decision;
  return update(next, fmt::format("the latest policy picks the cluster {} too", binding.spec.target_cluster));
}

engine::Write create_binding(const api::Placement& placement, std::string_view latest_policy, const Pick& pick,
                             std::string_view predecessor_uid) {
  api::ResourceBinding binding;
  binding.metadata.name =
      api::binding_name(placement.metadata.name, pick.cluster, placement.metadata.uid, predecessor_uid);
  binding.metadata.namespace_ = placement.metadata.namespace_;
  binding.metadata.labels = {{std::string(api::label::parent_crp), placement.metadata.name}};
  binding.metadata.finalizers = {std::string(api::finalizer::scheduler_crb_cleanup)};
  binding.spec.state = api::binding_state::scheduled;
  binding.spec.scheduling_policy_snapshot_name = latest_policy;
  binding.spec.target_cluster = pick.cluster;
  binding.spec.cluster_decision = pick.decision;
  return create(binding, fmt::format("the policy picks the cluster {}", pick.cluster));
}

engine::Write release(const api::ResourceBinding& binding, std::string why) {
  return hub::remove_finalizer(binding, api::finalizer::scheduler_crb_cleanup, std::move(why));
}

CrossReferenced cross_reference(const api::Placement& placement, std::string_view latest_policy,
                                const Classified& classified, const std::vector<Pick>& picks) {
  CrossReferenced result;
  std::vector<api::ClusterDecision> patched;
  for (const Pick& pick : picks) {
    const api::ResourceBinding* existing = find(classified.obsolete, pick.cluster);
    if (existing == nullptr) existing = find(classified.unscheduled, pick.cluster);
    if (existing != nullptr) {
      result.writes.push_back({adopt(*existing, latest_policy, pick.decision)});
      patched.push_back(pick.decision);
      continue;
    }
    // A binding of this pair that is still being deleted lends its UID to the new name (design 4).
    const api::ResourceBinding* const predecessor = find(classified.deleting, pick.cluster);
    result.writes.push_back({create_binding(placement, latest_policy, pick,
                                            predecessor == nullptr ? std::string_view() : predecessor->metadata.uid)});
    result.decisions.push_back(pick.decision);
  }
  result.decisions.insert(result.decisions.end(), patched.begin(), patched.end());
  for (const BindingPtr& binding : classified.obsolete) {
    if (std::ranges::find(picks, binding->spec.target_cluster, &Pick::cluster) == picks.end()) {
      result.writes.push_back({mark_unscheduled(
          *binding, fmt::format("the latest policy does not pick the cluster {}", binding->spec.target_cluster))});
    }
  }
  return result;
}

}  // namespace slipway::hub::scheduler
