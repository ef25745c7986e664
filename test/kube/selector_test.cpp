#include "kube/selector.h"

#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

using testing::StartsWith;

TEST(LabelSelector, ParsesAndWrites) {
  struct Row {
    std::string_view text, want;
  };
  const Row rows[] = {
      {"", ""},
      {" \t\r\n", ""},
      {"a", "a"},
      {"! a", "!a"},
      {"a=b", "a=b"},
      {"a==b", "a=b"},
      {"a != b", "a!=b"},
      {"a in (y,x,x)", "a in (x,y)"},
      {"a in (x)", "a=x"},
      {"a notin (x, y)", "a notin (x,y)"},
      {"a>5", "a>5"},
      {"a<-5", "a<-5"},
      {"b=1,a=2", "a=2,b=1"},
      {"a>5,a>6", "a>5,a>6"},
      {"a=", "a="},
      {"a!=,b", "a!=,b"},
      {"in=1,notin=in", "in=1,notin=in"},
      {"in in (in,notin)", "in in (in,notin)"},
      {"x in ()", "x="},
      {"x in (,)", "x="},
      {"x in (a,)", "x in (,a)"},
      {"x in (,a)", "x in (,a)"},
      {"x in (a,,b)", "x in (,a,b)"},
      {"a=\tb\n", "a=b"},
      {"kubernetes-fleet.io/parent-CRP=x,kubernetes-fleet.io/is-latest-snapshot=true",
       "kubernetes-fleet.io/is-latest-snapshot=true,kubernetes-fleet.io/parent-CRP=x"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = parse_label_selector(row.text);
    if (row.want == "a<-5") {  // a value that starts with '-' is no label value
      EXPECT_THAT(got, FailsWith(Reason::bad_request));
      continue;
    }
    ASSERT_THAT(got, Ok());
    EXPECT_EQ(got->text(), row.want);
    EXPECT_EQ(got->is_everything(), row.want.empty());
    EXPECT_THAT(parse_label_selector(got->text()), OkAnd(*got));
  }
}

// kube-api 10.3: Kubernetes' own sentences.
TEST(LabelSelector, Refuses) {
  struct Row {
    std::string_view text, want;
  };
  const Row rows[] = {
      {"a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"},
      {"a!", "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"},
      {"a !b", "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"},
      {"a=b c", "found 'c', expected: ',' or 'end of string'"},
      {"a=b=c", "found '=', expected: ',' or 'end of string'"},
      {"a=b!c", "found '!', expected: ',' or 'end of string'"},
      {"!a=b", "found '=', expected: ',' or 'end of string'"},
      {"a in (a))", "found ')', expected: ',' or 'end of string'"},
      {"a,", "found '', expected: identifier after ','"},
      {"a,,b", "found ',', expected: identifier after ','"},
      {"a in (a,b),", "found '', expected: identifier after ','"},
      {",a", "found ',', expected: !, identifier, or 'end of string'"},
      {"=b", "found '=', expected: !, identifier, or 'end of string'"},
      {"()", "found '(', expected: !, identifier, or 'end of string'"},
      {"a in", "unable to parse requirement: found '' expected: '('"},
      {"a in x", "unable to parse requirement: found 'x' expected: '('"},
      {"a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"},
      {"a in (b", "unable to parse requirement: found '', expected: ',' or ')'"},
      {"a in (a b)", "unable to parse requirement: found 'b', expected: ',' or ')'"},
      {"a in (a=b)", "unable to parse requirement: found '=', expected: ',' or ')'"},
      {"a in (a,=)", "unable to parse requirement: found '=', expected: ',', or identifier"},
      {"a=(", "unable to parse requirement: found '(', expected: identifier"},
      {"a==!b", "unable to parse requirement: found '!', expected: identifier"},
      {"a===b", "unable to parse requirement: found '=', expected: identifier"},
      {"!", "unable to parse requirement: found '', expected: identifier"},
      {"!!a", "unable to parse requirement: found '!', expected: identifier"},
      {"a>x",
       "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an "
       "integer"},
      {"a>",
       "unable to parse requirement: values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an "
       "integer"},
      {"-a", "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of"},
      {"x/y/z", "unable to parse requirement: <nil>: Invalid value: \"x/y/z\": a qualified name must consist of"},
      {"a=-b", "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be"},
      {"a in (-b,c-)", "unable to parse requirement: [values[0][a]: Invalid value: \"-b\": a valid label must be"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = parse_label_selector(row.text);
    ASSERT_THAT(got, FailsWith(Reason::bad_request));
    EXPECT_THAT(got.error().message, StartsWith(std::string(row.want)));
  }
}

TEST(LabelSelector, Matches) {
  const StringMap labels{{"a", "b"}, {"n", "7"}, {"empty", ""}, {"big", "99999999999999999999"}};
  struct Row {
    std::string_view text;
    bool want;
  };
  const Row rows[] = {
      {"", true},
      {"a=b", true},
      {"a=c", false},
      {"z=b", false},
      {"a!=b", false},
      {"a!=c", true},
      {"z!=b", true},
      {"a in (b,c)", true},
      {"a in (c)", false},
      {"z in (b)", false},
      {"a notin (b,c)", false},
      {"a notin (c)", true},
      {"z notin (c)", true},
      {"a", true},
      {"z", false},
      {"!a", false},
      {"!z", true},
      {"n>6", true},
      {"n>7", false},
      {"n<8", true},
      {"n<7", false},
      {"z>1", false},
      {"a>1", false},
      {"empty", true},
      {"empty=", true},
      {"a=", false},
      {"z=", false},
      {"a=b,n>6", true},
      {"a=b,n>7", false},
      {"big>1", false},
  };
  for (const Row& row : rows) {
    const auto selector = parse_label_selector(row.text);
    ASSERT_THAT(selector, Ok()) << row.text;
    EXPECT_EQ(selector->matches(labels), row.want) << row.text;
  }
}

TEST(LabelSelector, ObjectForm) {
  struct Row {
    std::string_view json, want;
  };
  const Row rows[] = {
      {"{}", ""},
      {R"({"matchLabels":null,"matchExpressions":null})", ""},
      {R"({"matchLabels":{"b":"2","a":"1"}})", "a=1,b=2"},
      {R"({"matchLabels":{"b":"2"},"matchExpressions":[{"key":"a","operator":"In","values":["y","x"]},)"
       R"({"key":"c","operator":"NotIn","values":["z"]},{"key":"d","operator":"Exists"},)"
       R"({"key":"e","operator":"DoesNotExist","values":[]}]})",
       "b=2,a in (y,x),c!=z,d,!e"},
  };
  for (const Row& row : rows) {
    const auto value = json::parse(row.json);
    ASSERT_THAT(value, Ok());
    const auto got = label_selector_from_json(&*value);
    ASSERT_THAT(got, Ok()) << row.json;
    EXPECT_EQ(got->text(), row.want);
    EXPECT_FALSE(got->nothing);
  }
  const json::Value null;
  for (const json::Value* absent : {static_cast<const json::Value*>(nullptr), &null}) {
    const auto got = label_selector_from_json(absent);
    ASSERT_THAT(got, Ok());
    EXPECT_FALSE(got->matches({}));
    EXPECT_FALSE(got->is_everything());
  }
}

TEST(LabelSelector, ObjectFormRefuses) {
  struct Row {
    std::string_view json, want;
  };
  const Row rows[] = {
      {R"([])", "must be of type LabelSelector"},
      {R"({"matchLabels":[]})", "matchLabels: must be of type map[string]string"},
      {R"({"matchLabels":{"a":1}})", "matchLabels[a]: must be of type string"},
      {R"({"matchLabels":{"-a":"b"}})", "matchLabels: Invalid value: \"-a\": name part must consist"},
      {R"({"matchLabels":{"a":"b c"}})", "matchLabels: Invalid value: \"b c\": a valid label must be"},
      {R"({"matchExpressions":{}})", "matchExpressions: must be of type []LabelSelectorRequirement"},
      {R"({"matchExpressions":[1]})", "matchExpressions[0]: must be of type LabelSelectorRequirement"},
      {R"({"matchExpressions":[{"key":"a","operator":"Foo"}]})",
       "matchExpressions[0].operator: Invalid value: \"Foo\": not a valid selector operator"},
      {R"({"matchExpressions":[{"key":"a","operator":"In"}]})",
       "matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"},
      {R"({"matchExpressions":[{"key":"a","operator":"Exists","values":["x"]}]})",
       "matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"},
      {R"({"matchExpressions":[{"operator":"Exists"}]})",
       "matchExpressions[0].key: Invalid value: \"\": name part must be non-empty"},
      {R"({"matchExpressions":[{"key":"a","operator":"In","values":"x"}]})",
       "[matchExpressions[0].values: must be of type []string, "},
      {R"({"matchExpressions":[{"key":"a","operator":"In","values":["-x"]}]})",
       "matchExpressions[0].values[0]: Invalid value: \"-x\": a valid label"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.json);
    const auto value = json::parse(row.json);
    ASSERT_THAT(value, Ok());
    const auto got = label_selector_from_json(&*value);
    ASSERT_THAT(got, FailsWith(Reason::invalid));
    EXPECT_THAT(got.error().message, StartsWith(std::string(row.want)));
    EXPECT_FALSE(got.error().causes.empty());
  }
}

// kube-api 10.4.
TEST(FieldSelector, Parses) {
  struct Row {
    std::string_view text, want;
  };
  const Row rows[] = {
      {"", ""},
      {"a=b", "a|=|b;"},
      {"a==b", "a|=|b;"},
      {"a!=b", "a|!=|b;"},
      {"a=b,c.d!=e", "a|=|b;c.d|!=|e;"},
      {",a=b,", "a|=|b;"},
      {"a=", "a|=|;"},
      {R"(a=b\,c\=d\\e)", "a|=|b,c=d\\e;"},
      {R"(a\,b=c)", "a\\,b|=|c;"},
      {"a!b=c", "a!b|=|c;"},
      {"a=!b", "a|=|!b;"},
  };
  for (const Row& row : rows) {
    const auto got = parse_field_selector(row.text);
    ASSERT_THAT(got, Ok()) << row.text;
    std::string text;
    for (const FieldRequirement& it : got->requirements) text += it.path + (it.equal ? "|=|" : "|!=|") + it.value + ";";
    EXPECT_EQ(text, row.want) << row.text;
  }
  const Row bad[] = {
      {"foo", "invalid selector: 'foo'; can't understand 'foo'"},
      {"a=b,foo", "invalid selector: 'a=b,foo'; can't understand 'foo'"},
      {"a=b=c", "invalid field selector: unescaped character in value: 61"},
      {R"(a=b\x)", R"(invalid field selector: invalid escape sequence: \x)"},
      {R"(a=b\)", R"(invalid field selector: invalid escape sequence: \)"},
  };
  for (const Row& row : bad) {
    EXPECT_THAT(parse_field_selector(row.text), FailsWith(Reason::bad_request, std::string(row.want))) << row.text;
  }
}

TEST(FieldSelector, Matches) {
  const auto field = [](std::string_view path) { return path == "metadata.name" ? std::string("x") : std::string(); };
  struct Row {
    std::string_view text;
    bool want;
  };
  const Row rows[] = {
      {"", true},
      {"metadata.name=x", true},
      {"metadata.name=y", false},
      {"metadata.name!=x", false},
      {"metadata.name!=y", true},
      {"spec.none=", true},
      {"metadata.name=x,spec.none!=", false},
  };
  for (const Row& row : rows) {
    const auto selector = parse_field_selector(row.text);
    ASSERT_THAT(selector, Ok()) << row.text;
    EXPECT_EQ(selector->matches(field), row.want) << row.text;
  }
}

}  // namespace
}  // namespace slipway::kube
