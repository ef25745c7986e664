#pragma once

#include "cli/install_commands.h"

namespace slipway::app {

// slipway install hub|member (ux 1.3.13): what it found and did goes to standard error, manifests to standard output.
// Returns the exit code (ux 1.3.2).
[[nodiscard]] int run_install(const cli::InstallCommand& command);

}  // namespace slipway::app
