#include "hub/rollout/budget.h"

#include <algorithm>
#include <charconv>

#include "api/conditions.h"

namespace slipway::hub::rollout {
namespace {

using kube::ConditionStatus;

const kube::Condition* current(const api::ResourceBinding& binding, std::string_view type) {
  const kube::Condition* const condition = kube::find_condition(binding.status.conditions, type);
  return condition != nullptr && condition->observed_generation == binding.metadata.generation ? condition : nullptr;
}

bool is_transient(std::string_view reason) {
  return reason == api::placement_reason::overridden_pending ||
         reason == api::placement_reason::work_not_synchronized_yet || reason == api::placement_reason::apply_pending ||
         reason == api::placement_reason::resource_not_available_yet ||
         // What the work generator writes while things are under way; the reference takes it for a failure (4.4 [Q]).
         // NotAllWorkAreAvailable stays one: where a bad version never becomes available, the next one must get past
         // it.
         reason == api::binding_reason::apply_in_progress;
}

bool is_untrackable(std::string_view reason) {
  return reason == api::binding_reason::not_all_work_are_availability_trackable ||
         reason == api::work_reason::work_not_trackable;
}

}  // namespace

Result<std::int64_t> scaled(const api::IntOrString& value, std::int64_t target) {
  if (const auto* const count = value.integer()) return *count;
  const std::string& text = *value.string();
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && end == text.data() + text.size()) return number;
  if (code != std::errc{} || std::string_view(end, text.data() + text.size()) != "%") {
    return fail(Reason::invalid, "'{}' is neither a count nor a percentage", text);
  }
  return (number * target + 99) / 100;
}

std::chrono::seconds unavailable_period(const std::optional<api::RollingUpdateConfig>& config) {
  return std::chrono::seconds{config ? config->unavailable_period_seconds.value_or(60) : 60};
}

Readiness readiness_of(const api::ResourceBinding& binding, std::chrono::seconds period, WallTime now) {
  Readiness result;
  for (const auto type : {api::condition::overridden, api::condition::work_synchronized, api::condition::applied,
                          api::condition::available}) {
    const kube::Condition* const condition = current(binding, type);
    if (condition != nullptr && condition->status == ConditionStatus::false_ && !is_transient(condition->reason))
      result.failed = true;
  }
  const kube::Condition* const diff = current(binding, api::condition::diff_reported);
  result.can_be_ready = !result.failed && diff == nullptr;
  if (diff != nullptr && diff->status == ConditionStatus::true_) {
    result.ready = true;
    return result;
  }
  const kube::Condition* const available = current(binding, api::condition::available);
  if (available == nullptr || available->status != ConditionStatus::true_) return result;
  const WallTime ready_at = available->last_transition_time + period;
  if (!is_untrackable(available->reason) || ready_at <= now) {
    result.ready = true;
  } else {
    result.ready_at = ready_at;
  }
  return result;
}

Result<Budget> budget_for(const std::optional<api::RollingUpdateConfig>& config, std::int64_t target,
                          const std::vector<BindingPtr>& bindings, WallTime now) {
  const api::IntOrString quarter{"25%"};
  const auto unavailable = scaled(config ? config->max_unavailable.value_or(quarter) : quarter, target);
  if (!unavailable) return fail(with_context(unavailable.error(), "maxUnavailable"));
  const auto surge = scaled(config ? config->max_surge.value_or(quarter) : quarter, target);
  if (!surge) return fail(with_context(surge.error(), "maxSurge"));
  std::int64_t ready = 0;
  std::int64_t can_be_ready = 0;
  std::int64_t can_be_unavailable = 0;
  for (const BindingPtr& binding : bindings) {
    if (binding->spec.state != api::binding_state::bound && binding->spec.state != api::binding_state::unscheduled)
      continue;
    const Readiness readiness = readiness_of(*binding, unavailable_period(config), now);
    if (readiness.ready) ++ready;
    if (readiness.can_be_ready) ++can_be_ready;
    if (readiness.ready && binding->metadata.is_deleting()) ++can_be_unavailable;
  }
  return Budget{.remove_max = (ready - can_be_unavailable) - (target - *unavailable),
                .add_max = (target + *surge) - can_be_ready};
}

Choice choose(const std::vector<Candidate>& candidates, const Budget& budget) {
  Choice choice;
  std::int64_t removals_left = std::max<std::int64_t>(0, budget.remove_max);
  std::int64_t additions_left = std::max<std::int64_t>(0, budget.add_max);
  const auto take = [&](Candidate::Kind kind, std::int64_t& left) {
    for (const Candidate& candidate : candidates) {
      if (candidate.kind != kind) continue;
      if (left > 0) {
        --left;
        choice.chosen.push_back(candidate);
      } else if (kind != Candidate::Kind::removal) {
        choice.stale.push_back(candidate);
      }
    }
  };
  for (const Candidate& candidate : candidates) {  // nothing is lost by moving these
    if (candidate.kind == Candidate::Kind::failed_update) choice.chosen.push_back(candidate);
  }
  take(Candidate::Kind::removal, removals_left);
  take(Candidate::Kind::update, removals_left);
  take(Candidate::Kind::bounding, additions_left);
  return choice;
}

}  // namespace slipway::hub::rollout
