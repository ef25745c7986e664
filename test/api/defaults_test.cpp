#include "api/defaults.h"

#include <gtest/gtest.h>

namespace slipway::api {
namespace {

// api 9.1.
TEST(Defaults, FillWhatAnAbsentParentMeans) {
  const PlacementSpec bare;
  EXPECT_EQ(bare.placement_type(), PlacementType::pick_all);
  EXPECT_EQ(bare.strategy_type(), RolloutStrategyType::rolling_update);
  EXPECT_EQ(revision_history_limit_of(bare), 10);
  EXPECT_EQ(rolling_update_of(bare),
            (RollingUpdateConfig{.max_unavailable = "25%", .max_surge = "25%", .unavailable_period_seconds = 60}));
  EXPECT_EQ(apply_strategy_of(bare), ApplyStrategy{});

  PlacementSpec given{
      .strategy = RolloutStrategy{.rolling_update = RollingUpdateConfig{.max_surge = 0},
                                  .apply_strategy = ApplyStrategy{.type = ApplyType::server_side_apply}},
      .revision_history_limit = 3};
  EXPECT_EQ(rolling_update_of(given).max_surge, IntOrString(0));
  EXPECT_EQ(rolling_update_of(given).max_unavailable, IntOrString("25%"));
  EXPECT_EQ(revision_history_limit_of(given), 3);
  EXPECT_EQ(apply_strategy_of(given).server_side_apply_config, ServerSideApplyConfig{.force = false});
  given.strategy->apply_strategy->server_side_apply_config = ServerSideApplyConfig{.force = true};
  EXPECT_EQ(apply_strategy_of(given).server_side_apply_config->force, true);
}

}  // namespace
}  // namespace slipway::api
