#pragma once

#include <vector>

#include "api/placement.h"
#include "engine/controller.h"

// Events about placements (placement 1.14). Pure.
namespace slipway::hub::placement {

// One for each condition that turns True for the current generation, and one when the placement is complete, or
// complete with another content.
[[nodiscard]] std::vector<engine::Event> progress(const api::Placement& placement, const api::PlacementStatus& next);
[[nodiscard]] engine::Event cleaned_up(const api::Placement& placement);
// Objects contradict each other and somebody should look; `message` says which.
[[nodiscard]] engine::Event broken(const api::Placement& placement, std::string message);

}  // namespace slipway::hub::placement
