#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/binding.h"
#include "api/membership.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "api/staged_update.h"
#include "hub/updaterun/verdict.h"

// What a run observes of the fleet, and the checks that initialization (3.2-3.5) and every later look (4, V1-V7) share.
namespace slipway::hub::updaterun {

using BindingPtr = std::shared_ptr<const api::ResourceBinding>;
using MemberPtr = std::shared_ptr<const api::MemberCluster>;

// The cached objects around one run, gathered through indexes.
struct Observed {
  std::shared_ptr<const api::Placement> placement;                             // null: absent
  std::vector<std::shared_ptr<const api::SchedulingPolicySnapshot>> policies;  // labelled latest
  std::vector<BindingPtr> bindings;                                            // of the placement, in order of name
  std::vector<MemberPtr> members;                                              // in order of name
};
[[nodiscard]] Observed observe(const api::StagedUpdateRun& run, const engine::View& view);

// The reads that confirm `observed` before a terminal verdict: caches may lag, and an absence in them proves nothing
// (design 4). Ok: what the caches show is what the server has. Otherwise: read first, or try again.
[[nodiscard]] Outcome<void> confirm(const api::StagedUpdateRun& run, const Observed& observed,
                                    const engine::View& view);

// 3.2 to 3.5 on observed objects.
struct Target {
  api::ApplyStrategy apply_strategy;
  std::string policy_index;
  std::int64_t cluster_count = -1;        // -1: not known yet (PickAll before its bindings are counted)
  std::vector<BindingPtr> selected;       // in order of name
  std::vector<BindingPtr> to_be_deleted;  // in order of name
};

// Each step fills its part of `target`, so that what was learned before a failure can be recorded (3).
[[nodiscard]] Outcome<void> check_placement(const api::StagedUpdateRun& run, const Observed& observed, Target& target);
[[nodiscard]] Outcome<void> check_policy(const api::StagedUpdateRun& run, const Observed& observed, Target& target);
[[nodiscard]] Outcome<void> check_scheduled(const Observed& observed, const Target& target);
// `may_be_none`: a run that only removes clusters has no binding left once it has removed them (W2).
[[nodiscard]] Outcome<void> collect_bindings(const api::StagedUpdateRun& run, const Observed& observed, Target& target,
                                             bool may_be_none = false);

// True while the scheduler has not caught up with the placement: no snapshot yet, not scheduled yet, or a count that
// does not match yet. Initialization waits for it up to `scheduling_grace` after the run's creation instead of failing
// for good (3.4).
[[nodiscard]] bool is_scheduler_behind(const Observed& observed);
// Part of that: the scheduler works on an older generation of the placement, so that what it has decided may change.
[[nodiscard]] bool has_unseen_generation(const Observed& observed);
inline constexpr std::chrono::seconds scheduling_grace{60};

}  // namespace slipway::hub::updaterun
