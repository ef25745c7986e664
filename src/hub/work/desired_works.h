#pragma once

#include <expected>
#include <vector>

#include "api/binding.h"
#include "api/snapshot.h"
#include "api/work.h"
#include "engine/controller.h"
#include "hub/override/application.h"

// Which Works a binding asks for, and what must be written to have them (placement 6.2, 6.3). Pure.
namespace slipway::hub::work {

using SnapshotPtr = std::shared_ptr<const api::ResourceSnapshot>;
using WorkPtr = std::shared_ptr<const api::Work>;

// Why the Works cannot be made what the binding asks for.
struct SyncFailure {
  bool at_overrides = false;      // finding snapshots and overrides, and applying these; else any later step (6.4)
  std::string cause{};            // a sentence for the user, with nothing of the content
  bool is_about_doubles = false;  // two Works stand for one envelope, which is worth an event, too (6.3)
};

// What a binding asks for, made from the parts of a snapshot group (complete, the master first) as its cluster gets
// them.
struct Content {
  const api::ResourceBinding& binding;
  const std::vector<SnapshotPtr>& group;
  const override::Snapshots& overrides;  // those that the binding names
  const api::MemberCluster& cluster;
};

// One Work for each part, in order, also when nothing is left of it; after it one for each envelope in it (6.3). An
// envelope whose Work is among `existing`, known by its labels, keeps that Work's name.
[[nodiscard]] std::expected<std::vector<api::Work>, SyncFailure> desired_works(const Content& content,
                                                                               const std::vector<WorkPtr>& existing);

// Creates what is missing, updates what differs in content, deletes what is no longer wanted. `existing` are the
// binding's Works that are not being deleted. Empty: in sync.
// With overrides, Works that say what they were made of (is_made_of) keep their manifests: what overrides make of them
// also depends on the labels of the cluster, and a change of those is no rollout.
[[nodiscard]] engine::Chain sync_writes(const api::ResourceBinding& binding, const std::vector<api::Work>& desired,
                                        const std::vector<WorkPtr>& existing);
[[nodiscard]] bool has_overrides(const api::ResourceBinding& binding);
// The Work says that it was made of the binding's snapshot and overrides (6.3), whoever made it.
[[nodiscard]] bool is_made_of(const api::Work& work, const api::ResourceBinding& binding);

// The writes that give `existing` the binding's apply strategy and nothing else (a pruned snapshot, 6.2 (3)).
[[nodiscard]] engine::Chain apply_strategy_writes(const api::ResourceBinding& binding,
                                                  const std::vector<WorkPtr>& existing);

}  // namespace slipway::hub::work
