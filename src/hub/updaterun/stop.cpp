// State Stop: nothing new begins; what is in flight is awaited, never interrupted (staged-update 6, K10).

#include <algorithm>

#include "hub/updaterun/binding_update.h"
#include "hub/updaterun/pass.h"

namespace slipway::hub::updaterun {
namespace {

Outcome<Pass> stop_stage(const Scene& scene, api::StageUpdatingStatus& stage) {
  StuckClusters stuck(scene.recorder.now());
  bool in_flight = false;
  for (auto& cluster : stage.clusters) {
    if (!is_in_flight(cluster)) continue;
    const api::ResourceBinding* const binding = scene.selected_binding(cluster.cluster_name);
    if (binding == nullptr) {
      return end_run(Blame::internal, "the cluster {} of stage {} is being updated and has no binding",
                     cluster.cluster_name, stage.stage_name);
    }
    if (auto owned = check_ownership(scene, stage.stage_name, cluster, *binding); !owned)
      return std::unexpected(owned.error());
    const Progress progress = result_of(*binding);
    if (progress.succeeded) {
      scene.recorder.cluster_succeeded(cluster);
    } else {
      in_flight = true;
      stuck.look_at(cluster, progress.why);
    }
  }
  if (!in_flight) {
    // Straight from Waiting to Stopped: both are False, so a timed wait keeps the moment it began (6.3).
    scene.recorder.stage_progressing(stage, ConditionStatus::false_, api::stage_reason::stopped,
                                     "The stage is stopped");
    return Pass{.finished = true};
  }
  scene.recorder.stage_progressing(stage, ConditionStatus::unknown, api::stage_reason::stopping,
                                   "Waiting for clusters that are being updated");
  if (stuck.any()) {
    scene.recorder.run_progressing(scene.status, ConditionStatus::false_, api::run_reason::stuck,
                                   stuck.message(stage.stage_name));
  } else {
    scene.recorder.run_progressing(scene.status, ConditionStatus::unknown, api::run_reason::stopping,
                                   "Waiting for clusters that are being updated");
  }
  return Pass{.look_again = stuck.next()};
}

}  // namespace

Outcome<Pass> stop(const Scene& scene) {
  const Position& position = scene.validated.position;
  switch (position.kind) {
    case Position::Kind::everything_done:
      return Pass{.finished = true};
    case Position::Kind::deletion_stage:
      return stop_deletion(scene);
    case Position::Kind::updating_stage:
      break;
  }
  auto& stage = scene.status.stages_status[position.stage];
  auto pass = stop_stage(scene, stage);
  if (!pass && pass.error().kind == Verdict::Kind::terminal) scene.recorder.stage_failed(stage, pass.error().message);
  return pass;
}

}  // namespace slipway::hub::updaterun
