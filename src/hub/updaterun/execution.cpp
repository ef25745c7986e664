// State Run: one stage at most in each pass (staged-update 5).

#include <algorithm>

#include "hub/updaterun/approval.h"
#include "hub/updaterun/binding_update.h"
#include "hub/updaterun/concurrency.h"
#include "hub/updaterun/pass.h"

namespace slipway::hub::updaterun {
namespace {

struct StageScene {
  const Scene& scene;
  const api::StageConfig& config;
  api::StageUpdatingStatus& stage;
};

void waiting(const StageScene& at, std::string_view when) {
  at.scene.recorder.stage_progressing(at.stage, ConditionStatus::false_, api::stage_reason::waiting,
                                      fmt::format("Waiting for the {} tasks of the stage", when));
  at.scene.recorder.run_progressing(at.scene.status, ConditionStatus::false_, api::run_reason::waiting,
                                    fmt::format("Waiting for the {} tasks of stage {}", when, at.stage.stage_name));
}

void progressing(const Scene& scene) {
  scene.recorder.run_progressing(scene.status, ConditionStatus::true_, api::run_reason::progressing,
                                 "The run is making progress");
}

// 5.2: no approval, no wait, no cluster.
Pass skip_empty(const StageScene& at) {
  const WallTime now = at.scene.recorder.now();
  if (!at.stage.start_time) at.stage.start_time = now;
  if (!at.stage.end_time) at.stage.end_time = now;
  const std::string message = "The stage was skipped because it has no clusters";
  at.scene.recorder.stage_progressing(at.stage, ConditionStatus::false_, api::stage_reason::skipped_no_clusters,
                                      message);
  at.scene.recorder.set(at.stage.conditions, api::condition::succeeded, ConditionStatus::true_,
                        api::stage_reason::skipped_no_clusters, message);
  progressing(at.scene);
  return {};
}

// 5.3. True: go on with the clusters.
Outcome<bool> before_stage(const StageScene& at, Pass& pass) {
  for (std::size_t i = 0; i < at.config.before_stage_tasks.size(); ++i) {
    if (at.config.before_stage_tasks[i].type != api::StageTaskType::approval ||
        i >= at.stage.before_stage_task_status.size()) {
      return end_run(Blame::internal, "stage {} has a before-stage task that is no approval", at.stage.stage_name);
    }
    auto approval = evaluate_approval(at.scene.run, at.stage.stage_name, true, at.stage.before_stage_task_status[i],
                                      at.scene.view, at.scene.recorder);
    if (!approval) return std::unexpected(approval.error());
    if (!approval->writes.empty()) pass.chains.push_back(std::move(approval->writes));
    if (!approval->passed) {
      waiting(at, "before-stage");
      return false;
    }
  }
  return true;
}

// 5.6. The stage progresses from here on even if the cluster turns out to be done in this very pass: a timed wait
// counts from the moment it stops progressing again (5.8), not from when it last waited.
void mark_started(const StageScene& at, api::ClusterUpdatingStatus& cluster) {
  at.scene.recorder.cluster_started(cluster);
  if (!at.stage.start_time) at.stage.start_time = at.scene.recorder.now();
  at.scene.recorder.stage_progressing(at.stage, ConditionStatus::true_, api::stage_reason::started,
                                      "The clusters of the stage are being updated");
}

// 5.5. True: all clusters are done.
Outcome<bool> update_clusters(const StageScene& at, std::int64_t allowed, Pass& pass) {
  std::vector<engine::Chain> starts;
  StuckClusters stuck(at.scene.recorder.now());
  std::int64_t busy = 0;
  std::size_t finished = 0;
  for (auto& cluster : at.stage.clusters) {
    if (busy >= allowed) break;
    if (has_succeeded(cluster)) {
      ++finished;
      continue;
    }
    if (has_failed(cluster))
      return end_run(Blame::internal, "the cluster {} of stage {} has failed", cluster.cluster_name,
                     at.stage.stage_name);
    const api::ResourceBinding* const binding = at.scene.selected_binding(cluster.cluster_name);
    if (binding == nullptr) {
      return end_run(Blame::internal, "the cluster {} of stage {} has no binding", cluster.cluster_name,
                     at.stage.stage_name);
    }
    ++busy;
    if (!is_started(cluster)) {
      auto writes = start_writes(at.scene.run, *binding, intent_for(at.scene.run, cluster), at.scene.recorder.now());
      if (!writes.empty()) {
        starts.push_back(std::move(writes));
        continue;
      }
      mark_started(at, cluster);  // in sync: we made it so in an earlier pass, or it was so before
    } else if (auto owned = check_ownership(at.scene, at.stage.stage_name, cluster, *binding); !owned) {
      return std::unexpected(owned.error());
    }
    const Progress progress = result_of(*binding);
    if (progress.succeeded) {
      at.scene.recorder.cluster_succeeded(cluster);
      --busy;  // the slot is free in this very pass
      ++finished;
    } else {
      stuck.look_at(cluster, progress.why);
    }
  }
  for (auto& chain : starts) pass.chains.push_back(std::move(chain));
  if (finished == at.stage.clusters.size()) return true;

  // Also after a resume with clusters in flight (6.3): the stage is under way again.
  if (std::ranges::any_of(at.stage.clusters, is_started)) {
    at.scene.recorder.stage_progressing(at.stage, ConditionStatus::true_, api::stage_reason::started,
                                        "The clusters of the stage are being updated");
  }
  if (stuck.any()) {
    at.scene.recorder.run_progressing(at.scene.status, ConditionStatus::false_, api::run_reason::stuck,
                                      stuck.message(at.stage.stage_name));
  } else {
    progressing(at.scene);
  }
  pass.look_again = stuck.next();
  return false;
}

// One after-stage task; true: passed. A wait begins when the stage stopped progressing (5.8 (3)).
Outcome<bool> after_stage_task(const StageScene& at, std::size_t i, Pass& pass) {
  const api::StageTask& task = at.config.after_stage_tasks[i];
  api::StageTaskStatus& status = at.stage.after_stage_task_status[i];
  if (task.type == api::StageTaskType::approval) {
    auto approval =
        evaluate_approval(at.scene.run, at.stage.stage_name, false, status, at.scene.view, at.scene.recorder);
    if (!approval) return std::unexpected(approval.error());
    if (!approval->writes.empty()) pass.chains.push_back(std::move(approval->writes));
    return approval->passed;
  }
  if (is(status.conditions, api::condition::wait_time_elapsed, ConditionStatus::true_)) return true;
  const auto wait = parse_go_duration(task.wait_time);
  if (!wait)
    return end_run(Blame::internal, "stage {}: the recorded waitTime '{}' is no duration", at.stage.stage_name,
                   task.wait_time);
  const kube::Condition& since = *kube::find_condition(at.stage.conditions, api::condition::progressing);
  const WallTime end = since.last_transition_time + std::chrono::ceil<std::chrono::seconds>(*wait);
  if (at.scene.recorder.now() < end) {
    pass.look_again = pass.look_again ? std::min(*pass.look_again, end) : end;
    return false;
  }
  at.scene.recorder.set(status.conditions, api::condition::wait_time_elapsed, ConditionStatus::true_,
                        api::task_reason::wait_time_elapsed, "The wait is over");
  return true;
}

// 5.8.
Outcome<void> complete_stage(const StageScene& at, Pass& pass) {
  const auto& tasks = at.config.after_stage_tasks;
  if (at.stage.after_stage_task_status.size() != tasks.size()) {
    return end_run(Blame::internal, "stage {} has {} after-stage tasks, its status {}", at.stage.stage_name,
                   tasks.size(), at.stage.after_stage_task_status.size());
  }
  at.scene.recorder.stage_progressing(at.stage, ConditionStatus::false_, api::stage_reason::waiting,
                                      "Waiting for the after-stage tasks of the stage");
  bool all_passed = true;
  for (std::size_t i = 0; i < tasks.size(); ++i) {  // all of them, each time: they run side by side
    const auto passed = after_stage_task(at, i, pass);
    if (!passed) return std::unexpected(passed.error());
    all_passed = all_passed && *passed;
  }
  if (!all_passed) {
    waiting(at, "after-stage");
    return {};
  }
  at.scene.recorder.stage_succeeded(at.stage);
  progressing(at.scene);
  return {};
}

Outcome<Pass> execute_stage(const StageScene& at) {
  if (at.stage.clusters.empty()) return skip_empty(at);
  Pass pass;
  const auto admitted = before_stage(at, pass);
  if (!admitted) return std::unexpected(admitted.error());
  if (!*admitted) return pass;
  const auto allowed =
      allowed_in_flight(at.config.max_concurrency, static_cast<std::int64_t>(at.stage.clusters.size()));
  if (!allowed) return end_run(Blame::internal, "stage {}: {}", at.stage.stage_name, allowed.error().message);
  const auto done = update_clusters(at, *allowed, pass);
  if (!done) return std::unexpected(done.error());
  if (*done) {
    if (auto completed = complete_stage(at, pass); !completed) return std::unexpected(completed.error());
  }
  return pass;
}

}  // namespace

Outcome<Pass> execute(const Scene& scene) {
  const Position& position = scene.validated.position;
  switch (position.kind) {
    case Position::Kind::everything_done:
      return Pass{.finished = true};
    case Position::Kind::deletion_stage:
      return execute_deletion(scene);
    case Position::Kind::updating_stage:
      break;
  }
  auto& stage = scene.status.stages_status[position.stage];
  auto pass = execute_stage(
      {.scene = scene, .config = scene.status.staged_update_strategy_snapshot->stages[position.stage], .stage = stage});
  if (!pass && pass.error().kind == Verdict::Kind::terminal)
    scene.recorder.stage_failed(stage, pass.error().message);  // 5.11
  return pass;
}

}  // namespace slipway::hub::updaterun
