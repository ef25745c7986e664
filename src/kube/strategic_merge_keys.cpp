#include "kube/strategic_merge_keys.h"

#include <algorithm>
#include <array>

#include "kube/strategic_merge.h"

namespace slipway::kube {
namespace strategic {
namespace {

struct Row {
  std::string_view path;
  std::string_view key;
  bool retains_keys = false;
};

constexpr std::array<Row, 2> kMetadata = {{{"finalizers", ""}, {"ownerReferences", "uid"}}};

constexpr std::array<Row, 9> kPodSpec = {{{"containers", "name"},
                                          {"ephemeralContainers", "name"},
                                          {"hostAliases", "ip"},
                                          {"imagePullSecrets", "name"},
                                          {"initContainers", "name"},
                                          {"resourceClaims", "name", true},
                                          {"schedulingGates", "name"},
                                          {"topologySpreadConstraints", "topologyKey"},
                                          {"volumes", "name", true}}};

constexpr std::array<Row, 4> kContainer = {
    {{"env", "name"}, {"ports", "containerPort"}, {"volumeDevices", "devicePath"}, {"volumeMounts", "mountPath"}}};

// Where a kind keeps its pod template: metadata and spec of the pods are below it.
struct Template {
  std::string_view group;
  std::string_view kind;
  std::string_view path;
};
constexpr std::array<Template, 9> kTemplates = {{{"", "Pod", ""},
                                                 {"", "PodTemplate", "template"},
                                                 {"", "ReplicationController", "spec.template"},
                                                 {"apps", "DaemonSet", "spec.template"},
                                                 {"apps", "Deployment", "spec.template"},
                                                 {"apps", "ReplicaSet", "spec.template"},
                                                 {"apps", "StatefulSet", "spec.template"},
                                                 {"batch", "CronJob", "spec.jobTemplate.spec.template"},
                                                 {"batch", "Job", "spec.template"}}};

struct KindRow {
  std::string_view group;
  std::string_view kind;
  Row row;
};
constexpr std::array<KindRow, 31> kKinds = {{
    {"", "Namespace", {"status.conditions", "type"}},
    {"", "Node", {"spec.podCIDRs", ""}},
    {"", "Node", {"status.addresses", "type"}},
    {"", "Node", {"status.conditions", "type"}},
    {"", "PersistentVolumeClaim", {"status.conditions", "type"}},
    {"", "Pod", {"status.conditions", "type"}},
    {"", "Pod", {"status.hostIPs", "ip"}},
    {"", "Pod", {"status.podIPs", "ip"}},
    {"", "Pod", {"status.resourceClaimStatuses", "name", true}},
    {"", "ReplicationController", {"status.conditions", "type"}},
    {"", "Service", {"spec.ports", "port"}},
    {"", "Service", {"status.conditions", "type"}},
    {"", "ServiceAccount", {"secrets", "name"}},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", {"webhooks", "name"}},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", {"webhooks.matchConditions", "name"}},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", {"spec.matchConditions", "name"}},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", {"spec.variables", "name"}},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", {"webhooks", "name"}},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", {"webhooks.matchConditions", "name"}},
    {"apiregistration.k8s.io", "APIService", {"status.conditions", "type"}},
    {"apps", "DaemonSet", {"status.conditions", "type"}},
    {"apps", "Deployment", {"status.conditions", "type"}},
    {"apps", "ReplicaSet", {"status.conditions", "type"}},
    {"apps", "StatefulSet", {"status.conditions", "type"}},
    {"autoscaling", "HorizontalPodAutoscaler", {"status.conditions", "type"}},
    {"batch", "Job", {"status.conditions", "type"}},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema", {"status.conditions", "type"}},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", {"status.conditions", "type"}},
    {"networking.k8s.io", "ServiceCIDR", {"status.conditions", "type"}},
    {"policy", "PodDisruptionBudget", {"status.conditions", "type"}},
    {"resource.k8s.io", "ResourceClaim", {"status.devices.conditions", "type"}},
}};

constexpr std::array<std::string_view, 21> kGroups = {"",
                                                      "admissionregistration.k8s.io",
                                                      "apiextensions.k8s.io",
                                                      "apiregistration.k8s.io",
                                                      "apps",
                                                      "authentication.k8s.io",
                                                      "authorization.k8s.io",
                                                      "autoscaling",
                                                      "batch",
                                                      "certificates.k8s.io",
                                                      "coordination.k8s.io",
                                                      "discovery.k8s.io",
                                                      "events.k8s.io",
                                                      "flowcontrol.apiserver.k8s.io",
                                                      "networking.k8s.io",
                                                      "node.k8s.io",
                                                      "policy",
                                                      "rbac.authorization.k8s.io",
                                                      "resource.k8s.io",
                                                      "scheduling.k8s.io",
                                                      "storage.k8s.io"};
constexpr std::string_view kRule = "rule";

// The rest of `path` below `prefix`; nullopt when it is not below it.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix) {
  if (prefix.empty()) return path;
  if (!path.starts_with(prefix) || path.size() <= prefix.size() || path[prefix.size()] != '.') return std::nullopt;
  return path.substr(prefix.size() + 1);
}

template <std::size_t Size>
const Row* find_row(const std::array<Row, Size>& rows, std::string_view path) {
  const auto found = std::ranges::find(rows, path, &Row::path);
  return found != rows.end() && !path.empty() ? &*found : nullptr;
}

const Row* find_in_metadata(std::string_view path) {
  const auto rest = below(path, "metadata");
  return rest ? find_row(kMetadata, *rest) : nullptr;
}

const Row* find_in_pod_spec(std::string_view path) {
  if (const Row* row = find_row(kPodSpec, path)) return row;
  for (const std::string_view containers : {"containers", "initContainers", "ephemeralContainers"}) {
    if (const auto rest = below(path, containers)) return find_row(kContainer, *rest);
  }
  return nullptr;
}

const Row* find_row(const GroupKind& kind, std::string_view path) {
  if (const Row* row = find_in_metadata(path)) return row;
  for (const Template& pods : kTemplates) {
    if (pods.group != kind.group || pods.kind != kind.kind) continue;
    const auto rest = below(path, pods.path);
    if (!rest) break;
    if (const Row* row = find_in_metadata(*rest)) return row;
    const auto spec = below(*rest, "spec");
    if (const Row* row = spec ? find_in_pod_spec(*spec) : nullptr) return row;
    break;
  }
  const auto found = std::ranges::find_if(kKinds, [&](const KindRow& row) {
    return row.group == kind.group && row.kind == kind.kind && row.row.path == path;
  });
  return found != kKinds.end() ? &found->row : nullptr;
}

}  // namespace

Strategy find_strategy(const GroupKind& kind, std::string_view path) {
  if (const Row* row = find_row(kind, path)) return {.merge_key = &row->key, .retains_keys = row->retains_keys};
  if (kind.group == "apps" && kind.kind == "Deployment" && path == "spec.strategy") return {.retains_keys = true};
  if (kind.group == "policy" && kind.kind == "PodDisruptionBudget" && path == "spec.selector")
    return {.replaces = true};
  if (kind.group == "apiextensions.k8s.io" && path.ends_with(".x-kubernetes-validations")) return {.merge_key = &kRule};
  return {};
}

}  // namespace strategic

bool has_merge_strategy(const GroupKind& kind) {
  return std::ranges::binary_search(strategic::kGroups, std::string_view(kind.group));
}

const std::string_view* merge_key(const GroupKind& kind, std::string_view path) {
  return has_merge_strategy(kind) ? strategic::find_strategy(kind, path).merge_key : nullptr;
}

}  // namespace slipway::kube
