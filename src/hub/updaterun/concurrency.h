#pragma once

#include <cstdint>
#include <optional>

#include "api/common.h"
#include "base/result.h"

namespace slipway::hub::updaterun {

// How many clusters of one stage may be in flight at once (staged-update 5.4). Pure. `max_concurrency` is the recorded
// value: a count, or a percentage of `stage_size` (>= 0), rounded down but at least 1. A count is not clamped to the
// stage. Invalid: absent, or text that is no percentage; the caller ends the run (2.6).
[[nodiscard]] Result<std::int64_t> allowed_in_flight(const std::optional<api::IntOrString>& max_concurrency,
                                                     std::int64_t stage_size);

}  // namespace slipway::hub::updaterun
