#pragma once

#include <optional>

#include "engine/controller.h"
#include "hub/updaterun/status.h"
#include "hub/updaterun/verdict.h"

// Approvals of stages (staged-update 7). Pure.
namespace slipway::hub::updaterun {

struct Approval {
  bool passed = false;
  engine::Chain writes{};  // the request to create, or its acceptance; then look again
};

// Evaluates the approval task `task` of `stage` (7.3), updating the task's conditions. Terminal: a request of that name
// belongs to another run or stage.
[[nodiscard]] Outcome<Approval> evaluate_approval(const api::StagedUpdateRun& run, const std::string& stage,
                                                  bool before, api::StageTaskStatus& task, const engine::View& view,
                                                  const Recorder& recorder);

// Approved=True at the request's own generation: what makes an approval count (K8).
[[nodiscard]] bool is_approved(const api::ApprovalRequest& request);
[[nodiscard]] bool is_accepted(const api::ApprovalRequest& request);

// Does a change of a request concern its run (7.4)? `before` and `after` may be null.
[[nodiscard]] bool concerns_run(const api::ApprovalRequest* before, const api::ApprovalRequest* after);

}  // namespace slipway::hub::updaterun
