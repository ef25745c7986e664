#include "app/fleet_counts.h"

#include <algorithm>
#include <map>

#include "api/conditions.h"
#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/staged_update.h"
#include "app/histogram.h"
#include "hub/updaterun/status.h"

namespace slipway::app {
namespace {

using engine::Change;
using engine::View;
using hub::updaterun::has_reason;
using hub::updaterun::has_succeeded;
using hub::updaterun::is;
using kube::Condition;
using kube::ConditionStatus;

// Seconds (staged-update 14).
constexpr double approval_bounds[] = {60, 300, 900, 1800, 3600, 7200, 21600, 43200, 86400};
constexpr double stage_bounds[] = {15, 30, 60, 120, 300, 600, 1800, 3600};

struct RunTimes {
  Histogram before_stage{approval_bounds};
  Histogram after_stage{approval_bounds};
  Histogram stages{stage_bounds};
};

// A clock that was set back between the two times does not make a wait negative.
double seconds_between(WallTime from, WallTime to) {
  return static_cast<double>(std::max<std::int64_t>(to.seconds - from.seconds, 0));
}

bool is_approved(const api::StageTaskStatus& task) {
  return is(task.conditions, api::condition::approval_request_approved, ConditionStatus::true_);
}

void observe_approvals(const std::vector<api::StageTaskStatus>& before, const std::vector<api::StageTaskStatus>& after,
                       Histogram& times) {
  for (std::size_t at = 0; at < after.size(); ++at) {
    if (!is_approved(after[at]) || (at < before.size() && is_approved(before[at]))) continue;
    const Condition* const created =
        kube::find_condition(after[at].conditions, api::condition::approval_request_created);
    const Condition* const approved =
        kube::find_condition(after[at].conditions, api::condition::approval_request_approved);
    if (created != nullptr)
      times.observe(seconds_between(created->last_transition_time, approved->last_transition_time));
  }
}

bool are_done(const api::StageUpdatingStatus& stage) {
  return std::ranges::all_of(stage.clusters, [](const auto& cluster) { return has_succeeded(cluster); });
}

// When its last cluster finishes, but not of a stage that was being stopped, or is stopped, before.
void observe_stage(const api::StageUpdatingStatus& before, const api::StageUpdatingStatus& after, Histogram& times) {
  if (after.clusters.empty() || !after.start_time || before.end_time) return;
  const bool was_under_way =
      !before.start_time || has_reason(before.conditions, api::condition::progressing, api::stage_reason::started);
  if (!was_under_way || !are_done(after) || (!before.clusters.empty() && are_done(before))) return;
  WallTime end = *after.start_time;
  for (const auto& cluster : after.clusters) {
    end = std::max(end, kube::find_condition(cluster.conditions, api::condition::succeeded)->last_transition_time);
  }
  times.observe(seconds_between(*after.start_time, end));
}

class FleetCounts final : public CountingObserver {
 public:
  void on_change(const engine::Collection& collection, std::span<const Change> changes, const View& view) override {
    if (collection == members_) {
      for (const Change& change : changes) member_changed(change);
    } else if (collection == runs_ || collection == runs_of_namespaces_) {
      for (const Change& change : changes) run_changed(collection, change, view);
    }
  }

  void add_to(MetricsText& text) const override {
    text.family("join_result_counter", "counter", "Members that have joined.");
    text.sample({{"result", "success"}}, joined_);
    text.family("leave_result_counter", "counter", "Members that have left.");
    text.sample({{"result", "success"}}, left_);
    text.family("fleet_workload_update_run_approval_request_latency_seconds", "histogram",
                "From the making of an approval request to its approval.");
    for (const auto& [run, times] : times_) {
      const auto add = [&](const Histogram& histogram, std::string_view type) {
        histogram.add_to(text, {{"namespace", run.namespace_}, {"name", run.name}, {"taskType", type}});
      };
      add(times.before_stage, api::task_type_before);
      add(times.after_stage, api::task_type_after);
    }
    text.family("fleet_workload_update_run_stage_cluster_updating_duration_seconds", "histogram",
                "From the start of a stage to the end of its last cluster.");
    for (const auto& [run, times] : times_)
      times.stages.add_to(text, {{"namespace", run.namespace_}, {"name", run.name}});
  }

 private:
  // On transition of Joined.
  void member_changed(const Change& change) {
    const auto before = View::typed<api::MemberCluster>(change.before);
    const auto after = View::typed<api::MemberCluster>(change.after);
    if (before == nullptr || after == nullptr) return;
    const Condition* const was = kube::find_condition(before->status.conditions, api::condition::joined);
    const Condition* const is_now = kube::find_condition(after->status.conditions, api::condition::joined);
    if (is_now == nullptr || (was != nullptr && was->status == is_now->status)) return;
    if (is_now->status == ConditionStatus::true_) ++joined_;
    if (is_now->status == ConditionStatus::false_) ++left_;
  }

  void run_changed(const engine::Collection& collection, const Change& change, const View& view) {
    if (change.after == nullptr) {
      // A cache that begins anew lets every object go first.
      const auto present = view.get(collection, change.before->key());
      if (present == nullptr || present->metadata().uid != change.before->metadata().uid)
        times_.erase(change.before->key());
      return;
    }
    const auto before = View::typed<api::StagedUpdateRun>(change.before);
    const auto after = View::typed<api::StagedUpdateRun>(change.after);
    if (before == nullptr || after == nullptr) return;
    RunTimes& times = times_[change.after->key()];
    const api::StageUpdatingStatus nothing;
    const auto& stages = before->status.stages_status;
    for (std::size_t at = 0; at < after->status.stages_status.size(); ++at) {
      const auto& is_now = after->status.stages_status[at];
      const auto& was = at < stages.size() ? stages[at] : nothing;
      observe_approvals(was.before_stage_task_status, is_now.before_stage_task_status, times.before_stage);
      observe_approvals(was.after_stage_task_status, is_now.after_stage_task_status, times.after_stage);
      observe_stage(was, is_now, times.stages);
    }
  }

  const engine::Collection members_ = View::collection_of<api::MemberCluster>(api::Scope::cluster);
  const engine::Collection runs_ = View::collection_of<api::StagedUpdateRun>(api::Scope::cluster);
  const engine::Collection runs_of_namespaces_ = View::collection_of<api::StagedUpdateRun>(api::Scope::namespaced);
  std::uint64_t joined_ = 0;
  std::uint64_t left_ = 0;
  std::map<kube::NamespacedName, RunTimes> times_;  // of runs that exist
};

}  // namespace

std::unique_ptr<CountingObserver> count_fleet() { return std::make_unique<FleetCounts>(); }

}  // namespace slipway::app
