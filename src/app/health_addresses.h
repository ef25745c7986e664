#pragma once

#include <string>
#include <vector>

#include "cli/remote_commands.h"

namespace slipway::app {

// One address to listen on, and what for.
struct HealthAddress {
  std::string address;
  bool has_health = false;
  bool has_metrics = false;
  friend bool operator==(const HealthAddress&, const HealthAddress&) = default;
};

// What a process serves where. What was not said is KubeFleet's default in a pod, where the kubelet's probes come from
// outside, and nothing elsewhere: a process started by hand opens no port that nobody asked for, and several of them
// do not quarrel about one (docs/decisions/0018). Pure.
[[nodiscard]] std::vector<HealthAddress> health_addresses_of_controllers(const cli::ProbeChoice& choice, bool in_pod);
[[nodiscard]] std::vector<HealthAddress> health_addresses_of_agent(const cli::ProbeChoice& choice, bool in_pod);

}  // namespace slipway::app
