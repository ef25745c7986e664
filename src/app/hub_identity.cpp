#include "app/hub_identity.h"

#include <algorithm>

#include "app/join_manifests.h"
#include "base/bytes.h"
#include "client/kubeconfig.h"
#include "json/yaml.h"

namespace slipway::app {
namespace {

// Line breaks and indentation are the writer's.
std::string without_white_space(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
  return out;
}

std::string decoded(const json::Value& secret, std::string_view key) {
  auto text = decode_base64(secret.text_at({"data", key}));
  return text ? *std::move(text) : std::string();
}

// As `join` writes it: with one cluster.
HubMark mark_of_kubeconfig(const std::string& text) {
  HubMark mark;
  const auto config = json::parse_yaml_document(text);
  if (!config) return mark;
  const json::Value* const clusters = config->find("clusters");
  if (clusters == nullptr || clusters->array() == nullptr || clusters->array()->empty()) return mark;
  const json::Value& cluster = clusters->array()->front();
  client::ServerAccess access;
  if (client::set_server_url(cluster.text_at({"cluster", "server"}), access)) mark.urls.push_back(url_of(access));
  const auto authority = decode_base64(cluster.text_at({"cluster", "certificate-authority-data"}));
  if (authority && !authority->empty()) mark.authorities.push_back(*authority);
  return mark;
}

}  // namespace

Result<std::string> cluster_id_of(ApiServer& server) {
  auto space = find(server, "/api/v1/namespaces/kube-system");
  if (!space && space.error().reason == Reason::forbidden) return std::string();
  if (!space) return fail(std::move(space.error()));
  return *space ? std::string((*space)->text_at({"metadata", "uid"})) : std::string();
}

HubMark mark_of(const client::ServerAccess& access) {
  HubMark mark{.urls = {url_of(access)}, .authorities = {}, .cluster_id = {}};
  if (!access.authority.empty()) mark.authorities.push_back(access.authority);
  return mark;
}

bool is_same_hub(const HubMark& one, const HubMark& other) {
  if (!one.cluster_id.empty() && !other.cluster_id.empty()) return one.cluster_id == other.cluster_id;
  if (std::ranges::find_first_of(one.urls, other.urls) != one.urls.end()) return true;
  // One may be a bundle that holds the other.
  return std::ranges::any_of(one.authorities, [&](const std::string& first) {
    return std::ranges::any_of(other.authorities, [&](const std::string& second) {
      const std::string a = without_white_space(first);
      const std::string b = without_white_space(second);
      return a.contains(b) || b.contains(a);
    });
  });
}

Membership membership_of(const json::Value& secret) {
  Membership membership{.name = decoded(secret, "member-name"),
                        .hub = mark_of_kubeconfig(decoded(secret, "kubeconfig"))};
  membership.hub.cluster_id = decoded(secret, "hub-id");
  return membership;
}

std::string other_membership(const json::Value& secret, const std::string& name, const HubMark& hub) {
  const Membership there = membership_of(secret);
  if (!there.name.empty() && there.name != name)
    return fmt::format("is a member already, under the name {}", there.name);
  const bool is_silent = there.hub.urls.empty() && there.hub.authorities.empty() && there.hub.cluster_id.empty();
  if (is_silent || is_same_hub(there.hub, hub)) return {};
  return fmt::format("is a member of another hub, which its agent finds at {}",
                     there.hub.urls.empty() ? "an address of its own" : there.hub.urls.front());
}

}  // namespace slipway::app
