#include "json/text.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "base/rng.h"
#include "test/base/matchers.h"
#include "test/json/print.h"

namespace slipway::json {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

TEST(Parse, AcceptsAndWritesCanonically) {
  struct Row {
    std::string text, want;
  };
  const Row rows[] = {
      {"1", "1"},
      {" \t\r\n true \n", "true"},
      {"null", "null"},
      {"\"\"", "\"\""},
      {R"({"b":1,"a":2})", R"({"a":2,"b":1})"},
      {R"({ "b" : [ 1 , { } , [ ] ] , "a" : false })", R"({"a":false,"b":[1,{},[]]})"},
      {R"({"":1})", R"({"":1})"},
      // Numbers: integers that fit stay integers, the rest is a double in Go's form.
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9223372036854776000"},
      {"12345678901234567890", "12345678901234567000"},
      {"100000000000000000000", "100000000000000000000"},
      {"1000000000000000000000", "1e+21"},
      {"1" + std::string(300, '0'), "1e+300"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"1.0", "1"},
      {"1e2", "100"},
      {"1E+2", "100"},
      {"0.1e-5", "0.000001"},
      {"0.1e-6", "1e-7"},
      {"-1.5e-9", "-1.5e-9"},
      {"1e-10", "1e-10"},
      {"123456789.125", "123456789.125"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"5e-324", "5e-324"},
      {"1e-400", "0"},
      // Strings.
      {R"("\"\\\/\b\f\n\r\t\u0001\u001f")", R"("\"\\/\b\f\n\r\t\u0001\u001f")"},
      {R"("<a&b>")", R"("<a&b>")"},
      {R"("\u00e9\ud83d\ude00")", "\"\u00e9\U0001F600\""},
      {"\"\x7f\"", "\"\x7f\""},
      {R"("\u0000")", R"("\u0000")"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto value = parse(row.text);
    ASSERT_THAT(value, Ok());
    EXPECT_EQ(write(*value), row.want);
    EXPECT_THAT(parse(row.want), OkAnd(*value));
  }
}

TEST(Parse, RefusesWithLineAndColumn) {
  struct Row {
    std::string text, message;
  };
  const Row rows[] = {
      {"", "line 1, column 1: there is no JSON value"},
      {" \n ", "there is no JSON value"},
      {"[1,2", "line 1, column 5: the text ends too early"},
      {"{\"a\":1", "the text ends too early"},
      {"{\"a\":1]", "line 1, column 7: not well-formed"},
      {"{\"a\" 1}", "line 1, column 6: not well-formed"},
      {"[1 2]", "line 1, column 4: not well-formed"},
      {"[1,]", "line 1, column 4: a value is expected"},
      {"[,1]", "line 1, column 2: a value is expected"},
      {"{\"a\":1,}", "line 1, column 8: not well-formed"},
      {"{\"a\":}", "line 1, column 6: a value is expected"},
      {"{1:2}", "line 1, column 2: not well-formed"},
      {"{a:2}", "line 1, column 2: not well-formed"},
      {"{,}", "line 1, column 2: not well-formed"},
      {"{\n  \"a\": [\n    1,\n    \u00e9x\n]}", "line 4, column 5: neither a number"},
      {"{\"\u00e9\u00e9\": ?}", "line 1, column 8: a value is expected"},
      {"1 2", "line 1, column 3: there is more text"},
      {"1,2", "line 1, column 3: there is more text"},
      {"1],[2", "line 1, column 3: there is more text"},
      {"1][2", "line 1, column 3: there is more text"},
      {"[1]]", "line 1, column 5: there is more text"},
      {"{}}", "line 1, column 3: there is more text"},
      {"{} // comment", "line 1, column 4: there is more text"},
      {"\"a\" \"b\"", "line 1, column 5: there is more text"},
      {"]", "there is no JSON value"},
      {"}", "line 1, column 1: a value is expected"},
      {"[", "the text ends too early"},
      {"nul", "neither a number"},
      {"NaN", "neither a number"},
      {"Infinity", "neither a number"},
      {"True", "neither a number"},
      {"true\"x\"", "neither a number"},
      {"nullnull", "neither a number"},
      {"'a'", "neither a number"},
      {"01", "neither a number"},
      {"-01", "neither a number"},
      {"1.", "neither a number"},
      {".5", "neither a number"},
      {"1e", "neither a number"},
      {"1e+", "neither a number"},
      {"+1", "neither a number"},
      {"0x10", "neither a number"},
      {"-", "a value is expected"},
      {"1e400", "line 1, column 1: the number is beyond"},
      {"-1" + std::string(400, '0'), "the number is beyond"},
      {"[\"abc", "line 1, column 2: the string that starts here has no end"},
      {"\"\\\"", "line 1, column 1: the string that starts here has no end"},
      {"[1,\"a\\q\"]", "line 1, column 4: invalid escape"},
      {"\"\\u12g4\"", "invalid escape"},
      {"\"\\ud800\"", "invalid escape"},
      {"\"\\ud800\\u0041\"", "invalid escape"},
      {"\"\\udc00\"", "invalid escape"},
      {"{\"a\\z\":1}", "invalid escape in a key"},
      {"\"a\nb\"", "line 1, column 3: a control character"},
      {"[\"x\\\"y\", \"a\tb\"]", "line 1, column 12: a control character"},
      {"\"ab\xff\"", "line 1, column 4: the text is not valid UTF-8"},
      {"\"\xc0\xaf\"", "not valid UTF-8"},
      {"\"\xed\xa0\x80\"", "not valid UTF-8"},      // a surrogate
      {"\"\xf4\x90\x80\x80\"", "not valid UTF-8"},  // beyond U+10FFFF
      {"\xef\xbb\xbf{}", "neither a number"},       // a byte order mark is no white space
      {"[1\0]"s, "neither a number"},
      {"1\0"s, "neither a number"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(parse(row.text), FailsWith(Reason::bad_request, row.message));
  }
}

TEST(Parse, DepthIsLimited) {
  const auto nested = [](std::size_t depth, const char* open, const char* close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "1";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    EXPECT_THAT(parse(nested(512, open, close)), Ok());
    EXPECT_THAT(parse(nested(513, open, close)), FailsWith(Reason::bad_request, "nested deeper than 512 levels"));
    EXPECT_THAT(parse(nested(3, open, close), {.depth_max = 3}), Ok());
    EXPECT_THAT(parse(nested(4, open, close), {.depth_max = 3}), FailsWith(Reason::bad_request, "deeper"));
    EXPECT_THAT(parse(nested(100'000, open, "")), FailsWith(Reason::bad_request));
  }
  EXPECT_THAT(parse("5", {.depth_max = 0}), Ok());
  EXPECT_THAT(parse("[]", {.depth_max = 0}), FailsWith(Reason::bad_request, "deeper"));
}

TEST(Parse, DuplicateKeysAreRefusedOrReported) {
  struct Row {
    std::string text, last_wins;
    std::vector<std::string> paths;
    std::string place;
  };
  const Row rows[] = {
      {R"({"a":1,"a":2})", R"({"a":2})", {"a"}, "line 1, column 12: duplicate key \"a\""},
      {R"({"a":1,"b":1,"a":2,"a":3})", R"({"a":3,"b":1})", {"a"}, "\"a\""},
      {R"({"spec":{"color":1,"color":2}})", R"({"spec":{"color":2}})", {"spec.color"}, "\"spec.color\""},
      {R"({"l":[0,{"x":1,"x":2}]})", R"({"l":[0,{"x":2}]})", {"l[1].x"}, "\"l[1].x\""},
      {R"([[{"x":1,"x":2}]])", R"([[{"x":2}]])", {"[0][0].x"}, "\"[0][0].x\""},
      {R"({"a":1,"\u0061":2})", R"({"a":2})", {"a"}, "\"a\""},
      // In document order of the repetition, one report a path, also where the first value is thrown away.
      {R"({"z":1,"y":{"q":1,"q":2},"z":2,"b":1,"b":2})", R"({"b":2,"y":{"q":2},"z":2})", {"y.q", "z", "b"}, "\"y.q\""},
      {R"({"a":{"x":1,"x":2},"a":{"x":3,"x":4}})", R"({"a":{"x":4}})", {"a.x", "a"}, "\"a.x\""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(parse(row.text), FailsWith(Reason::bad_request, row.place));
    std::vector<std::string> paths;
    const auto value = parse(row.text, {.duplicate_keys = &paths});
    ASSERT_THAT(value, Ok());
    EXPECT_EQ(write(*value), row.last_wins);
    EXPECT_EQ(paths, row.paths);
  }
}

TEST(Parse, ManyUnsortedKeysTakeNoQuadraticTime) {
  std::string text = "{";
  for (int i = 50'000; i > 0; --i) text += fmt::format("{}\"{:08}\":{}", i == 50'000 ? "" : ",", i, i);
  const auto value = parse(text + "}");
  ASSERT_THAT(value, Ok());
  EXPECT_EQ(value->object()->size(), 50'000U);
  EXPECT_EQ(value->object()->begin()->first, "00000001");
}

TEST(Write, NumbersThatJsonDoesNotHaveAreNull) {
  EXPECT_EQ(write(NAN), "null");
  EXPECT_EQ(write(-INFINITY), "null");
}

TEST(Write, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(write("a\xff\"\xc3"), "\"a\ufffd\\\"\ufffd\"");
  EXPECT_EQ(write(Object{{"\xff", 1}}), "{\"\ufffd\":1}");
}

TEST(Write, PrettyIsIndented) {
  const Value value = Object{{"b", Array{1, Array{}, Object{}, Object{{"x", nullptr}}}}, {"a", "t"}};
  EXPECT_EQ(write_pretty(value), R"({
  "a": "t",
  "b": [
    1,
    [],
    {},
    {
      "x": null
    }
  ]
})");
  EXPECT_EQ(write_pretty(Array{1}, 4), "[\n    1\n]");
  EXPECT_EQ(write_pretty("x"), "\"x\"");
}

// The law of canonical text, on random values with every awkward number and string.
TEST(Write, CanonicalTextIsAFixedPoint) {
  Rng rng(20'261'125);
  const auto random_double = [&] {
    const std::uint64_t bits = rng();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    return std::isfinite(number) ? number : 0.5;
  };
  const auto random_value = [&](auto& self, int depth) -> Value {
    switch (rng.below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return rng.one_in(2);
      case 2:
        return static_cast<std::int64_t>(rng() >> rng.below(64));
      case 3:
        return random_double();
      case 4:
        return static_cast<double>(rng.below(1000)) / 8;
      case 5:
        return rng.text(rng.below(8), "ab\"\\\n\t\x01<&\x7f ");
      case 6: {
        Array array;
        for (auto count = rng.below(4); count > 0; --count) array.push_back(self(self, depth - 1));
        return array;
      }
      default: {
        Object object;
        for (auto count = rng.below(4); count > 0; --count) object.set(rng.text(2, "abc\"\\"), self(self, depth - 1));
        return object;
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const Value value = random_value(random_value, 4);
    const std::string text = write(value);
    const auto again = parse(text);
    ASSERT_THAT(again, OkAnd(value)) << text;
    ASSERT_EQ(write(*again), text);
    ASSERT_THAT(parse(write_pretty(value)), OkAnd(value));
  }
}

}  // namespace
}  // namespace slipway::json
