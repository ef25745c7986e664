#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/join_commands.h"
#include "client/server_access.h"
#include "json/value.h"
#include "kube/names.h"

// The objects that make a cluster a member, on both sides. Pure.
namespace slipway::app {

// Who an agent is on the hub: a service account with a token, or the user of a client certificate.
struct AgentIdentity {
  kube::NamespacedName account;
  bool is_account_given = false;  // the MemberCluster there is names it: somebody else made it, and it is left alone
  std::string user;               // "": the service account
  std::string certificate;        // PEM, of the user
  std::string key;                // PEM, secret
};

// "NAME-hub-cluster-access" in fleet-system: the service account of a member on the hub.
[[nodiscard]] kube::NamespacedName usual_account(const std::string& member);
[[nodiscard]] json::Value hub_account(const kube::NamespacedName& account);
// The Secret with its token, "ACCOUNT-token" beside it; a label says for which member it was made.
inline constexpr std::string_view member_label = "app.kubernetes.io/instance";
[[nodiscard]] json::Value hub_token(const kube::NamespacedName& account, const std::string& member);
// The service account that a MemberCluster names, if it names one.
[[nodiscard]] std::optional<kube::NamespacedName> account_of(const json::Value& member_cluster);

// With the labels, taints and heartbeat that were given, and no others.
[[nodiscard]] json::Value member_cluster(const cli::JoinCommand& command, const AgentIdentity& identity);

// Where a member finds the hub.
struct HubAddress {
  std::string url;
  std::string authority;     // PEM, "": the system's
  std::string server_name;   // what the certificate must name, "": the host of the URL
  std::string cluster_id{};  // app/hub_identity.h; "": not known
};
[[nodiscard]] std::string url_of(const client::ServerAccess& access);
// A loopback address: nobody on another machine reaches it.
[[nodiscard]] bool is_loopback(const std::string& host);

// A kubeconfig with one context, "hub". `token` is written into it; "" with a service account: it names the file
// `token` beside it.
[[nodiscard]] std::string agent_kubeconfig(const std::string& member, const HubAddress& hub,
                                           const AgentIdentity& identity, const std::string& token);

// On the member: what the agent's Deployment mounts.
[[nodiscard]] json::Value hub_secret(const std::string& namespace_, const std::string& member, const HubAddress& hub,
                                     const AgentIdentity& identity, const std::string& token);

}  // namespace slipway::app
