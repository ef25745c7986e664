// The implicit last stage: clusters that the scheduler no longer picks (staged-update 5.9, 6.2).

#include <algorithm>
#include <map>

#include "api/names.h"
#include "hub/updaterun/pass.h"
#include "hub/writes.h"

namespace slipway::hub::updaterun {
namespace {

// By cluster; a cluster may have a second one, of an earlier life.
using Bindings = std::multimap<std::string_view, const api::ResourceBinding*>;

Bindings by_cluster(const Target& target) {
  Bindings found;
  for (const auto& binding : target.to_be_deleted) found.emplace(binding->spec.target_cluster, binding.get());
  return found;
}

// A binding that is gone may only be late in our caches; the list settles it before the stage counts it as removed.
Outcome<void> confirm_gone(const Scene& scene, const api::StageUpdatingStatus& stage, const Bindings& bindings) {
  const bool newly_gone = std::ranges::any_of(stage.clusters, [&](const auto& cluster) {
    return !has_succeeded(cluster) && !bindings.contains(cluster.cluster_name);
  });
  if (!newly_gone) return {};
  const auto scope = api::scope_of(scene.run.metadata);
  const engine::Read read{
      .kind = engine::Read::Kind::list,
      .resource = api::storage_resource_of<api::ResourceBinding>(scope),
      .key = {scene.run.metadata.namespace_, ""},
      .label_selector = fmt::format("{}={}", api::label::parent_crp, scene.run.spec.placement_name)};
  const engine::Answer* const answer = scene.view.answer(read);
  if (answer == nullptr) return read_first({read});
  if (!*answer) return try_again("bindings cannot be listed: {}", answer->error().message);
  std::size_t live = 0;
  for (const auto& object : **answer) {
    const auto* const binding = api::as<api::ResourceBinding>(*object);
    if (binding != nullptr && binding->spec.state == api::binding_state::unscheduled) ++live;
  }
  if (live != bindings.size()) return try_again("bindings of the placement have just changed");
  return {};
}

void record_gone(const Scene& scene, api::StageUpdatingStatus& stage, const Bindings& bindings) {
  for (auto& cluster : stage.clusters) {
    if (has_succeeded(cluster) || bindings.contains(cluster.cluster_name)) continue;
    if (!is_started(cluster)) scene.recorder.cluster_started(cluster);
    scene.recorder.cluster_succeeded(cluster);
  }
}

Outcome<void> check_listed(const api::ClusterUpdatingStatus* cluster, const api::ResourceBinding& binding) {
  if (cluster == nullptr) {
    return end_run(Blame::internal, "the binding {} is to be removed, but its cluster {} is not in the deletion stage",
                   binding.metadata.name, binding.spec.target_cluster);
  }
  if (has_succeeded(*cluster)) {
    return end_run(Blame::internal, "the cluster {} was removed, but its binding {} is there", cluster->cluster_name,
                   binding.metadata.name);
  }
  return {};
}

// What the bindings that are still there say about their clusters. Those that nobody has deleted yet are the result.
Outcome<std::vector<const api::ResourceBinding*>> look_at_bindings(const Scene& scene, api::StageUpdatingStatus& stage,
                                                                   const Bindings& bindings) {
  std::vector<const api::ResourceBinding*> untouched;
  for (const auto& [name, binding] : bindings) {
    const auto found =
        std::ranges::find(stage.clusters, name, [](const auto& one) -> std::string_view { return one.cluster_name; });
    api::ClusterUpdatingStatus* const cluster = found == stage.clusters.end() ? nullptr : &*found;
    if (auto ok = check_listed(cluster, *binding); !ok) return std::unexpected(ok.error());
    if (binding->metadata.is_deleting()) {
      if (!is_started(*cluster)) scene.recorder.cluster_started(*cluster);
    } else if (is_started(*cluster) && bindings.count(name) == 1) {
      // Our delete was acknowledged, and here is a binding without a deletion timestamp: someone made it anew.
      return end_run(Blame::internal,
                     "the binding {} of the cluster {} was deleted by this run and is not being deleted",
                     binding->metadata.name, name);
    } else {
      untouched.push_back(binding);
    }
  }
  return untouched;
}

Outcome<Pass> remove_bindings(const Scene& scene, api::StageUpdatingStatus& stage) {
  const Bindings bindings = by_cluster(scene.validated.target);
  if (auto ok = confirm_gone(scene, stage, bindings); !ok) return std::unexpected(ok.error());
  const auto untouched = look_at_bindings(scene, stage, bindings);
  if (!untouched) return std::unexpected(untouched.error());
  Pass pass;
  for (const auto* const binding : *untouched) {
    pass.chains.push_back({remove(*binding, fmt::format("run {} removes the placement from the cluster {}",
                                                        scene.run.metadata.name, binding->spec.target_cluster))});
  }
  record_gone(scene, stage, bindings);
  if (!stage.start_time) stage.start_time = scene.recorder.now();
  if (bindings.empty()) {
    scene.recorder.stage_succeeded(stage);
    pass.finished = true;
    return pass;
  }
  scene.recorder.stage_progressing(stage, ConditionStatus::true_, api::stage_reason::started,
                                   "Resources are being removed from clusters");
  scene.recorder.run_progressing(scene.status, ConditionStatus::true_, api::run_reason::progressing,
                                 "The run is making progress");
  return pass;
}

// 6.2: as above, but nothing is deleted. Removals that are under way are awaited.
Outcome<Pass> await_removals(const Scene& scene, api::StageUpdatingStatus& stage) {
  const Bindings bindings = by_cluster(scene.validated.target);
  if (auto ok = confirm_gone(scene, stage, bindings); !ok) return std::unexpected(ok.error());
  if (auto untouched = look_at_bindings(scene, stage, bindings); !untouched) return std::unexpected(untouched.error());
  record_gone(scene, stage, bindings);
  if (std::ranges::any_of(stage.clusters, is_in_flight)) {
    scene.recorder.stage_progressing(stage, ConditionStatus::unknown, api::stage_reason::stopping,
                                     "Waiting for removals under way");
    scene.recorder.run_progressing(scene.status, ConditionStatus::unknown, api::run_reason::stopping,
                                   "Waiting for clusters that resources are being removed from");
    return Pass{};
  }
  scene.recorder.stage_progressing(stage, ConditionStatus::false_, api::stage_reason::stopped, "The stage is stopped");
  return Pass{.finished = true};
}

// 5.11.
Outcome<Pass> recording_failure(const Scene& scene, Outcome<Pass> (*step)(const Scene&, api::StageUpdatingStatus&)) {
  auto& stage = *scene.status.deletion_stage_status;
  auto pass = step(scene, stage);
  if (!pass && pass.error().kind == Verdict::Kind::terminal) scene.recorder.stage_failed(stage, pass.error().message);
  return pass;
}

}  // namespace

Outcome<Pass> execute_deletion(const Scene& scene) { return recording_failure(scene, remove_bindings); }
Outcome<Pass> stop_deletion(const Scene& scene) { return recording_failure(scene, await_removals); }

}  // namespace slipway::hub::updaterun
