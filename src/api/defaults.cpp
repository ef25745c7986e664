#include "api/defaults.h"

namespace slipway::api {

ApplyStrategy with_defaults(const std::optional<ApplyStrategy>& strategy) {
  ApplyStrategy filled = strategy.value_or(ApplyStrategy{});
  if (filled.type == ApplyType::server_side_apply) {
    if (!filled.server_side_apply_config) filled.server_side_apply_config = ServerSideApplyConfig{.force = false};
    if (!filled.server_side_apply_config->force) filled.server_side_apply_config->force = false;
  }
  return filled;
}

ApplyStrategy apply_strategy_of(const PlacementSpec& spec) {
  return with_defaults(spec.strategy ? spec.strategy->apply_strategy : std::nullopt);
}

RollingUpdateConfig rolling_update_of(const PlacementSpec& spec) {
  RollingUpdateConfig filled;
  if (spec.strategy && spec.strategy->rolling_update) filled = *spec.strategy->rolling_update;
  if (!filled.max_unavailable) filled.max_unavailable = "25%";
  if (!filled.max_surge) filled.max_surge = "25%";
  if (!filled.unavailable_period_seconds) filled.unavailable_period_seconds = default_unavailable_period_seconds;
  return filled;
}

std::int32_t revision_history_limit_of(const PlacementSpec& spec) {
  return spec.revision_history_limit.value_or(default_revision_history_limit);
}

}  // namespace slipway::api
