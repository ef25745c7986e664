#include "hub/updaterun/controller.h"

#include <algorithm>

#include "api/names.h"
#include "api/override.h"
#include "hub/indexes.h"
#include "hub/selection/remembered_reads.h"
#include "hub/updaterun/approval.h"
#include "hub/updaterun/contract.h"
#include "hub/updaterun/initialization.h"
#include "hub/updaterun/pass.h"
#include "hub/writes.h"

namespace slipway::hub::updaterun {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

// A retriable error is looked at again when something changes, or after this (13: back-off).
constexpr Duration retry_after = std::chrono::seconds{2};

bool is_over(const kube::ObjectPtr& object) {
  const auto* const run = object == nullptr ? nullptr : api::as<api::StagedUpdateRun>(*object);
  return run != nullptr && is_terminal(run->status);
}

// The runs of the placement that the changed object belongs to, as far as they are not over.
void wake_runs_of(const kube::NamespacedName& placement, const View& view, api::Scope scope, std::vector<Key>& keys) {
  if (placement.name.empty()) return;
  for (const auto& run : view.indexed(View::collection_of<api::StagedUpdateRun>(scope), index::by_placement,
                                      index::value_of(placement))) {
    if (!is_over(run)) keys.push_back(run->key());
  }
}

// A run that pins what is there now may wait for an override's snapshot (3.9).
void wake_waiting_runs(const View& view, api::Scope scope, std::vector<Key>& keys) {
  for (const auto& object : view.list(View::collection_of<api::StagedUpdateRun>(scope), "")) {
    const auto* const run = api::as<api::StagedUpdateRun>(*object);
    if (run != nullptr && !has(run->status.conditions, api::condition::initialized)) keys.push_back(object->key());
  }
}

class RunController final : public engine::Controller {
 public:
  RunController(api::Scope scope, selection::Rules rules) : scope_(scope), rules_(std::move(rules)) {}

  [[nodiscard]] std::string_view name() const override {
    return scope_ == api::Scope::cluster ? "clusterstagedupdaterun" : "stagedupdaterun";
  }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {index::runs_by_placement(scope_), index::bindings_by_placement(scope_),
            index::policy_snapshots_by_placement(scope_), index::resource_snapshots_by_placement(scope_),
            index::approval_requests_by_run(scope_)};
  }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan clean_up(const api::StagedUpdateRun& run, const View& view) const;
  [[nodiscard]] Plan initialize_run(const api::StagedUpdateRun& run, const View& view, engine::Memo& memo,
                                    const Recorder& recorder, Now now) const;
  [[nodiscard]] Plan drive(const api::StagedUpdateRun& run, const api::UpdateRunStatus& recorded, const View& view,
                           const Recorder& recorder, Now now) const;

  api::Scope scope_;
  selection::Rules rules_;
};

template <class T>
engine::Watch watch(api::Scope scope, std::function<void(const Change&, const View&, std::vector<Key>&)> concerns) {
  engine::Watch watch{.collection = View::collection_of<T>(scope)};
  watch.concerns = std::move(concerns);
  return watch;
}

