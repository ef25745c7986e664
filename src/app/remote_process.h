#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/kubeconfig.h"
#include "engine/controller.h"
#include "kube/names.h"

namespace slipway::app {

// One of the API servers a process works with.
struct RemoteCluster {
  client::ServerAccess access;
  // What it must serve (its CRDs are installed), else the process ends at once (member 2.4, placement 11.1).
  std::vector<kube::GroupResource> needed;
};

// Controllers on API servers somewhere else: what `slipway controllers` and `slipway agent` are.
struct RemoteProcess {
  std::string component;     // "slipway-hub", "slipway-agent"
  std::string cluster_name;  // in the log's lines
  int verbosity = 0;
  std::vector<std::string> notes;  // warnings to begin with
  RemoteCluster hub;
  std::optional<RemoteCluster> member{};
  std::vector<std::unique_ptr<engine::Controller>> controllers;
};

// Checks that the servers answer and serve what is needed, then runs until SIGINT or SIGTERM and lets writes under way
// finish. Logs to standard error. The calling thread must be the only one. Returns the exit code (ux 1.3.2): 2 when a
// certificate cannot be used, 9 when refused, 10 when unreachable, else 0 or 1.
[[nodiscard]] int run_remote(RemoteProcess process);

// Prints the error and returns its exit code.
[[nodiscard]] int report_failure(const Error& error);

// The process's environment.
[[nodiscard]] std::string environment_variable(std::string_view name);

}  // namespace slipway::app
