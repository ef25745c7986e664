#include "kube/table_age.h"

#include <gtest/gtest.h>

namespace slipway::kube {
namespace {

using namespace std::chrono_literals;

TEST(HumanDuration, CoarserTheLonger) {
  constexpr std::chrono::seconds day = 24h, year = 365 * day;
  struct Row {
    std::chrono::seconds duration;
    std::string_view want;
  };
  const Row rows[] = {
      {-2s, "<invalid>"},
      {-1s, "0s"},
      {0s, "0s"},
      {8s, "8s"},
      {119s, "119s"},
      {120s, "2m"},
      {142s, "2m22s"},
      {9min + 59s, "9m59s"},
      {10min, "10m"},
      {10min + 59s, "10m"},
      {179min + 59s, "179m"},
      {180min, "3h"},
      {181min, "3h1m"},
      {5h + 1min, "5h1m"},
      {7h + 59min, "7h59m"},
      {8h, "8h"},
      {8h + 59min, "8h"},
      {47h + 59min, "47h"},
      {48h, "2d"},
      {49h, "2d1h"},
      {76h, "3d4h"},
      {8 * day - 1s, "7d23h"},
      {8 * day, "8d"},
      {2 * year - 1s, "729d"},
      {2 * year, "2y"},
      {2 * year + day, "2y1d"},
      {8 * year - 1s, "7y364d"},
      {8 * year, "8y"},
      {100 * year + day, "100y"},
  };
  for (const Row& row : rows) EXPECT_EQ(human_duration(row.duration), row.want) << row.duration.count();
}

}  // namespace
}  // namespace slipway::kube
