#include <algorithm>

#include "test/member/join/join_fixture.h"

// member 6.1 to 6.3, cases 19 to 46.
namespace slipway::member {
namespace {

using namespace std::chrono_literals;
using join::PropertyProvider;

class Properties : public testing::Join {
 protected:
  Properties() {
    prepare = [this] { to_member->says_version = version; };
  }
  // What the server says of its version, now and after a restart of the agent.
  void set_version(Result<std::string> says) {
    version = std::move(says);
    if (to_member != nullptr) to_member->says_version = version;
  }
  void label(std::string_view node, std::string_view sku) {
    merge("nodes", node,
          fmt::format(R"({{"metadata":{{"labels":{{"beta.kubernetes.io/instance-type":"{}"}}}}}})", sku));
  }
  static std::unexpected<Error> silent() { return fail(Reason::unavailable, "no answer"); }

  Result<std::string> version = std::string("v1.33.1");
};

TEST_F(Properties, S6_1_WhatPodsLeaveOfTheNodes) {
  struct Pod {
    std::string_view node, phase;
    std::vector<std::pair<std::string_view, std::string_view>> containers;
  };
  struct Row {
    std::string_view rule;
    std::vector<Pod> pods;
    std::string_view available;
  };
  const Row rows[] = {
      {"28 no pods", {}, "cpu=25 memory=19Gi"},
      {"29 several pods",
       {{"n1", "", {{"2", "1Gi"}, {"1", "2Gi"}}},
        {"n2", "", {{"1500m", "3Gi"}, {"3", "3Gi"}}},
        {"n3", "", {{"1", "1Gi"}}}},
       "cpu=16500m memory=9Gi"},
      {"30 not bound", {{"", "", {{"1", "1Gi"}}}}, "cpu=25 memory=19Gi"},
      {"30 succeeded", {{"n1", "Succeeded", {{"1", "1Gi"}}}}, "cpu=25 memory=19Gi"},
      {"30 failed", {{"n1", "Failed", {{"1", "1Gi"}}}}, "cpu=25 memory=19Gi"},
      {"31 more cpu than there is", {{"n1", "", {{"200", "10Gi"}}}}, "cpu=0 memory=9Gi"},
      {"32 more memory than there is", {{"n1", "", {{"2", "100Gi"}}}}, "cpu=23 memory=0"},
  };
  options.properties.provider = PropertyProvider::built_in;
  put_node("n1", "10", "8Gi", "10", "8Gi");
  put_node("n2", "10", "8Gi", "10", "8Gi");
  put_node("n3", "5", "3Gi", "5", "3Gi");
  start_agent();
  ask("Join");
  int count = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    std::vector<std::string> put_here;
    for (const Pod& pod : row.pods) {
      const std::string name = fmt::format("p{}", ++count);
      std::string containers;
      for (const auto& [cpu, memory] : pod.containers)
        containers +=
            fmt::format(R"({}{{"name":"c{}","image":"i","resources":{{"requests":{{"cpu":"{}","memory":"{}"}}}}}})",
                        containers.empty() ? "" : ",", containers.size(), cpu, memory);
      put(fmt::format(R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","namespace":"default"}},
                      "spec":{{"nodeName":"{}","containers":[{}]}}}})",
                      name, pod.node, containers));
      put_here.push_back("default/" + name);
      if (!pod.phase.empty())
        merge("pods", put_here.back(), fmt::format(R"({{"status":{{"phase":"{}"}}}})", pod.phase), true);
    }
    pass(65s);
    EXPECT_EQ(amounts(internal_member().status.resource_usage.available), row.available);
    EXPECT_EQ(properties(), "node-count=3");
    EXPECT_EQ(conditions(), "");
    for (const auto& done : put_here) merge("pods", done, R"({"status":{"phase":"Succeeded"}})", true);
  }
}

