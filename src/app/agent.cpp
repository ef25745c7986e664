#include "app/agent.h"

#include <cstdlib>
#include <fmt/ranges.h>

#include "api/membership.h"
#include "api/work.h"
#include "app/agent_environment.h"
#include "app/agent_properties.h"
#include "app/remote_process.h"
#include "kube/names.h"
#include "member/agent.h"

namespace slipway::app {
namespace {

member::applier::RequeueDelays delays_of(const cli::RequeueChoice& choice) {
  const auto milliseconds = [](double seconds) {
    return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>{seconds});
  };
  return {.attempts_with_fixed_delay = choice.fixed_attempts,
          .fixed = milliseconds(choice.fixed_delay),
          .slow_base = choice.slow_base,
          .initial_slow = milliseconds(choice.initial_slow),
          .max_slow = milliseconds(choice.max_slow),
          .fast_base = choice.fast_base,
          .max_fast = milliseconds(choice.max_fast),
          .skip_to_fast = choice.skip_to_fast};
}

bool is_in_environment(std::string_view name) { return std::getenv(std::string(name).c_str()) != nullptr; }

}  // namespace

int run_agent(const cli::AgentCommand& command) {
  const std::string name =
      command.member_name.empty() ? environment_variable("MEMBER_CLUSTER_NAME") : command.member_name;
  if (name.empty())
    return report_failure({.reason = Reason::usage,
                           .message = "which member is this? Give --member-name, or set MEMBER_CLUSTER_NAME",
                           .causes = {}});
  if (const auto why = kube::check_dns1123_label(name); !why.empty())
    return report_failure(
        {.reason = Reason::usage, .message = fmt::format("'{}' is no name of a member: {}", name, why), .causes = {}});
  auto hub = hub_access_of(command, environment_variable, is_in_environment);
  if (!hub) return report_failure(hub.error());
  auto member = client::find_access(command.member.kubeconfig, command.member.context, environment_variable);
  if (!member) return report_failure(member.error());
  auto properties = properties_of(command.properties, *member);
  RemoteProcess process{
      .component = "slipway-agent",
      .cluster_name = name,
      .verbosity = command.verbosity,
      .notes = std::move(properties.notes),
      .hub = {.access = *std::move(hub),
              .needed = {api::resource_of<api::Work>(api::Scope::namespaced),
                         api::resource_of<api::InternalMemberCluster>(api::Scope::namespaced)}},
      .member = RemoteCluster{.access = *std::move(member),
                              .needed = {api::resource_of<api::AppliedWork>(api::Scope::cluster)}},
      .controllers = member::make_controllers({.member_name = name,
                                               .requeue = delays_of(command.requeue),
                                               .deletion_wait = command.deletion_wait,
                                               .properties = std::move(properties.options)}),
      .election = election_of(command.election),
      .health = health_addresses_of_agent(command.probes, is_in_environment("KUBERNETES_SERVICE_HOST"))};
  if (!command.unused.empty())
    process.notes.push_back(fmt::format("these flags change nothing here: {}", fmt::join(command.unused, " ")));
  return run_remote(std::move(process));
}

}  // namespace slipway::app
