#include "hub/selection/api_list.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

namespace slipway::hub::selection {
namespace {

TEST(ApiList, Table) {  // placement 1.6.1
  struct Row {
    std::string_view rule, text;
    std::vector<ApiPattern> want;  // empty with a text that is not: refused
  };
  const Row rows[] = {
      {"nothing", "", {}},
      {"a group", "networking.k8s.io", {{"networking.k8s.io", "", ""}}},
      {"a group and a version", "apps/v1", {{"apps", "v1", ""}}},
      {"kinds", "apps/v1/Deployment,DaemonSet", {{"apps", "v1", "Deployment"}, {"apps", "v1", "DaemonSet"}}},
      {"kinds of the core group", "v1/Pod,Node", {{"", "v1", "Pod"}, {"", "v1", "Node"}}},
      {"the core group", "v1", {{"", "v1", ""}}},
      {"several", "batch;autoscaling/v2beta2", {{"batch", "", ""}, {"autoscaling", "v2beta2", ""}}},
      {"white space and empty parts",
       " apps / v1 / Deployment , ;; v1/Pod; ",
       {{"apps", "v1", "Deployment"}, {"", "v1", "Pod"}}},
      {"a kind alone", "Deployment", {}},
      {"no version", "apps/Deployment", {}},
      {"a version that is none", "apps/v1gamma1/X", {}},
      {"a stage without number", "apps/v1beta", {}},
      {"too many slashes", "apps/v1/Deployment/status", {}},
      {"a plural", "apps/v1/deployments", {}},
      {"a kind with other signs", "apps/v1/Deploy-ment", {}},
      {"no kind after the slash", "apps/v1/,", {}},
      {"nothing before the slash", "/v2x", {}},
      {"a group ends with a letter", "apps.", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto parsed = parse_api_list(row.text);
    if (row.want.empty() && !row.text.empty()) {
      EXPECT_THAT(parsed, FailsWith(Reason::usage, "names no API"));
    } else {
      ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
      EXPECT_EQ(*parsed, row.want);
    }
  }
}

TEST(ApiList, PatternsMatch) {
  const kube::GroupVersionKind deployment{"apps", "v1", "Deployment"};
  EXPECT_TRUE((ApiPattern{.group = "apps"}.matches(deployment)));
  EXPECT_TRUE((ApiPattern{.group = "apps", .version = "v1"}.matches(deployment)));
  EXPECT_TRUE((ApiPattern{.group = "apps", .version = "v1", .kind = "Deployment"}.matches(deployment)));
  EXPECT_FALSE((ApiPattern{.group = "apps", .version = "v1", .kind = "DaemonSet"}.matches(deployment)));
  EXPECT_FALSE((ApiPattern{.group = "apps", .version = "v2"}.matches(deployment)));
  EXPECT_FALSE((ApiPattern{.group = "", .version = "v1"}.matches(deployment)));
}

}  // namespace
}  // namespace slipway::hub::selection
