#pragma once

#include <string>

#include "cli/remote_commands.h"

namespace CLI {
class App;
}

namespace slipway::cli {

// The agent's flags --work-applier-requeue-rate-limiter-… (member 2.3).
void add_requeue_flags(CLI::App& app, RequeueChoice& choice);
// Every value that is out of its range and every pair that contradicts itself, one a line; "" when there is none.
[[nodiscard]] std::string check_requeue_flags(const RequeueChoice& choice);

}  // namespace slipway::cli
