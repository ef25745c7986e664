#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/install_command_line.h"
#include "cli/remote_command_line.h"
#include "kube/names.h"

namespace slipway::cli {
namespace {

constexpr int usage_exit_code = 2;    // ux 1.3.2
constexpr long members_max = 10'000;  // what fits into one process

std::vector<std::string> known_commands() {
  return {"up", "down", "controllers", "agent", "install", "join", "leave", "version", "help", "exit-codes"};
}

// ux 1.3.2, the codes of the commands there are.
constexpr std::string_view exit_codes_text =
    "Exit codes:\n"
    "  0  done\n"
    "  1  failed for a reason not below\n"
    "  2  bad usage or input; nothing was changed\n"
    "  4  timed out\n"
    "  8  somebody else acts on it at this moment\n"
    "  9  not known to the API server, or not allowed\n"
    "  10 the API server cannot be reached\n";

std::string default_data_directory(const std::string& name, const Environment& environment) {
  const std::string state =
      environment.xdg_state_home.empty() ? environment.home + "/.local/state" : environment.xdg_state_home;
  return state + "/slipway/" + name;
}

std::string absolute(std::string path, const Environment& environment) {
  if (path.starts_with("~/")) path = environment.home + path.substr(1);
  return path.starts_with('/') ? path : environment.working_directory + "/" + path;
}

PrintAndExit mistake(std::string_view message) {
  return {.text = fmt::format("✗ {}\n", message), .to_stderr = true, .exit_code = usage_exit_code};
}

// The known word that is closest to `word`, "" when none is near (two edits at most).
std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = 3;
  for (const auto& candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t changed = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

struct Raw {
  std::string name = "local";
  std::string data_directory;
  long members = 3;
  std::vector<std::string> labels;
  std::string name_prefix = "member";
  int port = 7443;
  std::string store = "sqlite";
  std::uint64_t seed = 0;
  long wait = 60;
  bool foreground = false;
  bool without_controllers = false;
  int report_descriptor = -1;
  long timeout = 30;
};

std::string did_you_mean(const std::string& guess) {
  return guess.empty() ? "" : fmt::format("; did you mean '{}'?", guess);
}

// What the parser found wrong, in words that name the fix. `app` is the command that was being read.
std::string explain(const CLI::ParseError& error, const CLI::App& app, bool is_command, const std::string& first) {
  if (!is_command && !first.starts_with('-')) {
    return fmt::format("there is no command '{}'{}", first, did_you_mean(nearest(first, known_commands())));
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto left = app.remaining(true);
    const std::string extra = left.empty() ? first : left.front();
    if (!extra.starts_with('-')) return fmt::format("'{}' is one argument too many", extra);
    std::vector<std::string> flags;
    for (const CLI::Option* const option : app.get_options()) {
      if (!option->get_group().empty() && !option->get_lnames().empty())
        flags.push_back("--" + option->get_lnames().front());
    }
    const std::string flag = extra.substr(0, extra.find('='));
    return fmt::format("there is no flag '{}'{}", flag, did_you_mean(nearest(flag, flags)));
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {  // every flag that is converted is a number
    return fmt::format("{}: give a whole number", error.what());
  }
  return error.what();
}

Result<std::string> data_directory(const Raw& raw, const Environment& environment) {
  if (!raw.data_directory.empty()) return absolute(raw.data_directory, environment);
  if (const auto why = kube::check_dns1123_label(raw.name); !why.empty()) {
    return fail(Reason::usage, "'{}' is no name for a fleet: {}", raw.name, why);
  }
  if (environment.home.empty() && environment.xdg_state_home.empty()) {
    return fail(Reason::usage, "neither HOME nor XDG_STATE_HOME is set: say where the data goes with --data-dir");
  }
  return default_data_directory(raw.name, environment);
}

Command up_command(const CLI::App& app, const Raw& raw, const Environment& environment) {
  UpCommand up;
  auto directory = data_directory(raw, environment);
  if (!directory) return mistake(directory.error().message);
  up.data_directory = *std::move(directory);
  if (raw.port < 0 || raw.port > 65535)
    return mistake(fmt::format("--port {}: a port is 1 to 65535, or 0 for any free one", raw.port));
  up.port = static_cast<std::uint16_t>(raw.port);
  up.port_given = app.count("--port") > 0;
  if (raw.members < 0 || raw.members > members_max)
    return mistake(fmt::format("--members {}: give a number from 0 to {}", raw.members, members_max));
  up.members_given = app.count("--members") > 0 || !raw.labels.empty();
  up.member_count = static_cast<std::size_t>(raw.members);
  auto members = plan_members(up.member_count, raw.labels, raw.name_prefix);
  if (!members) return mistake(members.error().message);
  up.members = *std::move(members);
  for (const auto& member : up.members) {
    if (const auto why = kube::check_dns1123_label(member.name); !why.empty()) {
      return mistake(fmt::format("--name-prefix '{}': {}", raw.name_prefix, why));
    }
  }
  if (raw.store != "sqlite" && raw.store != "memory") {
    return mistake(fmt::format(
        "--store {}: it is sqlite (kept in the data directory) or memory (gone when the fleet stops)", raw.store));
  }
  up.store = raw.store == "memory" ? StoreKind::memory : StoreKind::sqlite;
  up.seed = raw.seed;
  if (raw.wait < 1) return mistake("--wait: give a number of seconds, 1 or more");
  up.wait = std::chrono::seconds{raw.wait};
  up.foreground = raw.foreground;
  up.without_controllers = raw.without_controllers;
  up.report_descriptor = raw.report_descriptor;
  return up;
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments, const Environment& environment) {
  if (auto remote = parse_remote_command(arguments)) return *std::move(remote);
  if (auto install = parse_install_command(arguments)) return *std::move(install);
  Raw raw;
  CLI::App app{"Slipway rolls changes out over a fleet of Kubernetes clusters in stages, and rolls them back.",
               "slipway"};
  app.footer(
      "Examples:\n"
      "  slipway up                          a hub and three simulated members\n"
      "  slipway up --members 20 --port 0    more members, any free port\n"
      "  slipway down                        stops the fleet; the data stays\n");
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "Print this help");

  CLI::App* const up = app.add_subcommand("up", "Start a local fleet: a hub and simulated member clusters");
  up->add_option("NAME", raw.name, "Name of the fleet")->capture_default_str();
  up->add_option("--members", raw.members, "How many simulated members")->capture_default_str();
  up->add_option(
        "--label", raw.labels,
        "Labels of members (repeat): key=value, key=a:10%,b:rest, key=cycle(a,b), key=index, or member1:key=value")
      ->allow_extra_args(false);
  up->add_option("--name-prefix", raw.name_prefix, "Members are called PREFIX1, PREFIX2, …")->capture_default_str();
  up->add_option("--data-dir", raw.data_directory,
                 "Where the fleet's state lives (default ~/.local/state/slipway/NAME)");
  up->add_option("--port", raw.port, "Port on 127.0.0.1; 0 takes any free one")->capture_default_str();
  up->add_option("--store", raw.store, "sqlite, or memory: nothing is kept")->capture_default_str();
  up->add_option("--seed", raw.seed, "Seed of names and simulated timings; 0 draws one")->capture_default_str();
  up->add_option("--wait", raw.wait, "Seconds to wait until every member has joined")->capture_default_str();
  up->add_flag("--foreground", raw.foreground, "Do not go into the background");
  up->add_flag("--without-controllers", raw.without_controllers)->group("");
  up->add_option("--report-fd", raw.report_descriptor)->group("");

  CLI::App* const down = app.add_subcommand("down", "Stop a local fleet; the data stays and the next up continues");
  down->add_option("NAME", raw.name, "Name of the fleet")->capture_default_str();
  down->add_option("--data-dir", raw.data_directory,
                   "Where the fleet's state lives (default ~/.local/state/slipway/NAME)");
  down->add_option("--timeout", raw.timeout, "Seconds to wait until it has stopped")->capture_default_str();

  CLI::App* const version = app.add_subcommand("version", "Print the version");

  // Read by parse_remote_command; here for the list of commands.
  app.add_subcommand("controllers", "Run the hub's controllers on any Kubernetes API server");
  app.add_subcommand("agent", "Run one member's agent, between its hub and its cluster");
  // Read by parse_install_command.
  app.add_subcommand("install", "Install what a hub or a member needs in its cluster");
  app.add_subcommand("join", "Make a cluster a member of the fleet");
  app.add_subcommand("leave", "Take a member out of the fleet");

  if (arguments.empty()) return PrintAndExit{.text = app.help()};
  if (arguments.front() == "--version") return VersionCommand{};
  if (arguments.front() == "help") {
    if (arguments.size() == 1) return PrintAndExit{.text = app.help()};
    if (arguments[1] == "exit-codes") return PrintAndExit{.text = std::string(exit_codes_text)};
    if (auto remote = parse_remote_command({arguments[1], "--help"})) return *std::move(remote);
    if (auto install = parse_install_command({arguments[1], "--help"})) return *std::move(install);
    for (const CLI::App* const sub : {up, down, version}) {
      if (sub->get_name() == arguments[1]) return PrintAndExit{.text = sub->help("slipway")};
    }
    return mistake(fmt::format("there is no help on '{}'{}\n  See: slipway help", arguments[1],
                               did_you_mean(nearest(arguments[1], known_commands()))));
  }
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    for (const CLI::App* const sub : app.get_subcommands()) return PrintAndExit{.text = sub->help("slipway")};
    return PrintAndExit{.text = app.help()};
  } catch (const CLI::ParseError& error) {
    const auto used = app.get_subcommands();
    return mistake(fmt::format("{}\n  See: slipway {}--help",
                               explain(error, used.empty() ? app : *used.front(), !used.empty(), arguments.front()),
                               used.empty() ? "" : used.front()->get_name() + " "));
  }
  if (up->parsed()) return up_command(*up, raw, environment);
  if (down->parsed()) {
    auto directory = data_directory(raw, environment);
    if (!directory) return mistake(directory.error().message);
    if (raw.timeout < 1) return mistake("--timeout: give a number of seconds, 1 or more");
    return DownCommand{.data_directory = *std::move(directory), .timeout = std::chrono::seconds{raw.timeout}};
  }
  if (version->parsed()) return VersionCommand{};
  return PrintAndExit{.text = app.help()};
}

}  // namespace slipway::cli
