#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

// The rights of every component, as one list: the manifests of `slipway install`, what `install` and `join` check
// before they write, and docs/rights.md come from it. Pure.
namespace slipway::app {

// One RBAC rule, and the sentence why it is there.
struct Right {
  std::vector<std::string> groups;
  std::vector<std::string> resources;
  std::vector<std::string> names;  // empty: any
  std::vector<std::string> verbs;
  std::string_view why;
};

// Rules under one name: a ClusterRole, or in `namespace_` a Role, bound to the component's service account.
struct RoleOf {
  std::string name;
  std::string namespace_;  // "": in the whole cluster
  std::vector<Right> rights;
};

inline constexpr std::string_view controllers_name = "slipway-controllers";
inline constexpr std::string_view agent_name = "slipway-agent";

// What the controllers may do on the hub. `namespace_` is that of their Deployment, where their lease is.
[[nodiscard]] std::vector<RoleOf> controllers_rights(const std::string& namespace_);
// What an agent may do in its own cluster (member 2.5); `with_watch` adds list and watch of everything it may get. On
// the hub it has what its namespace grants it, and nothing else (member 4).
[[nodiscard]] std::vector<RoleOf> agent_rights(bool with_watch);

// "rules" of a Role.
[[nodiscard]] json::Array rules_of(const std::vector<Right>& rights);

// docs/rights.md between its two marks: one Markdown table for each component.
[[nodiscard]] std::string rights_tables();

}  // namespace slipway::app
