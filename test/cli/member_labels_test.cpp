#include "cli/member_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

// "environment=canary,order=2 | environment=staging": one part a member, in order.
std::string show(const std::vector<MemberSpec>& members) {
  std::string text;
  for (const auto& member : members) {
    if (&member != members.data()) text += " | ";
    std::string labels;
    for (const auto& [key, value] : member.labels) labels += (labels.empty() ? "" : ",") + key + "=" + value;
    text += labels;
  }
  return text;
}

// ux 1.3.5.
TEST(PlanMembers, FollowsTheRules) {
  struct Row {
    std::size_t count;
    std::vector<std::string> rules;
    std::string_view want;
  };
  const Row rows[] = {
      {3, {}, "environment=canary,order=2 | environment=staging | environment=canary,order=1"},  // the how-to
      {2, {}, " | "},
      {0, {}, ""},
      {3, {"a=b"}, "a=b | a=b | a=b"},
      {2, {"a="}, "a= | a="},
      {3, {"order=index"}, "order=1 | order=2 | order=3"},
      {5, {"region=cycle(eu,us)"}, "region=eu | region=us | region=eu | region=us | region=eu"},
      {5, {"e=s:20%,c:40%,p:rest"}, "e=s | e=c | e=c | e=p | e=p"},
      {3, {"e=s:1%,p:rest"}, "e=s | e=p | e=p"},               // at least one
      {5, {"e=s:30%,p:rest"}, "e=s | e=p | e=p | e=p | e=p"},  // rounded down
      {4, {"e=s:2,p:1"}, "e=s | e=s | e=p | "},
      {2, {"e=s:2,p:rest"}, "e=s | e=s"},
      {2, {"a=1", "a=2"}, "a=2 | a=2"},
      {2, {"member2:a=own,b=x", "a=1"}, "a=1 | a=own,b=x"},  // a member's own come last
      {2, {"example.com/a=b"}, "example.com/a=b | example.com/a=b"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.rules));
    const auto members = plan_members(row.count, row.rules);
    ASSERT_TRUE(members) << members.error().message;
    ASSERT_EQ(members->size(), row.count);
    EXPECT_EQ(show(*members), row.want);
    for (std::size_t i = 0; i < row.count; ++i) EXPECT_EQ((*members)[i].name, fmt::format("member{}", i + 1));
  }
  EXPECT_EQ(plan_members(1, {"edge1:a=b"}, "edge")->front(), (MemberSpec{.name = "edge1", .labels = {{"a", "b"}}}));
}

TEST(PlanMembers, RefusesWhatItCannotRead) {
  const std::pair<std::string, std::string_view> rows[] = {
      {"a", "there is no key="},
      {"=b", "there is no key="},
      {"", "there is no key="},
      {"a b=c", "key 'a b'"},
      {"a=b c", "value 'b c'"},
      {"a=cycle(x,y z)", "value 'y z'"},
      {"e=s:10%,p", "'p' lacks its share"},
      {"e=s:0%", "no share from 1% to 100%"},
      {"e=s:101%", "no share from 1% to 100%"},
      {"e=s:many", "neither a count, a percentage nor rest"},
      {"e=s:-1", "neither a count, a percentage nor rest"},
      {"e=s:5", "more than the 4 members"},
      {"e=s:rest,p:1", "more than the 4 members"},
      {"member9:a=b", "there is no member 'member9'"},
      {"member1:a=b,c", "'c' is not key=value"},
  };
  for (const auto& [rule, want] : rows) {
    const auto members = plan_members(4, {rule});
    ASSERT_FALSE(members) << rule;
    EXPECT_EQ(members.error().reason, Reason::usage);
    EXPECT_THAT(members.error().message, testing::HasSubstr(std::string(want))) << rule;
    EXPECT_THAT(members.error().message, testing::HasSubstr(fmt::format("--label '{}'", rule)));
  }
}

}  // namespace
}  // namespace slipway::cli
