#include "test/sim/seeds.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

namespace slipway::sim::testing {

void play_seeds(int share, std::uint64_t crash_one_in, const std::function<void(SimulatedFleet&, Rng&)>& play) {
  const char* const given = std::getenv("SLIPWAY_SIM_SECONDS");
  const auto budget = std::chrono::seconds{given == nullptr ? 20 : std::atol(given)} / share;
  const char* const first_seed = std::getenv("SLIPWAY_SIM_SEED");
  const auto end = std::chrono::steady_clock::now() + budget;
  std::uint64_t seed = first_seed == nullptr ? 1000 : std::strtoull(first_seed, nullptr, 10);
  std::size_t seeds = 0;
  std::size_t crashes = 0;
  do {
    SCOPED_TRACE(::testing::Message() << "SLIPWAY_SIM_SEED=" << seed);
    Rng draw(seed);
    const auto sometimes = [&](std::uint64_t one_in) { return draw.one_in(2) ? one_in + draw.below(one_in) : 0; };
    const SimulatedFleet::Chances chances{.network = {.latency_max = std::chrono::milliseconds{draw.below(200)},
                                                      .refuse_one_in = sometimes(20),
                                                      .lose_answer_one_in = sometimes(20),
                                                      .cut_stream_one_in = sometimes(30)},
                                          .crash_one_in = sometimes(crash_one_in),
                                          .drop_memo_one_in = sometimes(3)};
    SimulatedFleet fleet(seed, chances);
    ASSERT_TRUE(fleet.start());
    play(fleet, draw);
    if (::testing::Test::HasFailure()) return;
    crashes += fleet.crashes();
    ++seeds;
    ++seed;
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%zu seeds, %zu crashes\n", seeds, crashes);
}

}  // namespace slipway::sim::testing
