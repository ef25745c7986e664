#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/remote_commands.h"
#include "kube/metadata.h"

namespace slipway::cli {

struct TaintChoice {
  std::string key;
  std::string value;
  friend bool operator==(const TaintChoice&, const TaintChoice&) = default;
};

// slipway join NAME (ux 1.3.6).
struct JoinCommand {
  std::string name;
  ClusterChoice hub;
  ClusterChoice member;
  bool has_member = false;  // --member-context or --member-kubeconfig was given
  std::string hub_address;  // "": the server of the hub's kubeconfig
  std::string hub_ca_file;  // "": what the hub's kubeconfig trusts
  kube::StringMap labels;
  std::vector<TaintChoice> taints;  // NoSchedule, which is the only effect there is
  std::optional<std::chrono::seconds> heartbeat;
  std::string namespace_ = "fleet-system";  // on the member
  std::string image;                        // "": the one of this version
  bool without_watch = false;
  bool print_kubeconfig = false;   // -o kubeconfig: the agent runs outside its cluster
  std::string token_file;          // the same, its token into a file
  std::string client_certificate;  // files: the agent shows the hub this instead of a service account's token
  std::string client_key;
  std::chrono::seconds wait{120};  // until the member has joined; 0: not at all
  // No Deployment is made for the agent.
  [[nodiscard]] bool is_agent_elsewhere() const { return print_kubeconfig || !token_file.empty(); }
};

// slipway leave NAME.
struct LeaveCommand {
  std::string name;
  ClusterChoice hub;
  ClusterChoice member;
  bool has_member = false;
  std::string namespace_ = "fleet-system";  // on the member
  std::chrono::seconds wait{1200};          // until the hub has let go: its own limit is 15 minutes
};

}  // namespace slipway::cli
