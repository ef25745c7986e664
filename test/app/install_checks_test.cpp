#include "app/install_checks.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/crd.h"
#include "app/install_adopt.h"
#include "app/install_manifests.h"
#include "json/yaml.h"
#include "test/app/fake_api_server.h"

namespace slipway::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime now{1'764'000'000};
const std::string validating_path =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/fleet-validating-webhook-configuration";
const std::string slices_path =
    "/apis/discovery.k8s.io/v1/namespaces/fleet-system/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D"
    "fleetwebhook";
const std::string lease_path =
    "/apis/coordination.k8s.io/v1/namespaces/fleet-system/leases/136224848560.hub.fleet.azure.com";
const std::string deployments_path = "/apis/apps/v1/namespaces/fleet-system/deployments";

json::Value yaml(std::string_view text) { return *json::parse_yaml_document(text); }

class ChecksTest : public testing::Test {
 protected:
  std::string text() const { return fmt::format("{}", fmt::join(findings.lines(), "\n")); }
  FakeApiServer server;
  Findings findings;
};

TEST_F(ChecksTest, VersionIsAtLeast127) {
  const std::tuple<std::string_view, std::string_view, bool> rows[] = {
      {"1", "33", true}, {"1", "27", true}, {"1", "27+", true}, {"1", "26+", false}, {"2", "0", true}};
  for (const auto& [major, minor, want] : rows) {
    Findings found;
    server.objects["/version"] =
        json::Object{{"major", major}, {"minor", minor}, {"gitVersion", fmt::format("v{}.{}.0", major, minor)}};
    ASSERT_TRUE(check_version(server, found));
    EXPECT_EQ(found.is_clean(), want) << minor;
  }
}

TEST_F(ChecksTest, AHubServesMemberClusters) {
  EXPECT_FALSE(*check_is_hub(server, findings));
  EXPECT_FALSE(findings.verdict());
  server.objects["/apis/cluster.kubernetes-fleet.io/v1beta1"] = json::Object{{"kind", "APIResourceList"}};
  Findings none;
  EXPECT_TRUE(*check_is_hub(server, none));
  EXPECT_TRUE(none.verdict());
}

TEST_F(ChecksTest, WhatADeploymentSaysAlready) {
  const kube::NamespacedName key{"fleet-system", "slipway-agent"};
  EXPECT_EQ(find_in_use(server, key)->image, "");
  EXPECT_EQ(find_in_use(server, key)->replicas, std::nullopt);
  json::Value& deployment = server.objects["/apis/apps/v1/namespaces/fleet-system/deployments/slipway-agent"];
  deployment["spec"]["template"]["spec"]["containers"] =
      json::Array{json::Object{{"name", "agent"}, {"image", "registry.example.com/slipway:1"}}};
  EXPECT_EQ(find_in_use(server, key)->image, "registry.example.com/slipway:1");
  EXPECT_EQ(find_in_use(server, key)->replicas, std::nullopt);
  for (const int replicas : {0, 3}) {
    deployment["spec"]["replicas"] = replicas;
    EXPECT_EQ(find_in_use(server, key)->replicas, replicas);
  }
}

TEST_F(ChecksTest, MissingRightsAreNamed) {
  server.denied = {"create deployments.apps in namespace n", "update namespaces"};
  const auto objects = hub_manifests({.namespace_ = "n", .image = "i"});
  ASSERT_TRUE(check_rights(server, needed_to_write(objects), findings));
  EXPECT_THAT(text(), HasSubstr("✗ rights"));
  EXPECT_THAT(text(), HasSubstr("create deployments.apps in namespace n, update namespaces"));
  EXPECT_EQ(findings.verdict().error().reason, Reason::forbidden);  // exit code 9
  EXPECT_THAT(server.writes, ElementsAre());
}

TEST_F(ChecksTest, GrantingNeedsTheRightsOrEscalateAndBind) {
  const auto roles = agent_rights(false);
  // Whoever may escalate and bind need not have them.
  server.denied = {"delete *.*"};
  ASSERT_TRUE(check_may_grant(server, roles, findings));
  EXPECT_TRUE(findings.is_clean()) << text();
  server.denied.insert("escalate clusterroles.rbac.authorization.k8s.io");
  ASSERT_TRUE(check_may_grant(server, roles, findings));
  EXPECT_THAT(text(), HasSubstr("delete *.*"));
  EXPECT_EQ(findings.verdict().error().reason, Reason::forbidden);
}

TEST_F(ChecksTest, NewerCrdsAreNotOverwritten) {
  auto crds = api::hub_crds();
  json::Value newer = crds.front();
  (*newer.find_path({"spec", "versions"})->array())[0]["name"] = "v9";
  server.objects[place_of(crds.front()).path()] = newer;
  server.objects[place_of(crds.back()).path()] = crds.back();
  ASSERT_TRUE(check_crds(server, crds, true, findings));
  EXPECT_TRUE(findings.is_clean()) << text();
  EXPECT_THAT(text(), HasSubstr("27: 2 there, 25 to make"));
  ASSERT_TRUE(check_crds(server, crds, false, findings));
  EXPECT_THAT(text(), HasSubstr("(version v9)"));
  EXPECT_THAT(text(), HasSubstr("--keep-crds"));
  EXPECT_FALSE(findings.is_clean());
}

TEST_F(ChecksTest, KubeFleetsAgentMustBeStopped) {
  struct Row {
    std::string_view rule;
    std::string_view deployment;
    bool want;
  };
  const Row rows[] = {
      {"runs", "{metadata: {name: x}, spec: {replicas: 1, template: {spec: {containers: [{image: r/hub-agent:v1}]}}}}",
       false},
      {"stopped",
       "{metadata: {name: x}, spec: {replicas: 0, template: {spec: {containers: [{image: r/hub-agent:v1}]}}}}", true},
      {"runs, with our image",
       "{metadata: {name: hub-agent}, spec: {replicas: 1, template: {spec: {containers: [{image: slipway}]}}}}", false},
      {"another", "{metadata: {name: x}, spec: {replicas: 1, template: {spec: {containers: [{image: slipway}]}}}}",
       true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    Findings found;
    server.objects[deployments_path] = json::Object{{"items", json::Array{yaml(row.deployment)}}};
    ASSERT_TRUE(check_no_kubefleet_agent(server, {"fleet-system", "other"}, "hub-agent", found));
    EXPECT_EQ(found.is_clean(), row.want);
    if (!row.want) {
      EXPECT_THAT(found.lines().back(),
                  testing::ContainsRegex("kubectl -n fleet-system scale deployment (x|hub-agent) --replicas=0"));
    }
  }
}

TEST_F(ChecksTest, TheLeaseTellsWhoLeads) {
  struct Row {
    std::string_view rule, holder;
    std::chrono::seconds age;
    bool clean;
    std::string_view line;
  };
  const Row rows[] = {
      {"KubeFleet's", "hub-agent-1_uid", std::chrono::seconds{10}, false, "held by KubeFleet's hub-agent-1_uid"},
      {"KubeFleet's, run out", "hub-agent-1_uid", std::chrono::seconds{61}, true, ""},
      {"somebody else's", "laptop_uid", std::chrono::seconds{10}, true, "! lease"},
      {"ours", "slipway-controllers-1_uid", std::chrono::seconds{10}, true, ""},
      {"given up", "", std::chrono::seconds{1}, true, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    Findings found;
    server.objects[lease_path] = json::Object{
        {"spec", json::Object{{"holderIdentity", row.holder},
                              {"leaseDurationSeconds", 60},
                              {"renewTime", to_rfc3339_micro(std::chrono::seconds{now.seconds} - row.age)}}}};
    ASSERT_TRUE(check_lease(server, "fleet-system", now, found));
    EXPECT_EQ(found.is_clean(), row.clean);
    EXPECT_THAT(fmt::format("{}", fmt::join(found.lines(), "\n")), HasSubstr(std::string(row.line)));
  }
}

constexpr std::string_view by_url =
    "{metadata: {name: fleet-validating-webhook-configuration, uid: u1, resourceVersion: '7'}, webhooks: [{name: a, "
    "clientConfig: {url: 'https://fleetwebhook.fleet-system.svc.cluster.local:9443/validate'}, rules: [{resources: "
    "[memberclusters]}]}, {name: b, failurePolicy: Ignore, clientConfig: {service: {name: other, namespace: x}}, "
    "rules: "
    "[{resources: [pods]}]}]}";

TEST_F(ChecksTest, WebhooksOfAnAgentThatIsGoneStandInTheWay) {
  ASSERT_TRUE(check_webhooks(server, false, findings));
  EXPECT_TRUE(findings.is_clean());
  server.objects[validating_path] = yaml(by_url);
  ASSERT_TRUE(check_webhooks(server, false, findings));
  EXPECT_FALSE(findings.is_clean());
  EXPECT_THAT(text(), HasSubstr("refuses every write to memberclusters: its policy is Fail, and nothing answers at "
                                "service fleet-system/fleetwebhook"));
  EXPECT_THAT(text(), HasSubstr("slipway install hub --adopt"));
  EXPECT_THAT(text(), testing::Not(HasSubstr("pods")));

  Findings adopting;
  ASSERT_TRUE(check_webhooks(server, true, adopting));
  EXPECT_TRUE(adopting.is_clean());

  Findings answered;
  server.objects[slices_path] = yaml("{items: [{endpoints: [{conditions: {ready: true}}]}]}");
  ASSERT_TRUE(check_webhooks(server, false, answered));
  EXPECT_TRUE(answered.is_clean());
  EXPECT_THAT(answered.lines().back(), HasSubstr("! webhooks"));
}

TEST_F(ChecksTest, AdoptedWebhooksComeBackAsTheyWere) {
  server.objects[validating_path] = yaml(by_url);
  ASSERT_TRUE(adopt_webhooks(server, "fleet-system"));
  EXPECT_FALSE(server.objects.contains(validating_path));
  ASSERT_TRUE(adopt_webhooks(server, "fleet-system"));  // again: nothing is left to do
  ASSERT_TRUE(unadopt_webhooks(server, "fleet-system"));
  json::Value want = yaml(by_url);
  const json::Value& back = server.objects.at(validating_path);
  EXPECT_EQ(*back.find("webhooks"), *want.find("webhooks"));
  EXPECT_EQ(back.text_at({"kind"}), "ValidatingWebhookConfiguration");
  const auto again = unadopt_webhooks(server, "fleet-system");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, Reason::not_found);
}

}  // namespace
}  // namespace slipway::app
