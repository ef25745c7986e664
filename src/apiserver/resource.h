#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/builtin_kinds.h"
#include "kube/json_path.h"
#include "kube/names.h"
#include "kube/schema.h"

namespace slipway::apiserver {

// A printer column of a custom resource (kube-api 3.4, 8.1).
struct Column {
  std::string name;
  std::string type;  // "string", "date", "integer", …
  std::string format;
  std::string description;
  int priority = 0;
  std::shared_ptr<const kube::JsonPath> path;
};

// One served version of a resource.
struct ResourceVersion {
  std::string name;                            // "v1beta1"
  std::shared_ptr<const kube::Schema> schema;  // custom resources only
  json::Value open_api;                        // custom resources only: for /openapi/v3
  bool has_status = false;
  bool same_as_storage = true;                 // reading through this version drops nothing
  std::vector<Column> columns;                 // custom resources only; empty = Age alone
  std::vector<std::string> selectable_fields;  // custom resources only: "spec.color" (kube-api 8.8)
};

// One collection of one cluster, built-in or defined by a CRD. Immutable: a changed CRD makes a new one.
struct Resource {
  kube::GroupResource id;
  std::string kind;
  std::string list_kind;
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool namespaced = false;
  std::vector<ResourceVersion> versions;  // served ones, preferred first
  std::string storage_version;
  std::vector<std::string> verbs;                   // of the main endpoint
  const api::BuiltinKind* builtin = nullptr;        // null for custom resources
  std::optional<ResourceVersion> unserved_storage;  // custom resources whose storage version is not served
  bool stored = true;                               // false: reviews, answered and forgotten
  std::uint64_t schema_digest = 0;  // of the storage version's schema; stored objects are normal under it

  [[nodiscard]] const ResourceVersion* version(std::string_view name) const {
    for (const auto& one : versions) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
  [[nodiscard]] const ResourceVersion& storage() const {
    if (unserved_storage) return *unserved_storage;
    for (const auto& one : versions) {
      if (one.name == storage_version) return one;
    }
    return versions.front();  // never: a resource serves its storage version, or unserved_storage holds it
  }
  [[nodiscard]] bool is_stored() const { return stored; }
  [[nodiscard]] kube::GroupVersionKind gvk(std::string_view version_name) const {
    return {id.group, std::string(version_name), kind};
  }
  [[nodiscard]] kube::GroupKind group_kind() const { return {id.group, kind}; }
};

}  // namespace slipway::apiserver
