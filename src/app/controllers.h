#pragma once

#include "cli/remote_commands.h"

namespace slipway::app {

// slipway controllers: the hub's controllers on any API server, until SIGINT or SIGTERM. Returns the exit code.
[[nodiscard]] int run_controllers(const cli::ControllersCommand& command);

}  // namespace slipway::app
