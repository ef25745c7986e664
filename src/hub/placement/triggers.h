#pragma once

#include "api/binding.h"
#include "api/placement.h"

// Which changes of fleet objects a placement is looked at again for (placement 1.2). Null: was not there, or is gone.
// Pure.
namespace slipway::hub::placement {

[[nodiscard]] bool is_news(const api::Placement* before, const api::Placement* after);
[[nodiscard]] bool is_news(const api::ResourceBinding* before, const api::ResourceBinding* after);

}  // namespace slipway::hub::placement
