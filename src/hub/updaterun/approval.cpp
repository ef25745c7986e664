#include "hub/updaterun/approval.h"

#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::updaterun {
namespace {

api::ApprovalRequest new_request(const api::StagedUpdateRun& run, const std::string& stage, bool before,
                                 const std::string& name) {
  api::ApprovalRequest request;
  request.metadata.name = name;
  request.metadata.namespace_ = run.metadata.namespace_;
  request.metadata.labels = {
      {std::string(api::label::target_update_run), run.metadata.name},
      {std::string(api::label::target_updating_stage), stage},
      {std::string(api::label::task_type), std::string(before ? api::task_type_before : api::task_type_after)},
      {std::string(api::label::is_latest_update_run_approval), "true"}};
  request.spec = {.parent_stage_rollout = run.metadata.name, .target_stage = stage};
  return request;
}

engine::Write accept(const api::ApprovalRequest& request, const Recorder& recorder) {
  api::ApprovalRequest next = request;
  kube::set_condition(next.status.conditions,
                      {.type = std::string(api::condition::approval_accepted),
                       .status = ConditionStatus::true_,
                       .observed_generation = request.metadata.generation,
                       .last_transition_time = recorder.now(),
                       .reason = std::string(api::approval_reason::accepted),
                       .message = "The approval has been accepted and cannot be withdrawn any more"},
                      recorder.now());
  return update_status(next, fmt::format("the approval of stage {} counts from now on", request.spec.target_stage));
}

}  // namespace

bool is_approved(const api::ApprovalRequest& request) {
  return kube::is_true_at(request.status.conditions, api::condition::approved, request.metadata.generation);
}

bool is_accepted(const api::ApprovalRequest& request) {
  return kube::is_true_at(request.status.conditions, api::condition::approval_accepted, request.metadata.generation);
}

Outcome<Approval> evaluate_approval(const api::StagedUpdateRun& run, const std::string& stage, bool before,
                                    api::StageTaskStatus& task, const engine::View& view, const Recorder& recorder) {
  if (is(task.conditions, api::condition::approval_request_approved, ConditionStatus::true_))
    return Approval{.passed = true};
  const kube::NamespacedName key{run.metadata.namespace_, task.approval_request_name};
  const auto request = view.get<api::ApprovalRequest>(key);
  if (request == nullptr) {
    return Approval{.passed = false,
                    .writes = {create(new_request(run, stage, before, task.approval_request_name),
                                      fmt::format("stage {} needs an approval {}", stage,
                                                  before ? "before it starts" : "now that its clusters are updated"))}};
  }
  recorder.set(task.conditions, api::condition::approval_request_created, ConditionStatus::true_,
               api::task_reason::approval_request_created, "The approval request has been created");
  if (request->spec.parent_stage_rollout != run.metadata.name || request->spec.target_stage != stage) {
    return end_run(Blame::internal, "the approval request {} belongs to stage {} of run {}, not to stage {} of run {}",
                   key.text(), request->spec.target_stage, request->spec.parent_stage_rollout, stage,
                   run.metadata.name);
  }
  if (!is_accepted(*request)) {
    if (!is_approved(*request) || request->metadata.is_deleting()) return Approval{};
    return Approval{.passed = false, .writes = {accept(*request, recorder)}};
  }
  recorder.set(task.conditions, api::condition::approval_request_approved, ConditionStatus::true_,
               api::task_reason::approval_request_approved, "The approval has been given and accepted");
  return Approval{.passed = true};
}

bool concerns_run(const api::ApprovalRequest* before, const api::ApprovalRequest* after) {
  if (after == nullptr)
    return before != nullptr &&
           !(kube::find_condition(before->status.conditions, api::condition::approved) != nullptr &&
             is_accepted(*before));
  if (before == nullptr) return true;  // it may have been approved before we first saw it
  return is_approved(*before) != is_approved(*after) || is_accepted(*before) != is_accepted(*after);
}

}  // namespace slipway::hub::updaterun
