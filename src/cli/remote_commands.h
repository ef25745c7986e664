#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

// Which API server, as kubectl is told: "" means KUBECONFIG, the pod's own cluster, or ~/.kube/config.
struct ClusterChoice {
  std::string kubeconfig;
  std::string context;  // "": the current one
};

// Accepted for KubeFleet's charts, although nothing here depends on them: what was given of them.
using UnusedFlags = std::vector<std::string>;

// Replicas of which one leads (placement 11.1, member 2.3).
struct ElectionChoice {
  bool is_wanted = false;
  std::chrono::nanoseconds lease_duration{};
  std::chrono::nanoseconds renew_deadline{};
  std::chrono::nanoseconds retry_period{};
  std::string namespace_{};
};

// Where health and metrics are served: ":8081", "127.0.0.1:8081"; "" and "0": nowhere; absent: not said.
struct ProbeChoice {
  std::optional<std::string> health{};
  std::optional<std::string> metrics{};
  // An agent has two of each, as KubeFleet's has; they serve the same.
  std::optional<std::string> hub_health{};
  std::optional<std::string> hub_metrics{};
};

// slipway controllers (placement 11.1).
struct ControllersCommand {
  ClusterChoice hub;
  int verbosity = 0;  // 0 to 9
  std::chrono::seconds cluster_unhealthy_after{60};
  std::chrono::seconds snapshot_minimum_interval{30};
  std::chrono::seconds snapshot_collection_duration{15};
  std::vector<std::string> skipped_namespaces;
  bool cluster_inventory = true;  // a ClusterProfile for each member
  bool evictions = true;          // are carried out
  bool enable_workload = false;
  bool networking_agents = false;  // they have to join as well
  std::chrono::seconds force_delete_after{std::chrono::minutes{15}};
  ElectionChoice election{};
  ProbeChoice probes{};
  std::string skipped_apis{};  // as written (placement 1.6.1); one of the two at most
  std::string allowed_apis{};
  UnusedFlags unused;
};

// When an agent looks again at a Work with objects that it cannot watch (member 2.3, 8.15). Delays are in seconds.
struct RequeueChoice {
  int fixed_attempts = 1;
  double fixed_delay = 5;
  double slow_base = 1.2;
  double initial_slow = 2;
  double max_slow = 15;
  double fast_base = 1.5;
  double max_fast = 900;
  bool skip_to_fast = true;
};

// What an agent says of its member (member 2.3, 6).
struct PropertiesChoice {
  std::optional<std::string> provider{};  // as written; absent: not said
  bool costs = true;
  bool available = true;
  bool namespaces = false;
  std::string member_address{};  // "": the kubeconfig's
};

// slipway agent (member 2.2, 2.3).
struct AgentCommand {
  ClusterChoice hub;  // no kubeconfig: the environment says how (HUB_SERVER_URL, …)
  ClusterChoice member;
  std::string member_name;  // "": MEMBER_CLUSTER_NAME
  int verbosity = 0;
  bool use_ca_auth = false;  // the environment's hub is shown a certificate, not a token
  bool tls_insecure = false;
  std::chrono::minutes deletion_wait{5};  // 1 to 60
  RequeueChoice requeue{};
  PropertiesChoice properties{};
  ElectionChoice election{};
  ProbeChoice probes{};
  UnusedFlags unused;
};

}  // namespace slipway::cli
