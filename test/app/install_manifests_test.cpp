#include "app/install_manifests.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "apiserver/certificates.h"
#include "app/join_identity.h"
#include "app/join_manifests.h"
#include "app/join_progress.h"
#include "app/rights.h"
#include "base/bytes.h"
#include "client/kubeconfig.h"
#include "json/yaml.h"
#include "store/file.h"

namespace slipway::app {
namespace {

using testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(fmt::format("{}/{}", SLIPWAY_TEST_DATA, path)).rdbuf();
  return text.str();
}

// Everything but the CustomResourceDefinitions, which have tests of their own.
std::string without_crds(std::vector<json::Value> objects) {
  std::erase_if(objects, [](const json::Value& one) { return one.text_at({"kind"}) == "CustomResourceDefinition"; });
  return to_yaml(objects);
}

TEST(InstallManifests, AreAsWrittenDown) {
  EXPECT_EQ(without_crds(hub_manifests({.namespace_ = "fleet-system", .image = "slipway:test", .replicas = 2})),
            content_of("install/hub.yaml"));
  EXPECT_EQ(without_crds(member_manifests({.namespace_ = "fleet-system", .image = "slipway:test"})),
            content_of("install/member.yaml"));
}

TEST(InstallManifests, CanBeReadBackAndComeInOrder) {
  for (const auto& objects :
       {hub_manifests({.namespace_ = "n", .image = "i"}), member_manifests({.namespace_ = "n", .image = "i"})}) {
    EXPECT_EQ(*json::parse_yaml(to_yaml(objects)), objects);
    EXPECT_EQ(objects.front().text_at({"kind"}), "CustomResourceDefinition");
    EXPECT_EQ(objects.back().text_at({"kind"}), "Deployment");
  }
  const auto outside = member_manifests({.namespace_ = "n", .image = "i"}, false);
  EXPECT_EQ(outside.back().text_at({"kind"}), "ClusterRoleBinding");
}

TEST(Rights, AreTheTablesOfTheDocument) { EXPECT_THAT(content_of("../../docs/rights.md"), HasSubstr(rights_tables())); }

TEST(Rights, ControllersCannotMakeThemselvesMore) {
  for (const auto& role : controllers_rights("n")) {
    for (const auto& right : role.rights) {
      for (const auto& verb : right.verbs) {
        EXPECT_THAT(verb, testing::AllOf(testing::Ne("bind"), testing::Ne("escalate"), testing::Ne("impersonate")));
        // Everything only of the fleet's own groups.
        if (verb == "*") EXPECT_THAT(right.groups.front(), testing::ContainsRegex("fleet"));
      }
    }
  }
}

const HubAddress hub{.url = "https://hub.example:6443", .authority = "PEM", .server_name = ""};

TEST(JoinManifests, TheMemberClusterSaysOnlyWhatWasGiven) {
  cli::JoinCommand command;
  command.name = "m1";
  AgentIdentity identity;
  identity.account = usual_account("m1");
  EXPECT_EQ(account_of(member_cluster(command, identity)), usual_account("m1"));
  EXPECT_EQ(json::write_yaml(member_cluster(command, identity)),
            "apiVersion: cluster.kubernetes-fleet.io/v1beta1\n"
            "kind: MemberCluster\n"
            "metadata:\n"
            "  name: m1\n"
            "spec:\n"
            "  identity:\n"
            "    kind: ServiceAccount\n"
            "    name: m1-hub-cluster-access\n"
            "    namespace: fleet-system\n");
  command.labels = {{"a", "b"}};
  command.taints = {{.key = "k", .value = "v"}};
  command.heartbeat = std::chrono::seconds{15};
  identity.user = "ann";
  EXPECT_EQ(account_of(member_cluster(command, identity)), std::nullopt);
  EXPECT_EQ(json::write_yaml(member_cluster(command, identity)),
            "apiVersion: cluster.kubernetes-fleet.io/v1beta1\n"
            "kind: MemberCluster\n"
            "metadata:\n"
            "  labels:\n"
            "    a: b\n"
            "  name: m1\n"
            "spec:\n"
            "  heartbeatPeriodSeconds: 15\n"
            "  identity:\n"
            "    apiGroup: rbac.authorization.k8s.io\n"
            "    kind: User\n"
            "    name: ann\n"
            "  taints:\n"
            "  - effect: NoSchedule\n"
            "    key: k\n"
            "    value: v\n");
}

TEST(JoinManifests, AgentsUnderstandTheirKubeconfig) {
  const std::string directory = testing::TempDir() + "slipway-join-kubeconfig";
  const auto load = [&](const std::string& text) {
    EXPECT_TRUE(store::write_private_file(directory, text));
    return client::load_kubeconfig(directory, "");
  };
  const auto with_token = load(agent_kubeconfig("m1", hub, {}, "secret"));
  ASSERT_TRUE(with_token) << with_token.error().message;
  EXPECT_EQ(with_token->host, "hub.example");
  EXPECT_EQ(with_token->authority, "PEM");
  EXPECT_EQ(with_token->token, "secret");
  const auto with_file = load(agent_kubeconfig("m1", hub, {}, ""));
  ASSERT_TRUE(with_file) << with_file.error().message;
  EXPECT_EQ(with_file->token_file, testing::TempDir() + "token");
  AgentIdentity certificate;
  certificate.user = "u";
  certificate.certificate = "C";
  certificate.key = "K";
  const auto with_certificate = load(agent_kubeconfig("m1", hub, certificate, ""));
  ASSERT_TRUE(with_certificate) << with_certificate.error().message;
  EXPECT_EQ(with_certificate->certificate, "C");
  EXPECT_EQ(with_certificate->token_file, "");

  EXPECT_EQ(hub_secret("n", "m1", hub, {}, "").find_path({"data", "hub-id"}), nullptr);
  const json::Value secret = hub_secret("n", "m1", hub, {}, "secret");
  EXPECT_EQ(*decode_base64(secret.text_at({"data", "token"})), "secret");
  EXPECT_EQ(*decode_base64(secret.text_at({"data", "member-name"})), "m1");
  EXPECT_THAT(*decode_base64(secret.text_at({"data", "kubeconfig"})), HasSubstr("tokenFile: token"));
}

TEST(JoinManifests, TheUserOfACertificate) {
  cli::JoinCommand command;
  EXPECT_EQ(read_identity(command)->user, "");
  const std::string path = testing::TempDir() + "slipway-join-certificate";
  command.client_certificate = path;
  command.client_key = path;
  ASSERT_TRUE(store::write_private_file(path, "no certificate"));
  const auto refused = read_identity(command);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("holds no certificate"));
  constexpr WallTime now{1'764'000'000};
  const auto pair =
      apiserver::issue(*apiserver::make_authority("test", now),
                       {.common_name = "agent-of-m", .organizations = {}, .dns_names = {}, .addresses = {}}, now);
  ASSERT_TRUE(pair) << pair.error().message;
  ASSERT_TRUE(store::write_private_file(path, pair->certificate));
  EXPECT_EQ(read_identity(command)->user, "agent-of-m");
}

TEST(JoinManifests, LoopbackIsOfNoUseToAPod) {
  for (const std::string_view host : {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
    EXPECT_TRUE(is_loopback(std::string(host))) << host;
  for (const std::string_view host : {"10.0.0.1", "hub.example", "1270.example"})
    EXPECT_FALSE(is_loopback(std::string(host))) << host;
  client::ServerAccess access;
  access.host = "::1";
  access.port = 6443;
  access.base_path = "/clusters/m";
  EXPECT_EQ(url_of(access), "https://[::1]:6443/clusters/m");
}

TEST(JoinProgress, SaysWhatIsWaitedFor) {
  struct Row {
    std::string_view rule;
    std::string_view member;
    std::string_view join, leave;
  };
  const Row rows[] = {
      {"nobody took it up", "{metadata: {name: m}}", "the hub's controllers", "the hub's controllers; do they run?"},
      {"no agent yet", "{metadata: {name: m}, status: {conditions: [{type: ReadyToJoin, status: 'True'}]}}",
       "its agent has not reported yet", "the hub's controllers"},
      {"joined",
       "{metadata: {name: m}, status: {conditions: [{type: ReadyToJoin, status: 'True'}, {type: Joined, status: "
       "'True'}], agentStatus: [{lastReceivedHeartbeat: '2025-11-24T16:00:00Z'}]}}",
       "", "its agent, which reported last 1m0s ago"},
      {"left", "{metadata: {name: m}, status: {conditions: [{type: Joined, status: 'False'}]}}",
       "the hub's controllers", "the hub, which removes namespace fleet-member-m"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const json::Value member = *json::parse_yaml_document(row.member);
    EXPECT_THAT(join_state(&member), HasSubstr(std::string(row.join)));
    if (row.join.empty()) EXPECT_EQ(join_state(&member), "");
    EXPECT_THAT(leave_state(&member, *parse_rfc3339("2025-11-24T16:01:00Z")), HasSubstr(std::string(row.leave)));
  }
  EXPECT_EQ(leave_state(nullptr, {}), "");
}

}  // namespace
}  // namespace slipway::app
