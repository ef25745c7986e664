#include "sim/workloads/service.h"

#include "test/sim/workloads/member_fixture.h"

namespace slipway::sim::workloads {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Services : public MemberFixture {
 protected:
  void serve(std::string_view spec) {
    ASSERT_THAT(
        create("services",
               fmt::format(R"({{"metadata": {{"name": "web", "namespace": "default", "labels": {{"team": "a"}}}},
                                                   "spec": {}}})",
                           spec)),
        Ok());
    settle();
  }
  static std::string ports_of(const json::Value* ports) {
    std::string text;
    if (ports == nullptr || ports->array() == nullptr) return text;
    for (const json::Value& port : *ports->array()) text += fmt::format(":{}", *port.find("port")->integer());
    return text;
  }
  // "2 ready 1 not ready :80"
  std::vector<std::string> subsets() {
    std::vector<std::string> texts;
    const json::Value whole = value("endpoints", "default/web");
    const json::Value* found = whole.find("subsets");
    if (found == nullptr) return texts;
    for (const json::Value& one : *found->array()) {
      const auto size = [&](std::string_view list) {
        return one.find(list) == nullptr ? 0 : one.find(list)->array()->size();
      };
      texts.push_back(fmt::format("{} ready {} not ready {}", size("addresses"), size("notReadyAddresses"),
                                  ports_of(one.find("ports"))));
    }
    return texts;
  }
  std::vector<std::string> slices() {
    std::vector<std::string> texts;
    for (const auto& slice : all("endpointslices.discovery.k8s.io")) {
      const json::Value whole = slice->to_value();
      const json::Value* members = whole.find("endpoints");
      std::size_t count = 0;
      std::size_t ready = 0;
      if (members != nullptr && members->array() != nullptr) {
        for (const json::Value& one : *members->array()) {
          ++count;
          ready += *one.find_path({"conditions", "ready"})->boolean() ? 1U : 0U;
        }
      }
      texts.push_back(fmt::format("{} of {} ready {}", ready, count, ports_of(whole.find("ports"))));
    }
    return texts;
  }
};

TEST_F(Services, S5EndpointsFollowThePods) {
  serve(R"({"selector": {"app": "web"}, "ports": [{"port": 80}]})");
  EXPECT_THAT(subsets(), IsEmpty());
  EXPECT_THAT(slices(), ElementsAre("0 of 0 ready "));
  deploy("nginx:1.20", 3);
  EXPECT_THAT(subsets(), ElementsAre("3 ready 0 not ready :80"));
  EXPECT_THAT(slices(), ElementsAre("3 of 3 ready :80"));
  set_image("nginx:bad-tag");
  EXPECT_THAT(subsets(), ElementsAre("3 ready 1 not ready :80"));
  EXPECT_THAT(slices(), ElementsAre("3 of 4 ready :80"));
  change(R"({"spec": {"replicas": 0}})");
  EXPECT_THAT(subsets(), IsEmpty());
  EXPECT_THAT(slices(), ElementsAre("0 of 0 ready "));
  // What somebody takes away comes back; what the service made goes with it.
  ASSERT_THAT(remove("endpoints", "default/web"), Ok());
  settle();
  EXPECT_TRUE(exists("endpoints", "default/web"));
  EXPECT_EQ(value("endpoints", "default/web").text_at({"metadata", "labels", "team"}), "a");
  ASSERT_THAT(remove("services", "default/web"), Ok());
  settle();
  EXPECT_FALSE(exists("endpoints", "default/web"));
  EXPECT_THAT(slices(), IsEmpty());
}

TEST_F(Services, S5NamedPortsAndOthersSelectors) {
  deploy("nginx:1.20", 2);
  serve(R"({"selector": {"app": "web"}, "ports": [{"port": 8080, "targetPort": "http"}], "clusterIP": "None"})");
  EXPECT_THAT(subsets(), ElementsAre("2 ready 0 not ready :80"));
  ASSERT_THAT(patch("services", "default/web", R"({"spec": {"selector": {"app": "web", "tier": "x"}}})"), Ok());
  settle();
  EXPECT_THAT(subsets(), IsEmpty());
}

TEST_F(Services, S5ManyPodsMakeManySlices) {
  deploy("nginx:1.20", 130);
  serve(R"({"selector": {"app": "web"}, "ports": [{"port": 80}]})");
  EXPECT_THAT(slices(), testing::UnorderedElementsAre("100 of 100 ready :80", "30 of 30 ready :80"));
  change(R"({"spec": {"replicas": 2}})");
  EXPECT_THAT(slices(), ElementsAre("2 of 2 ready :80"));
  std::set<std::string> addresses;
  for (const auto& pod : all("pods")) addresses.insert(pod_facts(*pod).ip);
  EXPECT_EQ(addresses.size(), 2U);
}

TEST_F(Services, S5WithoutASelectorNothingIsMade) {
  serve(R"({"ports": [{"port": 80}]})");
  EXPECT_FALSE(exists("endpoints", "default/web"));
  EXPECT_THAT(slices(), IsEmpty());
}

TEST_F(Services, S5ALoadBalancerHasAnAddress) {
  serve(R"({"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]})");
  const json::Value whole = value("services", "default/web");
  const json::Value* ingress = whole.find_path({"status", "loadBalancer", "ingress"});
  ASSERT_NE(ingress, nullptr);
  EXPECT_TRUE(ingress->array()->front().text_at({"ip"}).starts_with("198."));
  ASSERT_THAT(patch("services", "default/web", R"({"spec": {"type": "ClusterIP"}})"), Ok());
  settle();
  EXPECT_EQ(value("services", "default/web").find_path({"status", "loadBalancer", "ingress"}), nullptr);
}

}  // namespace
}  // namespace slipway::sim::workloads
