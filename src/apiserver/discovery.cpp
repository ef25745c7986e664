#include "apiserver/discovery.h"

#include <algorithm>
#include <array>

#include "apiserver/version_order.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view authentication_group = "authentication.k8s.io";

// The built-in groups in the order in which Kubernetes lists them; the groups of custom resources follow by name.
constexpr std::array group_order = {std::string_view(""),
                                    std::string_view("apiregistration.k8s.io"),
                                    std::string_view("apps"),
                                    std::string_view("events.k8s.io"),
                                    std::string_view("authentication.k8s.io"),
                                    std::string_view("authorization.k8s.io"),
                                    std::string_view("autoscaling"),
                                    std::string_view("batch"),
                                    std::string_view("certificates.k8s.io"),
                                    std::string_view("networking.k8s.io"),
                                    std::string_view("policy"),
                                    std::string_view("rbac.authorization.k8s.io"),
                                    std::string_view("storage.k8s.io"),
                                    std::string_view("admissionregistration.k8s.io"),
                                    std::string_view("apiextensions.k8s.io"),
                                    std::string_view("scheduling.k8s.io"),
                                    std::string_view("coordination.k8s.io"),
                                    std::string_view("node.k8s.io"),
                                    std::string_view("discovery.k8s.io"),
                                    std::string_view("flowcontrol.apiserver.k8s.io")};

std::size_t rank(std::string_view group) {
  return static_cast<std::size_t>(std::ranges::find(group_order, group) - group_order.begin());
}

bool comes_before(const kube::GroupVersion& a, const kube::GroupVersion& b) {
  if (a.group == b.group) return is_preferred_version(a.version, b.version);
  return std::pair{rank(a.group), a.group} < std::pair{rank(b.group), b.group};
}

bool is_beta_review(const kube::GroupVersionResource& id) {
  return id.group == authentication_group && id.version == "v1beta1" && id.resource == "selfsubjectreviews";
}

template <class Texts>
json::Array array(const Texts& texts) {
  json::Array out;
  for (const auto& text : texts) out.emplace_back(std::string_view(text));
  return out;
}

struct Subresource {
  std::string_view name;
  std::vector<std::string_view> verbs;
  kube::GroupVersionKind kind;  // the group empty: the resource's own kind
};

std::vector<Subresource> subresources_of(const Resource& resource, std::string_view version) {
  std::vector<Subresource> out;
  if (resource.builtin != nullptr) {
    for (const auto& one : resource.builtin->subresources) {
      out.push_back({one.name, one.verbs, {std::string(one.group), std::string(one.version), std::string(one.kind)}});
    }
  } else if (const ResourceVersion* served = resource.version(version); served != nullptr && served->has_status) {
    out.push_back({"status", {"get", "patch", "update"}, {}});
  }
  return out;
}

json::Value legacy_resource(const Resource& resource) {
  json::Object out{{"kind", resource.kind},
                   {"name", resource.id.resource},
                   {"namespaced", resource.namespaced},
                   {"singularName", resource.singular},
                   {"verbs", array(resource.verbs)}};
  if (!resource.short_names.empty()) out.set("shortNames", array(resource.short_names));
  if (!resource.categories.empty()) out.set("categories", array(resource.categories));
  return out;
}

json::Value legacy_subresource(const Resource& resource, const Subresource& one) {
  json::Object out{{"kind", one.kind.kind.empty() ? resource.kind : one.kind.kind},
                   {"name", fmt::format("{}/{}", resource.id.resource, one.name)},
                   {"namespaced", resource.namespaced},
                   {"singularName", ""},
                   {"verbs", array(one.verbs)}};
  if (!one.kind.version.empty()) {
    out.set("group", one.kind.group);
    out.set("version", one.kind.version);
  }
  return out;
}

json::Value resource_list(const ServedVersion& served) {
  json::Array resources;
  for (const auto& resource : served.resources) {
    resources.push_back(legacy_resource(*resource));
    for (const auto& one : subresources_of(*resource, served.version))
      resources.push_back(legacy_subresource(*resource, one));
  }
  return json::Object{{"apiVersion", "v1"},
                      {"groupVersion", served.id().api_version()},
                      {"kind", "APIResourceList"},
                      {"resources", std::move(resources)}};
}

json::Value group_version(const kube::GroupVersion& id) {
  return json::Object{{"groupVersion", id.api_version()}, {"version", id.version}};
}

// Null when the group is not served.
json::Value api_group(const std::vector<ServedVersion>& served, std::string_view group) {
  json::Array versions;
  for (const ServedVersion& one : served) {
    if (one.group == group) versions.push_back(group_version(one.id()));
  }
  if (versions.empty()) return nullptr;
  json::Value preferred = versions.front();
  return json::Object{{"name", group}, {"preferredVersion", std::move(preferred)}, {"versions", std::move(versions)}};
}

std::vector<std::string> groups_of(const std::vector<ServedVersion>& served) {
  std::vector<std::string> out;
  for (const ServedVersion& one : served) {
    if (!one.group.empty() && (out.empty() || out.back() != one.group)) out.push_back(one.group);
  }
  return out;
}

json::Value group_list(const std::vector<ServedVersion>& served) {
  json::Array groups;
  for (const std::string& group : groups_of(served)) groups.push_back(api_group(served, group));
  return json::Object{{"apiVersion", "v1"}, {"groups", std::move(groups)}, {"kind", "APIGroupList"}};
}

json::Value core_versions(std::string_view server_address) {
  json::Object address{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}};
  return json::Object{{"kind", "APIVersions"},
                      {"serverAddressByClientCIDRs", json::Array{std::move(address)}},
                      {"versions", json::Array{"v1"}}};
}

