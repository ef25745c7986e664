#include "app/runner_metrics.h"

#include <algorithm>
#include <array>
#include <limits>

#include "api/conditions.h"
#include "api/eviction.h"
#include "api/kinds.h"
#include "api/membership.h"
#include "api/placement.h"
#include "api/staged_update.h"
#include "hub/placement/steps.h"
#include "hub/scheduler/controller.h"
#include "hub/updaterun/status.h"

namespace slipway::app {
namespace {

using kube::Condition;
using kube::ConditionStatus;

template <class T, class Visit>
void for_each(const engine::View& view, const Visit& visit) {
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    // A type that stands for one kind has that one in either scope.
    const bool is_same = api::resource_of<T>(api::Scope::cluster) == api::resource_of<T>(api::Scope::namespaced);
    if (scope == api::Scope::namespaced && is_same) break;
    for (const auto& object : view.list(engine::View::collection_of<T>(scope), "")) {
      if (const auto one = engine::View::typed<T>(object)) visit(*one, scope);
    }
  }
}

using Counters = engine::Runner::ControllerCounters;

Counters::Ended together(std::initializer_list<const Counters::Ended*> parts) {
  Counters::Ended all;
  for (const Counters::Ended* const part : parts) {
    all.count += part->count;
    all.seconds_sum += part->seconds_sum;
    for (std::size_t at = 0; at < all.seconds.size(); ++at) all.seconds[at] += part->seconds[at];
  }
  return all;
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Of scheduling cycles (placement 10). Each is one of the runner's, so that its buckets can be put together.
constexpr std::array cycle_milliseconds_bounds{10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0, 50000.0};
static_assert(std::ranges::all_of(cycle_milliseconds_bounds, [](double milliseconds) {
  return std::ranges::find(Counters::seconds_bounds, milliseconds / 1000) != Counters::seconds_bounds.end();
}));

void add_cycles(MetricsText& text, const Counters::Ended& ended, bool is_failed, bool needs_requeue) {
  std::array<std::uint64_t, cycle_milliseconds_bounds.size() + 1> counts{};
  for (std::size_t at = 0; at < ended.seconds.size(); ++at) {
    const double seconds =
        at < Counters::seconds_bounds.size() ? Counters::seconds_bounds[at] : std::numeric_limits<double>::infinity();
    const auto bound = std::ranges::find_if(cycle_milliseconds_bounds,
                                            [&](double milliseconds) { return seconds <= milliseconds / 1000; });
    counts[static_cast<std::size_t>(bound - cycle_milliseconds_bounds.begin())] += ended.seconds[at];
  }
  text.histogram({{"is_failed", is_failed ? "true" : "false"}, {"needs_requeue", needs_requeue ? "true" : "false"}},
                 cycle_milliseconds_bounds, counts, seconds_of(ended.seconds_sum) * 1000);
}

// The one condition that says how a run stands (staged-update 14).
const Condition* telling(const api::Conditions& conditions) {
  for (const auto type : {api::condition::succeeded, api::condition::progressing, api::condition::initialized}) {
    if (const Condition* found = kube::find_condition(conditions, type)) return found;
  }
  return nullptr;
}

// Of a run's telling condition (staged-update 14).
std::string_view failure_type(const Condition& condition) {
  constexpr std::string_view internal = "internal_error";
  if (condition.status != ConditionStatus::false_) return "none";
  if (condition.reason == api::run_reason::stuck) return internal;
  if (condition.reason != api::run_reason::failed && condition.reason != api::run_reason::initialized_failed)
    return "none";
  return hub::updaterun::blame_of(condition.message) == hub::updaterun::Blame::user ? "user_error" : internal;
}

void add_runs(MetricsText& text, const engine::View& view) {
  text.family("fleet_workload_update_run_status_last_timestamp_seconds", "gauge",
              "When a staged update run got into the state that it is in.");
  for_each<api::StagedUpdateRun>(view, [&](const api::StagedUpdateRun& run, api::Scope) {
    const Condition* condition = telling(run.status.conditions);
    if (condition == nullptr) return;
    text.sample({{"namespace", run.metadata.namespace_},
                 {"name", run.metadata.name},
                 {"state", api::text(run.spec.state)},
                 {"condition", condition->type},
                 {"status", kube::text(condition->status)},
                 {"reason", condition->reason},
                 {"failureType", failure_type(*condition)}},
                static_cast<double>(condition->last_transition_time.seconds));
  });
}

void add_placements(MetricsText& text, const engine::View& view) {
  text.family("fleet_workload_placement_status_last_timestamp_seconds", "gauge",
              "When a placement got into the state that it is in: the first expected condition that is not True.");
  for_each<api::Placement>(view, [&](const api::Placement& placement, api::Scope scope) {
    std::string type = "Completed";
    std::string_view status = "True";
    std::string reason = "Completed";
    std::int64_t since = 0;
    for (const auto& step : hub::placement::expected_steps(placement.spec)) {
      const std::string expected = api::placement_condition(scope, step.type);
      const Condition* found = kube::find_condition(placement.status.conditions, expected);
      const bool is_current = found != nullptr && found->observed_generation == placement.metadata.generation;
      if (is_current) since = std::max(since, found->last_transition_time.seconds);
      if (is_current && found->status == ConditionStatus::true_) continue;
      type = expected;
      status = is_current ? kube::text(found->status) : "nil";
      reason = is_current ? found->reason : "nil";
      break;
    }
    if (since == 0 && placement.metadata.creation_timestamp) since = placement.metadata.creation_timestamp->seconds;
    text.sample({{"namespace", placement.metadata.namespace_},
                 {"name", placement.metadata.name},
                 {"generation", std::to_string(placement.metadata.generation)},
                 {"conditionType", type},
                 {"status", status},
                 {"reason", reason}},
                static_cast<double>(since));
  });
}

void add_evictions(MetricsText& text, const engine::View& view) {
  text.family("fleet_workload_eviction_complete", "gauge", "When an eviction was decided, or made while it is not.");
  for_each<api::PlacementEviction>(view, [&](const api::PlacementEviction& eviction, api::Scope) {
    const Condition* valid = kube::find_condition(eviction.status.conditions, api::condition::valid);
    const Condition* executed = kube::find_condition(eviction.status.conditions, api::condition::executed);
    const bool is_refused = valid != nullptr && valid->status == ConditionStatus::false_;
    const Condition* end = is_refused ? valid : executed;
    const auto created = eviction.metadata.creation_timestamp;
    const std::int64_t since = end != nullptr ? end->last_transition_time.seconds : created ? created->seconds : 0;
    text.sample({{"name", eviction.metadata.name},
                 {"isCompleted", end != nullptr ? "true" : "false"},
                 {"isValid", end == nullptr ? "unknown"
                             : is_refused   ? "false"
                                            : "true"}},
                static_cast<double>(since));
  });
}

void add_members(MetricsText& text, const engine::View& view) {
  std::uint64_t joined = 0;
  std::uint64_t others = 0;
  for_each<api::MemberCluster>(view, [&](const api::MemberCluster& member, api::Scope) {
    const Condition* condition = kube::find_condition(member.status.conditions, api::condition::joined);
    ++(condition != nullptr && condition->status == ConditionStatus::true_ ? joined : others);
  });
  text.family("slipway_members", "gauge", "Member clusters, by whether they have joined.");
  text.sample({{"state", "joined"}}, joined);
  text.sample({{"state", "other"}}, others);
}

}  // namespace

void add_runner_metrics(MetricsText& text, const engine::Runner& runner) {
  const auto controllers = runner.controllers();
  text.family("controller_runtime_reconcile_total", "counter", "Reconciles, by controller and how they ended.");
  for (const auto& one : controllers) {
    text.sample({{"controller", one.name}, {"result", "success"}}, one.succeeded.count);
    text.sample({{"controller", one.name}, {"result", "error"}}, one.failed.count);
    text.sample({{"controller", one.name}, {"result", "requeue"}}, one.requeued.count);
    text.sample({{"controller", one.name}, {"result", "requeue_after"}}, one.requeued_after.count);
  }
  text.family("controller_runtime_reconcile_errors_total", "counter", "Reconciles that failed.");
  for (const auto& one : controllers) text.sample({{"controller", one.name}}, one.failed.count);
  text.family("controller_runtime_active_workers", "gauge", "Keys that are being worked on.");
  for (const auto& one : controllers) text.sample({{"controller", one.name}}, std::uint64_t{one.running});
  text.family("controller_runtime_reconcile_time_seconds", "histogram",
              "From a key's decision to the answers to its writes.");
  for (const auto& one : controllers) {
    const Counters::Ended all = together({&one.succeeded, &one.failed, &one.requeued, &one.requeued_after});
    text.histogram({{"controller", one.name}}, Counters::seconds_bounds, all.seconds, seconds_of(all.seconds_sum));
  }
  text.family("workqueue_depth", "gauge", "Keys that wait in line.");
  for (const auto& one : controllers) text.sample({{"name", one.name}}, std::uint64_t{one.ready});
  text.family("workqueue_adds_total", "counter", "Keys that were put in line by changes.");
  for (const auto& one : controllers) text.sample({{"name", one.name}}, one.added);
  text.family("workqueue_retries_total", "counter", "Keys that were put off after a failure.");
  for (const auto& one : controllers) text.sample({{"name", one.name}}, one.retried);
  const auto& counters = runner.counters();
  text.family("slipway_writes_total", "counter", "Writes that plans asked for, by what became of them.");
  text.sample({{"outcome", "done"}}, counters.writes);
  text.sample({{"outcome", "conflict"}}, counters.writes_conflicted);
  text.sample({{"outcome", "failed"}}, counters.writes_failed);
  text.sample({{"outcome", "unneeded"}}, counters.writes_skipped);
  text.family("slipway_reads_total", "counter", "Live reads, besides lists and watches of caches.");
  text.sample({}, counters.reads);
}

void add_scheduling_metrics(MetricsText& text, const engine::Runner& runner) {
  Counters both{};  // of the two scopes
  for (const auto& one : runner.controllers()) {
    using hub::scheduler::controller_name;
    if (one.name != controller_name(api::Scope::cluster) && one.name != controller_name(api::Scope::namespaced))
      continue;
    both.succeeded = together({&both.succeeded, &one.succeeded});
    both.failed = together({&both.failed, &one.failed});
    both.requeued = together({&both.requeued, &one.requeued, &one.requeued_after});
    both.running += one.running;
  }
  text.family("scheduling_cycle_duration_milliseconds", "histogram",
              "From a scheduling decision to the answers to its writes.");
  add_cycles(text, both.succeeded, false, false);
  add_cycles(text, both.requeued, false, true);
  add_cycles(text, both.failed, true, false);
  text.family("scheduling_active_workers", "gauge", "Placements that are being scheduled.");
  text.sample({}, std::uint64_t{both.running});
}

void add_fleet_metrics(MetricsText& text, const engine::View& view) {
  add_runs(text, view);
  add_placements(text, view);
  add_evictions(text, view);
  add_members(text, view);
}

}  // namespace slipway::app
