#pragma once

#include "api/description.h"
#include "api/kinds.h"

// Each kind with its struct. Internal to this layer.
namespace slipway::api {

[[nodiscard]] const description::Struct& root_of(const KindInfo& kind);

}  // namespace slipway::api
