#include "hub/scheduler/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/scheduler/eligibility.h"
#include "hub/scheduler/policy_status.h"
#include "json/text.h"
#include "test/hub/recorded.h"
#include "test/hub/scheduler/schedule.h"

// placement 3; the numbers are those of 12.8 and 12.10. PickN is in pick_n_test.
namespace slipway::hub::scheduler {
namespace {

using hub::testing::comparable;
using hub::testing::concerned;
using hub::testing::differences;
using hub::testing::Recording;
using kube::ConditionStatus;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::Schedule;

constexpr std::string_view pick_all = R"({"placementType":"PickAll"})";

TEST(PickAll, S3_4_EveryEligibleCluster) {  // 141, 142
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    Schedule fleet(scope);
    fleet.put_policy(pick_all);
    for (const auto* const name : {"m1", "m2", "m3", "sick", "left"}) fleet.put_member(name);
    fleet.edit_member("sick",
                      [](auto& one) { one.status.agent_status[0].conditions[1].status = ConditionStatus::false_; });
    fleet.edit_member("left",
                      [](auto& one) { one.status.agent_status[0].conditions[0].status = ConditionStatus::false_; });
    EXPECT_EQ(fleet.settle(), "m1:Scheduled m2:Scheduled m3:Scheduled");
    EXPECT_EQ(fleet.said(), "m1+ m2+ m3+ left- sick- T:Fulfilled");
    EXPECT_THAT(fleet.reason_for("sick"), MatchesRegex("ClusterUnschedulable.*unhealthy.*"));
    EXPECT_EQ(fleet.policy()->status.observed_crp_generation, 1);
    const auto binding = fleet.binding("m1");
    EXPECT_THAT(binding.metadata.name, MatchesRegex("p-m1-[0-9a-f]{8}"));
    EXPECT_EQ(binding.metadata.labels, (kube::StringMap{{"kubernetes-fleet.io/parent-CRP", "p"}}));
    EXPECT_THAT(binding.metadata.finalizers, ::testing::ElementsAre("kubernetes-fleet.io/scheduler-crb-cleanup"));
    EXPECT_EQ(binding.spec.scheduling_policy_snapshot_name, "p-0");
    EXPECT_EQ(*binding.spec.cluster_decision.cluster_score,
              (api::ClusterScore{.affinity_score = 0, .priority_score = 0}));
    EXPECT_EQ(binding.spec.resource_snapshot_name, "");
    fleet.settle();
    EXPECT_EQ(fleet.rest.writes, 0U);
  }
}

TEST(PickAll, S3_4_Sticky) {
  Schedule fleet;
  fleet.put_policy(
      R"({"placementType":"PickAll","affinity":{"clusterAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
                       {"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"env":"prod"}}}]}}}})");
  fleet.put_member("a", R"("env":"prod")"), fleet.put_member("b", R"("env":"prod")"), fleet.put_member("c");
  EXPECT_EQ(fleet.settle(), "a:Scheduled b:Scheduled");
  fleet.edit_binding("a", [](auto& one) { one.spec.state = "Bound"; });
  const auto before = fleet.binding("b");
  fleet.edit_member("a", [](auto& one) { one.metadata.labels.clear(); });                               // 145
  fleet.edit_member("b", [](auto& one) { one.spec.taints = {{.key = "k", .effect = "NoSchedule"}}; });  // 195
  fleet.edit_member("c", [](auto& one) { one.metadata.labels["env"] = "prod"; });
  EXPECT_EQ(fleet.settle(), "a:Bound b:Scheduled c:Scheduled");  // 146
  EXPECT_EQ(fleet.binding("b"), before);
  fleet.later(301);  // 213: nobody is heard of any more
  EXPECT_EQ(fleet.settle(), "a:Bound b:Scheduled c:Scheduled");
  EXPECT_THAT(fleet.said(), HasSubstr("a+ b+ c+ "));

  // 144: matching none is fine too
  Schedule none;
  none.put_policy(
      R"({"placementType":"PickAll","affinity":{"clusterAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
                       {"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"env":"prod"}}}]}}}})");
  none.put_member("a");
  EXPECT_EQ(none.settle(), "");
  EXPECT_EQ(none.said(), "a- T:Fulfilled");
}

TEST(PickAll, S3_7_AnotherPolicy) {
  const auto only = [](std::string_view value) {
    return fmt::format(
        R"({{"placementType":"PickAll","affinity":{{"clusterAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":
             {{"clusterSelectorTerms":[{{"labelSelector":{{"matchLabels":{{"r":"{}"}}}}}}]}}}}}}}})",
        value);
  };
  Schedule fleet;
  fleet.put_policy(pick_all);
  fleet.put_member("a", R"("r":"e")"), fleet.put_member("b", R"("r":"w")"), fleet.put_member("c", R"("r":"e")");
  fleet.settle();
  fleet.edit_binding("a", [](auto& one) { one.spec.state = "Bound"; });
  fleet.edit_binding("b", [](auto& one) {
    one.spec.state = "Bound";
    one.metadata.annotations["mine"] = "x";
  });
  fleet.put_policy(only("e"), 1);
  EXPECT_EQ(fleet.settle(), "a:Bound b:Unscheduled(Bound)@old c:Scheduled");  // 147
  EXPECT_NE(fleet.binding("b").metadata.annotation("mine"), nullptr);         // 3.2 [Q]
  EXPECT_EQ(fleet.said(), "a+ c+ b- T:Fulfilled");
  fleet.put_policy(pick_all, 2);
  EXPECT_EQ(fleet.settle(), "a:Bound b:Bound c:Scheduled");  // 148, without the annotation
  // 149: nobody knows what it was: scheduled anew, which is the safe state
  fleet.edit_binding("b", [](auto& one) { one.spec.state = "Unscheduled"; });
  fleet.put_policy(pick_all, 3);
  EXPECT_EQ(fleet.settle(), "a:Bound b:Scheduled c:Scheduled");
}

