#include "app/install_adopt.h"

#include "app/install_apply.h"
#include "app/install_checks.h"
#include "app/install_manifests.h"
#include "json/text.h"

namespace slipway::app {
namespace {

std::string key_of(const WebhookConfiguration& one) { return fmt::format("{}.{}.json", one.resource, one.name); }

// What the server gave it is not part of it; what refers to other objects stays.
json::Value without_server_fields(json::Value object) {
  if (json::Value* const metadata = object.find("metadata"); metadata != nullptr && metadata->is_object()) {
    for (const std::string_view field : {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"})
      metadata->object()->erase(field);
  }
  return object;
}

json::Value keeper(const std::string& namespace_) {
  return json::Object{
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata", json::Object{{"name", adopted_name},
                                {"namespace", namespace_},
                                {"labels", json::Object{{std::string(managed_by_label), managed_by}}}}}};
}

std::string collection_of(const WebhookConfiguration& one) {
  const std::string path = one.path();
  return path.substr(0, path.rfind('/'));
}

}  // namespace

Result<void> adopt_webhooks(ApiServer& server, const std::string& namespace_) {
  for (const auto& one : kubefleet_webhooks()) {
    auto live = find(server, one.path());
    if (!live) return fail(std::move(live.error()));
    if (!*live) continue;
    const std::string uid((*live)->text_at({"metadata", "uid"}));
    json::Value map = keeper(namespace_);
    json::Value kept = without_server_fields(**live);
    kept["apiVersion"] = "admissionregistration.k8s.io/v1";
    kept["kind"] = one.kind;
    map["data"] = json::Object{{key_of(one), json::write(kept)}};
    if (auto written = apply(server, map); !written) return fail(std::move(written.error()));
    if (auto removed = server.remove(one.path(), uid); !removed) return removed;
    fmt::print(stderr, "  put aside  {}, kept in configmap {}/{}\n", one.name, namespace_, adopted_name);
  }
  return {};
}

Result<void> unadopt_webhooks(ApiServer& server, const std::string& namespace_) {
  const ObjectPlace place = place_of(keeper(namespace_));
  auto map = find(server, place.path());
  if (!map) return fail(std::move(map.error()));
  if (!*map)
    return fail(Reason::not_found, "nothing to put back: there is no configmap {}/{} on {}", namespace_, adopted_name,
                server.description());
  for (const auto& one : kubefleet_webhooks()) {
    const std::string_view text = (*map)->text_at({"data", key_of(one)});
    if (text.empty()) continue;
    auto there = find(server, one.path());
    if (!there) return fail(std::move(there.error()));
    if (*there) {
      fmt::print(stderr, "  left       {}: it is there again\n", one.name);
      continue;
    }
    auto kept = json::parse(text);
    if (!kept)
      return fail(Reason::internal, "configmap {}/{}: {} cannot be read: {}", namespace_, adopted_name, key_of(one),
                  kept.error().message);
    auto made = server.create(collection_of(one), *kept);
    if (!made && made.error().reason != Reason::already_exists) return fail(std::move(made.error()));
    fmt::print(stderr, "  put back   {}\n", one.name);
  }
  if (auto removed = server.remove(place.path(), (*map)->text_at({"metadata", "uid"})); !removed) return removed;
  fmt::print(stderr, "✓ KubeFleet's webhook configurations are back\n");
  return {};
}

std::vector<Access> needed_to_adopt(const std::string& namespace_) {
  std::vector<Access> needed;
  for (const auto& one : kubefleet_webhooks()) {
    for (const std::string_view verb : {"get", "create", "delete"})
      needed.push_back(
          {.verb = std::string(verb), .group = "admissionregistration.k8s.io", .resource = std::string(one.resource)});
  }
  for (const std::string_view verb : {"get", "create", "update", "delete"})
    needed.push_back({.verb = std::string(verb), .group = "", .resource = "configmaps", .namespace_ = namespace_});
  return needed;
}

}  // namespace slipway::app
