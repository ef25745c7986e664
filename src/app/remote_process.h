#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/health_addresses.h"
#include "client/kubeconfig.h"
#include "engine/controller.h"
#include "engine/leader_rules.h"
#include "kube/names.h"

namespace slipway::app {

// One of the API servers a process works with.
struct RemoteCluster {
  client::ServerAccess access;
  // What it must serve (its CRDs are installed), else the process ends at once (member 2.4, placement 11.1).
  std::vector<kube::GroupResource> needed;
};

// Replicas take turns by a Lease on the member where there is one (to spare the hub), else on the hub.
struct RemoteElection {
  kube::NamespacedName lease;
  engine::LeaseTiming timing;
};
[[nodiscard]] std::optional<RemoteElection> election_of(const cli::ElectionChoice& choice);

// Controllers on API servers somewhere else: what `slipway controllers` and `slipway agent` are.
struct RemoteProcess {
  std::string component;     // "slipway-hub", "slipway-agent"
  std::string cluster_name;  // in the log's lines
  int verbosity = 0;
  std::vector<std::string> notes;  // warnings to begin with
  RemoteCluster hub;
  std::optional<RemoteCluster> member{};
  std::vector<std::unique_ptr<engine::Controller>> controllers;
  std::optional<RemoteElection> election{};  // absent: it is the only one, and acts at once
  std::vector<HealthAddress> health{};
};

// Checks that the servers answer and serve what is needed, then runs until SIGINT or SIGTERM: nothing new begins,
// writes under way finish, the Lease is given back; a second signal ends it at once. Logs to standard error. The
// calling thread must be the only one. Returns the exit code (ux 1.3.2): 2 when a certificate or an address cannot be
// used, 9 when refused, 10 when unreachable, else 0 or 1.
//
// A leader that loses its Lease ends at once with 1, as controller-runtime does, and is to be started again: what it
// had planned goes with it, so that nothing of that can be written later.
[[nodiscard]] int run_remote(RemoteProcess process);

// Prints the error and returns its exit code.
[[nodiscard]] int report_failure(const Error& error);

// The process's environment.
[[nodiscard]] std::string environment_variable(std::string_view name);

}  // namespace slipway::app
