#include "hub/updaterun/concurrency.h"

#include <gtest/gtest.h>

// staged-update 5.4; 17 (99).
namespace slipway::hub::updaterun {
namespace {

TEST(Concurrency, S5_4_HowManyAtOnce) {
  struct Row {
    std::optional<api::IntOrString> max;
    std::int64_t clusters;
    std::int64_t want;  // 0: refused
  };
  const auto text = [](const char* value) { return api::IntOrString{std::string(value)}; };
  const auto count = [](std::int64_t value) { return api::IntOrString{value}; };
  const Row rows[] = {
      {count(3), 10, 3},     {count(15), 10, 15},    {count(1), 0, 1},     {text("50%"), 10, 5},
      {text("33%"), 10, 3},  {text("25%"), 7, 1},    {text("10%"), 1, 1},  {text("30%"), 1, 1},
      {text("70%"), 3, 2},   {text("100%"), 10, 10}, {text("50%"), 0, 1},  {text("1%"), 5000, 50},
      {std::nullopt, 10, 0}, {text("50"), 10, 0},    {text(""), 10, 0},    {text("%"), 10, 0},
      {text("0%"), 10, 0},   {text("101%"), 10, 0},  {text("5 %"), 10, 0}, {text("50%%"), 10, 0},
      {text("-1%"), 10, 0},  {count(0), 10, 0},      {count(-1), 10, 0},   {text("99999999999999999999%"), 1, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.max ? (row.max->string() != nullptr ? *row.max->string() : std::to_string(*row.max->integer()))
                         : "absent");
    const auto allowed = allowed_in_flight(row.max, row.clusters);
    EXPECT_EQ(allowed.value_or(0), row.want);
    if (!allowed) EXPECT_EQ(allowed.error().reason, Reason::invalid);
  }
}

}  // namespace
}  // namespace slipway::hub::updaterun
