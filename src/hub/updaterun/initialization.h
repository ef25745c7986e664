#pragma once

#include "engine/controller.h"
#include "hub/selection/resource_selection.h"
#include "hub/updaterun/facts.h"
#include "hub/updaterun/status.h"

// What a run pins for good, once (staged-update 3). Pure.
namespace slipway::hub::updaterun {

// What initialization came to.
struct Initialization {
  // Present: not finished. Read: make the reads. Retry: nothing is recorded. Terminal: `status` holds what was learned
  // before, and Initialized=False.
  std::optional<Verdict> verdict{};
  // Writes to make first (a resource snapshot of the content as it is now, 3.8); then initialize again.
  engine::Chain writes{};
  // With a retry while the scheduler catches up (3.4): when the patience ends.
  std::optional<WallTime> grace_ends{};
  // Finished (verdict absent, writes empty): the status with Initialized=True.
  api::UpdateRunStatus status{};
};

// `content` is `view`, and may answer the reads of the selected resources from what an earlier pass of this run read
// (selection::RememberingView). Nothing else is asked of it: a verdict wants its own live reads (design 4).
[[nodiscard]] Initialization initialize(const api::StagedUpdateRun& run, const engine::View& view,
                                        const engine::View& content, const selection::Rules& rules,
                                        const Recorder& recorder);

}  // namespace slipway::hub::updaterun
