#pragma once

#include <CLI/CLI.hpp>

#include "cli/command_line.h"

// The flags of `join` and `leave`. Only for the parser: this header brings the library's with it.
namespace slipway::cli {

// What the parser fills before it is checked.
struct JoinRaw {
  JoinCommand join;
  LeaveCommand leave;
  std::vector<std::string> labels;
  std::vector<std::string> taints;
  std::string heartbeat;
  std::string output;
  std::string wait;
};

void describe_join(CLI::App& app, JoinRaw& raw);
void describe_leave(CLI::App& app, JoinRaw& raw);
// Error: usage.
[[nodiscard]] Result<JoinCommand> join_command(JoinRaw raw);
[[nodiscard]] Result<LeaveCommand> leave_command(JoinRaw raw);

// A duration of 0 to 24h, as Go writes it. Error: usage, naming the flag.
[[nodiscard]] Result<std::chrono::seconds> wait_of(std::string_view flag, const std::string& text);
// The name of a namespace. Error: usage.
[[nodiscard]] Result<void> check_namespace(const std::string& name);

}  // namespace slipway::cli
