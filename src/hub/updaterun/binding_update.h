#pragma once

#include "engine/controller.h"
#include "hub/updaterun/facts.h"
#include "hub/updaterun/status.h"

// What a run does to one binding, and what it reads from it (staged-update 5.5 to 5.7). Pure.
namespace slipway::hub::updaterun {

// What the run wants of one cluster's binding.
struct Intent {
  std::string snapshot_name;  // the master's name
  const std::vector<kube::NamespacedName>* resource_overrides = nullptr;
  const std::vector<std::string>* cluster_overrides = nullptr;
  const api::ApplyStrategy* apply_strategy = nullptr;
};
[[nodiscard]] Intent intent_for(const api::StagedUpdateRun& run, const api::ClusterUpdatingStatus& cluster);

// The binding is what this run made of it: content, Bound, and RolloutStarted at its generation (5.5, ownership check).
[[nodiscard]] bool is_in_sync(const api::ResourceBinding& binding, const Intent& intent);

// The writes of 5.6 that bring a binding in sync; empty when it is.
[[nodiscard]] engine::Chain start_writes(const api::StagedUpdateRun& run, const api::ResourceBinding& binding,
                                         const Intent& intent, WallTime now);

// 5.7. `why` says what is not done yet, for messages; rows 2 and 3 are treated alike.
struct Progress {
  bool succeeded = false;
  std::string why{};
};
[[nodiscard]] Progress result_of(const api::ResourceBinding& binding);

// How long a cluster may be in flight before the run shows Stuck; strictly more than this (5.7).
inline constexpr std::chrono::seconds stuck_after{300};

}  // namespace slipway::hub::updaterun
