#include "hub/updaterun/binding_update.h"

#include <charconv>

#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::updaterun {
namespace {

bool same_content(const api::ResourceBindingSpec& spec, const Intent& intent) {
  return spec.resource_snapshot_name == intent.snapshot_name &&
         spec.resource_override_snapshots == *intent.resource_overrides &&
         spec.cluster_resource_override_snapshots == *intent.cluster_overrides &&
         spec.apply_strategy == *intent.apply_strategy;
}

}  // namespace

Intent intent_for(const api::StagedUpdateRun& run, const api::ClusterUpdatingStatus& cluster) {
  std::int64_t snapshot_index = 0;
  const std::string& text = run.status.resource_snapshot_index_used;
  std::from_chars(text.data(), text.data() + text.size(), snapshot_index);
  return {.snapshot_name = api::master_resource_snapshot_name(run.spec.placement_name, snapshot_index),
          .resource_overrides = &cluster.resource_override_snapshots,
          .cluster_overrides = &cluster.cluster_resource_override_snapshots,
          .apply_strategy = &*run.status.applied_strategy};
}

bool is_in_sync(const api::ResourceBinding& binding, const Intent& intent) {
  return same_content(binding.spec, intent) && binding.spec.state == api::binding_state::bound &&
         kube::is_true_at(binding.status.conditions, api::condition::rollout_started, binding.metadata.generation);
}

engine::Chain start_writes(const api::StagedUpdateRun& run, const api::ResourceBinding& binding, const Intent& intent,
                           WallTime now) {
  if (is_in_sync(binding, intent)) return {};
  engine::Chain chain;
  api::ResourceBinding next = binding;
  if (!same_content(binding.spec, intent) || binding.spec.state != api::binding_state::bound) {
    next.spec.state = api::binding_state::bound;
    next.spec.resource_snapshot_name = intent.snapshot_name;
    next.spec.resource_override_snapshots = *intent.resource_overrides;
    next.spec.cluster_resource_override_snapshots = *intent.cluster_overrides;
    next.spec.apply_strategy = *intent.apply_strategy;
    chain.push_back(update(next, fmt::format("run {} updates the cluster {} to snapshot {}", run.metadata.name,
                                             binding.spec.target_cluster, intent.snapshot_name)));
    ++next.metadata.generation;  // what the server makes of this write
  }
  // The transition time is always now, and the condition stays the first of the list (5.6, 12).
  kube::remove_condition(next.status.conditions, api::condition::rollout_started);
  next.status.conditions.insert(
      next.status.conditions.begin(),
      {.type = std::string(api::condition::rollout_started),
       .status = ConditionStatus::true_,
       .observed_generation = next.metadata.generation,
       .last_transition_time = now,
       .reason = std::string(api::binding_reason::rollout_started),
       .message = fmt::format("The rollout of resource snapshot {} has been started by the run {}",
                              run.status.resource_snapshot_index_used, run.metadata.name)});
  chain.push_back(update_status(next, fmt::format("run {} starts the rollout on the cluster {}", run.metadata.name,
                                                  binding.spec.target_cluster)));
  return chain;
}

Progress result_of(const api::ResourceBinding& binding) {
  const auto& conditions = binding.status.conditions;
  const std::int64_t generation = binding.metadata.generation;
  if (kube::is_true_at(conditions, api::condition::available, generation) ||
      kube::is_true_at(conditions, api::condition::diff_reported, generation)) {
    return {.succeeded = true};
  }
  for (const auto type : {api::condition::overridden, api::condition::work_synchronized, api::condition::applied,
                          api::condition::available, api::condition::diff_reported}) {
    const kube::Condition* const condition = kube::find_condition(conditions, type);
    if (condition != nullptr && condition->observed_generation == generation &&
        condition->status != ConditionStatus::true_) {
      return {.succeeded = false,
              .why = fmt::format("{} is {}: {}", type, kube::text(condition->status), condition->reason)};
    }
  }
  return {.succeeded = false, .why = "nothing has been reported yet"};
}

}  // namespace slipway::hub::updaterun