std::vector<engine::Watch> RunController::watches() const {
  const api::Scope scope = scope_;
  const auto of_placement = [scope](const Change& change, const View& view, std::vector<Key>& keys) {
    wake_runs_of(index::placement_of(change.either().metadata()), view, scope, keys);
  };
  const auto on_override = [scope](const Change& change, const View& view, std::vector<Key>& keys) {
    if (change.after != nullptr) wake_waiting_runs(view, scope, keys);
  };
  return {
      watch<api::StagedUpdateRun>(scope, [](const Change& change, const View&,
                                            std::vector<Key>& keys) { keys.push_back(change.either().key()); }),
      watch<api::ResourceBinding>(scope, of_placement),
      // Initialization waits for the scheduler (3.4), and a policy that changes ends a run (V5).
      watch<api::SchedulingPolicySnapshot>(scope, of_placement),
      watch<api::Placement>(scope,
                            [scope](const Change& change, const View& view, std::vector<Key>& keys) {
                              const bool same_spec =
                                  change.before != nullptr && change.after != nullptr &&
                                  change.before->metadata().generation == change.after->metadata().generation;
                              if (!same_spec) wake_runs_of(change.either().key(), view, scope, keys);
                            }),
      watch<api::ApprovalRequest>(
          scope,
          [](const Change& change, const View&, std::vector<Key>& keys) {
            const auto* const before =
                change.before == nullptr ? nullptr : api::as<api::ApprovalRequest>(*change.before);
            const auto* const after = change.after == nullptr ? nullptr : api::as<api::ApprovalRequest>(*change.after);
            if (!concerns_run(before, after)) return;
            const auto* const request = after != nullptr ? after : before;
            if (request == nullptr || request->spec.parent_stage_rollout.empty()) return;
            keys.push_back({request->metadata.namespace_, request->spec.parent_stage_rollout});
          }),
      // Read through their indexes, and nobody's reason to wake up.
      watch<api::ResourceSnapshot>(scope, [](const Change&, const View&, std::vector<Key>&) {}),
      watch<api::StagedUpdateStrategy>(scope, [](const Change&, const View&, std::vector<Key>&) {}),
      watch<api::MemberCluster>(api::Scope::cluster, [](const Change&, const View&, std::vector<Key>&) {}),
      watch<api::ClusterResourceOverride>(api::Scope::cluster, [](const Change&, const View&, std::vector<Key>&) {}),
      watch<api::ResourceOverride>(api::Scope::namespaced, [](const Change&, const View&, std::vector<Key>&) {}),
      watch<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster, on_override),
      watch<api::ResourceOverrideSnapshot>(api::Scope::namespaced, on_override),
  };
}

Plan plan_for(Verdict verdict, Now now) {
  Plan plan;
  if (verdict.kind == Verdict::Kind::read) {
    plan.reads = std::move(verdict.reads);
  } else {
    plan.look_again = engine::Deadline{now.ticks + retry_after};
  }
  return plan;
}

// The report, if the status differs from what is stored and keeps the contract.
Plan& report(Plan& plan, const api::StagedUpdateRun& run, api::UpdateRunStatus next,
             const api::UpdateRunStatus& recorded, std::string why) {
  if (next == recorded) return plan;
  if (auto broken = broken_contract(run.status, next)) {
    plan.events.push_back(
        {.kind = api::gvk_of<api::StagedUpdateRun>(api::scope_of(run.metadata)),
         .key = {run.metadata.namespace_, run.metadata.name},
         .uid = run.metadata.uid,
         .warning = true,
         .reason = "ContractBroken",
         .message = fmt::format("Refused to record a status that breaks the contract of runs. {}", *broken)});
    plan.chains.clear();
    return plan;
  }
  api::StagedUpdateRun written = run;
  written.status = std::move(next);
  plan.report = update_status(written, std::move(why));
  return plan;
}

// Older writers recorded a waitTime on approvals (2.4 (2)).
void drop_approval_waits(api::UpdateRunStatus& status) {
  if (!status.staged_update_strategy_snapshot) return;
  for (auto& stage : status.staged_update_strategy_snapshot->stages) {
    for (auto* const tasks : {&stage.before_stage_tasks, &stage.after_stage_tasks}) {
      for (auto& task : *tasks) {
        if (task.type == api::StageTaskType::approval) task.wait_time.clear();
      }
    }
  }
}

// 2.4.
Plan RunController::reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const {
  const auto found = view.get<api::StagedUpdateRun>(key);
  const bool is_initializing =
      found != nullptr && !found->metadata.is_deleting() && !has(found->status.conditions, api::condition::initialized);
  if (!is_initializing) memo.drop();
  if (found == nullptr) return {};
  api::StagedUpdateRun run = *found;
  raise_observed_generation(run.status, run.metadata.generation);
  drop_approval_waits(run.status);
  if (run.metadata.is_deleting()) return clean_up(*found, view);
  if (!run.metadata.has_finalizer(api::finalizer::staged_update_run)) {
    // Metadata only: the spec, and so the generation, stays as it is (2.4 (4), recorded deviation 1).
    return {.chains = {{add_finalizer(*found, api::finalizer::staged_update_run,
                                      "approval requests must be cleaned up with the run",
                                      api::field_manager::staged_update_run)}}};
  }
  if (is_terminal(run.status)) return {};
  const Recorder recorder(run.metadata.generation, now.wall);
  if (is_initializing) return initialize_run(run, view, memo, recorder, now);
  return drive(run, found->status, view, recorder, now);
}

