#include "hub/inventory/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/cluster_profile.h"
#include "api/membership.h"
#include "test/hub/fake_view.h"

// placement 9.3; the numbers are those of 12.15.
namespace slipway::hub::inventory {
namespace {

using kube::ConditionStatus;
using testing::FakeView;

const engine::Key key{"", "m"};
const engine::Key profile{"fleet-system", "m"};
const engine::Collection namespaces{engine::Side::hub, {"", "namespaces"}};

class Inventory : public ::testing::Test {
 protected:
  void put_member(ConditionStatus joined, std::vector<api::AgentStatus> agents) {
    api::MemberCluster member;
    member.metadata.name = "m";
    member.spec.heartbeat_period_seconds = 15;
    if (const auto before = hub.get<api::MemberCluster>(key)) member = *before;
    member.metadata.resource_version = 0;
    member.status.conditions = {{.type = "Joined", .status = joined, .reason = "r"}};
    member.status.agent_status = std::move(agents);
    hub.put(member);
  }
  [[nodiscard]] api::AgentStatus agent(std::optional<ConditionStatus> healthy, std::chrono::seconds age) const {
    api::AgentStatus one{.type = "MemberAgent", .last_received_heartbeat = hub.now.wall + -age};
    if (healthy) one.conditions = {{.type = "Healthy", .status = *healthy, .reason = "r"}};
    return one;
  }
  FakeView::Rest settle() {
    auto rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    EXPECT_TRUE(hub.failures.empty());
    return rest;
  }
  [[nodiscard]] std::string health() {
    const auto one = hub.get<api::ClusterProfile>(profile);
    if (one == nullptr || one->status.conditions.size() != 1) return "none";
    const kube::Condition& condition = one->status.conditions.front();
    return fmt::format("{}={} {}", condition.type, kube::text(condition.status), condition.reason);
  }

  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_controller(std::chrono::seconds{60});
};

TEST_F(Inventory, S9_3_OneProfileForEachJoinedMember) {  // 377
  put_member(ConditionStatus::unknown, {});
  EXPECT_EQ(settle().writes, 0U);
  put_member(ConditionStatus::true_, {agent(ConditionStatus::true_, std::chrono::seconds{0})});
  settle();
  EXPECT_TRUE(hub.get<api::MemberCluster>(key)->metadata.has_finalizer("kubernetes-fleet.io/cluster-profile-cleanup"));
  EXPECT_NE(hub.get(namespaces, {"", "fleet-system"}), nullptr);
  const auto made = hub.get<api::ClusterProfile>(profile);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(*made->metadata.label("x-k8s.io/cluster-manager"), "KubeFleet");
  EXPECT_EQ(made->spec.display_name, "m");
  EXPECT_EQ(made->spec.cluster_manager.name, "KubeFleet");
  EXPECT_TRUE(made->status.access_providers.empty());
  EXPECT_EQ(settle().writes, 0U);
  put_member(ConditionStatus::false_, {});
  EXPECT_EQ(settle().writes, 0U);  // not joined: what is there stays
}

TEST_F(Inventory, S9_3_VersionAndAccessOnceProperties) {  // 377
  put_member(ConditionStatus::true_, {});
  auto member = *hub.get<api::MemberCluster>(key);
  member.metadata.resource_version = 0;
  member.status.properties = {{"k8s.io/k8s-version", {.value = "v1.33.1"}},
                              {"k8s.io/cluster-entrypoint", {.value = "https://m"}},
                              {"k8s.io/cluster-certificate-authority-data", {.value = "Q0E="}}};
  hub.put(member);
  settle();
  EXPECT_TRUE(hub.get<api::ClusterProfile>(profile)->status.access_providers.empty());
  member = *hub.get<api::MemberCluster>(key);
  member.metadata.resource_version = 0;
  member.status.conditions.push_back(
      {.type = "ClusterPropertyCollectionSucceeded", .status = ConditionStatus::true_, .reason = "r"});
  hub.put(member);
  settle();
  const auto status = hub.get<api::ClusterProfile>(profile)->status;
  EXPECT_EQ(status.version.kubernetes, "v1.33.1");
  ASSERT_EQ(status.access_providers.size(), 1U);
  EXPECT_EQ(status.access_providers[0].name, "KubeFleet");
  EXPECT_EQ(status.access_providers[0].cluster->server, "https://m");
  EXPECT_EQ(status.access_providers[0].cluster->certificate_authority_data, "Q0E=");
  // As agents report it: PEM, which the profile's schema does not take as it is.
  member = *hub.get<api::MemberCluster>(key);
  member.metadata.resource_version = 0;
  member.status.properties["k8s.io/cluster-certificate-authority-data"].value = "-----BEGIN CERTIFICATE-----\n";
  hub.put(member);
  settle();
  EXPECT_EQ(hub.get<api::ClusterProfile>(profile)->status.access_providers[0].cluster->certificate_authority_data,
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==");
}

TEST_F(Inventory, S9_3_ControlPlaneHealthy) {  // 378, 379, 380
  using std::chrono::seconds;
  struct Row {
    std::optional<api::AgentStatus> agent;
    std::string_view expected;
  };
  const Row rows[] = {
      {std::nullopt, "ControlPlaneHealthy=Unknown MemberAgentReportedNoStatus"},
      {agent(std::nullopt, seconds{0}), "ControlPlaneHealthy=Unknown MemberAgentReportedNoHealthInfo"},
      {agent(std::nullopt, seconds{900}), "ControlPlaneHealthy=Unknown MemberAgentReportedNoHealthInfo"},
      {agent(ConditionStatus::true_, seconds{60}), "ControlPlaneHealthy=True MemberClusterAPIServerHealthy"},
      {agent(ConditionStatus::true_, seconds{62}), "ControlPlaneHealthy=False MemberAgentHeartbeatLost"},
      {agent(ConditionStatus::unknown, seconds{0}), "ControlPlaneHealthy=Unknown MemberAgentReportedNoHealthInfo"},
      {agent(ConditionStatus::false_, seconds{0}), "ControlPlaneHealthy=False MemberClusterAPIServerUnhealthy"},
  };
  for (const Row& row : rows) {
    put_member(ConditionStatus::true_,
               row.agent ? std::vector<api::AgentStatus>{*row.agent} : std::vector<api::AgentStatus>{});
    settle();
    EXPECT_EQ(health(), row.expected);
  }
}

TEST_F(Inventory, S9_3_ASilentMemberIsFoundByTheClock) {  // 13.3 F26
  put_member(ConditionStatus::true_, {agent(ConditionStatus::true_, std::chrono::seconds{0})});
  const auto rest = settle();
  ASSERT_TRUE(rest.plan.look_again);
  hub.now.wall = std::get<WallTime>(rest.plan.look_again->at);
  settle();
  EXPECT_EQ(health(), "ControlPlaneHealthy=False MemberAgentHeartbeatLost");
  // Three periods, where they are longer than the flag.
  auto member = *hub.get<api::MemberCluster>(key);
  member.metadata.resource_version = 0;
  member.spec.heartbeat_period_seconds = 60;
  hub.put(member);
  settle();
  EXPECT_EQ(health(), "ControlPlaneHealthy=True MemberClusterAPIServerHealthy");
}

TEST_F(Inventory, S9_3_HandsOffTheProfile) {  // 381
  put_member(ConditionStatus::true_, {});
  settle();
  auto changed = *hub.get<api::ClusterProfile>(profile);
  changed.metadata.resource_version = 0;
  changed.spec.display_name = "other";
  hub.put(changed);
  settle();
  EXPECT_EQ(hub.get<api::ClusterProfile>(profile)->spec.display_name, "m");
  hub.erase(engine::View::collection_of<api::ClusterProfile>(api::Scope::namespaced), profile);
  settle();
  EXPECT_NE(hub.get<api::ClusterProfile>(profile), nullptr);
}

TEST_F(Inventory, S9_3_LeavingTakesTheProfileAndTheFinalizer) {  // 382
  put_member(ConditionStatus::true_, {});
  settle();
  auto member = *hub.get<api::MemberCluster>(key);
  member.metadata.resource_version = 0;
  member.metadata.deletion_timestamp = hub.now.wall;
  member.metadata.finalizers.emplace_back("kubernetes-fleet.io/membercluster-finalizer");  // the member's side goes on
  hub.put(member);
  settle();
  EXPECT_EQ(hub.get<api::ClusterProfile>(profile), nullptr);
  settle();
  EXPECT_EQ(hub.get<api::MemberCluster>(key)->metadata.finalizers,
            std::vector<std::string>{"kubernetes-fleet.io/membercluster-finalizer"});
}

TEST_F(Inventory, S9_3_AMemberThatIsGoneLeavesNoProfile) {  // 382
  hub.put_json(R"({"apiVersion":"multicluster.x-k8s.io/v1alpha1","kind":"ClusterProfile",
    "metadata":{"name":"m","namespace":"fleet-system","labels":{"x-k8s.io/cluster-manager":"KubeFleet"}},
    "spec":{"clusterManager":{"name":"KubeFleet"}}})");
  settle();
  EXPECT_EQ(hub.get<api::ClusterProfile>(profile), nullptr);
  hub.put_json(R"({"apiVersion":"multicluster.x-k8s.io/v1alpha1","kind":"ClusterProfile",
    "metadata":{"name":"m","namespace":"fleet-system","labels":{"x-k8s.io/cluster-manager":"other"}},
    "spec":{"clusterManager":{"name":"other"}}})");
  settle();
  EXPECT_NE(hub.get<api::ClusterProfile>(profile), nullptr);  // somebody else's
}

}  // namespace
}  // namespace slipway::hub::inventory
