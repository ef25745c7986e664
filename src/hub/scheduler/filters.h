#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/binding.h"
#include "api/membership.h"
#include "api/placement.h"

// Which clusters a policy admits (placement 3.10 to 3.13). Pure.
namespace slipway::hub::scheduler {

struct FilterContext {
  const api::Placement& placement;
  const std::optional<api::PlacementPolicy>& policy;  // of the policy snapshot
  WallTime now;
};

// Why a cluster is rejected; "" when every filter admits it, in the order ClusterAffinity, ClusterEligibility,
// NamespaceAffinity, TaintToleration. Error: invalid (a selector or quantity cannot be evaluated).
[[nodiscard]] Result<std::string> why_rejected(const FilterContext& context, const api::MemberCluster& member);

// One term: label selector and property expressions, ANDed (3.11). Error: invalid.
[[nodiscard]] Result<bool> matches(const api::ClusterSelectorTerm& term, const api::MemberCluster& member);
// The value of a property, from status.properties or, with prefix resources.kubernetes-fleet.io/, from
// status.resourceUsage; nullopt when the cluster does not have it, or what it has is no quantity: one cluster's odd
// report must not end the scheduling of all (3.10 [Q]). Error: invalid (a malformed resource property name).
[[nodiscard]] Result<std::optional<kube::Quantity>> property(const api::MemberCluster& member, std::string_view name);
// The first taint that no toleration covers; null when all are (3.13).
[[nodiscard]] const api::Taint* first_untolerated(const std::vector<api::Taint>& taints,
                                                  const std::vector<api::Toleration>& tolerations);

}  // namespace slipway::hub::scheduler
