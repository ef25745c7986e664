#pragma once

#include "json/value.h"

namespace slipway::member::applier {

// Whether two forms of an object mean the same to an API server: null is as good as absent, and an amount of a resource
// may be spelled in several ways ("1000m", 1).
[[nodiscard]] bool means_the_same(const json::Value& a, const json::Value& b);

}  // namespace slipway::member::applier
