#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "api/placement.h"
#include "hub/scheduler/bindings.h"

// How PickN orders the clusters that its filters admit (placement 3.5, 3.11). Pure.
namespace slipway::hub::scheduler {

struct Score {
  std::int32_t topology = 0;
  std::int32_t affinity = 0;
  std::int32_t obsolete = 0;  // 1 where a binding of an older policy is: to stay is better than to move
  friend auto operator<=>(const Score&, const Score&) = default;
};

// The preferred cluster affinity of every member of the fleet, since the range of a sorted property is taken over all
// of them. Elements of weight 0 are not looked at. A property that is no quantity counts as absent. Error: invalid (a
// label selector cannot be evaluated).
using AffinityScores = std::map<std::string, std::int32_t, std::less<>>;
[[nodiscard]] Result<AffinityScores> affinity_scores(const std::optional<api::PlacementPolicy>& policy,
                                                     const Members& members);

}  // namespace slipway::hub::scheduler
