#pragma once

#include <string_view>

#include "base/time.h"
#include "json/value.h"

namespace slipway::apiserver {

// Sets the condition `type` in `conditions` (made a list if it is none) as built-in kinds have them, without
// observedGeneration: the transition time moves only with the status. True if anything changed.
bool set_condition(json::Value& conditions, std::string_view type, bool status, std::string_view reason,
                   std::string_view message, WallTime now);
[[nodiscard]] const json::Value* find_condition(const json::Value* conditions, std::string_view type);
[[nodiscard]] bool is_condition_true(const json::Value* conditions, std::string_view type);

}  // namespace slipway::apiserver
