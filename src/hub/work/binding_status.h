#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/work/desired_works.h"

// What a binding says about its Works (placement 6.4, 6.5). Pure. Conditions keep their transition times while their
// status stays.
namespace slipway::hub::work {

// The status when the Works are what the binding asks for.
[[nodiscard]] api::ResourceBindingStatus status_in_sync(const api::ResourceBinding& binding,
                                                        const std::vector<WorkPtr>& works, WallTime now);
// The status when they cannot be made so.
[[nodiscard]] api::ResourceBindingStatus status_failed(const api::ResourceBinding& binding, const SyncFailure& failure,
                                                       WallTime now);

}  // namespace slipway::hub::work
