#include "app/join_manifests.h"

#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "app/install_manifests.h"
#include "base/bytes.h"
#include "json/yaml.h"

namespace slipway::app {
namespace {

json::Value core_object(std::string_view kind, const std::string& name, const std::string& namespace_) {
  return json::Object{
      {"apiVersion", "v1"},
      {"kind", kind},
      {"metadata", json::Object{{"name", name},
                                {"namespace", namespace_},
                                {"labels", json::Object{{std::string(managed_by_label), managed_by}}}}}};
}

}  // namespace

kube::NamespacedName usual_account(const std::string& member) {
  return {std::string(api::fleet_system_namespace), member + "-hub-cluster-access"};
}

json::Value hub_account(const kube::NamespacedName& account) {
  return core_object("ServiceAccount", account.name, account.namespace_);
}

json::Value hub_token(const kube::NamespacedName& account, const std::string& member) {
  json::Value secret = core_object("Secret", account.name + "-token", account.namespace_);
  secret["metadata"]["labels"][member_label] = member;
  secret["metadata"]["annotations"] = json::Object{{"kubernetes.io/service-account.name", account.name}};
  secret["type"] = "kubernetes.io/service-account-token";
  return secret;
}

std::optional<kube::NamespacedName> account_of(const json::Value& member_cluster) {
  if (member_cluster.text_at({"spec", "identity", "kind"}) != "ServiceAccount") return std::nullopt;
  return kube::NamespacedName{std::string(member_cluster.text_at({"spec", "identity", "namespace"})),
                              std::string(member_cluster.text_at({"spec", "identity", "name"}))};
}

json::Value member_cluster(const cli::JoinCommand& command, const AgentIdentity& identity) {
  const auto kind = api::gvk_of<api::MemberCluster>(api::Scope::cluster);
  json::Value member = json::Object{
      {"apiVersion", kind.api_version()}, {"kind", kind.kind}, {"metadata", json::Object{{"name", command.name}}}};
  for (const auto& [key, value] : command.labels) member["metadata"]["labels"][key] = value;
  json::Object subject;
  if (identity.user.empty()) {
    subject = {{"kind", "ServiceAccount"}, {"name", identity.account.name}, {"namespace", identity.account.namespace_}};
  } else {
    subject = {{"kind", "User"}, {"name", identity.user}, {"apiGroup", "rbac.authorization.k8s.io"}};
  }
  json::Object spec{{"identity", std::move(subject)}};
  if (command.heartbeat) spec.set("heartbeatPeriodSeconds", command.heartbeat->count());
  json::Array taints;
  for (const auto& taint : command.taints)
    taints.emplace_back(json::Object{{"key", taint.key}, {"value", taint.value}, {"effect", "NoSchedule"}});
  if (!taints.empty()) spec.set("taints", std::move(taints));
  member["spec"] = std::move(spec);
  return member;
}

std::string url_of(const client::ServerAccess& access) {
  const bool is_ipv6 = access.host.find(':') != std::string::npos;
  return fmt::format("https://{}{}{}:{}{}", is_ipv6 ? "[" : "", access.host, is_ipv6 ? "]" : "", access.port,
                     access.base_path);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "::1";
}

std::string agent_kubeconfig(const std::string& member, const HubAddress& hub, const AgentIdentity& identity,
                             const std::string& token) {
  json::Object cluster{{"server", hub.url}};
  if (!hub.authority.empty()) cluster.set("certificate-authority-data", base64(hub.authority));
  if (!hub.server_name.empty()) cluster.set("tls-server-name", hub.server_name);
  json::Object user;
  if (!identity.user.empty()) {
    user = {{"client-certificate-data", base64(identity.certificate)}, {"client-key-data", base64(identity.key)}};
  } else if (token.empty()) {
    user = {{"tokenFile", "token"}};
  } else {
    user = {{"token", token}};
  }
  return json::write_yaml(json::Object{
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "hub"},
      {"contexts",
       json::Array{json::Object{{"name", "hub"}, {"context", json::Object{{"cluster", "hub"}, {"user", member}}}}}},
      {"clusters", json::Array{json::Object{{"name", "hub"}, {"cluster", std::move(cluster)}}}},
      {"users", json::Array{json::Object{{"name", member}, {"user", std::move(user)}}}}});
}

json::Value hub_secret(const std::string& namespace_, const std::string& member, const HubAddress& hub,
                       const AgentIdentity& identity, const std::string& token) {
  json::Value secret = core_object("Secret", std::string(hub_secret_name), namespace_);
  secret["type"] = "Opaque";
  json::Object data{{"kubeconfig", base64(agent_kubeconfig(member, hub, identity, ""))},
                    {"member-name", base64(member)}};
  if (identity.user.empty()) data.set("token", base64(token));
  if (!hub.cluster_id.empty()) data.set("hub-id", base64(hub.cluster_id));
  secret["data"] = std::move(data);
  return secret;
}

}  // namespace slipway::app
