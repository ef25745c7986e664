#include "hub/updaterun/status.h"

namespace slipway::hub::updaterun {
namespace {

constexpr std::string_view users_mistake = "user error: ";
// KubeFleet's, somewhere in the message.
constexpr std::string_view users_mistake_in_kubefleet = "failed to process the request due to a client error";

void raise(api::Conditions& conditions, std::int64_t generation) {
  for (auto& condition : conditions) condition.observed_generation = generation;
}

void raise(api::StageUpdatingStatus& stage, std::int64_t generation) {
  raise(stage.conditions, generation);
  for (auto& task : stage.before_stage_task_status) raise(task.conditions, generation);
  for (auto& task : stage.after_stage_task_status) raise(task.conditions, generation);
  for (auto& cluster : stage.clusters) raise(cluster.conditions, generation);
}

}  // namespace

bool is(const api::Conditions& conditions, std::string_view type, ConditionStatus status) {
  const kube::Condition* const condition = kube::find_condition(conditions, type);
  return condition != nullptr && condition->status == status;
}

bool has(const api::Conditions& conditions, std::string_view type) {
  return kube::find_condition(conditions, type) != nullptr;
}

bool has_reason(const api::Conditions& conditions, std::string_view type, std::string_view reason) {
  const kube::Condition* const condition = kube::find_condition(conditions, type);
  return condition != nullptr && condition->reason == reason;
}

bool is_terminal(const api::UpdateRunStatus& status) {
  return is(status.conditions, api::condition::initialized, ConditionStatus::false_) ||
         is(status.conditions, api::condition::succeeded, ConditionStatus::true_) ||
         is(status.conditions, api::condition::succeeded, ConditionStatus::false_);
}

std::string cause_of(const Verdict& verdict) {
  return verdict.blame == Blame::user ? fmt::format("{}{}", users_mistake, verdict.message) : verdict.message;
}

Blame blame_of(std::string_view cause) {
  const bool is_users = cause.starts_with(users_mistake) || cause.contains(users_mistake_in_kubefleet);
  return is_users ? Blame::user : Blame::internal;
}

void raise_observed_generation(api::UpdateRunStatus& status, std::int64_t generation) {
  raise(status.conditions, generation);
  for (auto& stage : status.stages_status) raise(stage, generation);
  if (status.deletion_stage_status) raise(*status.deletion_stage_status, generation);
}

void Recorder::set(api::Conditions& conditions, std::string_view type, ConditionStatus status, std::string_view reason,
                   std::string message) const {
  kube::set_condition(conditions,
                      {.type = std::string(type),
                       .status = status,
                       .observed_generation = generation_,
                       .last_transition_time = now_,
                       .reason = std::string(reason),
                       .message = std::move(message)},
                      now_);
}

void Recorder::run_progressing(api::UpdateRunStatus& status, ConditionStatus value, std::string_view reason,
                               std::string message) const {
  set(status.conditions, api::condition::progressing, value, reason, std::move(message));
}

void Recorder::stage_progressing(api::StageUpdatingStatus& stage, ConditionStatus value, std::string_view reason,
                                 std::string message) const {
  set(stage.conditions, api::condition::progressing, value, reason, std::move(message));
}

void Recorder::cluster_started(api::ClusterUpdatingStatus& cluster) const {
  set(cluster.conditions, api::condition::started, ConditionStatus::true_, api::cluster_reason::started,
      "The cluster has started updating");
}

void Recorder::cluster_succeeded(api::ClusterUpdatingStatus& cluster) const {
  set(cluster.conditions, api::condition::succeeded, ConditionStatus::true_, api::cluster_reason::succeeded,
      "The cluster has been updated");
}

void Recorder::run_failed(api::UpdateRunStatus& status, const Verdict& verdict) const {
  run_progressing(status, ConditionStatus::false_, api::run_reason::failed,
                  "The stages were aborted by an error that cannot be retried");
  set(status.conditions, api::condition::succeeded, ConditionStatus::false_, api::run_reason::failed,
      cause_of(verdict));
}

void Recorder::stage_failed(api::StageUpdatingStatus& stage, std::string_view cause) const {
  if (!stage.end_time) stage.end_time = now_;
  stage_progressing(stage, ConditionStatus::false_, api::stage_reason::failed,
                    "The stage was aborted by an error that cannot be retried");
  set(stage.conditions, api::condition::succeeded, ConditionStatus::false_, api::stage_reason::failed,
      std::string(cause));
}

void Recorder::stage_succeeded(api::StageUpdatingStatus& stage) const {
  if (!stage.end_time) stage.end_time = now_;
  stage_progressing(stage, ConditionStatus::false_, api::stage_reason::succeeded,
                    "All clusters of the stage have been updated");
  set(stage.conditions, api::condition::succeeded, ConditionStatus::true_, api::stage_reason::succeeded,
      "The stage has completed successfully");
}

}  // namespace slipway::hub::updaterun
