#pragma once

#include <string>

#include "base/time.h"
#include "json/value.h"

// What a MemberCluster's status says about joining and leaving, in a sentence. Pure.
namespace slipway::app {

// Why it has not joined yet; "" when it has.
[[nodiscard]] std::string join_state(const json::Value* member);

// What its leaving waits for; "" when it is gone.
[[nodiscard]] std::string leave_state(const json::Value* member, WallTime now);

}  // namespace slipway::app
