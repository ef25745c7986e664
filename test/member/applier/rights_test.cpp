#include "test/member/applier/applier_fixture.h"

// An agent that may write everything and not watch everything (member 2.5, 8.15).
namespace slipway::member {
namespace {

class AgentRights : public Applier, public ::testing::WithParamInterface<bool> {
 protected:
  void start_without_rights_on(std::set<std::string> resources) {
    unwatched = std::move(resources);
    restart_agent();
    to_member->answers_reviews = GetParam();
  }
  [[nodiscard]] std::ptrdiff_t lines_with(std::string_view text) const {
    return std::ranges::count_if(logged, [text](const std::string& line) { return line.contains(text); });
  }
};
// Whether the server answers access reviews.
INSTANTIATE_TEST_SUITE_P(Reviews, AgentRights, ::testing::Bool());

TEST_P(AgentRights, WhatMayNotBeWatchedIsLookedAtAgain) {
  start_without_rights_on({"configmaps", "secrets"});
  EXPECT_EQ(to_member->reviews, 0U);  // nothing is needed yet
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  make_ready("app/d");
  EXPECT_EQ(state("w"), all_well);
  EXPECT_EQ(lines_with("may not list and watch configmaps"), 1);
  EXPECT_EQ(lines_with("may not list and watch"), 1);  // secrets are nobody's business

  merge("configmaps", "app/c", R"({"data":{"key":"drifted"}})");
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "drifted");
  pass(6s);
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "1");
  merge("deployments.apps", "app/d", R"({"spec":{"replicas":7}})");  // watched: at once
  EXPECT_EQ(*object("deployments.apps", "app/d").find_path({"spec", "replicas"}), json::Value(1));

  remove("configmaps", "app/c");
  pass(15min);  // by then it is looked at every quarter of an hour
  pass(15min);
  EXPECT_TRUE(exists("configmaps", "app/c"));
  EXPECT_EQ(lines_with("may not list and watch"), 1);

  to_member->unwatched.clear();
  pass(11min);
  merge("configmaps", "app/c", R"({"data":{"key":"drifted"}})");
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "1");
  const auto writes = to_member->written.size();
  pass(2h);
  EXPECT_EQ(to_member->written.size(), writes);
}

TEST_P(AgentRights, WithTheRightsOfKubeFleetsAgentNothingIsWatchedAndEverythingIsApplied) {
  start_without_rights_on({"configmaps", "deployments", "customresourcedefinitions", "namespaces", "services"});
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  make_ready("app/d");
  pass(3min);
  EXPECT_EQ(state("w"), all_well);
  place("w", {space("app"), deployment("app/d", 3)});
  EXPECT_FALSE(exists("configmaps", "app/c"));
  EXPECT_EQ(*object("deployments.apps", "app/d").find_path({"spec", "replicas"}), json::Value(3));
  EXPECT_EQ(lines_with("may not follow custom resource definitions"), 1);
}

}  // namespace
}  // namespace slipway::member
