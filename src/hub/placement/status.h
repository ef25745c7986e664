#pragma once

#include <memory>
#include <vector>

#include "api/binding.h"
#include "api/snapshot.h"
#include "base/result.h"
#include "hub/snapshot/resource_snapshots.h"

// The status of a placement (placement 1.12). Pure.
namespace slipway::hub::placement {

struct Observed {
  std::shared_ptr<const api::SchedulingPolicySnapshot> policy;        // the latest
  std::vector<std::shared_ptr<const api::ResourceBinding>> bindings;  // of the placement
  std::vector<snapshot::Group> groups;                                // of the placement, oldest first
  const snapshot::Group* current = nullptr;                           // what RollingUpdate rolls out; null for External
  std::vector<api::ResourceIdentifier> selected;                      // External: what the selectors pick now
};

// Error: internal (scheduler and placement contradict each other for the moment, or a snapshot group is broken: try
// again).
[[nodiscard]] Result<api::PlacementStatus> compute_status(const api::Placement& placement, const Observed& observed,
                                                          WallTime now);

// The status of a placement whose selectors are wrong: everything else stays as it was (1.3 (4)).
[[nodiscard]] api::PlacementStatus invalid_selectors_status(const api::Placement& placement, std::string message,
                                                            WallTime now);

}  // namespace slipway::hub::placement
