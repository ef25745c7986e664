#include "app/agent_properties.h"

#include <fmt/format.h>

#include "client/kubeconfig.h"

namespace slipway::app {
namespace {

using member::join::PropertyProvider;

PropertyProvider provider_of(const std::optional<std::string>& given) {
  if (!given) return PropertyProvider::standard;
  return *given == "azure" ? PropertyProvider::azure : PropertyProvider::built_in;
}

bool is_in_pod(const client::ServerAccess& access) {
  return access.token_file.starts_with(client::service_account_directory);
}

std::string url_of(const client::ServerAccess& access) {
  const bool is_v6 = access.host.contains(':');
  return fmt::format("https://{}{}{}:{}{}", is_v6 ? "[" : "", access.host, is_v6 ? "]" : "", access.port,
                     access.base_path);
}

}  // namespace

AgentProperties properties_of(const cli::PropertiesChoice& choice, const client::ServerAccess& member) {
  AgentProperties properties{.options = {.provider = provider_of(choice.provider),
                                         .costs = choice.costs,
                                         .available = choice.available,
                                         .namespaces = choice.namespaces,
                                         .entrypoint = choice.member_address,
                                         .authority = member.authority}};
  if (properties.options.entrypoint.empty() && !is_in_pod(member)) properties.options.entrypoint = url_of(member);
  switch (properties.options.provider) {
    case PropertyProvider::standard:
      break;
    case PropertyProvider::azure:
      if (!choice.costs) break;
      properties.notes.emplace_back(
          "--property-provider=azure: this agent has no list of prices; kubernetes.azure.com/per-cpu-core-cost and "
          "kubernetes.azure.com/per-gb-memory-cost are not reported, and placements that demand them do not pick this "
          "member");
      break;
    case PropertyProvider::built_in:
      if (*choice.provider != "none" && !choice.provider->empty())
        properties.notes.push_back(fmt::format(
            "--property-provider={} is not known here: only nodes, CPU and memory are reported", *choice.provider));
      if (choice.namespaces)
        properties.notes.emplace_back(
            "--enable-namespace-collection-in-property-provider changes nothing without a property provider");
      break;
  }
  return properties;
}

}  // namespace slipway::app
