#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "app/agent.h"
#include "app/controllers.h"
#include "app/install.h"
#include "app/join.h"
#include "app/leave.h"
#include "app/up.h"
#include "app/version.h"
#include "cli/command_line.h"

namespace {

std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error value where it is written to
  ::umask(077);                   // everything this program makes is for its owner
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::error_code ignored;
  const slipway::cli::Environment environment{.home = environment_variable("HOME"),
                                              .xdg_state_home = environment_variable("XDG_STATE_HOME"),
                                              .working_directory = std::filesystem::current_path(ignored).string()};
  return std::visit(
      Overloaded{[&](const slipway::cli::UpCommand& command) { return slipway::app::run_up(command, arguments); },
                 [](const slipway::cli::DownCommand& command) { return slipway::app::run_down(command); },
                 [](const slipway::cli::ControllersCommand& command) { return slipway::app::run_controllers(command); },
                 [](const slipway::cli::AgentCommand& command) { return slipway::app::run_agent(command); },
                 [](const slipway::cli::InstallCommand& command) { return slipway::app::run_install(command); },
                 [](const slipway::cli::JoinCommand& command) { return slipway::app::run_join(command); },
                 [](const slipway::cli::LeaveCommand& command) { return slipway::app::run_leave(command); },
                 [](const slipway::cli::VersionCommand&) {
                   fmt::print("slipway {}\n", slipway::app::version);
                   return 0;
                 },
                 [](const slipway::cli::PrintAndExit& print) {
                   fmt::print(print.to_stderr ? stderr : stdout, "{}", print.text);
                   return print.exit_code;
                 }},
      slipway::cli::parse_command_line(arguments, environment));
}
