#include "hub/membership/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/membership.h"
#include "api/work.h"
#include "json/text.h"
#include "test/hub/fake_view.h"
#include "test/hub/recorded.h"

// placement 8.2, 8.3; the numbers are those of 12.15.
namespace slipway::hub::membership {
namespace {

using kube::ConditionStatus;
using testing::comparable;
using testing::concerned;
using testing::differences;
using testing::FakeView;
using ::testing::HasSubstr;
using testing::Recording;

const engine::Collection namespaces{engine::Side::hub, {"", "namespaces"}};
const engine::Collection roles{engine::Side::hub, {"rbac.authorization.k8s.io", "roles"}};
const engine::Collection role_bindings{engine::Side::hub, {"rbac.authorization.k8s.io", "rolebindings"}};

class Membership : public ::testing::Test {
 protected:
  Membership() {
    for (const std::string kind : {"Role", "RoleBinding"}) {
      hub.serve({.resource = {"rbac.authorization.k8s.io", "v1", kind == "Role" ? "roles" : "rolebindings"},
                 .kind = kind,
                 .namespaced = true,
                 .verbs = {"create", "get", "list", "watch", "patch", "update"},
                 .preferred = true});
    }
  }
  void put_member(
      std::string_view identity = R"({"kind":"ServiceAccount","name":"m-hub-access","namespace":"connect"})") {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"cluster.kubernetes-fleet.io/v1beta1","kind":"MemberCluster","metadata":{{"name":"m"}},
             "spec":{{"identity":{},"heartbeatPeriodSeconds":15}}}})",
        identity));
  }
  template <class T>
  void edit(const engine::Key& name, const std::function<void(T&)>& change, bool spec = true) {
    auto next = *hub.get<T>(name);
    change(next);
    next.metadata.resource_version = 0;
    if (spec) ++next.metadata.generation;
    hub.put(next);
  }
  void report(ConditionStatus joined, std::string_view agent = "MemberAgent") {
    edit<api::InternalMemberCluster>(
        inner,
        [&](auto& one) {
          one.status.agent_status = {{.type = std::string(agent),
                                      .conditions = {{.type = "Joined",
                                                      .status = joined,
                                                      .observed_generation = one.metadata.generation,
                                                      .last_transition_time = {7},
                                                      .reason = "Said",
                                                      .message = "m"}},
                                      .last_received_heartbeat = hub.now.wall}};
        },
        false);
  }
  testing::FakeView::Rest settle() {
    auto rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    EXPECT_TRUE(hub.failures.empty());
    return rest;
  }
  std::string said() {
    settle();
    std::string text;
    for (const auto& one : hub.get<api::MemberCluster>(key)->status.conditions) {
      text +=
          fmt::format("{}{}={}:{}", text.empty() ? "" : " ", one.type, kube::text(one.status).substr(0, 1), one.reason);
    }
    return text;
  }

  FakeView hub;
  engine::Key key{"", "m"};
  engine::Key inner{"fleet-member-m", "m"};
  std::unique_ptr<engine::Controller> controller = make_controller();
};

