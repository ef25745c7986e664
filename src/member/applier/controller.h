#pragma once

#include <memory>
#include <string_view>

#include "engine/controller.h"
#include "member/agent.h"

namespace slipway::member::applier {

// In metrics and logs (member 10).
inline constexpr std::string_view controller_name = "work-applier";

// Brings what Works hold onto the member, watches it there and reports (member 8). Key: the Work. A step machine over
// passes: every pass looks at what is there and does what comes next, so a crash anywhere is nothing special.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(const Options& options);

}  // namespace slipway::member::applier
