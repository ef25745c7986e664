#include "json/patch.h"

#include <gtest/gtest.h>

#include "json/text.h"
#include "test/base/matchers.h"
#include "test/json/print.h"

namespace slipway::json {
namespace {

Value of(std::string_view text) { return parse(text).value(); }

TEST(Pointer, BothWays) {
  struct Row {
    std::string text;
    std::vector<std::string> tokens;
  };
  const Row rows[] = {
      {"", {}},
      {"/", {""}},
      {"/a/b", {"a", "b"}},
      {"/a~1b/m~0n/~01", {"a/b", "m~n", "~1"}},
      {"//x/", {"", "x", ""}},
      {"/spec/0/-", {"spec", "0", "-"}},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(parse_pointer(row.text), OkAnd(row.tokens)) << row.text;
    EXPECT_EQ(write_pointer(row.tokens), row.text);
  }
  for (const std::string_view text : {"a", "a/b", "/~", "/~2", "/x~"}) {
    EXPECT_THAT(parse_pointer(text), FailsWith(Reason::bad_request)) << text;
  }
}

TEST(Pointer, Resolves) {
  const Value root = of(R"({"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"0":{"x":5}})");
  struct Row {
    std::string pointer;
    std::optional<std::string> want;
  };
  const Row rows[] = {
      {"/foo/0", "\"bar\""},
      {"/foo", R"(["bar","baz"])"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/m~0n", "8"},
      {"/0/x", "5"},
      {"/foo/2", std::nullopt},
      {"/foo/-", std::nullopt},
      {"/foo/01", std::nullopt},
      {"/foo/-1", std::nullopt},
      {"/foo/+1", std::nullopt},
      {"/foo/1x", std::nullopt},
      {"/foo/", std::nullopt},
      {"/foo/0/x", std::nullopt},
      {"/none", std::nullopt},
      {"/foo/99999999999999999999", std::nullopt},
  };
  for (const Row& row : rows) {
    const Value* found = resolve(root, parse_pointer(row.pointer).value());
    EXPECT_EQ(found == nullptr ? std::nullopt : std::optional(write(*found)), row.want) << row.pointer;
  }
  EXPECT_EQ(resolve(root, {}), &root);
}

TEST(JsonPatch, CarriesOperationsOut) {
  struct Row {
    std::string rule, document, patch, want;
  };
  const Row rows[] = {
      {"A.1 add a member", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])",
       R"({"baz":"qux","foo":"bar"})"},
      {"A.2 add an element", R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
       R"({"foo":["bar","qux","baz"]})"},
      {"add at the end by index", "[1]", R"([{"op":"add","path":"/1","value":2}])", "[1,2]"},
      {"A.16 append", R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc"]}])",
       R"({"foo":["bar",["abc"]]})"},
      {"add replaces a member", R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
      {"add null", R"({})", R"([{"op":"add","path":"/a","value":null}])", R"({"a":null})"},
      {"add the whole document", R"({"a":1})", R"([{"op":"add","path":"","value":[1]}])", "[1]"},
      {"A.3 remove a member", R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
      {"A.4 remove an element", R"({"foo":["a","b","c"]})", R"([{"op":"remove","path":"/foo/1"}])",
       R"({"foo":["a","c"]})"},
      {"A.5 replace", R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
       R"({"baz":"boo","foo":"bar"})"},
      {"replace the whole document", "1", R"([{"op":"replace","path":"","value":2}])", "2"},
      {"A.6 move a member", R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
       R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
       R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
      {"A.7 move an element", R"({"foo":["all","grass","cows","eat"]})",
       R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])", R"({"foo":["all","cows","eat","grass"]})"},
      {"move onto itself", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])", R"({"a":1})"},
      {"copy", R"({"a":{"x":1}})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":{"x":1},"b":{"x":1}})"},
      {"copy into itself", R"({"a":{"x":1}})", R"([{"op":"copy","from":"/a","path":"/a/y"}])",
       R"({"a":{"x":1,"y":{"x":1}}})"},
      {"A.8 test", R"({"baz":"qux","foo":["a",2,"c"]})",
       R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2.0}])",
       R"({"baz":"qux","foo":["a",2,"c"]})"},
      {"test null where nothing is", R"({})", R"([{"op":"test","path":"/a","value":null},{"op":"test","path":"/b/c"}])",
       R"({})"},
      {"A.11 unknown members are ignored", R"({})", R"([{"op":"add","path":"/a","value":1,"xyz":123}])", R"({"a":1})"},
      {"A.14 escapes", R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}])",
       R"({"~1":10})"},
      {"no operations", R"({"a":1})", "[]", R"({"a":1})"},
      {"operations see earlier ones", R"({})",
       R"([{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1},{"op":"move","from":"/a/b","path":"/c"}])",
       R"({"a":{},"c":1})"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto patched = apply_json_patch(of(row.document), of(row.patch));
    ASSERT_THAT(patched, Ok());
    EXPECT_EQ(write(*patched), row.want);
  }
}

