#include "base/rng.h"

#include <array>
#include <gtest/gtest.h>
#include <regex>
#include <set>

namespace slipway {
namespace {

TEST(Rng, SameSeedSameSequence) {
  Rng a(7);
  Rng b(7);
  Rng other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto drawn = a();
    EXPECT_EQ(drawn, b());
    differs = differs || drawn != other();
  }
  EXPECT_TRUE(differs);
}

TEST(Rng, BelowStaysBelowAndReachesEveryValue) {
  Rng rng(1);
  std::array<int, 6> counts{};
  for (int i = 0; i < 6000; ++i) ++counts.at(rng.below(6));
  for (const int count : counts) {
    EXPECT_GT(count, 800);  // 1000 expected, standard deviation 29
    EXPECT_LT(count, 1200);
  }
  EXPECT_EQ(rng.below(1), 0U);
  EXPECT_TRUE(rng.one_in(1));
  EXPECT_LT(rng.below(Rng::max()), Rng::max());
}

TEST(Rng, TextAndUuidHaveTheirForm) {
  Rng rng(3);
  EXPECT_EQ(rng.text(5, "x"), "xxxxx");
  EXPECT_EQ(rng.text(0, "abc"), "");
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string uuid = rng.uuid();
    EXPECT_TRUE(std::regex_match(uuid, form)) << uuid;
    EXPECT_TRUE(seen.insert(uuid).second) << uuid;
  }
}

TEST(Rng, SystemSeedsDiffer) { EXPECT_NE(Rng::from_system()(), Rng::from_system()()); }

}  // namespace
}  // namespace slipway