TEST(Scheduler, S3_2_ClustersThatGo) {
  Schedule fleet;
  fleet.put_policy(pick_all);
  fleet.put_member("a"), fleet.put_member("b"), fleet.put_member("c");
  fleet.settle();
  fleet.edit_binding("a", [](auto& one) { one.spec.state = "Bound"; });
  fleet.hub.erase(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), {"", "a"});  // 150
  fleet.edit_member("b", [&](auto& one) { one.metadata.deletion_timestamp = fleet.hub.now.wall; });  // 151
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound) b:Unscheduled(Scheduled) c:Scheduled");
  EXPECT_THAT(fleet.said(), ::testing::StartsWith("c+ "));
  // 218: an evicted binding loses the scheduler's finalizer, and the cluster a new binding of another name
  const auto old = fleet.binding("c");
  fleet.edit_binding("c", [&](auto& one) {
    one.metadata.deletion_timestamp = fleet.hub.now.wall;
    one.metadata.finalizers.emplace_back("kubernetes-fleet.io/work-cleanup");
  });
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound) b:Unscheduled(Scheduled) c:Scheduled c:Scheduled/deleting");
  for (const auto& object : fleet.hub.list(fleet.bindings(), "")) {
    if (object->metadata().is_deleting())
      EXPECT_THAT(object->metadata().finalizers, ::testing::ElementsAre("kubernetes-fleet.io/work-cleanup"));
  }
}

TEST(Scheduler, S3_3_DeletedPlacement) {  // 219
  Schedule fleet;
  fleet.put_policy(pick_all);
  fleet.put_member("a"), fleet.put_member("b");
  fleet.settle();
  fleet.edit_binding("b", [](auto& one) { one.metadata.finalizers.emplace_back("kubernetes-fleet.io/work-cleanup"); });
  auto placement = *fleet.hub.get<api::Placement>({"", "p"});
  placement.metadata.deletion_timestamp = fleet.hub.now.wall;
  placement.metadata.finalizers.emplace_back("kubernetes-fleet.io/crp-cleanup");
  placement.metadata.resource_version = 0;
  fleet.hub.put(placement);
  EXPECT_EQ(fleet.settle(), "b:Scheduled/deleting");
  EXPECT_THAT(fleet.hub.get<api::Placement>({"", "p"})->metadata.finalizers,
              ::testing::ElementsAre("kubernetes-fleet.io/crp-cleanup"));
}

