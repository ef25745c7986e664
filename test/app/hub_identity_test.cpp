#include "app/hub_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/join_manifests.h"
#include "client/kubeconfig.h"
#include "test/app/fake_api_server.h"

namespace slipway::app {
namespace {

using testing::HasSubstr;

const HubAddress address{
    .url = "https://hub.example:6443", .authority = "PEM\none\n", .server_name = "", .cluster_id = "id-1"};

client::ServerAccess access(const std::string& url, const std::string& authority) {
  client::ServerAccess access;
  EXPECT_TRUE(client::set_server_url(url, access));
  access.authority = authority;
  return access;
}

TEST(HubIdentity, TheSameHub) {
  struct Row {
    const char* rule;
    HubMark one, other;
    bool want;
  };
  const Row rows[] = {
      {"the ids decide", {{"https://a:1"}, {"A"}, "id"}, {{"https://b:1"}, {"B"}, "id"}, true},
      {"against everything else", {{"https://a:1"}, {"A"}, "id"}, {{"https://a:1"}, {"A"}, "other"}, false},
      {"an id is not known: the address", {{"https://a:1"}, {"A"}, ""}, {{"https://a:1"}, {"B"}, "id"}, true},
      {"one of several addresses", {{"https://a:1"}, {}, ""}, {{"https://b:1", "https://a:1"}, {}, ""}, true},
      {"another address, the same authority", {{"https://a:1"}, {"A\nB"}, ""}, {{"https://b:1"}, {"AB\n"}, ""}, true},
      {"an authority in a bundle", {{"https://a:1"}, {"A\n"}, ""}, {{"https://b:1"}, {"B\nA\n"}, ""}, true},
      {"neither", {{"https://a:1"}, {"A"}, ""}, {{"https://b:1"}, {"B"}, ""}, false},
      {"another address, and the system's authorities", {{"https://a:1"}, {}, ""}, {{"https://b:1"}, {}, ""}, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(is_same_hub(row.one, row.other), row.want);
    EXPECT_EQ(is_same_hub(row.other, row.one), row.want);
  }
}

TEST(HubIdentity, ASecretTellsWhoseMemberItIs) {
  const json::Value secret = hub_secret("n", "m1", address, {}, "secret");
  const Membership there = membership_of(secret);
  EXPECT_EQ(there.name, "m1");
  EXPECT_EQ(there.hub.urls, std::vector<std::string>{"https://hub.example:6443"});
  EXPECT_EQ(there.hub.authorities, std::vector<std::string>{"PEM\none\n"});
  EXPECT_EQ(there.hub.cluster_id, "id-1");

  HubMark hub = mark_of(access("https://127.0.0.1:7443/", "PEM one"));
  EXPECT_EQ(other_membership(secret, "m1", hub), "") << "found by its authority";
  EXPECT_THAT(other_membership(secret, "m2", hub), HasSubstr("is a member already, under the name m1"));
  hub.cluster_id = "id-2";
  EXPECT_EQ(other_membership(secret, "m1", hub),
            "is a member of another hub, which its agent finds at https://hub.example:6443");
  // What an older join wrote has no id.
  const json::Value older =
      hub_secret("n", "m1", {.url = "https://hub.example", .authority = "", .server_name = ""}, {}, "");
  EXPECT_EQ(other_membership(older, "m1", mark_of(access("https://hub.example:443", ""))), "");
  EXPECT_NE(other_membership(older, "m1", mark_of(access("https://other", ""))), "");
  // Somebody else's Secret says nothing.
  EXPECT_EQ(other_membership(json::Object{{"data", json::Object{{"kubeconfig", "?"}}}}, "m1", hub), "");
}

TEST(HubIdentity, AClustersId) {
  FakeApiServer server;
  EXPECT_EQ(*cluster_id_of(server), "");
  server.objects["/api/v1/namespaces/kube-system"] =
      json::Object{{"metadata", json::Object{{"name", "kube-system"}, {"uid", "u"}}}};
  EXPECT_EQ(*cluster_id_of(server), "u");
}

}  // namespace
}  // namespace slipway::app
