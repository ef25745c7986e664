#include "hub/placement/steps.h"

#include <algorithm>
#include <array>

namespace slipway::hub::placement {
namespace {

namespace reason = api::placement_reason;

constexpr Step rollout_started{.type = api::condition::rollout_started,
                               .reason_true = reason::rollout_started,
                               .reason_false = reason::rollout_not_started_yet,
                               .reason_unknown = reason::rollout_started_unknown,
                               .phrase_true = "The rollout has started on",
                               .phrase_false = "The rollout has not started yet on",
                               .phrase_unknown = "It is not known yet whether the rollout has started on",
                               .event = api::event_reason::placement_rollout_started};
constexpr Step overridden{.type = api::condition::overridden,
                          .reason_true = reason::overridden_succeeded,
                          .reason_false = reason::overridden_failed,
                          .reason_unknown = reason::overridden_pending,
                          .phrase_true = "Overrides are applied for",
                          .phrase_false = "Overrides cannot be applied for",
                          .phrase_unknown = "Overrides have not been applied yet for",
                          .event = api::event_reason::placement_overridden_succeeded};
constexpr Step work_synchronized{.type = api::condition::work_synchronized,
                                 .reason_true = reason::work_synchronized,
                                 .reason_false = reason::work_not_synchronized_yet,
                                 .reason_unknown = reason::work_synchronized_unknown,
                                 .phrase_true = "Works are up to date for",
                                 .phrase_false = "Works cannot be brought up to date for",
                                 .phrase_unknown = "Works are not up to date yet for",
                                 .event = api::event_reason::placement_work_synchronized};
constexpr Step applied{.type = api::condition::applied,
                       .reason_true = reason::apply_succeeded,
                       .reason_false = reason::apply_failed,
                       .reason_unknown = reason::apply_pending,
                       .phrase_true = "The selected resources are applied on",
                       .phrase_false = "Some selected resources cannot be applied on",
                       .phrase_unknown = "The selected resources have not been applied yet on",
                       .event = api::event_reason::placement_applied};
constexpr Step available{.type = api::condition::available,
                         .reason_true = reason::resource_available,
                         .reason_false = reason::resource_not_available_yet,
                         .reason_unknown = reason::resource_available_unknown,
                         .phrase_true = "The selected resources are available on",
                         .phrase_false = "Some selected resources are not available yet on",
                         .phrase_unknown = "It is not known yet whether the selected resources are available on",
                         .event = api::event_reason::placement_available};
constexpr Step diff_reported{.type = api::condition::diff_reported,
                             .reason_true = reason::diff_reporting_completed,
                             .reason_false = reason::diff_reporting_incomplete_or_failed,
                             .reason_unknown = reason::diff_reporting_pending,
                             .phrase_true = "Differences are reported for",
                             .phrase_false = "Differences cannot be reported for",
                             .phrase_unknown = "Differences have not been reported yet for",
                             .event = api::event_reason::placement_diff_reported};

constexpr std::array applying{rollout_started, overridden, work_synchronized, applied, available};
constexpr std::array reporting{rollout_started, overridden, work_synchronized, diff_reported};

}  // namespace

std::span<const Step> expected_steps(const api::PlacementSpec& spec) {
  const bool reports = spec.strategy && spec.strategy->apply_strategy &&
                       spec.strategy->apply_strategy->type == api::ApplyType::report_diff;
  if (reports) return reporting;
  return applying;
}

std::string_view reason_of(const Step& step, ConditionStatus status) {
  switch (status) {
    case ConditionStatus::true_:
      return step.reason_true;
    case ConditionStatus::false_:
      return step.reason_false;
    case ConditionStatus::unknown:
      return step.reason_unknown;
  }
  std::unreachable();
}

std::string describe(const Step& step, ConditionStatus status, std::size_t clusters) {
  const std::string_view phrase = status == ConditionStatus::true_    ? step.phrase_true
                                  : status == ConditionStatus::false_ ? step.phrase_false
                                                                      : step.phrase_unknown;
  return fmt::format("{} {} cluster{}", phrase, clusters, clusters == 1 ? "" : "s");
}

bool is_completed(const api::Placement& placement, const api::PlacementStatus& status) {
  const auto scope = api::scope_of(placement.metadata);
  const auto holds = [&](std::string_view type) {
    return kube::is_true_at(status.conditions, api::placement_condition(scope, type), placement.metadata.generation);
  };
  return holds(api::condition::scheduled) &&
         std::ranges::all_of(expected_steps(placement.spec), [&](const Step& step) { return holds(step.type); });
}

void ConditionList::add(std::string type, ConditionStatus status, std::string_view reason, std::string message) {
  const kube::Condition* const earlier = kube::find_condition(earlier_, type);
  const WallTime since = earlier != nullptr && earlier->status == status ? earlier->last_transition_time : now_;
  made_.push_back({.type = std::move(type),
                   .status = status,
                   .observed_generation = generation_,
                   .last_transition_time = since,
                   .reason = std::string(reason),
                   .message = std::move(message)});
}

}  // namespace slipway::hub::placement
