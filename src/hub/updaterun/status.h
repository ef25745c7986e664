#pragma once

#include <string>
#include <string_view>

#include "api/conditions.h"
#include "api/staged_update.h"
#include "hub/updaterun/verdict.h"

// Reading and writing the conditions of a run's status (staged-update 2.2, 12).
namespace slipway::hub::updaterun {

using kube::ConditionStatus;

// Is there a condition of this type with this status? Generations do not matter: 2.3 makes them all current.
[[nodiscard]] bool is(const api::Conditions& conditions, std::string_view type, ConditionStatus status);
[[nodiscard]] bool has(const api::Conditions& conditions, std::string_view type);
[[nodiscard]] bool has_reason(const api::Conditions& conditions, std::string_view type, std::string_view reason);

[[nodiscard]] inline bool is_started(const api::ClusterUpdatingStatus& cluster) {
  return is(cluster.conditions, api::condition::started, ConditionStatus::true_);
}
[[nodiscard]] inline bool has_succeeded(const api::ClusterUpdatingStatus& cluster) {
  return is(cluster.conditions, api::condition::succeeded, ConditionStatus::true_);
}
[[nodiscard]] inline bool has_failed(const api::ClusterUpdatingStatus& cluster) {
  return is(cluster.conditions, api::condition::succeeded, ConditionStatus::false_);
}
[[nodiscard]] inline bool is_in_flight(const api::ClusterUpdatingStatus& cluster) {
  return is_started(cluster) && !has_succeeded(cluster) && !has_failed(cluster);
}
[[nodiscard]] inline bool has_succeeded(const api::StageUpdatingStatus& stage) {
  return is(stage.conditions, api::condition::succeeded, ConditionStatus::true_);
}
[[nodiscard]] bool is_terminal(const api::UpdateRunStatus& status);  // 2.5

// The cause of a terminal verdict as the run's status tells it: a user's mistake is recognisable as such (2.6).
[[nodiscard]] std::string cause_of(const Verdict& verdict);
// Whose mistake it was, from a cause that cause_of() wrote, or KubeFleet: it has to be known after a restart too (14).
[[nodiscard]] Blame blame_of(std::string_view cause);

// 2.3: every condition there is gets `generation`, transition times stay.
void raise_observed_generation(api::UpdateRunStatus& status, std::int64_t generation);

// Writes conditions of one pass: the generation and the moment are the same for all of them.
class Recorder {
 public:
  Recorder(std::int64_t generation, WallTime now) : generation_(generation), now_(now) {}
  [[nodiscard]] WallTime now() const { return now_; }

  void set(api::Conditions& conditions, std::string_view type, ConditionStatus status, std::string_view reason,
           std::string message) const;
  // The run's and a stage's Progressing.
  void run_progressing(api::UpdateRunStatus& status, ConditionStatus value, std::string_view reason,
                       std::string message) const;
  void stage_progressing(api::StageUpdatingStatus& stage, ConditionStatus value, std::string_view reason,
                         std::string message) const;
  void cluster_started(api::ClusterUpdatingStatus& cluster) const;
  void cluster_succeeded(api::ClusterUpdatingStatus& cluster) const;

  // 2.6: the run is over; nothing is rolled back.
  void run_failed(api::UpdateRunStatus& status, const Verdict& verdict) const;
  // 5.11: this stage was active when the run failed.
  void stage_failed(api::StageUpdatingStatus& stage, std::string_view cause) const;
  void stage_succeeded(api::StageUpdatingStatus& stage) const;

 private:
  std::int64_t generation_;
  WallTime now_;
};

}  // namespace slipway::hub::updaterun
