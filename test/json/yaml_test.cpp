#include "json/yaml.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "json/text.h"
#include "test/base/matchers.h"
#include "test/json/print.h"

namespace slipway::json {
namespace {

struct Row {
  std::string yaml, want;
};

Result<std::string> as_json(const Result<Value>& value) {
  if (!value) return std::unexpected(value.error());
  return write(*value);
}

TEST(YamlRead, PlainScalarsResolveAsYaml11) {
  const Row rows[] = {
      {"~", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"nULL", "\"nULL\""},
      {"yes", "true"},
      {"On", "true"},
      {"y", "true"},
      {"TRUE", "true"},
      {"no", "false"},
      {"OFF", "false"},
      {"n", "false"},
      {"yEs", "\"yEs\""},
      {"nope", "\"nope\""},
      {"12", "12"},
      {"+12", "12"},
      {"-12", "-12"},
      {"1_000", "1000"},
      {"0x1F", "31"},
      {"-0x1f", "-31"},
      {"0b11", "3"},
      {"0o17", "15"},
      {"017", "15"},
      {"08", "8"},
      {"0o8", "\"0o8\""},
      {"0b2", "\"0b2\""},
      {"0x", "\"0x\""},
      {"_1", "\"_1\""},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"12345678901234567890", "12345678901234567000"},
      {"123456789012345678901", "123456789012345680000"},
      {"1.5", "1.5"},
      {"1.", "1"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+.5", "0.5"},
      {"1e3", "1000"},
      {"1E+2", "100"},
      {"1.5e-7", "1.5e-7"},
      {"1_000.5", "1000.5"},
      {".1_0", "0.1"},
      {"._1", "\"._1\""},
      {".1_", "\".1_\""},
      {".5e", "\".5e\""},
      {"1e400", "\"1e400\""},
      {".", "\".\""},
      {"1.2.3", "\"1.2.3\""},
      {"1:30", "\"1:30\""},
      {"v1", "\"v1\""},
      {"=", "\"=\""},
      {"--", "\"--\""},
      {"2026-11-25", "\"2026-11-25\""},
      {"2026-11-25T14:00:00Z", "\"2026-11-25T14:00:00Z\""},
      {"a b  c", "\"a b  c\""},
      {"http://x/#y", "\"http://x/#y\""},
      {"\u00e9\U0001F600", "\"\u00e9\U0001F600\""},
  };
  for (const Row& row : rows) {
    const auto value = parse_yaml_document(row.yaml);
    EXPECT_THAT(as_json(value), OkAnd(row.want)) << row.yaml;
  }
  EXPECT_THAT(parse_yaml_document("a: .inf"),
              FailsWith(Reason::bad_request, "line 1, column 4: JSON has no number .inf"));
  EXPECT_THAT(parse_yaml_document(".NaN"), FailsWith(Reason::bad_request, "no number"));
}

TEST(YamlRead, StructureTagsAndStyles) {
  const Row rows[] = {
      {"a: 1\nb:\n- x\n- v: z\n  w:\n", R"({"a":1,"b":["x",{"v":"z","w":null}]})"},
      {"b:\n  - - 1\n    - 2\n  - []\n  - {}\n", R"({"b":[[1,2],[],{}]})"},
      {"{a: 1, b, \"c\": [1, 2,]}", R"({"a":1,"b":null,"c":[1,2]})"},
      {"{\"a\":\"\\ud83d\\ude00\\/\"}", "{\"a\":\"\U0001F600/\"}"},  // JSON with escapes that YAML does not have
      {"a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\n", R"({"a":"x\n y\n","b":"x y\nz"})"},
      {"a: |2-\n   x\n", R"({"a":" x"})"},
      {"a: 'it''s ''''x'\nb: \"\\x41\\t\\\"\\u00e9\"", "{\"a\":\"it's ''x\",\"b\":\"A\\t\\\"\u00e9\"}"},
      {"a: 'yes'\nb: \"1\"\nc: !!str 1\nd: ! 5\ne: !custom yes", R"({"a":"yes","b":"1","c":"1","d":"5","e":"yes"})"},
      {"a: !!int 5\nb: !!float 5\nc: !!bool on\nd: !!null ''\ne: !!binary YWJj\nf: !!timestamp 2026-11-25",
       R"({"a":5,"b":5,"c":true,"d":null,"e":"abc","f":"2026-11-25"})"},
      {"y: 1\n2: 3\n0x10: 4\n", R"({"16":4,"2":3,"true":1})"},
      {"? a\n: 1\n? |\n  b\n: 2\n", R"({"a":1,"b\n":2})"},
      {"a: b # comment\n# another\nc: d#no comment\n", R"({"a":"b","c":"d#no comment"})"},
      {"a: b\r\nc: d\r\n", R"({"a":"b","c":"d"})"},
      {"a: one\n  two\n", R"({"a":"one two"})"},
      {"%YAML 1.1\n---\na: 1\n...\n", R"({"a":1})"},
  };
  for (const Row& row : rows) {
    const auto value = parse_yaml_document(row.yaml);
    EXPECT_THAT(as_json(value), OkAnd(row.want)) << row.yaml;
  }
}

TEST(YamlRead, AnchorsAndMergeKeys) {
  const Row rows[] = {
      {"a: &x [1, 2]\nb: *x", R"({"a":[1,2],"b":[1,2]})"},
      {"a: &x 1\nb: &x 2\nc: *x", R"({"a":1,"b":2,"c":2})"},
      {"&k a: 1\nb: *k", R"({"a":1,"b":"a"})"},
      {"b: &b {k: 1, m: 1}\nc:\n  <<: *b\n  k: 2", R"({"b":{"k":1,"m":1},"c":{"k":2,"m":1}})"},
      {"b: &b {k: 1}\nc:\n  k: 2\n  <<: *b", R"({"b":{"k":1},"c":{"k":2}})"},  // wherever the merge key stands
      {"l: [&a {k: 1}, &b {k: 2, j: 3}]\nc:\n  <<: [*a, *b]", R"({"c":{"j":3,"k":1},"l":[{"k":1},{"j":3,"k":2}]})"},
      {"c: {<<: {k: 1}, <<: {k: 2, j: 2}}", R"({"c":{"j":2,"k":1}})"},
      {"\"<<\": 1", R"({"<<":1})"},  // quoted: an ordinary key
  };
  for (const Row& row : rows) {
    EXPECT_THAT(as_json(parse_yaml_document(row.yaml)), OkAnd(row.want)) << row.yaml;
  }
}

TEST(YamlRead, SplitsDocuments) {
  const auto count = [](std::string_view text) -> Result<std::size_t> {
    const auto documents = parse_yaml(text);
    if (!documents) return std::unexpected(documents.error());
    return documents->size();
  };
  EXPECT_THAT(count(""), OkAnd(0U));
  EXPECT_THAT(count("# only a comment\n"), OkAnd(0U));
  EXPECT_THAT(count("---\n---\n# x\n---\na: 1\n---\n"), OkAnd(1U));
  EXPECT_THAT(count("a: 1\n---\nb: 2\n...\n---\n- 3\n"), OkAnd(3U));
  EXPECT_THAT(count("null\n---\n''\n"), OkAnd(2U));
  EXPECT_THAT(count("{\"a\":1}\n---\n{\"b\":1}\n"), OkAnd(2U));
  EXPECT_THAT(parse_yaml("a: &x 1\n---\nb: *x\n"), FailsWith(Reason::bad_request, "unknown anchor"));
  EXPECT_THAT(parse_yaml_document(""), FailsWith(Reason::bad_request, "exactly one YAML document is expected, not 0"));
  EXPECT_THAT(parse_yaml_document("1\n---\n2"), FailsWith(Reason::bad_request, "not 2"));
}

TEST(YamlRead, RefusesWithLineAndColumn) {
  const Row rows[] = {
      {"a: 1\nb: 2\na: 3", "line 3, column 1: duplicate key \"a\""},
      {"y: 1\ntrue: 2", "line 2, column 1: duplicate key \"true\""},
      {"{\"a\":1,\"a\":2}", "duplicate key \"a\""},
      {"a: [1, 2", "line 1"},
      {"a: b: c", "line 1, column 5"},
      {"a:\n\t- b", "line 2, column 1"},
      {"a: 'x", "line 1"},
      {"a: *none", "line 1, column 4: unknown anchor \"none\""},
      {"a: &x {b: *x}", "unknown anchor \"x\""},  // no value contains itself
      {"? [a]\n: 1", "line 1, column 3: a key must be"},
      {"null: 1", "a key must be text"},
      {"{a: 1}: 1", "a key must be text"},
      {"a:\n  <<: 1", "line 2, column 3: a merge key (<<) needs a mapping"},
      {"a:\n  <<: [1]", "a merge key (<<) needs a mapping"},
      {"a: !!int x", "\"x\" does not fit its tag !!int"},
      {"a: !!int 1.5", "does not fit its tag"},
      {"a: !!bool 1", "does not fit its tag"},
      {"a: !!binary \"%\"", "!!binary"},
      {"a: !!binary /w==", "!!binary"},  // not UTF-8
      {"a: \xff", "line 1, column 4: the text is not valid UTF-8"},
      {"a: \x01", "line 1, column 4: control characters"},
      {"a: \"\\q\"", "unknown escape"},
      {"@a", "line 1, column 1"},
      {"a: 1\n  b: 2", "line 2"},
  };
  for (const Row& row : rows) EXPECT_THAT(parse_yaml(row.yaml), FailsWith(Reason::bad_request, row.want)) << row.yaml;
}

TEST(YamlRead, ExpansionAndDepthAreBounded) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("a{}: &a{} [", i, i);
    for (int k = 0; k < 10; ++k) bomb += fmt::format("*a{}, ", i - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(parse_yaml(bomb), FailsWith(Reason::bad_request, "anchors expand too far"));
  std::string long_text = "a: &a " + std::string(1'000'000, 'x') + "\nb: [";
  for (int k = 0; k < 100; ++k) long_text += "*a, ";
  EXPECT_THAT(parse_yaml(long_text + "]"), FailsWith(Reason::bad_request, "too far"));
  EXPECT_THAT(parse_yaml("[1, 2, 3]", 4), Ok());
  EXPECT_THAT(parse_yaml("[1, 2, 3]", 3), FailsWith(Reason::bad_request, "too many values"));

  EXPECT_THAT(parse_yaml(std::string(512, '[') + std::string(512, ']')), Ok());
  EXPECT_THAT(parse_yaml(std::string(513, '[') + std::string(513, ']')), FailsWith(Reason::bad_request, "deeper"));
  EXPECT_THAT(parse_yaml(std::string(100'000, '[')), FailsWith(Reason::bad_request));
  EXPECT_THAT(parse_yaml(std::string(100'000, '{')), FailsWith(Reason::bad_request));
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_THAT(parse_yaml(dashes), FailsWith(Reason::bad_request, "deeper"));
  // Each level doubles the depth through an anchor.
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i < 12; ++i) {
    deep += fmt::format("a{}: &a{} ", i, i) + std::string(1U << (i - 1), '[') + fmt::format("*a{}", i - 1) +
            std::string(1U << (i - 1), ']') + "\n";
  }
  EXPECT_THAT(parse_yaml(deep), FailsWith(Reason::bad_request, "deeper"));
}

// Expected texts are what sigs.k8s.io/yaml 1.4 prints, but for << and U+2028, which it would not read back.
TEST(YamlWrite, LooksAsKubectlPrints) {
  struct {
    std::string json, yaml;
  } const rows[] = {
      {R"({"b":[1,{"y":2,"x":[3,[4,5]]},[]],"a":{"c":{}}})",
       "a:\n  c: {}\nb:\n- 1\n- x:\n  - 3\n  - - 4\n    - 5\n  \"y\": 2\n- []\n"},
      {"[]", "[]\n"},
      {"{}", "{}\n"},
      {"null", "null\n"},
      {"[[1],[[]],{\"a\":[2]}]", "- - 1\n- - []\n- a:\n  - 2\n"},
      // Which texts are quoted, and how.
      {R"(["","a","a b","true","no","y","~","null","12","1.5","0x1F","1_0","1e3","08",".1_0","1:30","=","<<"])",
       "- \"\"\n- a\n- a b\n- \"true\"\n- \"no\"\n- \"y\"\n- \"~\"\n- \"null\"\n- \"12\"\n- \"1.5\"\n- \"0x1F\"\n- "
       "\"1_0\"\n- \"1e3\"\n- \"08\"\n"
       "- \".1_0\"\n- \"1:30\"\n- =\n- \"<<\"\n"},
      {R"(["2026-11-25T14:00:00Z","2026-11-25","2026-13-25","a: b","a:","a #b","a#b",": a","- a","-a","-","?x","#a","*a","&a","!a","|","%a","@a","`a"])",
       "- \"2026-11-25T14:00:00Z\"\n- \"2026-11-25\"\n- 2026-13-25\n- 'a: b'\n- 'a:'\n- 'a #b'\n- a#b\n- ': a'\n- '- "
       "a'\n- -a\n- '-'\n- ?x\n- '#a'\n- '*a'\n"
       "- '&a'\n- '!a'\n- '|'\n- '%a'\n- '@a'\n- '`a'\n"},
      {R"(["[a]","{a}","a]",", a","it's","'a'","\"a\""," a","a ","a\tb","\u0001","\u00e9","\ud83d\ude00","---","...","--- a","a\\b","\u2028"])",
       "- '[a]'\n- '{a}'\n- a]\n- ', a'\n- it's\n- '''a'''\n- '\"a\"'\n- ' a'\n- 'a '\n- \"a\\tb\"\n- \"\\x01\"\n- "
       "\u00e9\n- \"\\U0001F600\"\n"
       "- '---'\n- '...'\n- '--- a'\n- a\\b\n- \"\\L\"\n"},
      // Several lines.
      {R"({"a":"x\ny\n","b":"x\n","c":"x\ny","d":"x\n\n","e":"\nx","f":" x\ny","g":"x \ny","h":"x\ty\nz"})",
       "a: |\n  x\n  y\nb: |\n  x\nc: |-\n  x\n  y\nd: |+\n  x\n\ne: |2-\n\n  x\nf: |2-\n   x\n  y\ng: \"x \\ny\"\nh: "
       "\"x\\ty\\nz\"\n"},
      {R"(["a\nb",{"k":"a\n\nb\n"}])", "- |-\n  a\n  b\n- k: |\n    a\n\n    b\n"},
      // Numbers.
      {"[1,-1,1.5,1000000,1000000.5,0.0001,0.00001,1e20,1e21,9223372036854775808,-0.5]",
       "- 1\n- -1\n- 1.5\n- 1000000\n- 1.0000005e+06\n- 0.0001\n- 1e-05\n- 1e+20\n- 1e+21\n- 9223372036854776000\n- "
       "-0.5\n"},
      // Keys: natural order, quoted by the same rules, "? " when long or of several lines.
      {R"({"a10":1,"a2":1,"b":1,"A":1,"_":1,"1":1,".":1,"f:x":1,"a01":1,"":1,"true":1})",
       "\"\": 1\n.: 1\n_: 1\n\"1\": 1\nA: 1\na01: 1\na2: 1\na10: 1\nb: 1\nf:x: 1\n\"true\": 1\n"},
      {"{\"" + std::string(128, 'k') + "\":1,\"" + std::string(129, 'l') + "\":{\"a\":[1]},\"m\\nn\":2}",
       std::string(128, 'k') + ": 1\n? " + std::string(129, 'l') + "\n: a:\n  - 1\n? |-\n  m\n  n\n: 2\n"},
      // Long lines are folded at the first space beyond 80 columns.
      {R"({"k":")" + std::string(79, 'x') + R"( yy zz"})", "k: " + std::string(79, 'x') + "\n  yy zz\n"},
      {R"({"k":": )" + std::string(79, 'x') + R"( yy"})", "k: ': " + std::string(79, 'x') + "\n  yy'\n"},
      {R"({"k":"\t)" + std::string(79, 'x') + R"(  yy"})", "k: \"\\t" + std::string(79, 'x') + "\n  \\ yy\"\n"},
      {R"(["\ud83d\ude00 )" + std::string(79, 'x') + R"( yy"])",
       "- \"\\U0001F600 " + std::string(79, 'x') + "\n  yy\"\n"},
  };
  for (const auto& row : rows) {
    const Value value = parse(row.json).value();
    EXPECT_EQ(write_yaml(value), row.yaml);
    EXPECT_THAT(parse_yaml_document(row.yaml), OkAnd(value)) << row.yaml;
  }
  EXPECT_EQ(write_yaml("a\xff"), "a\ufffd\n");
}

TEST(YamlWrite, ReadsBackAsTheSameValue) {
  Rng rng(7);
  const std::vector<std::string> pieces = {"a",      "b",
                                           "1",      "0",
                                           " ",      "\n",
                                           ":",      "#",
                                           "-",      "?",
                                           ",",      "[",
                                           "{",      "&",
                                           "*",      "!",
                                           "|",      ">",
                                           "'",      "\"",
                                           "%",      "@",
                                           "`",      "\t",
                                           "~",      ".",
                                           "yes",    "<<",
                                           "\r",     "\u0085",
                                           "\u2029", "\ufeff",
                                           "\u00e9", "\U0001F600",
                                           "\x01",   "\\",
                                           "1e3",    "long words to be folded somewhere "};
  const auto text = [&] {
    std::string out;
    for (auto count = rng.one_in(8) ? 30U : rng.below(5); count > 0; --count) out += pieces[rng.below(pieces.size())];
    return out;
  };
  const auto random_value = [&](auto& self, int depth) -> Value {
    switch (rng.below(depth > 0 ? 6 : 4)) {
      case 0:
        return rng.one_in(2) ? Value() : Value(static_cast<double>(rng.below(1'000'000)) / 64);
      case 1:
        return static_cast<std::int64_t>(rng());
      case 2:
      case 3:
        return text();
      case 4: {
        Array array;
        for (auto count = rng.below(4); count > 0; --count) array.push_back(self(self, depth - 1));
        return array;
      }
      default: {
        Object object;
        for (auto count = rng.below(4); count > 0; --count) object.set(text(), self(self, depth - 1));
        return object;
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const Value value = random_value(random_value, 4);
    const std::string yaml = write_yaml(value);
    ASSERT_THAT(parse_yaml_document(yaml), OkAnd(value)) << yaml;
  }
}

}  // namespace
}  // namespace slipway::json
