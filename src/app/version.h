#pragma once

#include <string_view>

namespace slipway::app {

inline constexpr std::string_view version = "0.1.0";

}  // namespace slipway::app