TEST_F(Properties, S6_2_TheStandardProviderTellsAllThatTheHubReads) {
  options.properties.entrypoint = "https://m1.example.com:6443";
  options.properties.authority = "-----BEGIN CERTIFICATE-----\n";
  put_node("n1", "6", "16Gi", "5", "14Gi");
  merge("nodes", "n1",
        R"({"status":{"capacity":{"ephemeral-storage":"100Gi","example.com/gpu":"4"},
                      "allocatable":{"ephemeral-storage":"90Gi","example.com/gpu":"4"}}})",
        true);
  put_pod("bound", "n1", "2", "6Gi");
  start_agent();
  ask("Join");
  EXPECT_EQ(properties(),
            "cluster-certificate-authority-data=-----BEGIN CERTIFICATE-----\n "
            "cluster-entrypoint=https://m1.example.com:6443 k8s-version=v1.33.1 node-count=1");
  const auto usage = internal_member().status.resource_usage;
  EXPECT_EQ(amounts(usage.capacity), "cpu=6 ephemeral-storage=100Gi example.com/gpu=4 memory=16Gi pods=110");
  EXPECT_EQ(amounts(usage.allocatable), "cpu=5 ephemeral-storage=90Gi example.com/gpu=4 memory=14Gi pods=110");
  EXPECT_EQ(amounts(usage.available), "cpu=3 ephemeral-storage=90Gi example.com/gpu=4 memory=8Gi pods=109");
  EXPECT_EQ(usage.observation_time, clock.wall());
  EXPECT_EQ(conditions(), "ClusterPropertyCollectionSucceeded=True/PropertiesCollected@1");
}

TEST_F(Properties, S6_2_WhatNobodyHasSaidIsNotTold) {
  set_version(silent());
  start_agent();
  ask("Join");
  EXPECT_EQ(properties(), "node-count=0");
  EXPECT_NE(agent_state().find("Joined=True"), std::string::npos);
}

TEST_F(Properties, Cases43To45_TheVersionIsGoodForFifteenMinutes) {
  for (const auto provider : {PropertyProvider::standard, PropertyProvider::azure}) {
    options.properties = {.provider = provider, .costs = false};
    set_version(std::string("v1.33.1"));
    start_agent();
    ask("Join", 600);
    const auto told = [this] {
      const auto all = internal_member().status.properties;
      const auto found = all.find("k8s.io/k8s-version");
      return found == all.end() ? std::string("none") : found->second.value;
    };
    EXPECT_EQ(told(), "v1.33.1");
    EXPECT_EQ(to_member->versions_asked, 1U);
    const Ticks since = clock.ticks();
    int period = 600;
    const auto report_at = [&](Duration age) {  // who is asked anew reports at once
      pass(since.since_boot + age - clock.ticks().since_boot);
      ask("Join", --period);
    };
    set_version(std::string("v1.34.0"));
    report_at(14min + 59s);
    EXPECT_EQ(told(), "v1.33.1");  // 43, 45
    EXPECT_EQ(to_member->versions_asked, 1U);
    report_at(15min);
    EXPECT_EQ(told(), "v1.34.0");  // 43
    EXPECT_EQ(to_member->versions_asked, 2U);
    set_version(silent());
    report_at(30min);
    EXPECT_EQ(told(), "none");  // 44
    report_at(30min + 1s);
    EXPECT_EQ(to_member->versions_asked, 4U);
    EXPECT_EQ(conditions().find("=False"), std::string::npos) << conditions();
    stop_agent();
  }
}

