#include "member/applier/availability.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "json/text.h"
#include "member/applier/sameness.h"
#include "member/applier/waves.h"

namespace slipway::member::applier {
namespace {

constexpr auto yes = Availability::available;
constexpr auto not_yet = Availability::not_yet;
constexpr auto untracked = Availability::not_trackable;

struct Case {
  std::string_view name;
  kube::GroupVersionResource resource;
  std::string_view object;  // without apiVersion, kind and name
  Availability expected;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

Availability judge(const kube::GroupVersionResource& resource, std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  if (value->find("metadata") == nullptr) (*value)["metadata"]["generation"] = 1;
  (*value)["metadata"]["name"] = "x";
  const auto object = kube::Object::from_json({"g", "v1", "K"}, *value);
  EXPECT_TRUE(object.has_value()) << text;
  return availability_of(resource, **object);
}

const kube::GroupVersionResource deployments{"apps", "v1", "deployments"};
const kube::GroupVersionResource stateful_sets{"apps", "v1", "statefulsets"};
const kube::GroupVersionResource daemon_sets{"apps", "v1", "daemonsets"};
const kube::GroupVersionResource services{"", "v1", "services"};
const kube::GroupVersionResource definitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions"};
const kube::GroupVersionResource budgets{"policy", "v1", "poddisruptionbudgets"};

class AvailabilityTable : public ::testing::TestWithParam<Case> {};

TEST_P(AvailabilityTable, Is) {
  const Case& one = GetParam();
  EXPECT_EQ(judge(one.resource, one.object), one.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Section11_11, AvailabilityTable,
    ::testing::Values(
        Case{"187", deployments, R"({"status":{"observedGeneration":1,"availableReplicas":1,"updatedReplicas":1}})",
             yes},
        Case{"zero replicas", deployments, R"({"spec":{"replicas":0},"status":{"observedGeneration":1}})", yes},
        Case{
            "188", deployments,
            R"({"metadata":{"generation":2},"status":{"observedGeneration":1,"availableReplicas":1,"updatedReplicas":1}})",
            not_yet},
        Case{"189 available", deployments,
             R"({"spec":{"replicas":5},"status":{"observedGeneration":1,"availableReplicas":2,"updatedReplicas":5}})",
             not_yet},
        Case{"189 updated", deployments,
             R"({"spec":{"replicas":5},"status":{"observedGeneration":1,"availableReplicas":5,"updatedReplicas":2}})",
             not_yet},
        Case{
            "189 extra", deployments,
            R"({"spec":{"replicas":5},"status":{"observedGeneration":1,"availableReplicas":5,"updatedReplicas":5,"unavailableReplicas":1}})",
            not_yet},
        Case{"unreadable", deployments, R"({"spec":{"replicas":"five"},"status":{"observedGeneration":1}})",
             Availability::unreadable},
        Case{
            "190", stateful_sets,
            R"({"status":{"observedGeneration":1,"availableReplicas":1,"currentReplicas":1,"updatedReplicas":1,"currentRevision":"a","updateRevision":"a"}})",
            yes},
        Case{
            "191 available", stateful_sets,
            R"({"spec":{"replicas":5},"status":{"observedGeneration":1,"availableReplicas":2,"currentReplicas":5,"updatedReplicas":5}})",
            not_yet},
        Case{"191 replicas", stateful_sets,
             R"({"status":{"observedGeneration":1,"availableReplicas":1,"currentReplicas":1,"updatedReplicas":0}})",
             not_yet},
        Case{
            "191 revision", stateful_sets,
            R"({"status":{"observedGeneration":1,"availableReplicas":1,"currentReplicas":1,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}})",
            not_yet},
        Case{"191 stale", stateful_sets,
             R"({"metadata":{"generation":2},"status":{"observedGeneration":1,"availableReplicas":1}})", not_yet},
        Case{
            "192", daemon_sets,
            R"({"status":{"observedGeneration":1,"numberAvailable":2,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2}})",
            yes},
        Case{"192 none", daemon_sets, R"({"status":{"observedGeneration":1}})", yes},
        Case{
            "193 updated", daemon_sets,
            R"({"status":{"observedGeneration":1,"numberAvailable":2,"desiredNumberScheduled":2,"currentNumberScheduled":1,"updatedNumberScheduled":2}})",
            not_yet},
        Case{"193 stale", daemon_sets, R"({"metadata":{"generation":2},"status":{"observedGeneration":1}})", not_yet},
        Case{"193 few", daemon_sets,
             R"({"status":{"observedGeneration":1,"numberAvailable":1,"desiredNumberScheduled":2}})", not_yet},
        Case{"194", services, R"({"spec":{"clusterIPs":["10.0.0.1"]}})", yes},
        Case{"194 NodePort", services, R"({"spec":{"type":"NodePort","clusterIPs":["10.0.0.1"]}})", yes},
        Case{"194 headless", services, R"({"spec":{"type":"ClusterIP","clusterIPs":["None"]}})", yes},
        Case{"195", services, R"({"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1"}})", not_yet},
        Case{"196 ip", services,
             R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}})", yes},
        Case{"196 hostname", services,
             R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[{"hostname":"h"}]}}})", yes},
        Case{"196 empty", services, R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[]}}})",
             not_yet},
        Case{"197", services, R"({"spec":{"type":"ExternalName"}})", untracked},
        Case{
            "198", definitions,
            R"({"status":{"conditions":[{"type":"Established","status":"True"},{"type":"NamesAccepted","status":"True"}]}})",
            yes},
        Case{
            "198 names", definitions,
            R"({"status":{"conditions":[{"type":"Established","status":"True"},{"type":"NamesAccepted","status":"False"}]}})",
            not_yet},
        Case{"198 none", definitions, R"({})", not_yet},
        Case{
            "199", budgets,
            R"({"status":{"observedGeneration":1,"disruptionsAllowed":1,"conditions":[{"type":"DisruptionAllowed","status":"True","reason":"SufficientPods"}]}})",
            yes},
        Case{
            "199 none allowed", budgets,
            R"({"status":{"observedGeneration":1,"conditions":[{"type":"DisruptionAllowed","status":"False","reason":"InsufficientPods"}]}})",
            yes},
        Case{
            "200", budgets,
            R"({"status":{"observedGeneration":1,"conditions":[{"type":"DisruptionAllowed","status":"True","reason":"SufficientPods"}]}})",
            not_yet},
        Case{
            "200 stale", budgets,
            R"({"metadata":{"generation":2},"status":{"observedGeneration":1,"disruptionsAllowed":1,"conditions":[{"type":"DisruptionAllowed","status":"True","reason":"SufficientPods"}]}})",
            not_yet},
        Case{"201 job", {"batch", "v1", "jobs"}, "{}", untracked}, Case{"201 pod", {"", "v1", "pods"}, "{}", untracked},
        Case{"201 widget", {"lab.io", "v1", "widgets"}, "{}", untracked},
        Case{"201 old version", {"apps", "v1beta1", "deployments"}, "{}", untracked},
        Case{"79 config map", {"", "v1", "configmaps"}, "{}", yes},
        Case{"79 role", {"rbac.authorization.k8s.io", "v1", "roles"}, "{}", yes},
        Case{"79 priority class", {"scheduling.k8s.io", "v1", "priorityclasses"}, "{}", yes}),
    [](const auto& info) {
      std::string name(info.param.name);
      std::ranges::replace(name, ' ', '_');
      return name;
    });

