#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/placement.h"
#include "api/snapshot.h"
#include "engine/controller.h"
#include "hub/selection/resource_selection.h"

// Resource snapshots: the versions of a placement's content (placement 1.10, staged-update 3.8). Pure.
namespace slipway::hub::snapshot {

using SnapshotPtr = std::shared_ptr<const api::ResourceSnapshot>;

// All snapshots of one index; the master is the one with a non-empty resource-hash annotation.
struct Group {
  std::int64_t index = 0;
  SnapshotPtr master;                // null: incomplete
  std::vector<SnapshotPtr> members;  // master first, then by subindex
  // All manifests in order.
  [[nodiscard]] std::vector<json::Value> manifests() const;
};

// The groups of a placement, oldest first. `snapshots` as found by index::by_placement.
[[nodiscard]] std::vector<Group> group_by_index(const std::vector<SnapshotPtr>& snapshots);
// The group that counts as latest (placement 1.10 (1)); null when there is none. Error: internal (several are labelled latest).
[[nodiscard]] Result<const Group*> latest_group(const std::vector<Group>& groups);

// What must be written so that the latest snapshot holds exactly `selected`, without any batching delay (staged-update 3.8, index
// omitted). An empty chain: `master` is it already. Otherwise perform the chain and ask again.
struct Ensured {
  engine::Chain writes;
  SnapshotPtr master;  // set when there is nothing to write
};
[[nodiscard]] Result<Ensured> ensure_latest(const api::Placement& placement, const selection::SelectedResources& selected,
                                            const std::vector<SnapshotPtr>& existing);

}  // namespace slipway::hub::snapshot
