#pragma once

#include "hub/scheduler/bindings.h"
#include "hub/scheduler/policy_status.h"

// The three policies (placement 3.4 to 3.6). Pure.
namespace slipway::hub::scheduler {

struct CycleInput {
  const api::Placement& placement;
  const api::SchedulingPolicySnapshot& snapshot;  // the latest
  const Members& members;
  const Classified& classified;
  WallTime now;
};

struct Cycle {
  std::vector<engine::Chain> writes;
  Outcome outcome;  // counts when there is nothing to write
};

// Errors: invalid (the policy cannot be evaluated; the message says why).
[[nodiscard]] Result<Cycle> pick_all(const CycleInput& input);
[[nodiscard]] Result<Cycle> pick_fixed(const CycleInput& input);
[[nodiscard]] Result<Cycle> pick_n(const CycleInput& input);

}  // namespace slipway::hub::scheduler
