#pragma once

#include "cli/join_commands.h"

namespace slipway::app {

// slipway leave NAME: the MemberCluster goes, and when the hub has let go of it, so do the agent and its credentials.
// What was placed stays. Returns the exit code (ux 1.3.2).
[[nodiscard]] int run_leave(const cli::LeaveCommand& command);

}  // namespace slipway::app