TEST(JsonPatch, RefusesWhatCannotBeCarriedOut) {
  struct Row {
    std::string rule, patch, message;
  };
  const Row rows[] = {
      {"A.9 test fails", R"([{"op":"test","path":"/a","value":2}])", "testing value \"/a\" failed"},
      {"test of a missing value", R"([{"op":"test","path":"/x","value":1}])", "there is no value at \"/x\""},
      {"A.12 add into a missing parent", R"([{"op":"add","path":"/x/y","value":1}])", "there is no value at \"/x/y\""},
      {"add into a scalar", R"([{"op":"add","path":"/a/y","value":1}])", "there is no value"},
      {"add beyond the end", R"([{"op":"add","path":"/l/4","value":1}])", "no place in an array of 3"},
      {"add at a word", R"([{"op":"add","path":"/l/x","value":1}])", "no place in an array"},
      {"remove a missing member", R"([{"op":"remove","path":"/x"}])", "there is no value at \"/x\""},
      {"remove a missing element", R"([{"op":"remove","path":"/l/3"}])", "there is no value at \"/l/3\""},
      {"remove after the last", R"([{"op":"remove","path":"/l/-"}])", "there is no value"},
      {"remove everything", R"([{"op":"remove","path":""}])", "cannot be removed"},
      {"replace a missing member", R"([{"op":"replace","path":"/x","value":1}])", "there is no value"},
      {"move a missing member", R"([{"op":"move","from":"/x","path":"/y"}])", "there is no value at \"/x\""},
      {"move a missing member onto itself", R"([{"op":"move","from":"/x","path":"/x"}])",
       "there is no value at \"/x\""},
      {"move into itself", R"([{"op":"move","from":"/o","path":"/o/x"}])", "into itself"},
      {"copy a missing member", R"([{"op":"copy","from":"/x","path":"/y"}])", "there is no value"},
      {"unknown op", R"([{"op":"spam","path":"/a"}])", "operation 0 of the JSON patch: \"spam\" is not one of"},
      {"no op", R"([{"path":"/a"}])", "is not one of"},
      {"no path", R"([{"op":"remove"}])", "\"path\" is missing"},
      {"path is no text", R"([{"op":"remove","path":1}])", "\"path\" is missing or not a string"},
      {"no from", R"([{"op":"move","path":"/a"}])", "\"from\" is missing"},
      {"malformed pointer", R"([{"op":"remove","path":"a"}])", "does not start with /"},
      {"names the operation", R"([{"op":"test","path":"/a","value":1},{"op":"remove","path":"/x"}])",
       "operation 1 of the JSON patch"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_THAT(apply_json_patch(of(R"({"a":1,"l":[1,2,3],"o":{}})"), of(row.patch)),
                FailsWith(Reason::invalid, row.message));
  }
}

TEST(JsonPatch, RefusesWhatIsNoPatch) {
  EXPECT_THAT(
      apply_json_patch(of("{}"), of("{}")),
      FailsWith(Reason::bad_request,
                "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"));
  for (const std::string_view patch : {"1", "\"x\"", "true", "null", "[1]", "[[]]", "[null]"}) {
    EXPECT_THAT(apply_json_patch(of("{}"), of(patch)), FailsWith(Reason::bad_request, "error decoding patch")) << patch;
  }
}

TEST(JsonPatch, CopiesAndDepthAreBounded) {
  const Value doubling = of(R"({"op":"copy","from":"","path":"/-"})");
  EXPECT_THAT(apply_json_patch(of(R"(["0123456789"])"), Array(30, doubling)), FailsWith(Reason::invalid, "too large"));
  const Value copy = of(R"([{"op":"copy","from":"/x","path":"/y"}])");
  EXPECT_THAT(apply_json_patch(of(R"({"x":"12345678"})"), copy, 10), Ok());  // ten bytes with the quotes
  EXPECT_THAT(apply_json_patch(of(R"({"x":"12345678"})"), copy, 9), FailsWith(Reason::invalid, "too large"));

  // Each copy goes into the deepest place: depth doubles and would soon be beyond what a stack holds.
  Array deepening;
  std::string deepest = "/a";
  for (std::size_t levels = 1; levels <= 4096; levels *= 2) {
    deepening.push_back(Object{{"op", "copy"}, {"from", ""}, {"path", deepest}});
    deepest += deepest;
  }
  EXPECT_THAT(apply_json_patch(of(R"({"a":{}})"), deepening), FailsWith(Reason::invalid, "deeper"));
}

TEST(MergePatch, FollowsRfc7386) {
  struct Row {
    std::string document, patch, want;
  };
  const Row rows[] = {
      // RFC 7386 appendix A
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"a":"foo"})", "\"bar\"", "\"bar\""},
      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
      {"{}", R"({"a":[null]})", R"({"a":[null]})"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(write(apply_merge_patch(of(row.document), of(row.patch))), row.want) << row.document << " " << row.patch;
  }
}

