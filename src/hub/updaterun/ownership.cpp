#include "api/kinds.h"
#include "hub/updaterun/binding_update.h"
#include "hub/updaterun/pass.h"

namespace slipway::hub::updaterun {

Outcome<void> check_ownership(const Scene& scene, const std::string& stage, api::ClusterUpdatingStatus& cluster,
                              const api::ResourceBinding& binding) {
  if (is_in_sync(binding, intent_for(scene.run, cluster))) return {};
  const auto scope = api::scope_of(binding.metadata);
  const engine::Read read{.resource = api::storage_resource_of<api::ResourceBinding>(scope),
                          .key = {binding.metadata.namespace_, binding.metadata.name}};
  const engine::Answer* const answer = scene.view.answer(read);
  if (answer == nullptr) return read_first({read});
  if (!*answer || answer->value().front()->revision() != binding.metadata.resource_version) {
    return try_again("the binding {} has just changed", binding.metadata.name);
  }
  const std::string cause = fmt::format(
      "the cluster {} of stage {} was taken over while it was updated: its binding {} no longer asks for what this run "
      "set. "
      "Another run for the same placement may be active",
      cluster.cluster_name, stage, binding.metadata.name);
  scene.recorder.set(cluster.conditions, api::condition::succeeded, ConditionStatus::false_,
                     api::cluster_reason::failed, cause);
  return end_run(Blame::user, "{}", cause);
}

}  // namespace slipway::hub::updaterun
