#pragma once

#include "hub/updaterun/facts.h"
#include "hub/updaterun/status.h"

// What must still hold of an initialized run each time it is looked at (staged-update 4). Pure.
namespace slipway::hub::updaterun {

struct Position {
  enum class Kind : std::uint8_t { updating_stage, deletion_stage, everything_done };
  Kind kind = Kind::updating_stage;
  std::size_t stage = 0;  // index into stagesStatus, for updating_stage
  friend bool operator==(const Position&, const Position&) = default;
};

struct Validated {
  Target target;
  Position position;
};

// V1 to V16 in order. Terminal: the run has failed; stage conditions stay as they are.
[[nodiscard]] Outcome<Validated> validate(const api::StagedUpdateRun& run, const Observed& observed);

// V13 alone: which stage is next, from what is recorded.
[[nodiscard]] Outcome<Position> find_position(const api::UpdateRunStatus& status);

}  // namespace slipway::hub::updaterun
