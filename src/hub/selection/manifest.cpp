#include "hub/selection/manifest.h"

#include <algorithm>
#include <array>

#include "hub/selection/resource_selection.h"
#include "kube/names.h"

namespace slipway::hub::selection {
namespace {

// The order in which kinds should come to be on a cluster; what is not named comes last.
constexpr std::array<std::string_view, 32> ranked_kinds{"PriorityClass",
                                                        "Namespace",
                                                        "NetworkPolicy",
                                                        "ResourceQuota",
                                                        "LimitRange",
                                                        "PodDisruptionBudget",
                                                        "ServiceAccount",
                                                        "Secret",
                                                        "ConfigMap",
                                                        "StorageClass",
                                                        "PersistentVolume",
                                                        "PersistentVolumeClaim",
                                                        "CustomResourceDefinition",
                                                        "ClusterRole",
                                                        "ClusterRoleBinding",
                                                        "Role",
                                                        "RoleBinding",
                                                        "Service",
                                                        "DaemonSet",
                                                        "Pod",
                                                        "ReplicationController",
                                                        "ReplicaSet",
                                                        "Deployment",
                                                        "HorizontalPodAutoscaler",
                                                        "StatefulSet",
                                                        "Job",
                                                        "CronJob",
                                                        "IngressClass",
                                                        "Ingress",
                                                        "APIService",
                                                        "MutatingWebhookConfiguration",
                                                        "ValidatingWebhookConfiguration"};

constexpr std::array<std::string_view, 8> server_set{"resourceVersion", "generation",        "uid",
                                                     "selfLink",        "deletionTimestamp", "managedFields",
                                                     "ownerReferences", "creationTimestamp"};

json::Object* object_at(json::Value& value, std::initializer_list<std::string_view> path) {
  json::Value* const found = value.find_path(path);
  return found == nullptr ? nullptr : found->object();
}

void erase_at(json::Value& value, std::initializer_list<std::string_view> path, std::string_view key) {
  if (json::Object* const object = object_at(value, path)) object->erase(key);
}

void strip_metadata(json::Value& whole) {
  json::Object* const metadata = object_at(whole, {"metadata"});
  if (metadata == nullptr) return;
  for (const auto key : server_set) metadata->erase(key);
  json::Object* const annotations = object_at(whole, {"metadata", "annotations"});
  if (annotations == nullptr) return;
  annotations->erase("kubectl.kubernetes.io/last-applied-configuration");
  annotations->erase("deployment.kubernetes.io/revision");
  if (annotations->empty()) metadata->erase("annotations");
}

// Addresses and ports that the hub has handed out mean nothing elsewhere.
void strip_service(json::Value& service) {
  json::Object* const spec = object_at(service, {"spec"});
  if (spec == nullptr) return;
  if (service.text_at({"spec", "clusterIP"}) != "None") {
    spec->erase("clusterIP");
    spec->erase("clusterIPs");
  }
  spec->erase("healthCheckNodePort");
  json::Value* const ports = spec->find("ports");
  if (ports == nullptr || !ports->is_array()) return;
  for (json::Value& port : *ports->array()) {
    if (json::Object* const object = port.object()) object->erase("nodePort");
  }
}

// The selector that the hub's job controller has generated would never match on a member.
void strip_job(json::Value& job) {
  const json::Value* const manual = job.find_path({"spec", "manualSelector"});
  if (manual != nullptr && manual->boolean() != nullptr && *manual->boolean()) return;
  for (const std::string_view label : {"controller-uid", "batch.kubernetes.io/controller-uid"}) {
    erase_at(job, {"spec", "selector", "matchLabels"}, label);
    erase_at(job, {"spec", "template", "metadata", "labels"}, label);
  }
  erase_at(job, {"spec", "template", "metadata"}, "creationTimestamp");
}

}  // namespace

json::Value normalise(json::Value whole) {
  strip_metadata(whole);
  if (json::Object* const object = whole.object()) object->erase("status");
  const std::string_view api_version = whole.text_at({"apiVersion"});
  const std::string_view kind = whole.text_at({"kind"});
  if (api_version == "v1" && kind == "Service") strip_service(whole);
  if (api_version == "batch/v1" && kind == "Job") strip_job(whole);
  return whole;
}

api::ResourceIdentifier identify(const json::Value& manifest) {
  api::ResourceIdentifier identifier;
  if (auto parsed = kube::parse_group_version(manifest.text_at({"apiVersion"}))) {
    identifier.group = std::move(parsed->group);
    identifier.version = std::move(parsed->version);
  }
  identifier.kind = manifest.text_at({"kind"});
  identifier.name = manifest.text_at({"metadata", "name"});
  identifier.namespace_ = manifest.text_at({"metadata", "namespace"});
  return identifier;
}

std::vector<api::ResourceIdentifier> identify(const std::vector<json::Value>& manifests) {
  std::vector<api::ResourceIdentifier> identifiers;
  identifiers.reserve(manifests.size());
  for (const auto& manifest : manifests) identifiers.push_back(identify(manifest));
  return identifiers;
}

OrderKey order_key(const api::ResourceIdentifier& identifier) {
  const auto found = std::ranges::find(ranked_kinds, identifier.kind);
  const bool is_ranked = found != ranked_kinds.end();
  // Go prints a kind with its group and version as "group/version, Kind=kind", with the slash also in the core group.
  std::string kind = is_ranked ? kube::GroupVersion{identifier.group, identifier.version}.api_version()
                               : fmt::format("{}/{}, Kind={}", identifier.group, identifier.version, identifier.kind);
  return {static_cast<int>(found - ranked_kinds.begin()), std::move(kind),
          fmt::format("{}/{}", identifier.namespace_, identifier.name)};
}

}  // namespace slipway::hub::selection
