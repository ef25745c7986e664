#pragma once

#include <optional>
#include <string>

#include "api/staged_update.h"

namespace slipway::hub::updaterun {

// What clients may rely on, checked on every status that is about to be written, in production too (staged-update 2.7).
// Returns what is broken, nullopt when nothing is. A broken contract is our own fault: the status is not written.
[[nodiscard]] std::optional<std::string> broken_contract(const api::UpdateRunStatus& before,
                                                         const api::UpdateRunStatus& after);

}  // namespace slipway::hub::updaterun