TEST(Waves, Case96To98) {
  const std::tuple<std::string_view, std::string_view, int> cases[] = {
      {"", "namespaces", 0},
      {"scheduling.k8s.io", "priorityclasses", 0},
      {"apiextensions.k8s.io", "customresourcedefinitions", 1},
      {"", "configmaps", 1},
      {"networking.k8s.io", "ingressclasses", 1},
      {"rbac.authorization.k8s.io", "roles", 2},
      {"rbac.authorization.k8s.io", "clusterrolebindings", 3},
      {"apps", "deployments", 4},
      {"batch", "deployments", 4},  // not cross-checked
      {"networking.k8s.io", "ingresses", 4},
      {"admissionregistration.k8s.io", "mutatingwebhookconfigurations", 5},
      {"lab.io", "services", last_wave},
      {"coordination.k8s.io", "leases", last_wave},
      {"", "endpoints", last_wave},
  };
  for (const auto& [group, resource, wave] : cases)
    EXPECT_EQ(wave_of({std::string(group), std::string(resource)}), wave) << resource;
}

TEST(Sameness, OfWhatServersSpellAnew) {
  const std::tuple<std::string_view, std::string_view, bool> cases[] = {
      {R"({"a":null})", R"({})", true},
      {R"({"a":{}})", R"({})", false},
      {R"({"limits":{"cpu":"1000m","x":{"y":"0.5"}}})", R"({"limits":{"cpu":1,"x":{"y":"500m"}}})", true},
      {R"({"limits":{"cpu":"1"}})", R"({"limits":{"cpu":"2"}})", false},
      {R"({"data":{"cpu":"1000m"}})", R"({"data":{"cpu":"1"}})", false},
      {R"([1,2])", R"([2,1])", false},
      {R"([{"a":null}])", R"([{}])", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
  };
  for (const auto& [a, b, same] : cases) {
    EXPECT_EQ(means_the_same(*json::parse(a), *json::parse(b)), same) << a;
    EXPECT_EQ(means_the_same(*json::parse(b), *json::parse(a)), same) << a;
  }
}

}  // namespace
}  // namespace slipway::member::applier
