#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "api/common.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/names.h"
#include "kube/object.h"

// The fleet's kinds and the way between their typed and untyped form (api 1, design 3). T is a root struct of this
// layer: Placement, SchedulingPolicySnapshot, ResourceSnapshot, ResourceBinding, StagedUpdateRun, StagedUpdateStrategy,
// ApprovalRequest, ResourceEnvelope (these stand for a pair of kinds, one of each scope), Work, AppliedWork,
// ClusterResourceOverride, ResourceOverride and their snapshots, PlacementEviction, DisruptionBudget,
// ClusterResourcePlacementStatus, MemberCluster, InternalMemberCluster.
namespace slipway::api {

inline constexpr std::string_view placement_group = "placement.kubernetes-fleet.io";
inline constexpr std::string_view cluster_group = "cluster.kubernetes-fleet.io";
inline constexpr std::string_view storage_version = "v1beta1";  // of every kind; controllers read and write no other

// One column of kubectl's table (api 2).
struct PrinterColumn {
  std::string_view name;
  std::string_view type;  // "string", "date", "integer"
  std::string_view json_path;
  int priority = 0;  // 1: only with -o wide
  std::string_view format = "";
};

struct KindVersion {
  std::string_view name;
  std::vector<PrinterColumn> columns;
};

enum class StatusSubresource : std::uint8_t {
  none,   // no `subresources`
  empty,  // `subresources: {}`: present, but no endpoint
  yes
};

struct KindInfo {
  std::string_view group;
  std::string_view kind;
  std::string_view list_kind;
  std::string_view plural;
  std::string_view singular;
  std::vector<std::string_view> short_names;
  std::vector<std::string_view> categories;
  bool namespaced = false;
  std::vector<KindVersion> versions;  // in order of name, as a CRD lists them
  std::string_view storage;           // one of them
  StatusSubresource status = StatusSubresource::none;
  bool on_hub = true;  // else on members

  [[nodiscard]] Scope scope() const { return namespaced ? Scope::namespaced : Scope::cluster; }
  [[nodiscard]] kube::GroupResource resource() const { return {std::string(group), std::string(plural)}; }
  [[nodiscard]] kube::GroupVersionResource storage_resource() const {
    return {std::string(group), std::string(storage), std::string(plural)};
  }
  [[nodiscard]] kube::GroupVersionKind storage_kind() const {
    return {std::string(group), std::string(storage), std::string(kind)};
  }
};

// All 27 fleet kinds and ClusterProfile.
[[nodiscard]] std::span<const KindInfo> fleet_kinds();
// Null when the fleet has no such kind.
[[nodiscard]] const KindInfo* find_kind(const kube::GroupKind& kind);
[[nodiscard]] const KindInfo* find_kind(const kube::GroupResource& resource);

// The kind of T in a scope. A T that stands for one kind has that one whatever the scope.
template <class T>
[[nodiscard]] const KindInfo& kind_info(Scope scope);

template <class T>
[[nodiscard]] kube::GroupResource resource_of(Scope scope) {
  return kind_info<T>(scope).resource();
}
template <class T>
[[nodiscard]] kube::GroupVersionResource storage_resource_of(Scope scope) {
  return kind_info<T>(scope).storage_resource();
}
template <class T>
[[nodiscard]] kube::GroupVersionKind gvk_of(Scope scope) {
  return kind_info<T>(scope).storage_kind();
}

// A namespace means the namespaced kind of a pair.
[[nodiscard]] inline Scope scope_of(const kube::ObjectMeta& metadata) {
  return metadata.namespace_.empty() ? Scope::cluster : Scope::namespaced;
}
[[nodiscard]] inline Scope scope_of(const kube::NamespacedName& key) {
  return key.namespace_.empty() ? Scope::cluster : Scope::namespaced;
}

// From a whole object or, for the structs inside, from the value of their field. Keys outside the description go to the
// `unknown` slots (apiVersion and kind of a root aside). A missing key is the zero value: what is required is the
// schema's business. Error: bad_request with the path ("spec.stages[0].name: expected text, found a number").
template <class T>
[[nodiscard]] Result<T> decode(const json::Value& value);

// The struct without apiVersion and kind. A root without content in `status` has no `status`.
template <class T>
[[nodiscard]] json::Value encode(const T& value);

// The whole object, with apiVersion and kind.
template <class T>
[[nodiscard]] json::Value to_value(const T& root, Scope scope) {
  json::Value whole = encode(root);
  const KindInfo& info = kind_info<T>(scope);
  whole["apiVersion"] = kube::GroupVersion{std::string(info.group), std::string(info.storage)}.api_version();
  whole["kind"] = info.kind;
  return whole;
}
template <class T>
[[nodiscard]] json::Value to_value(const T& root) {
  return to_value(root, scope_of(root.metadata));
}

// The object as T: decoded once for this version of the object and kept with it (design 3). Null when it does not
// decode; decode_object says why. The pointer lives as long as the object. Core thread only.
template <class T>
[[nodiscard]] const T* as(const kube::Object& object);
template <class T>
[[nodiscard]] Result<T> decode_object(const kube::Object& object);

}  // namespace slipway::api
