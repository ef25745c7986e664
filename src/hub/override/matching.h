#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/membership.h"
#include "api/override.h"
#include "api/placement.h"
#include "engine/view.h"

// Which overrides apply to which cluster (placement 5.3, staged-update 3.9). Pure.
namespace slipway::hub::override {

// The override snapshots of one cluster, sorted as they are recorded in bindings.
struct Applicable {
  std::vector<std::string> cluster_overrides;            // ClusterResourceOverrideSnapshot names
  std::vector<kube::NamespacedName> resource_overrides;  // ResourceOverrideSnapshot references
  friend bool operator==(const Applicable&, const Applicable&) = default;
};

// For each of `clusters`, in their order. `manifests` are those of the whole snapshot group. Only snapshots labelled
// latest count. Error: invalid (a selector cannot be evaluated).
[[nodiscard]] Result<std::vector<Applicable>> match(const api::Placement& placement,
                                                    const std::vector<json::Value>& manifests,
                                                    const std::vector<const api::MemberCluster*>& clusters,
                                                    const engine::View& view);

// An override that would reach this content and whose snapshot, as far as is seen, is not made yet:
// "ClusterResourceOverride name" or "ResourceOverride namespace/name"; "" when there is none.
[[nodiscard]] std::string without_snapshot(const api::Placement& placement, const std::vector<json::Value>& manifests,
                                           const engine::View& view);

// The watches an override-aware controller needs are those of both snapshot kinds; these are their collections'
// indexes.
[[nodiscard]] std::vector<engine::Collection> collections();

}  // namespace slipway::hub::override
