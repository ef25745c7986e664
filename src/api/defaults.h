#pragma once

#include "api/placement.h"

// Defaults that code fills in memory and never stores (api 9.1): what an absent parent means. Pure.
namespace slipway::api {

inline constexpr std::int32_t default_revision_history_limit = 10;
inline constexpr std::int64_t default_unavailable_period_seconds = 60;

// `strategy` as it is applied: absent = all defaults; ServerSideApply gets a configuration, {force: false} if absent.
[[nodiscard]] ApplyStrategy with_defaults(const std::optional<ApplyStrategy>& strategy);
// What a placement asks of its members' appliers.
[[nodiscard]] ApplyStrategy apply_strategy_of(const PlacementSpec& spec);
// Every field of the result is set. Meaningful for RollingUpdate only.
[[nodiscard]] RollingUpdateConfig rolling_update_of(const PlacementSpec& spec);
[[nodiscard]] std::int32_t revision_history_limit_of(const PlacementSpec& spec);

}  // namespace slipway::api
