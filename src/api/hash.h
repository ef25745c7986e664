#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/override.h"
#include "api/placement.h"

// Hashes over the JSON that Go's encoding/json would write (api 8.7). They are recorded exactly as the API says, but
// are a shortcut only: equality is decided by content, and a differing hash over equal content is never a reason to
// write.
namespace slipway::api {

// JSON as Go's encoding/json writes an unstructured value: canonical text with <, >, &, U+2028 and U+2029 escaped.
[[nodiscard]] std::string go_json(const json::Value& value);
// 64 lower-case hex digits of SHA-256 over go_json: HashOf(x) of an unstructured value.
[[nodiscard]] std::string hash_of(const json::Value& value);

// The JSON of a struct in Go's field order, empty fields left out or written as the API's `O` and `O!` marks say.
[[nodiscard]] std::string go_json(const PlacementPolicy& policy);
[[nodiscard]] std::string go_json(const ClusterResourceOverrideSpec& spec);
[[nodiscard]] std::string go_json(const ResourceOverrideSpec& spec);

// SchedulingPolicySnapshotSpec::policy_hash: without numberOfClusters; an absent policy hashes JSON null.
[[nodiscard]] std::string policy_hash(const std::optional<PlacementPolicy>& policy);
// override_hash of a snapshot.
[[nodiscard]] std::string override_hash(const ClusterResourceOverrideSpec& spec);
[[nodiscard]] std::string override_hash(const ResourceOverrideSpec& spec);
// Annotation resource-hash: of all manifests of the group, before it is split.
[[nodiscard]] std::string resource_hash(const std::vector<RawObject>& selected_resources);
// Annotations parent-resource-override-snapshot-hash and parent-cluster-resource-override-snapshot-hash.
[[nodiscard]] std::string override_snapshots_hash(const std::vector<kube::NamespacedName>& snapshots);
[[nodiscard]] std::string override_snapshots_hash(const std::vector<std::string>& snapshots);

}  // namespace slipway::api
