#pragma once

#include "api/placement.h"

namespace slipway::hub {

// A placement's apply strategy with its defaults filled in (staged-update 3.2, placement 4.2): those of a
// default-constructed ApplyStrategy, and for server-side apply a configuration that does not force.
[[nodiscard]] inline api::ApplyStrategy apply_strategy_of(const api::PlacementSpec& spec) {
  api::ApplyStrategy strategy =
      spec.strategy && spec.strategy->apply_strategy ? *spec.strategy->apply_strategy : api::ApplyStrategy{};
  if (strategy.type == api::ApplyType::server_side_apply) {
    if (!strategy.server_side_apply_config) strategy.server_side_apply_config.emplace();
    if (!strategy.server_side_apply_config->force) strategy.server_side_apply_config->force = false;
  }
  return strategy;
}

}  // namespace slipway::hub
