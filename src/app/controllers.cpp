#include "app/controllers.h"

#include <fmt/ranges.h>

#include "api/cluster_profile.h"
#include "api/crd.h"
#include "api/eviction.h"
#include "api/kinds.h"
#include "app/remote_process.h"
#include "hub/controllers.h"

namespace slipway::app {
namespace {

std::vector<kube::GroupResource> needed_on_hub(const cli::ControllersCommand& command) {
  std::vector<kube::GroupResource> needed;
  for (const auto& crd : api::hub_crds()) {
    const auto group = crd.text_at({"spec", "group"});
    if (group == api::cluster_profile_group && !command.cluster_inventory) continue;
    needed.push_back({std::string(group), std::string(crd.text_at({"spec", "names", "plural"}))});
  }
  if (!command.evictions) {
    std::erase(needed, api::resource_of<api::PlacementEviction>(api::Scope::cluster));
    std::erase(needed, api::resource_of<api::DisruptionBudget>(api::Scope::cluster));
  }
  return needed;
}

}  // namespace

using hub::membership::ExpectedAgents;

int run_controllers(const cli::ControllersCommand& command) {
  auto access = client::find_access(command.hub.kubeconfig, command.hub.context, environment_variable);
  if (!access) return report_failure(access.error());
  auto skipped_apis = hub::selection::parse_api_list(command.skipped_apis);
  if (!skipped_apis) return report_failure(with_context(std::move(skipped_apis.error()), "--skipped-propagating-apis"));
  auto allowed_apis = hub::selection::parse_api_list(command.allowed_apis);
  if (!allowed_apis) return report_failure(with_context(std::move(allowed_apis.error()), "--allowed-propagating-apis"));
  RemoteProcess process{
      .component = "slipway-hub",
      .cluster_name = "hub",
      .verbosity = command.verbosity,
      .notes = {},
      .hub = {.access = *std::move(access), .needed = needed_on_hub(command)},
      .controllers = hub::make_controllers(
          {.rules = {.skipped_namespaces = command.skipped_namespaces,
                     .enable_workload = command.enable_workload,
                     .skipped_apis = *std::move(skipped_apis),
                     .allowed_apis = *std::move(allowed_apis)},
           .batching = {.minimum_interval = command.snapshot_minimum_interval,
                        .collection_duration = command.snapshot_collection_duration},
           .membership = {.force_delete_after = command.force_delete_after,
                          .expected_agents = command.networking_agents ? ExpectedAgents::member_and_networking
                                                                       : ExpectedAgents::member},
           .cluster_inventory = command.cluster_inventory,
           .cluster_unhealthy_after = command.cluster_unhealthy_after,
           .evictions = command.evictions}),
      .election = election_of(command.election),
      .health =
          health_addresses_of_controllers(command.probes, !environment_variable("KUBERNETES_SERVICE_HOST").empty())};
  if (!command.unused.empty())
    process.notes.push_back(fmt::format("these flags change nothing here: {}", fmt::join(command.unused, " ")));
  return run_remote(std::move(process));
}

}  // namespace slipway::app
