#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "api/membership.h"
#include "api/override.h"
#include "kube/selector.h"

// What overrides name and whom they reach: the same for finding those that apply and for applying them (placement 5.3).
// Pure.
namespace slipway::hub::override {

// Group, version, kind, name.
using ObjectKey = std::tuple<std::string, std::string, std::string, std::string>;

// How overrides name one manifest. The namespace is what tells the scopes apart: manifests come from a hub, which has
// seen to it that an object has one or not, or from an envelope, where it is checked.
struct Target {
  ObjectKey cluster;       // for ClusterResourceOverrides: the object, or the Namespace it is in
  std::string namespace_;  // "": a cluster-scoped object, which no ResourceOverride names
  ObjectKey own;           // for ResourceOverrides in that namespace
};

// Nothing when group, version, kind or name is missing.
[[nodiscard]] std::optional<Target> target_of(const json::Value& manifest);
[[nodiscard]] ObjectKey key_of_namespace(std::string_view name);
// ClusterResourceEnvelope or ResourceEnvelope: stands for what it wraps, and cannot be named itself.
[[nodiscard]] bool is_envelope(const json::Value& manifest);

// The clusters that one rule is for.
class Reach {
 public:
  // Error: invalid (a selector cannot be evaluated).
  static Result<Reach> of(const api::OverrideRule& rule);
  [[nodiscard]] bool includes(const api::MemberCluster& cluster) const;

 private:
  std::vector<kube::LabelSelector> selectors_;  // one of which must match
};

}  // namespace slipway::hub::override
