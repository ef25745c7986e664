#pragma once

#include <vector>

#include "api/binding.h"
#include "api/snapshot.h"
#include "api/work.h"
#include "engine/controller.h"

// Which Works a binding asks for, and what must be written to have them (placement 6.2, 6.3). Pure.
namespace slipway::hub::work {

using SnapshotPtr = std::shared_ptr<const api::ResourceSnapshot>;
using WorkPtr = std::shared_ptr<const api::Work>;

// One Work for each part of the snapshot group, in order (the master first). `group` is complete. Error: invalid (the
// manifests cannot be delivered; the message names the object).
[[nodiscard]] Result<std::vector<api::Work>> desired_works(const api::ResourceBinding& binding,
                                                           const std::vector<SnapshotPtr>& group);

// Creates what is missing, updates what differs in content, deletes what is no longer wanted. `existing` are the
// binding's Works that are not being deleted. Empty: in sync.
[[nodiscard]] engine::Chain sync_writes(const std::vector<api::Work>& desired, const std::vector<WorkPtr>& existing);

// The writes that give `existing` the binding's apply strategy and nothing else (a pruned snapshot, 6.2 (3)).
[[nodiscard]] engine::Chain apply_strategy_writes(const api::ResourceBinding& binding,
                                                  const std::vector<WorkPtr>& existing);

}  // namespace slipway::hub::work
