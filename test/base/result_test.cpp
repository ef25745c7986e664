#include "base/result.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

namespace slipway {
namespace {

TEST(Result, FailFormatsItsMessageAndContextGoesInFront) {
  const Result<int> result = fail(Reason::not_found, "{} \"{}\" not found", "stages", "canary");
  EXPECT_THAT(result, FailsWith(Reason::not_found, "stages \"canary\" not found"));
  EXPECT_THAT(result, testing::Not(FailsWith(Reason::conflict)));
  EXPECT_EQ(with_context(result.error(), "run r1").message, "run r1: stages \"canary\" not found");
  EXPECT_THAT(Result<int>(5), Ok());
  EXPECT_THAT(Result<int>(5), OkAnd(5));
  EXPECT_THAT(result, testing::Not(Ok()));
  EXPECT_THAT(result, testing::Not(OkAnd(5)));
}

}  // namespace
}  // namespace slipway
