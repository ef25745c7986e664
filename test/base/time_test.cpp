#include "base/time.h"

#include <gtest/gtest.h>
#include <limits>

#include "test/base/matchers.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

TEST(Time, WritesAndReadsRfc3339) {
  struct Row {
    std::int64_t seconds;
    std::string text;
  };
  const Row rows[] = {
      {0, "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59Z"},
      {951'782'400, "2000-02-29T00:00:00Z"},
      {1'795'615'200, "2026-11-25T14:00:00Z"},
      {253'402'300'799, "9999-12-31T23:59:59Z"},
      {-62'135'596'800, "0001-01-01T00:00:00Z"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(to_rfc3339({row.seconds}), row.text);
    EXPECT_THAT(parse_rfc3339(row.text), OkAnd(WallTime{row.seconds}));
  }
  EXPECT_EQ(to_rfc3339({std::numeric_limits<std::int64_t>::max()}), "9999-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339({std::numeric_limits<std::int64_t>::min()}), "0000-01-01T00:00:00Z");
}

TEST(Time, ReadsOffsetsAndCutsFractions) {
  const std::string_view same[] = {
      "2026-11-25T14:00:00.999999999Z", "2026-11-25T16:30:00+02:30",
      "2026-11-25T09:00:00.5-05:00",    "2026-11-25t14:00:00z",
      "2026-11-24T23:59:60-14:00",  // a leap second counts as the second after it
  };
  for (const std::string_view text : same) EXPECT_THAT(parse_rfc3339(text), OkAnd(WallTime{1'795'615'200})) << text;
}

TEST(Time, RefusesWhatIsNoRfc3339) {
  const std::string_view refused[] = {
      "",
      "2026",
      "2026-11-25",
      "2026-11-25T14:00:00",
      "2026-11-25 14:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-02-29T00:00:00Z",
      "2026-00-10T00:00:00Z",
      "2026-11-25T24:00:00Z",
      "2026-11-25T14:60:00Z",
      "2026-11-25T14:00:61Z",
      "2026-11-25T14:00:00.Z",
      "2026-11-25T14:00:00+2:00",
      "2026-11-25T14:00:00+24:00",
      "2026-11-25T14:00:00Zx",
      "26-11-25T14:00:00Z",
      "1764079200",
      "-026-11-25T14:00:00Z",
      "2026-11-25T14:00:00 Z",
  };
  for (const std::string_view text : refused) EXPECT_THAT(parse_rfc3339(text), FailsWith(Reason::bad_request)) << text;
}

TEST(Time, WritesMicroTime) {
  EXPECT_EQ(to_rfc3339_micro(0ns), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339_micro(1'795'615'200s + 123'456'789ns), "2026-11-25T14:00:00.123456Z");
  EXPECT_EQ(to_rfc3339_micro(-1ns), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, GoDurationsBothWays) {
  struct Row {
    Duration duration;
    std::string text;
  };
  const Row rows[] = {
      {0s, "0s"},
      {1ns, "1ns"},
      {1100ns, "1.1\u00b5s"},
      {250ms, "250ms"},
      {2'200'000ns, "2.2ms"},
      {1s, "1s"},
      {60s, "1m0s"},
      {3723'500ms, "1h2m3.5s"},
      {24h, "24h0m0s"},
      {-90s, "-1m30s"},
      {1h + 1ns, "1h0m0.000000001s"},
      {Duration::max(), "2562047h47m16.854775807s"},
      {Duration::min(), "-2562047h47m16.854775808s"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(to_go_duration(row.duration), row.text);
    EXPECT_THAT(parse_go_duration(row.text), OkAnd(row.duration));
  }
}

TEST(Time, ReadsEveryFormOfGoDurations) {
  struct Row {
    std::string_view text;
    Duration want;
  };
  const Row rows[] = {
      {"0", 0s},
      {"-0", 0s},
      {"+5s", 5s},
      {"1.5h", 90min},
      {".5s", 500ms},
      {"1.s", 1s},
      {"1h30m", 90min},
      {"90m", 90min},
      {"5us", 5us},
      {"5\u03bcs", 5us},
      {"1m1h", 61min},
      {"0.1ns", 0ns},
      {"0.3333333333333333333h", 20min - 1ns},
  };
  for (const Row& row : rows) EXPECT_THAT(parse_go_duration(row.text), OkAnd(row.want)) << row.text;

  const std::string_view refused[] = {"",
                                      "5",
                                      "s",
                                      ".s",
                                      "-",
                                      "1h 30m",
                                      "1d",
                                      "1.5",
                                      "--1s",
                                      "1s-1s",
                                      "9223372036854775808ns",
                                      "2562048h",
                                      "99999999999999999999h",
                                      "1e3s",
                                      "1S"};
  for (const std::string_view text : refused)
    EXPECT_THAT(parse_go_duration(text), FailsWith(Reason::bad_request)) << text;
}

TEST(Time, SimulatedClockMovesOnlyWhenTold) {
  SimulatedClock clock({100});
  const Ticks start = clock.ticks();
  clock.advance(1500ms);
  EXPECT_EQ(clock.wall(), WallTime{101});
  EXPECT_EQ(clock.ticks() - start, 1500ms);
  clock.step_wall(-10s);
  EXPECT_EQ(clock.wall(), WallTime{91});
  EXPECT_EQ(clock.ticks() - start, 1500ms);
}

TEST(Time, SystemClockAgreesWithTheStandardLibrary) {
  const SystemClock clock;
  const auto before = std::chrono::system_clock::now().time_since_epoch();
  const auto read = clock.wall_precise();
  const auto after = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LE(before, read);
  EXPECT_LE(read, after);
  const Ticks first = clock.ticks();
  EXPECT_LE(first, clock.ticks());
}

}  // namespace
}  // namespace slipway