Plan RunController::initialize_run(const api::StagedUpdateRun& run, const View& view, engine::Memo& memo,
                                   const Recorder& recorder, Now now) const {
  selection::RememberingView content(view, memo.get<selection::RememberedReads>());
  Initialization result = initialize(run, view, content, rules_, recorder);
  if (result.verdict && result.verdict->kind == Verdict::Kind::read) {
    return {.reads = content.reads_for(std::move(result.verdict->reads))};
  }
  memo.emplace(content.take());  // making the snapshot, or waiting for the scheduler, does not make it old
  if (result.verdict && result.verdict->kind != Verdict::Kind::terminal) {
    Plan plan = plan_for(*std::move(result.verdict), now);
    // The scheduler's work wakes us; the clock only ends our patience.
    if (result.grace_ends) plan.look_again = engine::Deadline{*result.grace_ends};
    return plan;
  }
  Plan plan;
  if (!result.writes.empty()) {
    plan.chains.push_back(std::move(result.writes));
    return plan;
  }
  return report(plan, run, std::move(result.status), run.status, "the run is initialized, or can never be");
}

Plan RunController::drive(const api::StagedUpdateRun& run, const api::UpdateRunStatus& recorded, const View& view,
                          const Recorder& recorder, Now now) const {
  const Observed observed = observe(run, view);
  const auto validated = validate(run, observed);
  api::UpdateRunStatus next = run.status;
  if (!validated) {
    Verdict verdict = validated.error();
    if (verdict.kind == Verdict::Kind::terminal) {
      if (auto confirmed = confirm(run, observed, view); !confirmed) verdict = std::move(confirmed).error();
    }
    if (verdict.kind != Verdict::Kind::terminal) return plan_for(std::move(verdict), now);
    recorder.run_failed(next, verdict);
    Plan plan;
    return report(plan, run, std::move(next), recorded, "what the run was initialized with no longer holds");
  }

  const Scene scene{.run = run, .validated = *validated, .view = view, .recorder = recorder, .status = next};
  const bool everything_done =
      validated->position.kind == Position::Kind::everything_done;  // 2.4 (9), whatever the state
  Outcome<Pass> pass = Pass{.finished = everything_done};
  if (!everything_done) switch (run.spec.state) {
      case api::UpdateRunState::initialize:
        break;
      case api::UpdateRunState::run:
        pass = execute(scene);
        break;
      case api::UpdateRunState::stop:
        pass = stop(scene);
        break;
    }
  Plan plan;
  if (!pass) {
    if (pass.error().kind != Verdict::Kind::terminal) return plan_for(std::move(pass).error(), now);
    recorder.run_failed(next, pass.error());
    return report(plan, run, std::move(next), recorded, "the run has failed");
  }
  if (pass->finished) {
    if (run.spec.state == api::UpdateRunState::stop && !everything_done) {
      recorder.run_progressing(next, ConditionStatus::false_, api::run_reason::stopped, "The run is stopped");
    } else {
      recorder.run_progressing(next, ConditionStatus::false_, api::run_reason::succeeded,
                               "All stages have been completed");
      recorder.set(next.conditions, api::condition::succeeded, ConditionStatus::true_, api::run_reason::succeeded,
                   "All stages have been completed successfully");
    }
  }
  plan.chains = std::move(pass->chains);
  if (pass->look_again) plan.look_again = engine::Deadline{*pass->look_again};
  return report(plan, run, std::move(next), recorded, "the run has moved on");
}

// 8: bindings, works and snapshots stay as they are.
Plan RunController::clean_up(const api::StagedUpdateRun& run, const View& view) const {
  if (!run.metadata.has_finalizer(api::finalizer::staged_update_run)) return {};
  Plan plan;
  for (const auto& request : view.indexed<api::ApprovalRequest>(
           scope_, index::by_run, index::value_of({run.metadata.namespace_, run.metadata.name}))) {
    // One that somebody else's finalizer holds does not hold the run.
    if (!request->metadata.is_deleting()) plan.chains.push_back({remove(*request, "its run is being deleted")});
  }
  if (plan.chains.empty()) {
    plan.chains.push_back(
        {remove_finalizer(run, api::finalizer::staged_update_run, "nothing of the deleted run is left")});
  }
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(api::Scope scope, selection::Rules rules) {
  return std::make_unique<RunController>(scope, std::move(rules));
}

}  // namespace slipway::hub::updaterun
