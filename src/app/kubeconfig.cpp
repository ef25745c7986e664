#include "app/kubeconfig.h"

#include <charconv>
#include <fmt/format.h>

#include "base/bytes.h"
#include "json/value.h"
#include "json/yaml.h"

namespace slipway::app {
namespace {

json::Value named(const std::string& name, std::string_view what, json::Value content) {
  json::Object entry{{"name", name}};
  entry.set(what, std::move(content));
  return entry;
}

}  // namespace

std::string make_kubeconfig(const std::string& server_url, const std::string& authority_certificate,
                            const apiserver::Credential& admin, const std::vector<std::string>& members) {
  json::Array clusters;
  json::Array contexts;
  const auto add = [&](const std::string& name, const std::string& url) {
    clusters.push_back(named(
        name, "cluster", json::Object{{"server", url}, {"certificate-authority-data", base64(authority_certificate)}}));
    contexts.push_back(named(name, "context", json::Object{{"cluster", name}, {"user", "admin"}}));
  };
  add("hub", server_url);
  for (const auto& member : members) add(member, fmt::format("{}/clusters/{}", server_url, member));
  const json::Value config =
      json::Object{{"apiVersion", "v1"},
                   {"kind", "Config"},
                   {"preferences", json::Object{}},
                   {"current-context", "hub"},
                   {"clusters", std::move(clusters)},
                   {"contexts", std::move(contexts)},
                   {"users", json::Array{named("admin", "user",
                                               json::Object{{"client-certificate-data", base64(admin.certificate)},
                                                            {"client-key-data", base64(admin.key)}})}}};
  return json::write_yaml(config);
}

std::uint16_t port_in_kubeconfig(const std::string& kubeconfig) {
  const auto config = json::parse_yaml_document(kubeconfig);
  if (!config) return 0;
  const json::Value* const clusters = config->find("clusters");
  if (clusters == nullptr || clusters->array() == nullptr) return 0;
  for (const auto& entry : *clusters->array()) {
    if (entry.text_at({"name"}) != "hub") continue;
    const std::string_view url = entry.text_at({"cluster", "server"});
    const std::string_view text = url.substr(url.rfind(':') + 1);
    std::uint16_t port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    return code == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
  }
  return 0;
}

}  // namespace slipway::app
