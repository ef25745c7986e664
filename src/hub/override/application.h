#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "api/membership.h"
#include "api/override.h"

// Overrides applied to what a cluster gets (placement 5.4). Pure.
namespace slipway::hub::override {

// The override snapshots that a binding names, in its order.
struct Snapshots {
  std::vector<std::shared_ptr<const api::ClusterResourceOverrideSnapshot>> cluster;
  std::vector<std::shared_ptr<const api::ResourceOverrideSnapshot>> in_namespace;
};

// The manifest as `cluster` gets it: cluster overrides first, then those of its namespace, so that the later one wins;
// nothing when one of them deletes it. What overrides name is the manifest as it was, whatever a patch makes of its
// name. Envelopes are returned as they are. Error: invalid; the message names the override snapshot, the object and
// the cause, and nothing of their content.
[[nodiscard]] Result<std::optional<json::Value>> apply(json::Value manifest, const Snapshots& snapshots,
                                                       const api::MemberCluster& cluster);

// ${MEMBER-CLUSTER-NAME} and ${MEMBER-CLUSTER-LABEL-KEY-<key>} in every text of `value`, names of members included;
// other text in ${} stays. Error: invalid (the cluster has no such label, or the brace is not closed).
[[nodiscard]] Result<json::Value> substitute(const json::Value& value, const api::MemberCluster& cluster);

}  // namespace slipway::hub::override
