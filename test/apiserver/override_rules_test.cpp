#include "apiserver/override_rules.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/kinds.h"
#include "json/text.h"

// placement 5.5; the numbers are those of 12.12.
namespace slipway::apiserver {
namespace {

constexpr std::string_view fine = R"({"op":"add","path":"/spec/replicas","value":3})";

std::string rule(std::string_view patches, std::string_view more = "") {
  return fmt::format(R"({{"clusterSelector":{{"clusterSelectorTerms":[]}},"jsonPatchOverrides":[{}]{}}})", patches,
                     more);
}
std::string path(std::string_view path) { return rule(fmt::format(R"({{"op":"add","path":"{}","value":1}})", path)); }
std::string term(std::string_view term) {
  return fmt::format(R"({{"clusterSelector":{{"clusterSelectorTerms":[{}]}},"jsonPatchOverrides":[{}]}})", term, fine);
}

api::ClusterResourceOverrideSpec spec_of(std::string_view selectors, std::string_view rules) {
  return *api::decode<api::ClusterResourceOverrideSpec>(*json::parse(
      fmt::format(R"({{"clusterResourceSelectors":[{}],"policy":{{"overrideRules":[{}]}}}})", selectors, rules)));
}

constexpr std::string_view selector_n = R"({"group":"","version":"v1","kind":"Namespace","name":"n"})";

TEST(OverrideRules, S5_5_Policy) {
  struct Row {
    std::string_view rule;
    std::string rules;
    std::string_view problem;  // "" for none, else a part of it
  };
  const Row rows[] = {
      {"fine", rule(fine), ""},
      {"294: the name", path("/metadata/name"), "annotations and labels"},
      {"294: the metadata", path("/metadata"), "annotations and labels"},
      {"294: the kind", path("/kind"), "kind cannot"},
      {"294: the version", path("/apiVersion"), "apiVersion cannot"},
      {"294: of the status", path("/status/x"), "status cannot"},
      {"294: no slash", path("metadata/labels"), "start with /"},
      {"5.5: nothing", path(""), "start with /"},
      {"294: an empty segment", path("/spec//a"), "empty segment"},
      {"5.5: a slash at the end", path("/spec/"), "empty segment"},
      {"295", path("/metadata/labels/a"), ""},
      {"295: annotations", path("/metadata/annotations"), ""},
      {"5.5: kind further down", path("/spec/kind"), ""},
      {"296: Delete with patches", rule(fine, R"(,"overrideType":"Delete")"), "when the override type is Delete"},
      {"296: Delete", R"({"clusterSelector":{"clusterSelectorTerms":[]},"overrideType":"Delete"})", ""},
      {"296: JSONPatch without", R"({"clusterSelector":{"clusterSelectorTerms":[]}})", "cannot be empty"},
      {"5.5: remove with a value", rule(R"({"op":"remove","path":"/spec/a","value":1})"), "cannot have a value"},
      {"5.5: remove", rule(R"({"op":"remove","path":"/spec/a"})"), ""},
      {"5.5: a term with labels", term(R"({"labelSelector":{"matchLabels":{"a":"b"}}})"), ""},
      {"5.5: a term without", term("{}"), "needs a labelSelector"},
      {"5.5: a selector nobody can evaluate",
       term(R"({"labelSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]}})"), "is invalid"},
      {"5.5: a property sorter", term(R"({"labelSelector":{},"propertySorter":{"name":"a","sortOrder":"Ascending"}})"),
       "nothing else"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto problems = problems_of(spec_of(selector_n, row.rules), true, {});
    EXPECT_EQ(problems.empty(), row.problem.empty());
    EXPECT_THAT(fmt::format("{}", fmt::join(problems, " ")), ::testing::HasSubstr(std::string(row.problem)));
  }
}

TEST(OverrideRules, S5_5_WhatIsSelected) {
  const auto selected = selected_by(spec_of(selector_n, rule(fine)));
  std::vector<OtherOverride> many(override_count_max);
  struct Row {
    std::string_view rule;
    std::string selectors;
    bool is_new;
    std::vector<OtherOverride> others;
    std::string_view problem;
  };
  const Row rows[] = {
      {"no name", R"({"group":"","version":"v1","kind":"Namespace"})", true, {}, "needs a name"},
      {"labels",
       R"({"group":"","version":"v1","kind":"Namespace","name":"n","labelSelector":{}})",
       true,
       {},
       "not supported"},
      {"twice", fmt::format("{},{}", selector_n, selector_n), true, {}, "more than once"},
      {"293", std::string(selector_n), true, {{"other", selected}}, "selected by other already"},
      {"293: something else", std::string(selector_n), true, {{"other", {"x"}}}, ""},
      {"292", std::string(selector_n), true, many, "at most 100"},
      {"292: no new one", std::string(selector_n), false, many, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto problems = problems_of(spec_of(row.selectors, rule(fine)), row.is_new, row.others);
    EXPECT_EQ(problems.empty(), row.problem.empty());
    EXPECT_THAT(fmt::format("{}", fmt::join(problems, " ")), ::testing::HasSubstr(std::string(row.problem)));
  }
}

}  // namespace
}  // namespace slipway::apiserver