TEST(PickFixed, S3_6_ByName) {
  Schedule fleet;
  fleet.put_policy(R"({"placementType":"PickFixed","clusterNames":["a","b","c","d"]})");
  fleet.put_member("a", "", R"("taints":[{"key":"k","value":"v","effect":"NoSchedule"}])");  // 153
  fleet.put_member("b"), fleet.put_member("c"), fleet.put_member("e");
  fleet.edit_member("c", [](auto& one) { one.status.agent_status.clear(); });
  EXPECT_EQ(fleet.settle(), "a:Scheduled b:Scheduled");  // 152
  EXPECT_EQ(fleet.said(), "a+ b+ c- d- F:Unfulfilled");
  EXPECT_FALSE(fleet.binding("a").spec.cluster_decision.cluster_score);
  EXPECT_THAT(fleet.policy()->status.conditions[0].message, HasSubstr("2"));
  fleet.edit_binding("a", [](auto& one) { one.spec.state = "Bound"; });
  fleet.put_policy(R"({"placementType":"PickFixed","clusterNames":["b","e"]})", 1);
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound)@old b:Scheduled e:Scheduled");  // 154
  EXPECT_EQ(fleet.said(), "b+ e+ T:Fulfilled");
  fleet.edit_member("e", [](auto& one) { one.status.agent_status[0].conditions[1].status = ConditionStatus::false_; });
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound)@old b:Scheduled e:Scheduled");  // 155
  EXPECT_EQ(fleet.said(), "b+ e- F:Unfulfilled");
  fleet.put_policy(R"({"placementType":"PickFixed","clusterNames":[]})", 2);
  EXPECT_EQ(fleet.settle(),
            "a:Unscheduled(Bound)@old b:Unscheduled(Scheduled)@old e:Unscheduled(Scheduled)@old");  // 156
  EXPECT_EQ(fleet.said(), "T:Fulfilled");
}