TEST_F(Properties, Case34And41_AzureCountsNodesOfEachSku) {
  options.properties.provider = PropertyProvider::azure;
  put_node("n1", "4", "16Gi", "4", "14Gi");
  put_node("n2", "8", "32Gi", "8", "30Gi");
  put_node("n3", "4", "16Gi", "4", "14Gi");
  label("n1", "Standard_D4s_v3"), label("n2", "Standard_D8s_v3");
  start_agent();
  ask("Join");
  const std::string server = "k8s-version=v1.33.1 node-count=";
  EXPECT_EQ(properties(), server +
                              "3 vm-sizes/Standard_D4s_v3/count=1 vm-sizes/Standard_D8s_v3/count=1 "
                              "vm-sizes/undefined/count=1");
  EXPECT_EQ(amounts(internal_member().status.resource_usage.capacity), "cpu=16 memory=64Gi");
  pass(10s);
  label("n3", "Standard_D4s_v3");  // told before the next heartbeat
  EXPECT_EQ(properties(), server + "3 vm-sizes/Standard_D4s_v3/count=2 vm-sizes/Standard_D8s_v3/count=1");
  pass(10s);
  remove("nodes", "n2");  // 41
  EXPECT_EQ(properties(), server + "2 vm-sizes/Standard_D4s_v3/count=2");
  EXPECT_EQ(amounts(internal_member().status.resource_usage.capacity), "cpu=8 memory=32Gi");
  const auto count = to_hub->written.size();
  merge("nodes", "n1", R"({"metadata":{"labels":{"zone":"1"}},"spec":{"unschedulable":true}})");
  pass(20s);
  EXPECT_EQ(to_hub->written.size(), count);  // nothing of that is told
}

