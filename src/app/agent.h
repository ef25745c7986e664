#pragma once

#include "cli/remote_commands.h"

namespace slipway::app {

// slipway agent: one member's agent between its hub and its cluster, until SIGINT or SIGTERM. Returns the exit code.
[[nodiscard]] int run_agent(const cli::AgentCommand& command);

}  // namespace slipway::app
