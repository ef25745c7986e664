#pragma once

#include <vector>

#include "engine/controller.h"
#include "hub/selection/resource_selection.h"

// Which placements a changed user resource concerns (placement 2), without looking at placements it does not. Pure.
namespace slipway::hub::placement {

inline constexpr std::string_view by_interest = "interest";
// Placements by what they select or show: objects, kinds, and namespaces with what is in them.
[[nodiscard]] engine::Index placements_by_interest(api::Scope scope);

// Kinds whose objects can concern a placement: selectable, in their preferred version.
[[nodiscard]] bool is_watched(const client::ApiResource& resource, const selection::Rules& rules);

// Adds the placements that select the object, did so, or may do so now. Nothing for a change that no manifest would
// show.
void add_interested(const engine::Change& change, const engine::View& view, const selection::Rules& rules,
                    std::vector<engine::Key>& keys);

}  // namespace slipway::hub::placement
