#pragma once

#include <string>
#include <vector>

#include "api/snapshot.h"
#include "hub/scheduler/bindings.h"

// What a scheduling cycle reports in the policy snapshot (placement 3.8). Pure.
namespace slipway::hub::scheduler {

struct Rejected {
  std::string cluster;
  std::string reason;
};

struct Outcome {
  std::vector<api::ClusterDecision> existing;    // decisions of bindings, in the order of the algorithm
  std::vector<api::ClusterDecision> not_picked;  // scored but not picked, best first
  std::vector<Rejected> rejected;                // any order
  std::int64_t desired = 0;                      // Scheduled is True when `existing` are as many
};

// The status of `snapshot` after the cycle; equal to the present one when nothing changed.
[[nodiscard]] api::SchedulingPolicySnapshotStatus report(const api::SchedulingPolicySnapshot& snapshot,
                                                         const Outcome& outcome, WallTime now);

// The decision for a picked cluster.
[[nodiscard]] api::ClusterDecision picked(std::string cluster, std::string reason);
[[nodiscard]] api::ClusterDecision picked_with_score(std::string cluster, std::int32_t affinity, std::int32_t topology);

}  // namespace slipway::hub::scheduler
