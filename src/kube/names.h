#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {
class Rng;
}

namespace slipway::kube {

// "apps/v1" and "v1" are the two spellings of an apiVersion; the core group is "".
struct GroupVersion {
  std::string group;
  std::string version;
  [[nodiscard]] std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  friend auto operator<=>(const GroupVersion&, const GroupVersion&) = default;
};
// Error: bad_request when there is more than one '/' or a part is empty.
[[nodiscard]] Result<GroupVersion> parse_group_version(std::string_view api_version);

struct GroupKind {
  std::string group;
  std::string kind;
  friend auto operator<=>(const GroupKind&, const GroupKind&) = default;
};

struct GroupVersionKind {
  std::string group;
  std::string version;
  std::string kind;
  [[nodiscard]] std::string api_version() const { return GroupVersion{group, version}.api_version(); }
  friend auto operator<=>(const GroupVersionKind&, const GroupVersionKind&) = default;
};

// A collection of objects: what a cache, a watch or a list is about. One group and plural name, served in some
// versions.
struct GroupResource {
  std::string group;
  std::string resource;  // plural, lower case
  // "deployments.apps", or "pods" in the core group: as Kubernetes' messages name it.
  [[nodiscard]] std::string text() const { return group.empty() ? resource : resource + "." + group; }
  friend auto operator<=>(const GroupResource&, const GroupResource&) = default;
};

struct GroupVersionResource {
  std::string group;
  std::string version;
  std::string resource;
  [[nodiscard]] GroupResource group_resource() const { return {group, resource}; }
  friend auto operator<=>(const GroupVersionResource&, const GroupVersionResource&) = default;
};

// The name of an object within its collection; namespace is empty for cluster-scoped kinds.
struct NamespacedName {
  std::string namespace_;
  std::string name;
  // "namespace/name", or "name" without a namespace.
  [[nodiscard]] std::string text() const { return namespace_.empty() ? name : namespace_ + "/" + name; }
  friend auto operator<=>(const NamespacedName&, const NamespacedName&) = default;
};

// Name rules (kube-api 6.7). Each returns Kubernetes' own sentence when `name` breaks the rule, "" when it is fine.
[[nodiscard]] std::string check_dns1123_label(std::string_view name);
[[nodiscard]] std::string check_dns1123_subdomain(std::string_view name);
[[nodiscard]] std::string check_dns1035_label(std::string_view name);
[[nodiscard]] std::string check_path_segment(std::string_view name);
[[nodiscard]] std::string check_qualified_name(std::string_view name);  // label keys, finalizers
[[nodiscard]] std::string check_label_value(std::string_view value);
[[nodiscard]] std::string check_config_map_key(std::string_view key);

// A name for metadata.generateName (kube-api 6.2): `prefix`, cut to 58 bytes, and five random characters. The caller
// tries again when the name is taken.
[[nodiscard]] std::string generate_name(std::string_view prefix, Rng& rng);

}  // namespace slipway::kube
