#pragma once

#include <string>

#include "api/membership.h"

namespace slipway::hub::scheduler {

// Why a cluster may not be picked now (placement 3.9); "" when it may. Both limits are strictly "older than five
// minutes".
[[nodiscard]] std::string why_ineligible(const api::MemberCluster& member, WallTime now);
// When an eligible cluster would turn ineligible, or an ineligible one may have turned eligible, is told by its own
// changes alone.

}  // namespace slipway::hub::scheduler
