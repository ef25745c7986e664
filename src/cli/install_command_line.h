#pragma once

#include <optional>

#include "cli/command_line.h"

namespace slipway::cli {

// `install`, `join` and `leave`; nothing for any other command. Pure.
[[nodiscard]] std::optional<Command> parse_install_command(const std::vector<std::string>& arguments);

}  // namespace slipway::cli
