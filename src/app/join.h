#pragma once

#include "cli/join_commands.h"

namespace slipway::app {

// slipway join NAME (ux 1.3.6): both sides, each step only where something is missing, rights asked before the first
// write. What it did goes to standard error, a kubeconfig to standard output. Returns the exit code (ux 1.3.2).
[[nodiscard]] int run_join(const cli::JoinCommand& command);

}  // namespace slipway::app
