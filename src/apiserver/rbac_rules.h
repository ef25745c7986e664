#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/identity.h"
#include "json/value.h"

namespace slipway::apiserver {

// One rule of a Role or ClusterRole (kube-api 11.2). Pure; any thread.
struct RbacRule {
  std::vector<std::string> verbs{};
  std::vector<std::string> groups{};
  std::vector<std::string> resources{};  // "pods", "pods/status", "*/scale", "*"
  std::vector<std::string> names{};      // empty: every object
  std::vector<std::string> paths{};      // nonResourceURLs: "/healthz", "/apis/*", "*"

  [[nodiscard]] bool allows(const Attributes& attributes) const;
  // Whether whoever has this rule has all of `one`, a rule with a single verb, and one group, resource and name, or one
  // path.
  [[nodiscard]] bool covers(const RbacRule& one) const;
  [[nodiscard]] json::Value to_json() const;
  // {APIGroups:[""], Resources:["configmaps"], Verbs:["list"]}
  [[nodiscard]] std::string text() const;
  friend bool operator==(const RbacRule&, const RbacRule&) = default;
};

// The rules of a role as it is stored; what is malformed grants nothing.
[[nodiscard]] std::vector<RbacRule> parse_rules(const json::Value& role);

// What `wanted` grants beyond `held`, a resource each with all its verbs, in the order of text.
[[nodiscard]] std::vector<RbacRule> rules_not_held(const std::vector<RbacRule>& held,
                                                   const std::vector<RbacRule>& wanted);

}  // namespace slipway::apiserver
