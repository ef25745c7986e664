#pragma once

#include <chrono>
#include <optional>

#include "engine/controller.h"
#include "hub/snapshot/resource_snapshots.h"

// The creation delay of RollingUpdate placements (placement 1.10 (3)): changes that come together become one snapshot.
// Runs never wait (staged-update 3.8). Pure.
namespace slipway::hub::snapshot {

struct Batching {
  std::chrono::seconds minimum_interval{30};     // between snapshots (--resource-snapshot-creation-minimum-interval)
  std::chrono::seconds collection_duration{15};  // after a change is noticed (--resource-changes-collection-duration)
  [[nodiscard]] bool is_off() const { return minimum_interval.count() <= 0 && collection_duration.count() <= 0; }
};

// How long a content that differs from the latest snapshot must wait.
struct Wait {
  engine::Chain writes;           // records when the change was noticed; then ask again
  std::optional<WallTime> until;  // keep the existing snapshot until then; absent: make the new one now
};
// `latest`: the group that counts as latest, with a master, and whose content differs from what is selected.
[[nodiscard]] Wait wait_for_more(const Group& latest, const Batching& batching, WallTime now);

}  // namespace slipway::hub::snapshot
