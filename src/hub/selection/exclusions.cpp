#include "hub/selection/exclusions.h"

#include <algorithm>
#include <array>

#include "api/names.h"

namespace slipway::hub::selection {
namespace {

constexpr std::array<std::string_view, 4> excluded_groups{api::cluster_group, "events.k8s.io", "coordination.k8s.io",
                                                          "metrics.k8s.io"};

struct ExcludedKind {
  std::string_view group;
  std::string_view kind;
};
// Events of the core group are the same objects as those of events.k8s.io.
constexpr std::array<ExcludedKind, 6> excluded_kinds{{{"", "Pod"},
                                                      {"", "Node"},
                                                      {"", "Event"},
                                                      {"networking.fleet.azure.com", "ServiceImport"},
                                                      {"networking.fleet.azure.com", "TrafficManagerProfile"},
                                                      {"networking.fleet.azure.com", "TrafficManagerBackend"}}};

bool has_verb(const client::ApiResource& resource, std::string_view verb) {
  return std::ranges::find(resource.verbs, verb) != resource.verbs.end();
}

bool is(const kube::GroupVersionKind& kind, std::string_view group, std::string_view name) {
  return kind.kind == name && kind.group == group;
}

}  // namespace

bool is_selectable(const kube::GroupVersionKind& kind, const Rules& rules) {
  const auto is_listed = [&kind](const ApiPattern& pattern) { return pattern.matches(kind); };
  if (!rules.allowed_apis.empty()) return std::ranges::any_of(rules.allowed_apis, is_listed);
  if (std::ranges::any_of(rules.skipped_apis, is_listed)) return false;
  if (std::ranges::find(excluded_groups, kind.group) != excluded_groups.end()) return false;
  if (kind.group == api::placement_group)
    return kind.kind == "ClusterResourceEnvelope" || kind.kind == "ResourceEnvelope";
  return std::ranges::none_of(excluded_kinds,
                              [&](const ExcludedKind& excluded) { return is(kind, excluded.group, excluded.kind); });
}

bool can_be_selected(const client::ApiResource& resource, const Rules& rules) {
  const bool is_subresource = resource.resource.resource.find('/') != std::string::npos;
  return !is_subresource && has_verb(resource, "list") && has_verb(resource, "watch") &&
         is_selectable({resource.resource.group, resource.resource.version, resource.kind}, rules);
}

bool is_reserved(std::string_view namespace_, const Rules& rules) {
  return api::is_reserved_namespace(namespace_) || namespace_ == "default" ||
         std::ranges::find(rules.skipped_namespaces, namespace_) != rules.skipped_namespaces.end();
}

bool is_never_selected(const kube::Object& object, const Rules& rules) {
  const auto& kind = object.kind();
  const auto& metadata = object.metadata();
  if (is(kind, "apps", "ReplicaSet") || is(kind, "apps", "ControllerRevision"))
    return !metadata.owner_references.empty();
  if (is(kind, "", "ConfigMap")) return metadata.name == "kube-root-ca.crt";
  if (is(kind, "", "ServiceAccount")) return metadata.name == "default";
  if (is(kind, "", "Secret")) return object.to_value().text_at({"type"}) == "kubernetes.io/service-account-token";
  if (is(kind, "", "PersistentVolumeClaim")) return rules.enable_workload;
  if (is(kind, "discovery.k8s.io", "EndpointSlice"))
    return metadata.label("endpointslice.kubernetes.io/managed-by") != nullptr;
  return false;
}

bool is_endpoints(const kube::GroupVersionKind& kind) { return is(kind, "", "Endpoints"); }

}  // namespace slipway::hub::selection