TEST_F(Membership, S8_2_Join) {
  put_member();
  EXPECT_EQ(said(), "ReadyToJoin=T:MemberClusterReadyToJoin Joined=U:MemberClusterJoinStateUnknown");  // 359
  const auto member = hub.get<api::MemberCluster>(key);
  EXPECT_TRUE(member->metadata.has_finalizer("kubernetes-fleet.io/membercluster-finalizer"));
  EXPECT_EQ(*member->metadata.label("kubernetes-fleet.io/member-name"), "m");
  const auto space = hub.get(namespaces, {"", "fleet-member-m"});
  ASSERT_NE(space, nullptr);
  EXPECT_EQ(*space->metadata().label("kubernetes-fleet.io/is-fleet-resource"), "true");
  EXPECT_EQ(space->metadata().owner_references.at(0).name, "m");
  EXPECT_EQ(hub.get(roles, {"fleet-member-m", "fleet-role-m"})->to_value().find("rules")->array()->size(), 4U);
  const json::Value binding = hub.get(role_bindings, {"fleet-member-m", "fleet-rolebinding-m"})->to_value();
  EXPECT_EQ(json::write(*binding.find("subjects")),
            R"([{"kind":"ServiceAccount","name":"m-hub-access","namespace":"connect"}])");
  EXPECT_EQ(hub.get<api::InternalMemberCluster>(inner)->spec.state, "Join");
  EXPECT_EQ(hub.get<api::InternalMemberCluster>(inner)->spec.heartbeat_period_seconds, 15);
  EXPECT_EQ(settle().writes, 0U);

  report(ConditionStatus::true_);
  EXPECT_EQ(said(), "ReadyToJoin=T:MemberClusterReadyToJoin Joined=T:MemberClusterJoined");  // 360
  EXPECT_EQ(hub.get<api::MemberCluster>(key)->status.agent_status.at(0).conditions.at(0).observed_generation,
            hub.get<api::MemberCluster>(key)->metadata.generation);
  report(ConditionStatus::unknown);
  EXPECT_THAT(said(), HasSubstr("Joined=U:MemberClusterJoinStateUnknown"));
  report(ConditionStatus::true_, "ServiceExportImportAgent");  // an agent that is not expected says nothing
  EXPECT_THAT(said(), HasSubstr("Joined=U:MemberClusterJoinStateUnknown"));
  report(ConditionStatus::false_);
  EXPECT_EQ(said(), "ReadyToJoin=F:MemberClusterNotReadyToJoin Joined=F:MemberClusterLeft");
}

TEST_F(Membership, S8_2_7_WhatTheAgentSaysOfItsProperties) {
  put_member();
  settle();
  report(ConditionStatus::true_);
  const auto say = [this](std::vector<std::string> types) {
    edit<api::InternalMemberCluster>(
        inner,
        [&](auto& one) {
          one.status.conditions.clear();
          for (auto& type : types)
            one.status.conditions.push_back(
                {.type = type, .status = ConditionStatus::true_, .last_transition_time = {7}, .reason = "Said"});
          one.status.namespaces = {{"ns", "w"}};
        },
        false);
  };
  const std::string joined = "ReadyToJoin=T:MemberClusterReadyToJoin Joined=T:MemberClusterJoined";
  say({"ClusterPropertyCollectionSucceeded", "NamespaceCollectionSucceeded"});
  EXPECT_EQ(said(), joined + " ClusterPropertyCollectionSucceeded=T:Said NamespaceCollectionSucceeded=T:Said");
  EXPECT_EQ(hub.get<api::MemberCluster>(key)->status.namespaces.at("ns"), "w");
  // An agent that no longer collects namespaces: placements must not go by the last ones.
  say({"ClusterPropertyCollectionSucceeded"});
  EXPECT_EQ(said(), joined + " ClusterPropertyCollectionSucceeded=T:Said");
  EXPECT_EQ(settle().writes, 0U);
}

TEST_F(Membership, S8_2_Drift) {
  put_member();
  settle();
  auto role = hub.get(roles, {"fleet-member-m", "fleet-role-m"})->to_value();
  const auto rules = *role.find("rules");
  role["rules"] = json::Array{};
  role["metadata"].object()->erase("resourceVersion");
  hub.put(role);
  settle();
  EXPECT_EQ(*hub.get(roles, {"fleet-member-m", "fleet-role-m"})->to_value().find("rules"), rules);  // 363
  edit<api::MemberCluster>(key, [](auto& one) {                                                     // 364, 365, 366
    one.spec.identity = {.kind = "User", .name = "someone"};
    one.spec.heartbeat_period_seconds = 30;
  });
  settle();
  EXPECT_EQ(
      json::write(*hub.get(role_bindings, {"fleet-member-m", "fleet-rolebinding-m"})->to_value().find("subjects")),
      R"([{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"someone"}])");
  EXPECT_EQ(hub.get<api::InternalMemberCluster>(inner)->spec.heartbeat_period_seconds, 30);
  edit<api::InternalMemberCluster>(inner, [](auto& one) { one.spec.state = "Leave"; });
  settle();
  EXPECT_EQ(hub.get<api::InternalMemberCluster>(inner)->spec.state, "Join");
}

