#pragma once

#include <memory>
#include <vector>

#include "api/snapshot.h"
#include "engine/controller.h"

// Policy snapshots: the versions of a placement's scheduling policy (placement 1.9). Pure.
namespace slipway::hub::placement {

using PolicyPtr = std::shared_ptr<const api::SchedulingPolicySnapshot>;

// What must be written so that the latest policy snapshot says what the placement says. `latest` is set when there is
// nothing to write; otherwise perform the chain and ask again. Error: internal (snapshots contradict each other; the
// message says which).
struct EnsuredPolicy {
  engine::Chain writes;
  PolicyPtr latest;
};
[[nodiscard]] Result<EnsuredPolicy> ensure_policy(const api::Placement& placement,
                                                  const std::vector<PolicyPtr>& existing);

// Do both pick the same clusters, the number of PickN aside? No policy is PickAll, and sets are sets in whatever order.
[[nodiscard]] bool is_same_policy(const std::optional<api::PlacementPolicy>& a,
                                  const std::optional<api::PlacementPolicy>& b);

}  // namespace slipway::hub::placement
