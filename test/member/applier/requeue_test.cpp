#include "member/applier/requeue.h"

#include <gtest/gtest.h>

namespace slipway::member::applier {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

std::vector<std::int64_t> delays_of(const RequeueDelays& delays, bool is_available, std::size_t count) {
  Requeue state;
  std::vector<std::int64_t> found;
  while (found.size() < count) found.push_back(next_delay(state, delays, 1, {"x"}, is_available) / 10ms);
  return found;
}

// member 8.15, in hundredths of a second.
TEST(Requeue, TheDelaysOfTheSpecification) {
  EXPECT_EQ(delays_of({}, false, 24),
            (std::vector<std::int64_t>{500,  200,  240,  288,  345,  414,   497,   597,   716,   859,   1031,  1238,
                                       1486, 2229, 3343, 5015, 7522, 11284, 16926, 25389, 38084, 57127, 85691, 90000}));
  EXPECT_EQ(delays_of({}, true, 19),
            (std::vector<std::int64_t>{500, 200, 300, 450, 675, 1012, 1518, 2278, 3417, 5125, 7688, 11533, 17299, 25949,
                                       38923, 58385, 87578, 90000, 90000}));
}

TEST(Requeue, BeginsAnewWhenSomethingIsDifferent) {
  Requeue state;
  const auto next = [&](std::int64_t generation, std::string result) {
    return next_delay(state, {}, generation, {std::move(result)}, false);
  };
  EXPECT_EQ(next(1, "a"), 5s);
  EXPECT_EQ(next(1, "a"), 2s);
  EXPECT_EQ(next(1, "b"), 5s);
  EXPECT_EQ(next(1, "b"), 2s);
  EXPECT_EQ(next(2, "b"), 5s);
}

TEST(Requeue, ValuesOutOfRangeAreRepaired) {
  const RequeueDelays bad{.attempts_with_fixed_delay = 41,
                          .fixed = 1s,
                          .slow_base = 1.5,
                          .initial_slow = 20s,
                          .max_slow = 10s,
                          .fast_base = 1.2,
                          .max_fast = 900s};
  const RequeueDelays good = bad.repaired();
  EXPECT_EQ(good.attempts_with_fixed_delay, 1);
  EXPECT_EQ(good.fixed, 2s);
  EXPECT_EQ(good.slow_base, 1.2);
  EXPECT_EQ(good.fast_base, 1.2);
  EXPECT_EQ(good.initial_slow, 2s);
  EXPECT_EQ(good.max_slow, 30s);
  EXPECT_EQ(good.max_fast, 900s);
}

}  // namespace
}  // namespace slipway::member::applier
