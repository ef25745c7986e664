#pragma once

#include <memory>
#include <set>
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
// The group that counts as latest (placement 1.10 (1)); null when there is none. Error: internal (several are labelled
// latest).
[[nodiscard]] Result<const Group*> latest_group(const std::vector<Group>& groups);

// Does the group hold exactly `selected`? Content decides; where parts are missing, the recorded hash. Error: internal
// (the master's count of parts is no number).
[[nodiscard]] Result<bool> holds(const Group& group, const selection::SelectedResources& selected);
[[nodiscard]] bool is_labelled_latest(const api::ResourceSnapshot& snapshot);

// What must be written so that the latest snapshot holds exactly `selected`, without any batching delay
// (staged-update 3.8, index omitted). An empty chain: `master` is it already. Otherwise perform the chain and ask
// again.
struct Ensured {
  engine::Chain writes;
  SnapshotPtr master;  // set when there is nothing to write
};
// Groups whose master is named in `in_use` outlive revisionHistoryLimit: a cluster may still need their content (13.3
// F14). Error: internal (snapshots contradict each other; the message says which).
[[nodiscard]] Result<Ensured> ensure_latest(const api::Placement& placement,
                                            const selection::SelectedResources& selected,
                                            const std::vector<SnapshotPtr>& existing,
                                            const std::set<std::string>& in_use = {});

}  // namespace slipway::hub::snapshot
