#pragma once

#include <string_view>

namespace slipway::apiserver {

// What a server of ours says at /version: the Kubernetes whose APIs it serves.
inline constexpr std::string_view git_version = "v1.33.0+slipway";

}  // namespace slipway::apiserver
