#pragma once

#include <vector>

#include "hub/updaterun/facts.h"

// Who is updated in which stage, and in which order (staged-update 3.6, 3.7). Pure.
namespace slipway::hub::updaterun {

struct Stages {
  std::vector<api::StageUpdatingStatus> stages;  // in strategy order, without conditions
  // Selected clusters that are in no stage, sorted. Not empty: the run fails, with `stages` recorded all the same.
  std::vector<std::string> left_over;
};

// `strategy` is the recorded snapshot. Terminal (user): tasks that do not go together, a wait that is not above zero, a
// selector that cannot be evaluated, a sorting label that is no 64-bit integer, a cluster in two stages.
[[nodiscard]] Outcome<Stages> compute_stages(std::string_view run_name, const api::UpdateStrategySpec& strategy,
                                             const std::vector<BindingPtr>& selected,
                                             const std::vector<MemberPtr>& members);

// The message of a run whose selected clusters are not all in a stage: the total, and ten names at most.
[[nodiscard]] std::string describe_left_over(const std::vector<std::string>& left_over);

[[nodiscard]] api::StageUpdatingStatus compute_deletion_stage(const std::vector<BindingPtr>& to_be_deleted);

// A copy of the strategy as a run records it (1.4): no wait on approvals, other waits in Go's form.
[[nodiscard]] api::UpdateStrategySpec recorded_strategy(const api::UpdateStrategySpec& spec);

}  // namespace slipway::hub::updaterun