TEST_F(Properties, Cases36And38And42_AzureHasNoPricesHere) {
  struct Row {
    std::string_view rule;
    bool costs, has_node;
    std::string_view condition;  // "" none
    bool has_costs;
  };
  const Row rows[] = {
      {"36 a node without price", true, true, "False/CostsCalculationFailed", false},
      {"38 no nodes", true, false, "True/CostsCalculated", true},
      {"42 costs off", false, true, "", false},
      {"42 costs off, no nodes", false, false, "", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    options.properties = {.provider = PropertyProvider::azure, .costs = row.costs};
    if (row.has_node) put_node("n1", "4", "16Gi", "4", "14Gi");
    start_agent();
    ask("Join");
    pass(65s);
    const std::string cost(
        row.condition.empty() ? "" : fmt::format("AKSClusterCostPropertiesCollectionSucceeded={}@1 ", row.condition));
    EXPECT_EQ(conditions(), cost +
                                "ClusterPropertyCollectionSucceeded=True/PropertiesCollected@1 "
                                "ClusterPropertyProviderStarted=True/Started@1");
    const std::string sku = row.has_node ? " vm-sizes/undefined/count=1" : "";
    EXPECT_EQ(properties(), fmt::format("k8s-version=v1.33.1 node-count={}{}{}", row.has_node ? 1 : 0,
                                        row.has_costs ? " per-cpu-core-cost=0.000 per-gb-memory-cost=0.000" : "", sku));
    if (row.has_node) remove("nodes", "n1");
    stop_agent();
  }
}

TEST_F(Properties, Cases39And40And42_AzureAvailable) {
  options.properties = {.provider = PropertyProvider::azure};
  put_node("n1", "4", "16Gi", "4", "14Gi");
  put_pod("p", "n1", "5", "2Gi");
  start_agent();
  ask("Join");
  EXPECT_EQ(amounts(internal_member().status.resource_usage.available), "cpu=0 memory=12Gi");  // 39, 40
  merge("pods", "default/p", R"({"status":{"phase":"Succeeded"}})", true);
  pass(65s);
  EXPECT_EQ(amounts(internal_member().status.resource_usage.available), "cpu=4 memory=14Gi");  // 40
  options.properties.available = false;
  restart_agent();
  pass(65s);
  EXPECT_EQ(amounts(internal_member().status.resource_usage.available), "");  // 42
  EXPECT_FALSE(agent->view().is_followed(join::pods()));                      // then nobody needs them
  // Nor does it take the pods for none when the provider cannot start.
  auto status = internal_member();
  kube::remove_condition(status.status.conditions, "ClusterPropertyProviderStarted");
  set_status(status);
  set_version(silent());
  restart_agent();
  pass(65s);
  EXPECT_NE(conditions().find("FailedToStart"), std::string::npos);
  EXPECT_EQ(amounts(internal_member().status.resource_usage.available), "");
}

TEST_F(Properties, Cases19And20_AzureStartsWhenTheServerTellsItsVersion) {
  options.properties = {.provider = PropertyProvider::azure, .costs = false};
  put_node("n1", "4", "16Gi", "4", "14Gi");
  set_version(silent());
  start_agent();
  ask("Join");
  EXPECT_EQ(conditions(), "ClusterPropertyProviderStarted=False/FailedToStart@1");  // 20
  EXPECT_EQ(properties(), "node-count=1");
  EXPECT_NE(internal_member().status.conditions.at(0).message.find("no answer"), std::string::npos);
  const auto writes = to_hub->written.size();
  pass(50s);
  EXPECT_EQ(to_hub->written.size(), writes);  // it waits for its heartbeat
  // W12: it is tried again.
  set_version(std::string("v1.33.1"));
  pass(65s);
  EXPECT_EQ(
      conditions(),
      "ClusterPropertyCollectionSucceeded=True/PropertiesCollected@1 ClusterPropertyProviderStarted=True/Started@1");
  EXPECT_EQ(properties(), "k8s-version=v1.33.1 node-count=1 vm-sizes/undefined/count=1");
  // Once started, a server that is silent for a while takes away no more than its version (44).
  set_version(silent());
  restart_agent();
  pass(65s);
  EXPECT_EQ(properties(), "node-count=1 vm-sizes/undefined/count=1");
  EXPECT_NE(conditions().find("Started=True"), std::string::npos);
}

TEST_F(Properties, Cases25And26And27_WhatAnotherAgentReportedIsReplaced) {
  options.properties = {.provider = PropertyProvider::azure};
  put_node("n1", "4", "16Gi", "4", "14Gi");
  label("n1", "sku");
  start_agent();
  ask("Join");
  auto before = internal_member();
  const auto condition = [](std::string_view type, std::string_view reason) {
    return kube::Condition{.type = std::string(type),
                           .status = kube::ConditionStatus::true_,
                           .observed_generation = 1,
                           .reason = std::string(reason)};
  };
  before.status.conditions = {condition("ClusterPropertyProviderStarted", "Started"),
                              condition("ClusterPropertyCollectionSucceeded", "PropertiesCollected"),
                              condition("AKSClusterCostPropertiesCollectionSucceeded", "CostsCalculated"),
                              condition("NamespaceCollectionSucceeded", "Succeeded"), condition("Other", "Theirs")};
  before.status.namespaces = {{"old", ""}};
  before.status.properties = {{"kubernetes.azure.com/per-cpu-core-cost", {.value = "0.167"}},
                              {"kubernetes.azure.com/vm-sizes/gone/count", {.value = "3"}}};
  set_status(before);
  pass(65s);
  EXPECT_EQ(properties(), "k8s-version=v1.33.1 node-count=1 vm-sizes/sku/count=1");  // 26
  // Namespaces are not collected: the hub must not go by what was reported of them before.
  EXPECT_EQ(conditions(),
            "AKSClusterCostPropertiesCollectionSucceeded=False/CostsCalculationFailed@1 "
            "ClusterPropertyCollectionSucceeded=True/PropertiesCollected@1 "
            "ClusterPropertyProviderStarted=True/Started@1 Other=True/Theirs@1");
  EXPECT_TRUE(internal_member().status.namespaces.empty());
  ask("Join", 30);
  EXPECT_NE(conditions().find("PropertiesCollected@2"), std::string::npos);  // 25
  ask("Leave");
  EXPECT_NE(conditions().find("PropertiesCollected@2"), std::string::npos);  // 27
}

TEST_F(Properties, ARestartAsksForNothingUntilItsHeartbeat) {
  put_node("n1", "4", "16Gi", "4", "14Gi");
  start_agent();
  ask("Join");
  restart_agent();
  pass(30s);
  EXPECT_EQ(to_member->versions_asked, 0U);
  EXPECT_TRUE(to_hub->written.empty());
}

}  // namespace
}  // namespace slipway::member
