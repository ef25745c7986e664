#include "kube/quantity.h"

#include <limits>

#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

TEST(Quantity, CanonicalTextAndRoundedValues) {
  struct Row {
    std::string_view text, want;
    std::int64_t integer, milli;
  };
  const Row rows[] = {
      {"0", "0", 0, 0},
      {"00", "0", 0, 0},
      {"0Ki", "0", 0, 0},
      {".", "0", 0, 0},
      {"-", "0", 0, 0},
      {"m", "0", 0, 0},
      {"1", "1", 1, 1000},
      {"+5", "5", 5, 5000},
      {"-5", "-5", -5, -5000},
      {"007", "7", 7, 7000},
      {"1000m", "1", 1, 1000},
      {"1500m", "1500m", 2, 1500},
      {"100m", "100m", 1, 100},
      {"0.1", "100m", 1, 100},
      {".5", "500m", 1, 500},
      {"5.", "5", 5, 5000},
      {"1.125", "1125m", 2, 1125},
      {"-0.5", "-500m", -1, -500},
      {"1500000", "1500k", 1500000, 1500000000},
      {"1500M", "1500M", 1500000000, 1500000000000},
      {"1000k", "1M", 1000000, 1000000000},
      {"5P", "5P", 5000000000000000, 5000000000000000000},
      {"1E", "1E", 1000000000000000000, highest},
      {"1000E", "1000E", highest, highest},
      {"9223372036854775807", "9223372036854775807", highest, highest},
      {"99999999999999999999", "99999999999999999999", highest, highest},
      {"-99999999999999999999", "-99999999999999999999", lowest, lowest},
      // Smaller than a nano unit: away from zero.
      {"1n", "1n", 1, 1},
      {"1u", "1u", 1, 1},
      {"0.1n", "1n", 1, 1},
      {"-0.1n", "-1n", -1, -1},
      {"0.0000000001", "1n", 1, 1},
      {"1.0000000001", "1000000001n", 2, 1001},
      {"3.14159265358979", "3141592654n", 4, 3142},
      // Binary suffixes.
      {"1Gi", "1Gi", 1073741824, 1073741824000},
      {"1024", "1024", 1024, 1024000},
      {"1024Ki", "1Mi", 1048576, 1048576000},
      {"1023Ki", "1023Ki", 1047552, 1047552000},
      {"1536Ki", "1536Ki", 1572864, 1572864000},
      {"0.5Ki", "512", 512, 512000},
      {"1.5Mi", "1536Ki", 1572864, 1572864000},
      {"1.125Gi", "1152Mi", 1207959552, 1207959552000},
      {"-1.5Gi", "-1536Mi", -1610612736, -1610612736000},
      {"0.00001Ki", "10240u", 1, 11},
      {"0.0001Ki", "102400u", 1, 103},
      {"7Ei", "7Ei", 8070450532247928832, highest},
      {"16Ei", "9223372036854775807", highest, highest},
      {"-9Ei", "-9223372036854775807", -highest, lowest},
      // Exponents keep their style.
      {"1e3", "1e3", 1000, 1000000},
      {"1E3", "1e3", 1000, 1000000},
      {"1e-3", "1e-3", 1, 1},
      {"1e-2", "10e-3", 1, 10},
      {"1e+2", "100", 100, 100000},
      {"12345e2", "1234500", 1234500, 1234500000},
      {"2e21", "2e21", highest, highest},
      {"1e-400", "1e-9", 1, 1},
      {"1e-99999999999999999999", "1e-9", 1, 1},
      {"0e99999999999999999999", "0", 0, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = parse_quantity(row.text);
    ASSERT_THAT(got, Ok());
    EXPECT_EQ(got->text(), row.want);
    EXPECT_EQ(got->integer_rounded_up(), row.integer);
    EXPECT_EQ(got->milli_rounded_up(), row.milli);
    const auto again = parse_quantity(got->text());
    ASSERT_THAT(again, Ok());
    EXPECT_EQ(*again, *got);
    EXPECT_EQ(again->text(), row.want);
  }
}

TEST(Quantity, Refuses) {
  constexpr std::string_view format = "quantities must match the regular expression";
  constexpr std::string_view suffix = "unable to parse quantity's suffix";
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", format},    {"abc", format},  {" 1", format},  {"1 ", format},  {"1.2.3", format}, {"1_0", format},
      {"1,5", format}, {"1Kii", suffix}, {"1K", suffix},  {"1ki", suffix}, {"1i", suffix},    {"1e", suffix},
      {"1e+", suffix}, {"1Ti1", suffix}, {"--1", suffix}, {"1m3", suffix}, {"1Ee3", suffix},
  };
  for (const auto& [text, want] : rows) {
    EXPECT_THAT(parse_quantity(text), FailsWith(Reason::bad_request, std::string(want))) << text;
  }
}

TEST(Quantity, Arithmetic) {
  struct Row {
    std::string_view a, b, sum, difference;
  };
  const Row rows[] = {
      {"1", "500m", "1500m", "500m"},
      {"1Gi", "512Mi", "1536Mi", "512Mi"},
      {"1Gi", "1M", "1074741824", "1072741824"},  // the style of the first, exact in it only as a number
      {"0", "1Ki", "1Ki", "-1Ki"},
      {"1e3", "1", "1001", "999"},
      {"1Ki", "1Ki", "2Ki", "0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(fmt::format("{} {}", row.a, row.b));
    const auto a = parse_quantity(row.a), b = parse_quantity(row.b);
    ASSERT_THAT(a, Ok());
    ASSERT_THAT(b, Ok());
    EXPECT_EQ((*a + *b).text(), row.sum);
    EXPECT_EQ((*a - *b).text(), row.difference);
  }
  const auto huge = parse_quantity("1e400");
  ASSERT_THAT(huge, Ok());
  EXPECT_EQ(*huge + *huge, *huge);
  EXPECT_EQ((Quantity() - *huge) - *huge, Quantity() - *huge);
  EXPECT_TRUE((*huge - *huge).is_zero());
}

TEST(Quantity, OrderAndConstruction) {
  EXPECT_EQ(Quantity::from_milli(1500), *parse_quantity("1.5"));
  EXPECT_EQ(Quantity::from_integer(1024, Quantity::Style::binary_si).text(), "1Ki");
  EXPECT_EQ(Quantity::from_integer(-3).text(), "-3");
  EXPECT_LT(*parse_quantity("1M"), *parse_quantity("1Mi"));
  EXPECT_EQ(*parse_quantity("1024"), *parse_quantity("1Ki"));
  EXPECT_GT(Quantity(), Quantity::from_milli(-1));
}

}  // namespace
}  // namespace slipway::kube
