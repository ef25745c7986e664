#pragma once

#include "cli/command_line.h"

namespace slipway::app {

// slipway up: in the foreground the fleet itself, until SIGINT or SIGTERM; else starts that in the background and waits
// until it is ready. Returns the exit code (ux 1.3.2).
[[nodiscard]] int run_up(const cli::UpCommand& command, const std::vector<std::string>& arguments);

// slipway down: stops the process that serves the fleet and waits for its end; the data stays.
[[nodiscard]] int run_down(const cli::DownCommand& command);

}  // namespace slipway::app
