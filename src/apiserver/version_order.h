#pragma once

#include <string_view>

namespace slipway::apiserver {

// The order in which versions of a group are preferred (kube-api 15.1): v2 > v1 > v1beta2 > v1beta1 > v1alpha1, then
// names of another form by text. True when `a` comes before `b`.
[[nodiscard]] bool is_preferred_version(std::string_view a, std::string_view b);

}  // namespace slipway::apiserver