TEST(MergePatch, MakeIsTheInverseOfApply) {
  struct Row {
    std::string from, to, want;
  };
  const Row rows[] = {
      {R"({"a":1})", R"({"a":1})", "{}"},
      {R"({"a":1,"b":2})", R"({"a":1})", R"({"b":null})"},
      {R"({"a":{"x":1,"y":2}})", R"({"a":{"x":1,"y":3,"z":[1]}})", R"({"a":{"y":3,"z":[1]}})"},
      {R"({"a":[1,2]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":1})", R"({"a":{"b":1}})", R"({"a":{"b":1}})"},
      {R"({"a":{"b":1}})", R"({"a":{}})", R"({"a":{"b":null}})"},
      {"1", R"({"a":1})", R"({"a":1})"},
      {R"({"a":1})", "[1]", "[1]"},
  };
  for (const Row& row : rows) {
    const Value patch = make_merge_patch(of(row.from), of(row.to));
    EXPECT_EQ(write(patch), row.want);
    EXPECT_EQ(write(apply_merge_patch(of(row.from), patch)), row.to);
  }
}

TEST(Diff, NamesDeepestPathsInOrder) {
  const Value left = of(R"({"a":1,"b":{"x":[1,2,3],"y":{"k":1}},"c":"t","same":{"z":1}})");
  const Value right = of(R"({"a":1.0,"b":{"x":[1,5],"y":7},"d/e":null,"same":{"z":1}})");
  std::vector<std::string> lines;
  const auto text = [](const Value* value) { return value == nullptr ? "-" : write(*value); };
  for (const Difference& d : diff(left, right)) lines.push_back(d.path + " " + text(d.left) + " " + text(d.right));
  EXPECT_THAT(lines,
              testing::ElementsAre("/b/x/1 2 5", "/b/x/2 3 -", "/b/y {\"k\":1} 7", "/c \"t\" -", "/d~1e - null"));
  EXPECT_EQ(diff(left, right, 2).size(), 2U);
  EXPECT_TRUE(diff(left, left).empty());
  EXPECT_EQ(diff(1, 2).at(0).path, "");
}

}  // namespace
}  // namespace slipway::json
