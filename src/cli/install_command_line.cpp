#include "cli/install_command_line.h"

#include <algorithm>

#include "cli/join_command_line.h"

namespace slipway::cli {
namespace {

constexpr int replicas_max = 9;

struct InstallRaw {
  InstallCommand install;
  std::string what;
  std::string output;
  std::string wait = "0s";
  bool adopt = false;
  bool unadopt = false;
};

PrintAndExit mistake(std::string_view command, std::string_view message) {
  return {.text = fmt::format("✗ {}\n  See: slipway {} --help\n", message, command), .to_stderr = true, .exit_code = 2};
}

void describe_install(CLI::App& app, InstallRaw& raw) {
  InstallCommand& install = raw.install;
  app.description(
      "Install what a hub or a member needs: CustomResourceDefinitions, rights, and the Deployment.\n"
      "Checks first, writes only what differs, and can be run again at any time.");
  app.add_option("WHAT", raw.what, "hub, or member")->required();
  app.add_option("--context", install.cluster.context, "Context of the kubeconfig (default: its current one)");
  app.add_option("--kubeconfig", install.cluster.kubeconfig, "Kubeconfig (default: the usual one)");
  app.add_option("-o,--output", raw.output, "yaml: print everything, ask and write nothing");
  app.add_flag("--dry-run", install.dry_run, "Check, and say what would be written");
  app.add_option("--namespace", install.namespace_, "Of the Deployment")->capture_default_str();
  app.add_option("--image", install.image, "Image of the Deployment");
  app.add_option("--replicas", install.replicas,
                 "One works, the others stand by (default: those there are; at first 2, of a member 1)");
  app.add_flag("--keep-crds", install.keep_crds, "Leave CustomResourceDefinitions that are there as they are");
  app.add_flag("--without-watch", install.without_watch, "A member's agent may not list and watch what it applied");
  app.add_flag("--adopt", raw.adopt, "Put KubeFleet's webhook configurations aside; they are kept for the way back");
  app.add_flag("--unadopt", raw.unadopt, "Put them back, and do nothing else");
  app.add_option("--wait", raw.wait, "How long to wait until the Deployment is available")->capture_default_str();
  app.footer(
      "Examples:\n"
      "  slipway install hub --context hub --image registry.example.com/slipway:0.1.0\n"
      "  slipway install hub -o yaml | kubectl apply -f -\n"
      "  slipway install hub --context hub --adopt        over a KubeFleet hub\n");
}

Result<InstallCommand> install_command(InstallRaw raw) {
  using What = InstallCommand::What;
  using Webhooks = InstallCommand::Webhooks;
  InstallCommand install = std::move(raw.install);
  if (raw.what != "hub" && raw.what != "member")
    return fail(Reason::usage, "there is no '{}' to install: it is hub or member", raw.what);
  install.what = raw.what == "hub" ? What::hub : What::member;
  if (!raw.output.empty() && raw.output != "yaml") return fail(Reason::usage, "--output {}: it is yaml", raw.output);
  install.print = raw.output == "yaml";
  if (auto good = check_namespace(install.namespace_); !good) return fail(std::move(good.error()));
  if (install.replicas && (*install.replicas < 1 || *install.replicas > replicas_max))
    return fail(Reason::usage, "--replicas {}: it is 1 to {}", *install.replicas, replicas_max);
  if (raw.adopt && raw.unadopt) return fail(Reason::usage, "--adopt and --unadopt are opposites: give one of them");
  if ((raw.adopt || raw.unadopt) && install.what == What::member)
    return fail(Reason::usage, "--{}: KubeFleet's webhooks are the hub's", raw.adopt ? "adopt" : "unadopt");
  if ((raw.adopt || raw.unadopt) && install.print)
    return fail(Reason::usage, "--{} works on a hub; -o yaml only prints", raw.adopt ? "adopt" : "unadopt");
  if (raw.adopt) install.webhooks = Webhooks::adopt;
  if (raw.unadopt) install.webhooks = Webhooks::unadopt;
  auto wait = wait_of("wait", raw.wait);
  if (!wait) return fail(std::move(wait.error()));
  install.wait = *wait;
  return install;
}

template <class T>
Command command_or_mistake(std::string_view name, Result<T> command) {
  if (!command) return mistake(name, command.error().message);
  return *std::move(command);
}

}  // namespace

std::optional<Command> parse_install_command(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return std::nullopt;
  const std::string& name = arguments.front();
  if (name != "install" && name != "join" && name != "leave") return std::nullopt;
  InstallRaw install;
  JoinRaw join;
  CLI::App app{"", "slipway " + name};
  app.set_help_flag("-h,--help", "Print this help");
  if (name == "install") {
    describe_install(app, install);
  } else if (name == "join") {
    describe_join(app, join);
  } else {
    describe_leave(app, join);
  }
  std::vector<std::string> words(arguments.rbegin(), arguments.rend() - 1);  // reversed, as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return PrintAndExit{.text = app.help()};
  } catch (const CLI::ParseError& error) {
    return mistake(name, error.what());
  }
  if (name == "install") return command_or_mistake(name, install_command(std::move(install)));
  if (name == "join") return command_or_mistake(name, join_command(std::move(join)));
  return command_or_mistake(name, leave_command(std::move(join)));
}

}  // namespace slipway::cli
