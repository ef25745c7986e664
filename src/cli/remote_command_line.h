#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"

namespace slipway::cli {

// `slipway controllers` and `slipway agent`: KubeFleet's charts start them, so they take its flags, in Go's spellings
// too (-v=5, -add_dir_header, --leader-elect=true). Pure. Nothing when the first argument is another command.
[[nodiscard]] std::optional<Command> parse_remote_command(const std::vector<std::string>& arguments);

}  // namespace slipway::cli
