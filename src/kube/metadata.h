#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace slipway::kube {

using StringMap = std::map<std::string, std::string, std::less<>>;

struct OwnerReference {
  std::string api_version{};
  std::string kind{};
  std::string name{};
  std::string uid{};
  std::optional<bool> controller{};
  std::optional<bool> block_owner_deletion{};
  friend bool operator==(const OwnerReference&, const OwnerReference&) = default;
};

// metav1.ObjectMeta, without managedFields (no server-side apply yet: docs/decisions) and selfLink (gone from
// Kubernetes).
struct ObjectMeta {
  std::string name{};
  std::string generate_name{};
  std::string namespace_{};
  std::string uid{};
  std::uint64_t resource_version = 0;  // 0: never stored
  std::int64_t generation = 0;         // 0: this kind does not track it
  std::optional<WallTime> creation_timestamp{};
  std::optional<WallTime> deletion_timestamp{};
  std::optional<std::int64_t> deletion_grace_period_seconds{};
  StringMap labels{};
  StringMap annotations{};
  std::vector<std::string> finalizers{};
  std::vector<OwnerReference> owner_references{};

  [[nodiscard]] bool is_deleting() const { return deletion_timestamp.has_value(); }
  [[nodiscard]] const std::string* label(std::string_view key) const;
  [[nodiscard]] const std::string* annotation(std::string_view key) const;
  [[nodiscard]] bool has_finalizer(std::string_view finalizer) const;
  [[nodiscard]] const OwnerReference* controller() const;  // the owner with controller: true
  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

// Zero values are left out, as Go's omitempty does; creationTimestamp is left out when absent.
[[nodiscard]] json::Value to_json(const ObjectMeta& metadata);
// Unknown keys are dropped and, when `unknown` is given, their names added. Error: bad_request in the words of Go's
// decoder
// ("json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string").
[[nodiscard]] Result<ObjectMeta> parse_metadata(const json::Value& metadata,
                                                std::vector<std::string>* unknown = nullptr);

}  // namespace slipway::kube