TEST(Scheduler, S3_9_Eligibility) {
  constexpr WallTime now{1'000'000};
  const auto member = [&](std::int64_t heartbeat_age, ConditionStatus joined, std::optional<ConditionStatus> healthy,
                          std::int64_t health_age) {
    api::MemberCluster one;
    one.status.agent_status = {
        {.type = "MemberAgent", .last_received_heartbeat = WallTime{now.seconds - heartbeat_age}}};
    auto& conditions = one.status.agent_status[0].conditions;
    conditions.push_back({.type = "Joined", .status = joined});
    if (healthy)
      conditions.push_back({.type = "Healthy", .status = *healthy, .last_transition_time = {now.seconds - health_age}});
    return one;
  };
  constexpr auto t = ConditionStatus::true_;
  constexpr auto f = ConditionStatus::false_;
  struct Row {
    std::string rule;
    api::MemberCluster cluster;
    bool eligible;
  };
  std::vector<Row> rows{
      {"203: no agent", {}, false},
      {"204: 5 min 1 s without a heartbeat", member(301, t, t, 0), false},
      {"5 min sharp", member(300, t, t, 0), true},
      {"205: unhealthy for a minute", member(299, t, f, 60), true},
      {"206: unhealthy for six", member(10, t, f, 360), false},
      {"unhealthy for five sharp", member(10, t, f, 300), true},
      {"207: join state unknown", member(10, ConditionStatus::unknown, t, 0), false},
      {"208: health unknown", member(10, t, std::nullopt, 0), false},
      {"healthy", member(10, t, t, 100'000), true},
      {"leaving", member(10, t, t, 0), false},
  };
  rows.back().cluster.metadata.deletion_timestamp = now;
  for (const Row& row : rows) EXPECT_EQ(why_ineligible(row.cluster, now).empty(), row.eligible) << row.rule;
}

TEST(Scheduler, S3_1_WhichChangesOfAMemberMatter) {
  Schedule fleet;
  fleet.put_member("m", R"("r":"e")", R"("taints":[{"key":"k","value":"v","effect":"NoSchedule"}])");
  const auto before = *fleet.hub.get<api::MemberCluster>({"", "m"});
  using Edit = std::function<void(api::MemberCluster&)>;
  struct Row {
    std::string rule;
    Edit edit;
    bool matters;
  };
  const std::vector<Row> rows{
      {"209: labels", [](auto& one) { one.metadata.labels["r"] = "w"; }, true},
      {"210: when a property was seen", [](auto& one) { one.status.properties["n"].observation_time = {9}; }, false},
      {"a property's value", [](auto& one) { one.status.properties["n"].value = "2"; }, true},
      {"a new property", [](auto& one) { one.status.properties["x"].value = "2"; }, true},
      {"211: available memory",
       [](auto& one) { one.status.resource_usage.available["memory"] = kube::Quantity::from_integer(7); }, true},
      {"212: a taint more", [](auto& one) { one.spec.taints.push_back({.key = "x", .effect = "NoSchedule"}); }, false},
      {"196: a taint less", [](auto& one) { one.spec.taints.clear(); }, true},
      {"a taint changed", [](auto& one) { one.spec.taints[0].value = "w"; }, true},
      {"200: namespaces", [](auto& one) { one.status.namespaces["ns"] = ""; }, true},
      {"213: it becomes ineligible",
       [](auto& one) { one.status.agent_status[0].conditions[0].status = ConditionStatus::false_; }, false},
      {"a heartbeat", [](auto& one) { one.status.agent_status[0].last_received_heartbeat->seconds += 60; }, false},
  };
  auto base = before;
  base.status.properties["n"] = {.value = "1", .observation_time = {1}};
  for (const Row& row : rows) {
    auto after = base;
    row.edit(after);
    EXPECT_EQ(matters_to_scheduling(&base, &after, fleet.hub.now.wall), row.matters) << row.rule;
  }
  auto sick = base;
  sick.status.agent_status[0].conditions[0].status = ConditionStatus::false_;
  EXPECT_TRUE(matters_to_scheduling(&sick, &base, fleet.hub.now.wall));  // it becomes eligible
  EXPECT_TRUE(matters_to_scheduling(&base, nullptr, fleet.hub.now.wall));
  api::MemberCluster fresh;
  EXPECT_FALSE(matters_to_scheduling(nullptr, &fresh, fleet.hub.now.wall));
}

TEST(Scheduler, S3_1_WhomAChangeWakes) {
  Schedule fleet;
  fleet.put_policy(pick_all);
  fleet.put_member("m");
  fleet.settle();
  const auto put_placement = [&](std::string_view name, std::string_view policy, bool scheduled) {
    fleet.hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{{"name":"{}"}},
             "spec":{{"policy":{},"resourceSelectors":[]}},"status":{{"conditions":[{{"type":"ClusterResourcePlacementScheduled",
             "status":"{}","observedGeneration":1,"lastTransitionTime":"2020-01-01T00:00:00Z","reason":"R","message":""}}]}}}})",
        name, policy, scheduled ? "True" : "False"));
  };
  put_placement("full", R"({"placementType":"PickN","numberOfClusters":1})", true);
  put_placement("lacking", R"({"placementType":"PickFixed","clusterNames":["x"]})", false);
  const auto members = engine::View::collection_of<api::MemberCluster>(api::Scope::cluster);
  const auto before = fleet.hub.get(members, {"", "m"});
  fleet.edit_member("m", [](auto& one) { one.metadata.labels["x"] = "y"; });
  EXPECT_EQ(concerned(fleet.controller(), members, {before, fleet.hub.get(members, {"", "m"})}, fleet.hub),
            (std::set<engine::Key>{{"", "p"}, {"", "lacking"}}));  // 209
  EXPECT_EQ(concerned(fleet.controller(), members, {before, nullptr}, fleet.hub),
            (std::set<engine::Key>{{"", "p"}, {"", "lacking"}, {"", "full"}}));  // 220
  const auto snapshots = engine::View::collection_of<api::SchedulingPolicySnapshot>(api::Scope::cluster);
  const auto changed = [&](const std::function<void(api::SchedulingPolicySnapshot&)>& edit) {
    const auto old = fleet.hub.get(snapshots, {"", "p-0"});
    auto next = *api::as<api::SchedulingPolicySnapshot>(*old);
    edit(next);
    next.metadata.resource_version = 0;
    const auto now = fleet.hub.put(next);
    return !concerned(fleet.controller(), snapshots, {old, now}, fleet.hub).empty();
  };
  EXPECT_FALSE(changed([](auto& one) { one.status.observed_crp_generation = 1; }));
  EXPECT_TRUE(changed([](auto& one) { one.metadata.annotations["kubernetes-fleet.io/CRP-generation"] = "2"; }));  // 215
  EXPECT_TRUE(changed([](auto& one) { one.metadata.annotations["kubernetes-fleet.io/number-of-clusters"] = "2"; }));
  EXPECT_FALSE(
      changed([](auto& one) { one.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "false"; }));  // 216
  EXPECT_FALSE(
      changed([](auto& one) { one.metadata.annotations["kubernetes-fleet.io/CRP-generation"] = "3"; }));  // 217
  EXPECT_TRUE(changed([](auto& one) { one.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "true"; }));
}