TEST_F(Membership, S8_2_ANamespaceThatIsThereAlready) {  // 367
  hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"fleet-member-m","labels":{"mine":"x"}}})");
  put_member();
  settle();
  const auto space = hub.get(namespaces, {"", "fleet-member-m"});
  EXPECT_EQ(space->metadata().labels.size(), 2U);
  EXPECT_EQ(*space->metadata().label("kubernetes-fleet.io/is-fleet-resource"), "true");
}

TEST_F(Membership, S8_2_AsRecorded) {
  for (const auto* const step : {"cluster/c01-placement", "cluster/c10-rolled-back", "namespace/n05-end"}) {
    const Recording recording(step);
    for (const json::Value& expected : recording.all("memberclusters")) {
      const std::string name(expected.text_at({"metadata", "name"}));
      SCOPED_TRACE(fmt::format("{} {}", step, name));
      json::Value member = expected;
      member.object()->erase("status");
      member["metadata"].object()->erase("finalizers");
      member["metadata"]["labels"].object()->erase("kubernetes-fleet.io/member-name");
      hub.put(member);
      key = {"", name}, inner = {"fleet-member-" + name, name};
      settle();
      const json::Value& reported = recording.one("internalmemberclusters", name);
      json::Value asked = comparable(api::to_value(*hub.get<api::InternalMemberCluster>(inner)));
      json::Value recorded = comparable(reported);
      recorded.object()->erase("status");
      EXPECT_EQ(differences(recorded, asked), "");
      hub.put(reported);
      settle();
      json::Value want = comparable(expected);
      json::Value have = comparable(api::to_value(*hub.get<api::MemberCluster>(key)));
      for (json::Value* const one : {&want, &have}) {  // inventory is not ours; generations count writes
        std::erase(*(*one)["metadata"]["finalizers"].array(),
                   json::Value("kubernetes-fleet.io/cluster-profile-cleanup"));
        (*one)["metadata"].object()->erase("generation");
        for (auto& agent : *(*one)["status"]["agentStatus"].array())
          for (auto& condition : *agent["conditions"].array()) condition.object()->erase("observedGeneration");
        for (auto& condition : *(*one)["status"]["conditions"].array()) condition.object()->erase("observedGeneration");
      }
      EXPECT_EQ(differences(want, have), "");
      hub.erase(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), key);
      hub.erase(engine::View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced), inner);
    }
  }
}

// 8.3.
class Leaving : public Membership {
 protected:
  Leaving() {
    put_member();
    settle();
    report(ConditionStatus::true_);
    settle();
    hub.put_json(
        R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"Work",
            "metadata":{"name":"w","namespace":"fleet-member-m","finalizers":["kubernetes-fleet.io/work-cleanup"]}})");
    edit<api::MemberCluster>(key, [&](auto& one) { one.metadata.deletion_timestamp = hub.now.wall; });
  }
  [[nodiscard]] bool is_collected() const {
    return hub.get(namespaces, {"", "fleet-member-m"}) == nullptr &&
           hub.get<api::Work>({"fleet-member-m", "w"})->metadata.finalizers.empty();
  }
};

TEST_F(Leaving, S8_3_TheAgentLeaves) {  // 368
  const auto rest = settle();
  EXPECT_EQ(hub.get<api::InternalMemberCluster>(inner)->spec.state, "Leave");
  EXPECT_EQ(std::get<WallTime>(rest.plan.look_again->at) - hub.now.wall, std::chrono::seconds{901});
  EXPECT_FALSE(is_collected());
  report(ConditionStatus::false_);
  hub.reconcile(*controller, key);
  EXPECT_TRUE(is_collected());
  EXPECT_EQ(hub.get<api::MemberCluster>(key), nullptr);  // the namespace went at once, and so did the finalizer
}

TEST_F(Leaving, S8_3_TheAgentIsDead) {  // 369
  settle();
  hub.now.wall = hub.now.wall + std::chrono::seconds{900};
  settle();
  EXPECT_FALSE(is_collected());
  hub.now.wall = hub.now.wall + std::chrono::seconds{1};
  hub.reconcile(*controller, key);
  EXPECT_TRUE(is_collected());
}

