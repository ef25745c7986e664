#pragma once

#include "api/common.h"

// Overrides, their snapshots, and envelopes (api 3.7, 4). None of these kinds has a status.
namespace slipway::api {

enum class OverrideType : std::uint8_t { json_patch, delete_ };
enum class PatchOperator : std::uint8_t { add, remove, replace };
[[nodiscard]] std::string_view text(OverrideType value);
[[nodiscard]] std::string_view text(PatchOperator value);

// The placement that an override is for. Namespaced: a ResourcePlacement in the override's namespace.
struct PlacementRef {
  std::string name{};
  Scope scope = Scope::cluster;
  Unknown unknown{};
  friend bool operator==(const PlacementRef&, const PlacementRef&) = default;
};

struct JsonPatchOverride {
  PatchOperator op = PatchOperator::add;
  std::string path{};
  std::optional<json::Value> value{};  // nullopt: the key was absent, which means null
  Unknown unknown{};
  friend bool operator==(const JsonPatchOverride&, const JsonPatchOverride&) = default;
};

struct OverrideRule {
  std::optional<ClusterSelector> cluster_selector{};  // absent = no cluster, no terms = every cluster
  OverrideType override_type = OverrideType::json_patch;
  std::vector<JsonPatchOverride> json_patch_overrides{};
  Unknown unknown{};
  friend bool operator==(const OverrideRule&, const OverrideRule&) = default;
};

struct OverridePolicy {
  std::vector<OverrideRule> override_rules{};  // all that match apply, in order
  Unknown unknown{};
  friend bool operator==(const OverridePolicy&, const OverridePolicy&) = default;
};

struct ClusterResourceOverrideSpec {
  std::optional<PlacementRef> placement{};  // absent = every placement
  std::vector<ResourceSelectorTerm> cluster_resource_selectors{};
  OverridePolicy policy{};
  Unknown unknown{};
  friend bool operator==(const ClusterResourceOverrideSpec&, const ClusterResourceOverrideSpec&) = default;
};

// One object in the override's own namespace.
struct ResourceSelector {
  std::string group{};
  std::string version{};
  std::string kind{};
  std::string name{};
  Unknown unknown{};
  friend bool operator==(const ResourceSelector&, const ResourceSelector&) = default;
};

struct ResourceOverrideSpec {
  std::optional<PlacementRef> placement{};
  std::vector<ResourceSelector> resource_selectors{};
  OverridePolicy policy{};
  Unknown unknown{};
  friend bool operator==(const ResourceOverrideSpec&, const ResourceOverrideSpec&) = default;
};

struct ClusterResourceOverrideSnapshotSpec {
  ClusterResourceOverrideSpec override_spec{};
  std::string override_hash{};  // base64 of the hash's hex text (hash.h)
  Unknown unknown{};
  friend bool operator==(const ClusterResourceOverrideSnapshotSpec&,
                         const ClusterResourceOverrideSnapshotSpec&) = default;
};

struct ResourceOverrideSnapshotSpec {
  ResourceOverrideSpec override_spec{};
  std::string override_hash{};
  Unknown unknown{};
  friend bool operator==(const ResourceOverrideSnapshotSpec&, const ResourceOverrideSnapshotSpec&) = default;
};

struct ClusterResourceOverride {
  kube::ObjectMeta metadata{};
  ClusterResourceOverrideSpec spec{};
  Unknown unknown{};
  friend bool operator==(const ClusterResourceOverride&, const ClusterResourceOverride&) = default;
};

struct ResourceOverride {
  kube::ObjectMeta metadata{};
  ResourceOverrideSpec spec{};
  Unknown unknown{};
  friend bool operator==(const ResourceOverride&, const ResourceOverride&) = default;
};

struct ClusterResourceOverrideSnapshot {
  kube::ObjectMeta metadata{};
  ClusterResourceOverrideSnapshotSpec spec{};
  Unknown unknown{};
  friend bool operator==(const ClusterResourceOverrideSnapshot&, const ClusterResourceOverrideSnapshot&) = default;
};

struct ResourceOverrideSnapshot {
  kube::ObjectMeta metadata{};
  ResourceOverrideSnapshotSpec spec{};
  Unknown unknown{};
  friend bool operator==(const ResourceOverrideSnapshot&, const ResourceOverrideSnapshot&) = default;
};

// ClusterResourceEnvelope, or with a namespace ResourceEnvelope: manifests to be applied on members but not on the hub.
struct ResourceEnvelope {
  kube::ObjectMeta metadata{};
  std::map<std::string, RawObject, std::less<>> data{};  // entry name → whole manifest
  Unknown unknown{};
  friend bool operator==(const ResourceEnvelope&, const ResourceEnvelope&) = default;
};

}  // namespace slipway::api