json::Value response_kind(const kube::GroupVersionKind& kind) {
  return json::Object{{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}};
}

json::Value discovered(const Resource& resource, std::string_view version) {
  json::Object out{{"resource", resource.id.resource},
                   {"responseKind", response_kind(resource.gvk(version))},
                   {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
                   {"singularResource", resource.singular},
                   {"verbs", array(resource.verbs)}};
  if (!resource.short_names.empty()) out.set("shortNames", array(resource.short_names));
  if (!resource.categories.empty()) out.set("categories", array(resource.categories));
  json::Array subresources;
  for (const auto& one : subresources_of(resource, version)) {
    subresources.emplace_back(
        json::Object{{"responseKind", response_kind(one.kind.kind.empty() ? resource.gvk(version) : one.kind)},
                     {"subresource", one.name},
                     {"verbs", array(one.verbs)}});
  }
  if (!subresources.empty()) out.set("subresources", std::move(subresources));
  return out;
}

json::Value discovery_group(const std::vector<ServedVersion>& served, std::string_view group) {
  json::Array versions;
  for (const ServedVersion& one : served) {
    if (one.group != group) continue;
    json::Array resources;
    for (const auto& resource : one.resources) resources.push_back(discovered(*resource, one.version));
    versions.emplace_back(
        json::Object{{"freshness", "Current"}, {"resources", std::move(resources)}, {"version", one.version}});
  }
  json::Object metadata{{"creationTimestamp", nullptr}};
  if (!group.empty()) metadata.set("name", group);
  return json::Object{{"metadata", std::move(metadata)}, {"versions", std::move(versions)}};
}

json::Value discovery_list(const std::vector<ServedVersion>& served, bool is_core, std::string_view version) {
  json::Array items;
  if (is_core) items.push_back(discovery_group(served, ""));
  if (!is_core) {
    for (const std::string& group : groups_of(served)) items.push_back(discovery_group(served, group));
  }
  return json::Object{{"apiVersion", fmt::format("apidiscovery.k8s.io/{}", version)},
                      {"items", std::move(items)},
                      {"kind", "APIGroupDiscoveryList"},
                      {"metadata", json::Object()}};
}

// Null for what is not served.
json::Value legacy_document(const std::vector<ServedVersion>& served, std::string_view path,
                            std::string_view server_address) {
  if (path == "/api") return core_versions(server_address);
  if (path == "/apis") return group_list(served);
  for (const ServedVersion& one : served) {
    const std::string base = one.group.empty() ? "/api/" : "/apis/" + one.group + "/";
    if (path == base + one.version) return resource_list(one);
  }
  if (!path.starts_with("/apis/")) return nullptr;
  json::Value group = api_group(served, path.substr(6));
  if (group.is_null()) return nullptr;
  group["apiVersion"] = "v1";
  group["kind"] = "APIGroup";
  return group;
}

CachedDocument finish(const json::Value& document) {
  CachedDocument out{.body = json::write(document), .etag = {}};
  out.etag = "\"" + sha256_hex(out.body) + "\"";
  return out;
}

}  // namespace

std::vector<ServedVersion> served_versions(const Registry& registry) {
  std::vector<ServedVersion> out;
  const auto add = [&](const std::string& group, const std::string& version,
                       const std::shared_ptr<const Resource>& resource) {
    auto found =
        std::ranges::find_if(out, [&](const auto& one) { return one.group == group && one.version == version; });
    if (found == out.end()) found = out.insert(out.end(), {.group = group, .version = version, .resources = {}});
    found->resources.push_back(resource);
  };
  for (const auto& resource : registry.resources()) {
    for (const ResourceVersion& version : resource->versions) add(resource->id.group, version.name, resource);
    const kube::GroupVersionResource beta{resource->id.group, "v1beta1", resource->id.resource};
    if (is_beta_review(beta)) add(beta.group, beta.version, resource);
  }
  std::ranges::sort(out, [](const ServedVersion& a, const ServedVersion& b) { return comes_before(a.id(), b.id()); });
  for (ServedVersion& one : out) {
    std::ranges::sort(one.resources, {}, [](const auto& resource) { return resource->id.resource; });
  }
  return out;
}

std::shared_ptr<const Resource> find_served(const Registry& registry, const kube::GroupVersionResource& id) {
  auto found = registry.find(id.group_resource());
  if (found == nullptr) return nullptr;
  return found->version(id.version) != nullptr || is_beta_review(id) ? found : nullptr;
}

void Discovery::refresh() {
  if (version_ == registry_.resources_version() && !served_.empty()) return;
  version_ = registry_.resources_version();
  served_ = served_versions(registry_);
  documents_.clear();
}

const std::vector<ServedVersion>& Discovery::served() {
  refresh();
  return served_;
}

bool Discovery::is_served(const kube::GroupVersion& id) {
  refresh();
  return std::ranges::any_of(served_, [&](const ServedVersion& one) { return one.id() == id; });
}

const CachedDocument* Discovery::legacy(std::string_view path) {
  refresh();
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto found = documents_.find(path);
  if (found != documents_.end()) return &found->second;
  const json::Value document = legacy_document(served_, path, server_address_);
  if (document.is_null()) return nullptr;
  return &documents_.emplace(path, finish(document)).first->second;
}

const CachedDocument* Discovery::aggregated(std::string_view path, std::string_view version) {
  refresh();
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path != "/api" && path != "/apis") return nullptr;
  std::string key = fmt::format("{} {}", path, version);
  const auto found = documents_.find(key);
  if (found != documents_.end()) return &found->second;
  return &documents_.emplace(std::move(key), finish(discovery_list(served_, path == "/api", version))).first->second;
}

}  // namespace slipway::apiserver
