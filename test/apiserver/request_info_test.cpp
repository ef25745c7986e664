#include "apiserver/request_info.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

namespace slipway::apiserver {
namespace {

// "verb group/version resource namespace/name subresource"
std::string text(const RequestInfo& info) {
  if (!info.is_resource) return fmt::format("{} path {}", info.verb, info.path);
  return fmt::format("{} {}/{} {} {}/{} {}{}", info.verb, info.resource.group, info.resource.version,
                     info.resource.resource, info.namespace_, info.name, info.subresource,
                     info.is_too_deep ? " too deep" : "");
}

// Kube-api 2.1.
TEST(RequestInfo, SaysWhatIsAskedFor) {
  struct Row {
    std::string_view method, target, want;
  };
  const Row rows[] = {
      {"GET", "/", "get path /"},
      {"GET", "/version?timeout=32s", "get path /version"},
      {"HEAD", "/healthz", "head path /healthz"},
      {"GET", "/api", "get path /api"},
      {"GET", "/api/v1", "get path /api/v1"},
      {"GET", "/api/v1/", "get path /api/v1/"},
      {"GET", "/apis/apps", "get path /apis/apps"},
      {"GET", "/apis/apps/v1", "get path /apis/apps/v1"},
      {"GET", "/openapi/v3/apis/apps/v1", "get path /openapi/v3/apis/apps/v1"},
      {"GET", "/api/v1/pods?limit=500", "list /v1 pods / "},
      {"GET", "/api/v1/namespaces", "list /v1 namespaces / "},
      {"GET", "/api/v1/namespaces/", "list /v1 namespaces / "},
      {"GET", "/api/v1/namespaces/n1", "get /v1 namespaces n1/n1 "},
      {"PUT", "/api/v1/namespaces/n1/finalize", "update /v1 namespaces n1/n1 finalize"},
      {"PATCH", "/api/v1/namespaces/n1/status", "patch /v1 namespaces n1/n1 status"},
      {"GET", "/api/v1/namespaces/n1/namespaces", "list /v1 namespaces n1/  too deep"},
      {"GET", "/api/v1/namespaces/n1/configmaps", "list /v1 configmaps n1/ "},
      {"POST", "/api/v1/namespaces/n1/configmaps", "create /v1 configmaps n1/ "},
      {"DELETE", "/api/v1/namespaces/n1/configmaps/c", "delete /v1 configmaps n1/c "},
      {"DELETE", "/api/v1/namespaces/n1/configmaps?labelSelector=a%3Db", "deletecollection /v1 configmaps n1/ "},
      {"PATCH", "/apis/apps/v1/namespaces/n/deployments/d/status", "patch apps/v1 deployments n/d status"},
      {"GET", "/apis/apps/v1/namespaces/n/deployments/d/status/x", "get apps/v1 deployments n/d status too deep"},
      {"GET", "/apis/g.io/v1beta1/things/system%3Aa%2Fb", "get g.io/v1beta1 things /system:a/b "},
      {"GET", "/api/v1/pods?watch=true", "watch /v1 pods / "},
      {"GET", "/api/v1/pods?watch=1", "watch /v1 pods / "},
      {"GET", "/api/v1/pods?watch=false", "list /v1 pods / "},
      {"GET", "/api/v1/pods?fieldSelector=metadata.name%3Dx&watch=true", "watch /v1 pods /x "},
      {"GET", "/api/v1/watch/pods", "watch /v1 pods / "},
      {"GET", "/api/v1/watch/namespaces/n/pods/p", "watch /v1 pods n/p "},
      {"GET", "/apis/g.io/v1/watch/things", "watch g.io/v1 things / "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const auto info = parse_request(row.method, row.target, "");
    ASSERT_TRUE(info);
    EXPECT_EQ(text(*info), row.want);
  }
}

TEST(RequestInfo, RefusesWhatIsNoPath) {
  struct Row {
    std::string_view method, target, base;
    Reason want;
  };
  const Row rows[] = {
      {"GET", "/api//v1/pods", "", Reason::not_found},
      {"GET", "//api", "", Reason::not_found},
      {"GET", "/api/v1/pods//", "", Reason::not_found},
      {"GET", "/api/v1/pods/%zz", "", Reason::bad_request},
      {"GET", "/api/v1/pods?a=%4", "", Reason::bad_request},
      {"GET", "/api/v1/pods", "/clusters/m1", Reason::not_found},
      {"GET", "/clusters/m10/api", "/clusters/m1", Reason::not_found},
      {"HEAD", "/api/v1/pods", "", Reason::method_not_allowed},
      {"OPTIONS", "/api/v1/pods/x", "", Reason::method_not_allowed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    EXPECT_THAT(parse_request(row.method, row.target, row.base), FailsWith(row.want));
  }
}

TEST(RequestInfo, TakesTheBasePathAway) {
  const auto info = parse_request("GET", "/clusters/m1/api/v1/namespaces/n/pods/p", "/clusters/m1");
  ASSERT_TRUE(info);
  EXPECT_EQ(text(*info), "get /v1 pods n/p ");
  EXPECT_EQ(info->path, "/api/v1/namespaces/n/pods/p");
  EXPECT_EQ(parse_request("GET", "/clusters/m1", "/clusters/m1")->path, "/");
}

TEST(Query, ReadsParametersInOrder) {
  const auto info =
      parse_request("GET", "/api/v1/pods?dryRun=All&dryRun=x&labelSelector=a+in+%28b%2Cc%29&flag&limit=7&n=1x", "");
  ASSERT_TRUE(info);
  const Query& query = info->query;
  EXPECT_EQ(query.all("dryRun"), (std::vector<std::string>{"All", "x"}));
  EXPECT_EQ(query.get("labelSelector"), "a in (b,c)");
  EXPECT_TRUE(query.flag("flag"));
  EXPECT_FALSE(query.flag("other"));
  EXPECT_EQ(*query.integer("limit"), 7);
  EXPECT_EQ(*query.integer("absent"), std::nullopt);
  EXPECT_EQ(query.integer("n").error().message, "strconv.ParseInt: parsing \"1x\": invalid syntax");
}

}  // namespace
}  // namespace slipway::apiserver