TEST_F(Leaving, S8_3_HowLongItIsWaitedFor) {  // --force-delete-wait-time
  controller = make_controller({.force_delete_after = std::chrono::seconds{30}});
  settle();
  hub.now.wall = hub.now.wall + std::chrono::seconds{30};
  settle();
  EXPECT_FALSE(is_collected());
  hub.now.wall = hub.now.wall + std::chrono::seconds{1};
  hub.reconcile(*controller, key);
  EXPECT_TRUE(is_collected());
}

TEST_F(Membership, S8_2_8_WithNetworkingAgents) {  // --networking-agents-enabled
  controller = make_controller({.expected_agents = ExpectedAgents::member_and_networking});
  put_member();
  settle();
  report(ConditionStatus::true_);
  EXPECT_THAT(said(), HasSubstr("Joined=U:MemberClusterJoinStateUnknown"));
  const auto say = [&](ConditionStatus joined) {
    edit<api::InternalMemberCluster>(
        inner,
        [&](auto& one) {
          api::AgentStatus agent = one.status.agent_status.front();
          for (const auto type :
               {api::agent_type::multi_cluster_service_agent, api::agent_type::service_export_import_agent}) {
            agent.type = std::string(type);
            agent.conditions.front().status = joined;
            one.status.agent_status.push_back(agent);
          }
        },
        false);
  };
  say(ConditionStatus::true_);
  EXPECT_THAT(said(), HasSubstr("Joined=T:MemberClusterJoined"));
  report(ConditionStatus::true_);
  say(ConditionStatus::false_);  // not all say the same
  EXPECT_THAT(said(), HasSubstr("Joined=U:MemberClusterJoinStateUnknown"));
  report(ConditionStatus::false_);
  say(ConditionStatus::false_);
  EXPECT_THAT(said(), HasSubstr("Joined=F:MemberClusterLeft"));
}

TEST_F(Leaving, S8_3_NothingIsThereAnyMore) {
  // 370, but only when the server says so: a cache may be late, and this takes finalizers off.
  hub.erase(engine::View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced), inner);
  engine::Memo memo;
  const auto plan = controller->reconcile(key, hub, memo, hub.now);
  EXPECT_FALSE(plan.reads.empty());
  EXPECT_TRUE(plan.chains.empty());
  hub.reconcile(*controller, key);
  EXPECT_TRUE(is_collected());
  EXPECT_EQ(hub.get<api::MemberCluster>(key), nullptr);  // 371
}

TEST_F(Leaving, S8_3_ANamespaceThatTakesItsTime) {
  auto space = hub.get(namespaces, {"", "fleet-member-m"})->to_value();
  space["metadata"]["deletionTimestamp"] = to_rfc3339(hub.now.wall);
  space["metadata"]["finalizers"] = json::Array{"kubernetes"};
  space["metadata"].object()->erase("resourceVersion");
  hub.put(space);
  report(ConditionStatus::false_);
  EXPECT_THAT(said(), HasSubstr("Joined=F:MemberClusterLeft"));
  EXPECT_TRUE(hub.get<api::MemberCluster>(key)->metadata.has_finalizer("kubernetes-fleet.io/membercluster-finalizer"));
}

TEST_F(Membership, S8_2_WhatWakesAMember) {
  put_member();
  settle();
  const auto woken = [&](const engine::Collection& collection, const engine::Change& change) {
    return concerned(*controller, collection, change, hub);
  };
  const std::set<engine::Key> ours{key};
  EXPECT_EQ(woken(roles, {hub.get(roles, {"fleet-member-m", "fleet-role-m"}), nullptr}), ours);
  EXPECT_EQ(woken(namespaces, {hub.get(namespaces, {"", "fleet-member-m"}), nullptr}), ours);
  const auto internal = engine::View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced);
  EXPECT_EQ(woken(internal, {nullptr, hub.get(internal, inner)}), ours);
  const auto members = engine::View::collection_of<api::MemberCluster>(api::Scope::cluster);
  const auto before = hub.get(members, key);
  report(ConditionStatus::true_);
  settle();
  EXPECT_TRUE(woken(members, {before, hub.get(members, key)}).empty());  // our own status writes
  hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default"}})");
  EXPECT_TRUE(woken(namespaces, {nullptr, hub.get(namespaces, {"", "default"})}).empty());
}

}  // namespace
}  // namespace slipway::hub::membership