TEST(Scheduler, S3_8_Decisions) {
  api::SchedulingPolicySnapshot snapshot;
  snapshot.metadata.generation = 4;
  snapshot.metadata.annotations["kubernetes-fleet.io/CRP-generation"] = "9";
  Outcome outcome;
  outcome.desired = 1500;
  for (int i = 0; i < 1500; ++i) outcome.existing.push_back(picked(fmt::format("c{:04}", i), "r"));
  auto status = report(snapshot, outcome, {5});
  EXPECT_EQ(status.target_clusters.size(), 1000U);  // 171
  EXPECT_EQ(status.conditions[0].status, ConditionStatus::true_);
  EXPECT_EQ(status.conditions[0].observed_generation, 4);
  EXPECT_EQ(status.observed_crp_generation, 9);
  outcome.existing.resize(2);
  for (int i = 0; i < 30; ++i) outcome.rejected.push_back({fmt::format("x{:02}", 29 - i), "why"});
  status = report(snapshot, outcome, {5});  // 170
  EXPECT_EQ(status.target_clusters.size(), 22U);
  EXPECT_EQ(status.target_clusters[2].cluster_name, "x00");
  EXPECT_EQ(status.conditions[0].status, ConditionStatus::false_);
  // Nothing changed is nothing written, in whatever order the decisions come.
  snapshot.status = status;
  std::ranges::reverse(outcome.existing);
  EXPECT_EQ(report(snapshot, outcome, {77}), status);
}

// Decisions tell their reason in sentences of their own.
json::Value without_sentences(json::Value value) {
  if (json::Array* const elements = value.array()) {
    for (auto& element : *elements) element = without_sentences(std::move(element));
  }
  if (json::Object* const members = value.object()) {
    if (members->contains("selected")) members->set("reason", "<text>");
    for (auto& [key, member] : *members) member = without_sentences(std::move(member));
  }
  return value;
}

TEST(Scheduler, S3_AsRecorded) {
  for (const auto& [step, plural, policies] :
       {std::tuple{"cluster/c01-placement", "clusterresourcebindings", "clusterschedulingpolicysnapshots"},
        {"namespace/n01-placement", "resourcebindings", "schedulingpolicysnapshots"}}) {
    SCOPED_TRACE(step);
    const Recording recording(step);
    const auto scope = std::string_view(plural).starts_with("cluster") ? api::Scope::cluster : api::Scope::namespaced;
    Schedule fleet(scope);
    const json::Value& expected = recording.all(policies).front();
    const engine::Key key{std::string(expected.text_at({"metadata", "namespace"})),
                          std::string(expected.text_at({"metadata", "labels", "kubernetes-fleet.io/parent-CRP"}))};
    json::Value policy = expected;
    policy.object()->erase("status");
    fleet.hub.put(policy);
    for (const auto& member : recording.all("memberclusters")) fleet.hub.put(member);
    for (const auto* const kind : {"clusterresourceplacements", "resourceplacements"})
      for (const auto& placement : recording.all(kind)) fleet.hub.put(placement);
    EXPECT_TRUE(fleet.hub.reconcile(fleet.controller(), key).is_at_rest);
    const auto snapshot = fleet.hub.get<api::SchedulingPolicySnapshot>(
        {key.namespace_, std::string(expected.text_at({"metadata", "name"}))});
    EXPECT_EQ(differences(comparable(expected), without_sentences(comparable(api::to_value(*snapshot)))), "");
    for (json::Value want : recording.all(plural)) {
      json::Value have = api::to_value(fleet.binding(want.text_at({"spec", "targetCluster"})));
      const auto name = have.text_at({"metadata", "name"});
      EXPECT_EQ(name.substr(0, name.size() - 8), want.text_at({"metadata", "name"}).substr(0, name.size() - 8));
      want["metadata"].object()->erase("name"), have["metadata"].object()->erase("name");
      EXPECT_EQ(differences(comparable(want), without_sentences(comparable(have))), "");
    }
  }
}

}  // namespace
}  // namespace slipway::hub::scheduler
