#pragma once

#include <cstdint>
#include <functional>

#include "base/rng.h"
#include "test/sim/simulated_fleet.h"

namespace slipway::sim::testing {

// Plays on a new fleet for each of as many seeds as the time allows; each draws its own mix of faults, some of them
// none. SLIPWAY_SIM_SECONDS sets the time (20 without it), of which this test takes the `share`th part;
// SLIPWAY_SIM_SEED sets the first seed. `crash_one_in`: of the steps of a play, at most; see SimulatedFleet::Chances.
// Stops at the first failure.
void play_seeds(int share, std::uint64_t crash_one_in,
                const std::function<void(SimulatedFleet& fleet, Rng& draw)>& play);

}  // namespace slipway::sim::testing
