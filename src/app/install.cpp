#include "app/install.h"

#include "api/names.h"
#include "app/install_adopt.h"
#include "app/install_apply.h"
#include "app/install_checks.h"
#include "app/install_manifests.h"
#include "app/remote_process.h"
#include "client/kubeconfig.h"

namespace slipway::app {
namespace {

using cli::InstallCommand;

constexpr int timed_out_exit_code = 4;  // ux 1.3.2

bool is_hub(const InstallCommand& command) { return command.what == InstallCommand::What::hub; }

std::string deployment_name(const InstallCommand& command) {
  return std::string(is_hub(command) ? controllers_name : agent_name);
}

std::vector<json::Value> manifests_of(const InstallCommand& command) {
  const ManifestOptions options{.namespace_ = command.namespace_,
                                .image = command.image.empty() ? default_image() : command.image,
                                .replicas = command.replicas.value_or(is_hub(command) ? 2 : 1),
                                .with_watch = !command.without_watch};
  return is_hub(command) ? hub_manifests(options) : member_manifests(options);
}

// Asks everything before anything is written.
Result<void> check(ApiServer& server, const InstallCommand& command, const std::vector<json::Value>& objects) {
  const bool adopting = command.webhooks == InstallCommand::Webhooks::adopt;
  Findings findings;
  if (auto asked = check_version(server, findings); !asked) return asked;
  std::vector<Access> needed = needed_to_write(objects);
  if (adopting) {
    for (auto& access : needed_to_adopt(command.namespace_)) needed.push_back(std::move(access));
  }
  if (auto asked = check_rights(server, std::move(needed), findings); !asked) return asked;
  const auto roles = is_hub(command) ? controllers_rights(command.namespace_) : agent_rights(!command.without_watch);
  if (auto asked = check_may_grant(server, roles, findings); !asked) return asked;
  if (auto asked = check_crds(server, objects, command.keep_crds, findings); !asked) return asked;
  const std::string usual(api::fleet_system_namespace);
  if (auto asked = check_no_kubefleet_agent(server, {usual, command.namespace_},
                                            is_hub(command) ? "hub-agent" : "member-agent", findings);
      !asked)
    return asked;
  if (is_hub(command)) {
    if (auto asked = check_lease(server, command.namespace_, SystemClock().wall(), findings); !asked) return asked;
    if (auto asked = check_webhooks(server, adopting, findings); !asked) return asked;
  }
  return findings.report();
}

bool is_available(const json::Value* deployment) {
  if (deployment == nullptr) return false;
  const json::Value* const wanted = deployment->find_path({"spec", "replicas"});
  const json::Value* const ready = deployment->find_path({"status", "availableReplicas"});
  if (wanted == nullptr || wanted->integer() == nullptr) return false;
  return (ready == nullptr || ready->integer() == nullptr ? 0 : *ready->integer()) >= *wanted->integer();
}

Result<int> await_deployment(ApiServer& server, const InstallCommand& command) {
  const std::string name = deployment_name(command);
  if (command.wait == std::chrono::seconds{0}) {
    fmt::print(stderr, "  See: kubectl -n {} get deployment {}\n", command.namespace_, name);
    return 0;
  }
  auto available =
      server.wait_until({"apps", "v1", "deployments"}, {command.namespace_, name}, command.wait, is_available);
  if (!available) return fail(std::move(available.error()));
  if (*available) {
    fmt::print(stderr, "✓ deployment {}/{} is available\n", command.namespace_, name);
    return 0;
  }
  fmt::print(stderr, "✗ deployment {0}/{1} is not available after {2}. See: kubectl -n {0} describe pods\n",
             command.namespace_, name, to_go_duration(command.wait));
  return timed_out_exit_code;
}

Result<int> install(InstallCommand command) {
  auto access = client::find_access(command.cluster.kubeconfig, command.cluster.context, environment_variable);
  if (!access) return fail(std::move(access.error()));
  auto server = connect_to(*access);
  if (!server) return fail(std::move(server.error()));
  if (command.webhooks == InstallCommand::Webhooks::unadopt) {
    Findings findings;
    if (auto asked = check_rights(**server, needed_to_adopt(command.namespace_), findings); !asked)
      return fail(std::move(asked.error()));
    if (auto good = findings.report(); !good) return fail(std::move(good.error()));
    if (auto back = unadopt_webhooks(**server, command.namespace_); !back) return fail(std::move(back.error()));
    return 0;
  }
  auto in_use = find_in_use(**server, {command.namespace_, deployment_name(command)});
  if (!in_use) return fail(std::move(in_use.error()));
  if (command.image.empty()) command.image = std::move(in_use->image);
  if (!command.replicas) command.replicas = in_use->replicas;
  const auto objects = manifests_of(command);
  if (auto good = check(**server, command, objects); !good) return fail(std::move(good.error()));
  if (command.webhooks == InstallCommand::Webhooks::adopt && !command.dry_run) {
    // First: what stands in the way of writes stands in the way of ours too.
    if (auto made = apply(**server, namespace_manifest(command.namespace_)); !made)
      return fail(std::move(made.error()));
    if (auto adopted = adopt_webhooks(**server, command.namespace_); !adopted) return fail(std::move(adopted.error()));
  }
  auto applied = apply_all(**server, objects, {.dry_run = command.dry_run, .keep_crds = command.keep_crds});
  if (!applied) return fail(std::move(applied.error()));
  if (command.dry_run) return 0;
  return await_deployment(**server, command);
}

}  // namespace

int run_install(const InstallCommand& command) {
  if (command.print) {
    fmt::print("{}", to_yaml(manifests_of(command)));
    return 0;
  }
  auto code = install(command);
  return code ? *code : report_failure(code.error());
}

}  // namespace slipway::app
