#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "cli/install_commands.h"
#include "cli/join_commands.h"
#include "cli/member_labels.h"
#include "cli/remote_commands.h"

namespace slipway::cli {

enum class StoreKind { sqlite, memory };

// slipway up [NAME] (ux 1.3.5).
struct UpCommand {
  std::string data_directory;  // absolute
  std::size_t member_count = 3;
  bool members_given = false;  // --members or --label was on the command line; else a restart keeps what is there
  std::vector<MemberSpec> members;
  std::uint16_t port = 7443;  // 0: any free one
  bool port_given = false;    // else a restart takes the port of the last time
  StoreKind store = StoreKind::sqlite;
  std::uint64_t seed = 0;  // 0: from the system
  std::chrono::seconds wait{60};
  bool foreground = false;
  bool without_controllers = false;  // API servers only; controllers and agents run elsewhere (not for users)
  int report_descriptor = -1;        // of the parent that waits until the fleet is ready (not for users)
};

// slipway down [NAME].
struct DownCommand {
  std::string data_directory;
  std::chrono::seconds timeout{30};
};

struct VersionCommand {};

// Nothing to run: the text was asked for (help), or the command line is wrong.
struct PrintAndExit {
  std::string text;
  bool to_stderr = false;
  int exit_code = 0;
};

using Command = std::variant<UpCommand, DownCommand, ControllersCommand, AgentCommand, InstallCommand, JoinCommand,
                             LeaveCommand, VersionCommand, PrintAndExit>;

// Environment the command line depends on.
struct Environment {
  std::string home;            // $HOME
  std::string xdg_state_home;  // $XDG_STATE_HOME, "" when unset
  std::string working_directory;
};

// Pure. Every mistake becomes a PrintAndExit with exit code 2 and a message that says how to mend it.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace slipway::cli
