#include "kube/json_path.h"

#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

TEST(JsonPath, Evaluates) {
  const auto root = json::parse(R"({
    "metadata": {"name": "n", "labels": {"a.b/c": "dotted", "x'y": 1}},
    "spec": {"n": 7, "none": null, "list": [10, 20, 30, [40]]},
    "status": {
      "conditions": [
        {"type": "Ready", "status": "True", "observedGeneration": 2},
        {"type": "Other", "status": "False", "observedGeneration": 1.5, "extra": true},
        "odd", {"status": "Unknown"}
      ],
      "properties": {"kubernetes-fleet.io/node-count": {"value": "3"}}
    }})");
  ASSERT_THAT(root, Ok());
  struct Row {
    std::string_view path, want;
  };
  const Row rows[] = {
      {".metadata.name", R"("n")"},
      {"{.metadata.name}", R"("n")"},
      {"$.metadata.name", R"("n")"},
      {"{$.spec.n}", "7"},
      {".spec.none", "null"},
      {".spec.missing", ""},
      {".spec.missing.deeper", ""},
      {".spec.n.deeper", ""},
      {".spec.list.key", ""},
      {R"(.metadata.labels.a\.b/c)", R"("dotted")"},
      {R"(.status.properties.kubernetes-fleet\.io/node-count.value)", R"("3")"},
      {"['metadata']['name']", R"("n")"},
      {R"(.metadata.labels["a.b/c"])", R"("dotted")"},
      {R"(.metadata.labels['x\'y'])", "1"},
      // Indexes.
      {".spec.list[0]", "10"},
      {".spec.list[-1]", "[40]"},
      {".spec.list[-1][0]", "40"},
      {".spec.list[4]", ""},
      {".spec.list[-5]", ""},
      {".spec.list[1:3]", "20 30"},
      {".spec.list[1:]", "20 30 [40]"},
      {".spec.list[:-2]", "10 20"},
      {".spec.list[2:1]", ""},
      {".spec.list[:]", "10 20 30 [40]"},
      {".spec.list[*]", "10 20 30 [40]"},
      {".spec.n[0]", ""},
      {".spec.n[:]", ""},
      {".metadata.labels.*", R"("dotted" 1)"},
      {".metadata.labels[*]", R"("dotted" 1)"},
      // Filters.
      {R"(.status.conditions[?(@.type=="Ready")].status)", R"("True")"},
      {R"(.status.conditions[?(@.type=='Ready')].status)", R"("True")"},
      {R"(.status.conditions[?( @.type == "Nope" )].status)", ""},
      {R"(.status.conditions[?(@.type!="Ready")].status)", R"("False")"},
      {R"(.status.conditions[?("Ready"==@.type)].observedGeneration)", "2"},
      {".status.conditions[?(@.observedGeneration>1.5)].type", R"("Ready")"},
      {".status.conditions[?(@.observedGeneration>=1.5)].type", R"("Ready" "Other")"},
      {".status.conditions[?(@.observedGeneration<2)].type", R"("Other")"},
      {".status.conditions[?(@.observedGeneration<=2)].type", R"("Ready" "Other")"},
      {".status.conditions[?(@.type<\"P\")].type", R"("Other")"},
      {".status.conditions[?(@.type>1)].type", ""},
      {".status.conditions[?(@.extra)].type", R"("Other")"},
      {".status.conditions[?(@.extra==true)].type", R"("Other")"},
      {".status.conditions[?(@.status==@.type)].type", ""},
      {".status.conditions[?(@.type==@.missing)].type", ""},
      {".spec.list[?(@==20)]", "20"},
      {".spec.list[?(@[0]==40)]", "[40]"},
      {".spec[?(@.x)]", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    const auto path = JsonPath::compile(row.path);
    ASSERT_THAT(path, Ok());
    std::string got;
    for (const json::Value* value : path->evaluate(*root)) got += (got.empty() ? "" : " ") + json::write(*value);
    EXPECT_EQ(got, row.want);
  }
  for (const std::string_view whole : {"", ".", "{}", "{.}", "$"}) {
    const auto path = JsonPath::compile(whole);
    ASSERT_THAT(path, Ok()) << whole;
    EXPECT_THAT(path->evaluate(*root), testing::ElementsAre(&*root)) << whole;
  }
}

TEST(JsonPath, Refuses) {
  struct Row {
    std::string_view path, want;
  };
  const Row rows[] = {
      {"spec", "at 0: expected '.', '[' or the end, found 's'"},
      {".spec..x", "at 6: expected a key, found '.'"},
      {"..", "at 1: expected a key, found '.'"},
      {".spec.", "at 6: expected a key, found the end"},
      {"{.spec", "at 6: expected '}', found the end"},
      {".spec}", "at 5: expected '.', '[' or the end, found '}'"},
      {".a[", "at 3: expected an index, '*', a quoted key or '?(', found the end"},
      {".a[x]", "at 3: expected an index"},
      {".a[99999999999999999999]", "at 3: expected an index"},
      {".a[0", "at 4: expected ']', found the end"},
      {".a[0,1]", "at 4: expected ']', found ','"},
      {".a['x]", "expected a closing '"},
      {R"(.a\)", R"(expected a character after '\')"},
      {".a[?(@.x]", "expected ')' or a comparison, found ']'"},
      {".a[?(@.x==)]", "expected '@', a quoted text, a number, true or false, found ')'"},
      {".a[?(@.x==1]", "expected '@', a quoted text, a number"},
      {".a[?(@.x=1)]", "expected ')' or a comparison, found '='"},
      {".a[?(@.x=='1')", "expected ']', found the end"},
      {".a[?(x==1)]", "expected '@', a quoted text"},
      {".a b", "at 2: expected '.', '[' or the end, found ' '"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(JsonPath::compile(row.path), FailsWith(Reason::invalid, std::string(row.want))) << row.path;
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "[?(@";
  EXPECT_THAT(JsonPath::compile(deep), FailsWith(Reason::invalid, "fewer filters within filters"));
}

}  // namespace
}  // namespace slipway::kube
