#include "hub/placement/events.h"

#include "api/kinds.h"
#include "hub/placement/steps.h"

namespace slipway::hub::placement {
namespace {

engine::Event event(const api::Placement& placement, std::string_view reason, std::string message) {
  const auto& metadata = placement.metadata;
  return {.kind = api::gvk_of<api::Placement>(api::scope_of(metadata)),
          .key = {metadata.namespace_, metadata.name},
          .uid = metadata.uid,
          .reason = std::string(reason),
          .message = std::move(message)};
}

}  // namespace

std::vector<engine::Event> progress(const api::Placement& placement, const api::PlacementStatus& next) {
  std::vector<engine::Event> events;
  const auto scope = api::scope_of(placement.metadata);
  const std::int64_t generation = placement.metadata.generation;
  for (const Step& step : expected_steps(placement.spec)) {
    const std::string type = api::placement_condition(scope, step.type);
    if (!kube::is_true_at(next.conditions, type, generation) ||
        kube::is_true_at(placement.status.conditions, type, generation))
      continue;
    events.push_back(event(placement, step.event, kube::find_condition(next.conditions, type)->message));
  }
  const bool was_completed = is_completed(placement, placement.status);
  const bool has_moved = next.observed_resource_index != placement.status.observed_resource_index;
  if (is_completed(placement, next) && (!was_completed || has_moved)) {
    events.push_back(event(placement, api::event_reason::placement_rollout_completed,
                           fmt::format("Version {} of the resources is rolled out", next.observed_resource_index)));
  }
  return events;
}

engine::Event cleaned_up(const api::Placement& placement) {
  return event(placement, api::event_reason::placement_cleanup_finalizer_removed,
               "The placement's snapshots are deleted");
}

engine::Event broken(const api::Placement& placement, std::string message) {
  engine::Event made = event(placement, "PlacementInconsistent", std::move(message));
  made.warning = true;
  return made;
}

}  // namespace slipway::hub::placement
