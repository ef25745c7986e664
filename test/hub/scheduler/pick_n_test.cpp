#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/scheduler/filters.h"
#include "hub/scheduler/scoring.h"
#include "hub/scheduler/topology_spread.h"
#include "json/text.h"
#include "test/hub/scheduler/schedule.h"

// placement 3.5, 3.10 to 3.14; the numbers are those of 12.9.
namespace slipway::hub::scheduler {
namespace {

using ::testing::HasSubstr;
using testing::Schedule;

std::string pick(int count, std::string_view more = "") {
  return fmt::format(R"({{"placementType":"PickN","numberOfClusters":{}{}}})", count, more);
}
// Prefers members by a label, each with a weight.
std::string preferring(std::vector<std::pair<std::string, int>> preferred) {
  std::string list;
  for (const auto& [label, weight] : preferred) {
    list += fmt::format(R"({}{{"weight":{},"preference":{{"labelSelector":{{"matchLabels":{{"{}":"y"}}}}}}}})",
                        list.empty() ? "" : ",", weight, label);
  }
  return fmt::format(R"(,"affinity":{{"clusterAffinity":{{"preferredDuringSchedulingIgnoredDuringExecution":[{}]}}}})",
                     list);
}

void recount(Schedule& fleet, int count) {
  auto next = *fleet.policy();
  next.metadata.annotations["kubernetes-fleet.io/number-of-clusters"] = std::to_string(count);
  next.metadata.resource_version = 0;
  fleet.hub.put(next);
}

TEST(PickN, S3_5_UpAndDown) {
  Schedule fleet;
  fleet.put_policy(pick(1));
  for (const auto* const name : {"k-1", "k-2", "k-3"}) fleet.put_member(name);
  EXPECT_EQ(fleet.settle(), "k-3:Scheduled");  // 158: the larger name wins
  EXPECT_EQ(fleet.said(), "k-3+ k-2- k-1- T:Fulfilled");
  EXPECT_THAT(fleet.reason_for("k-2"), HasSubstr("score is not high enough"));
  fleet.settle();
  EXPECT_EQ(fleet.rest.writes, 0U);
  recount(fleet, 2);
  EXPECT_EQ(fleet.settle(), "k-2:Scheduled k-3:Scheduled");  // 159
  recount(fleet, 5);
  EXPECT_EQ(fleet.settle(), "k-1:Scheduled k-2:Scheduled k-3:Scheduled");  // 161
  EXPECT_EQ(fleet.said(), "k-1+ k-2+ k-3+ F:Unfulfilled");
  EXPECT_THAT(fleet.policy()->status.conditions[0].message, HasSubstr("3"));
  for (const auto* const name : {"k-1", "k-2", "k-3"})
    fleet.edit_binding(name, [](auto& one) { one.spec.state = "Bound"; });
  recount(fleet, 1);
  EXPECT_EQ(fleet.settle(), "k-1:Unscheduled(Bound) k-2:Unscheduled(Bound) k-3:Bound");  // 162
  EXPECT_THAT(fleet.said(), HasSubstr("T:Fulfilled"));
  recount(fleet, 2);
  EXPECT_EQ(fleet.settle(), "k-1:Unscheduled(Bound) k-2:Bound k-3:Bound");  // the binding comes back as it was
  recount(fleet, 0);
  EXPECT_EQ(fleet.settle(), "k-1:Unscheduled(Bound) k-2:Unscheduled(Bound) k-3:Unscheduled(Bound)");  // 165
  EXPECT_THAT(fleet.said(), HasSubstr("T:Fulfilled"));                                                // 160
}

TEST(PickN, S3_5_WhoGoesFirst) {
  const auto score = [](int topology, int affinity) {
    return api::ClusterScore{.affinity_score = affinity, .priority_score = topology};
  };
  Schedule fleet;
  fleet.put_policy(pick(3));
  for (const auto* const name : {"a", "b", "c"}) fleet.put_member(name);
  fleet.put_binding("a", "Bound", "p-0", score(0, 10));
  fleet.put_binding("b", "Bound", "p-0", score(0, 5));
  fleet.put_binding("c", "Scheduled", "p-0", score(0, 99));
  recount(fleet, 1);
  EXPECT_EQ(fleet.settle(), "a:Bound b:Unscheduled(Bound) c:Unscheduled(Scheduled)");  // 163, 164
  fleet.put_binding("a", "Bound", "p-0", score(-1, 10));
  fleet.put_binding("b", "Bound", "p-0", score(0, 5));
  fleet.put_binding("c", "Bound", "p-0");
  EXPECT_EQ(fleet.settle(),
            "a:Unscheduled(Bound) b:Bound c:Unscheduled(Bound)");  // none before any, spread before affinity
}

TEST(PickN, S3_5_AnotherPolicy) {
  Schedule fleet;
  fleet.put_policy(pick(2));
  for (const auto* const name : {"a", "b", "y"}) fleet.put_member(name, fmt::format(R"("is-{}":"y")", name));
  fleet.put_binding("a", "Bound", "p-0"), fleet.put_binding("b", "Bound", "p-0");
  fleet.put_policy(pick(2, R"(,"tolerations":[{"key":"k","operator":"Exists"}])"), 1);
  EXPECT_EQ(fleet.settle(), "a:Bound b:Bound");  // 166: who is there stays, against the larger name
  fleet.put_policy(pick(2, preferring({{"is-y", 20}})), 2);
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound)@old b:Bound y:Scheduled");  // 167
  // 168: what the latest policy has is enough
  fleet.put_binding("a", "Bound", "p-1");
  EXPECT_EQ(fleet.settle(), "a:Unscheduled(Bound)@old b:Bound y:Scheduled");
}

TEST(PickN, S3_11_AffinityScores) {
  const auto fleet_of = [](const std::vector<std::pair<std::string, std::string>>& values) {
    Members members;
    for (const auto& [name, value] : values) {
      auto member = std::make_shared<api::MemberCluster>();
      member->metadata.name = name;
      member->metadata.labels = {{name, "y"}};
      if (!value.empty()) member->status.properties["n"] = {.value = value};
      members.emplace(name, std::move(member));
    }
    return members;
  };
  const auto scores = [](const Members& members, const std::string& preferred) {
    const auto policy = api::decode<api::Placement>(
        *json::parse(fmt::format(R"({{"spec":{{"policy":{{"placementType":"PickN"{}}}}}}})", preferred)));
    const auto found = affinity_scores(policy->spec.policy, members);
    std::string text;
    if (!found) return found.error().message;
    for (const auto& [name, score] : *found) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, score);
    return text;
  };
  const auto sorted = [](std::string_view order, int weight, std::string_view selector = "") {
    return fmt::format(
        R"(,"affinity":{{"clusterAffinity":{{"preferredDuringSchedulingIgnoredDuringExecution":[{{"weight":{},"preference":
            {{{}"propertySorter":{{"name":"n","sortOrder":"{}"}}}}}}]}}}})",
        weight, selector, order);
  };
  const auto range = fleet_of({{"a", "2"}, {"b", "4"}, {"c", "7"}, {"d", ""}});
  EXPECT_EQ(scores(range, sorted("Descending", 7)), "a=0 b=3 c=7 d=0");  // 177, 181
  EXPECT_EQ(scores(range, sorted("Descending", 8)), "a=0 b=3 c=8 d=0");
  EXPECT_EQ(scores(range, sorted("Ascending", 7)), "a=7 b=4 c=0 d=0");  // 178
  EXPECT_EQ(scores(range, sorted("Ascending", 8)), "a=8 b=5 c=0 d=0");
  EXPECT_EQ(scores(range, sorted("Descending", -5)), "a=0 b=-2 c=-5 d=0");
  EXPECT_EQ(scores(fleet_of({{"a", "2"}, {"b", "2"}}), sorted("Descending", 8)), "a=0 b=0");  // 179
  EXPECT_EQ(scores(fleet_of({{"a", ""}, {"b", ""}}), sorted("Descending", 8)), "a=0 b=0");    // 180
  // 184: the range is the whole fleet's, whoever the selector takes
  EXPECT_EQ(scores(range, sorted("Descending", 10, R"("labelSelector":{"matchLabels":{"b":"y"}},)")),
            "a=0 b=4 c=0 d=0");
  EXPECT_EQ(scores(fleet_of({{"a", ""}, {"b", ""}}), preferring({{"a", 20}, {"a", -10}, {"b", -3}})),
            "a=10 b=-3");  // 182
  EXPECT_EQ(scores(fleet_of({{"a", "odd"}, {"b", "2"}, {"c", "3"}}), sorted("Descending", 8)), "a=0 b=0 c=8");
  EXPECT_EQ(scores(range, sorted("Descending", 0)), "a=0 b=0 c=0 d=0");  // 183
  EXPECT_EQ(scores(range, ""), "a=0 b=0 c=0 d=0");
}

TEST(PickN, S3_14_TopologySpread) {
  // Zones in letters, one a member; capitals are placed.
  const auto verdicts = [](std::string_view zones, std::vector<api::TopologySpreadConstraint> constraints) {
    Members members;
    TopologySpread::Placed placed;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      auto member = std::make_shared<api::MemberCluster>();
      member->metadata.name = fmt::format("{:02}", i);
      if (zones[i] != '-') member->metadata.labels["zone"] = std::string(1, static_cast<char>(zones[i] | 0x20));
      if (zones[i] >= 'A' && zones[i] <= 'Z') placed.insert(member->metadata.name);
      members.emplace(member->metadata.name, std::move(member));
    }
    const TopologySpread spread(constraints, members, placed);
    std::string text;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (zones[i] >= 'A' && zones[i] <= 'Z') continue;
      const auto [score, why] = spread.verdict(*members.find(fmt::format("{:02}", i))->second);
      text += fmt::format("{}{}", text.empty() ? "" : " ", why.empty() ? std::to_string(score) : "no");
      if (!why.empty()) EXPECT_THAT(why, HasSubstr("zone"));
    }
    return text;
  };
  using enum api::WhenUnsatisfiable;
  const auto rule = [](std::optional<std::int32_t> skew, api::WhenUnsatisfiable when) {
    return api::TopologySpreadConstraint{.max_skew = skew, .topology_key = "zone", .when_unsatisfiable = when};
  };
  EXPECT_EQ(verdicts("ab", {rule({}, do_not_schedule)}), "-1 -1");    // 185
  EXPECT_EQ(verdicts("Aab", {rule({}, do_not_schedule)}), "no 1");    // 186
  EXPECT_EQ(verdicts("Aabc", {rule(1, do_not_schedule)}), "no 0 0");  // 187
  EXPECT_EQ(verdicts("AAAab", {rule(1, do_not_schedule)}), "no 1");   // 188, better: the way back is open
  EXPECT_EQ(verdicts("AAABab-c", {rule(1, do_not_schedule)}), "no no 0 1");
  EXPECT_EQ(verdicts("Aab", {rule(1, schedule_anyway)}), "-1000 1");  // 189
  EXPECT_EQ(verdicts("a-b", {rule(1, do_not_schedule)}), "-1 0 -1");  // 190
  EXPECT_EQ(verdicts("Aab", {rule(3, do_not_schedule)}), "-1 1");
  EXPECT_EQ(verdicts("Aab", {rule(1, schedule_anyway), rule(1, do_not_schedule)}), "no 2");  // 192
  EXPECT_EQ(verdicts("aaa", {rule(1, do_not_schedule)}), "-1 -1 -1");  // one domain is always even

  // 191: in one pass, spread over the zones
  Schedule fleet;
  fleet.put_policy(pick(
      4, R"(,"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}])"));
  for (const auto& [name, zone] :
       {std::pair{"a1", "a"}, {"a2", "a"}, {"a3", "a"}, {"b1", "b"}, {"b2", "b"}, {"c1", "c"}})
    fleet.put_member(name, fmt::format(R"("zone":"{}")", zone));
  EXPECT_EQ(fleet.settle(), "a3:Scheduled b1:Scheduled b2:Scheduled c1:Scheduled");
  EXPECT_THAT(fleet.said(), HasSubstr("T:Fulfilled"));
}

TEST(Filters, S3_11_TermsAndProperties) {
  api::MemberCluster member;
  member.metadata.name = "m";
  member.metadata.labels = {{"env", "prod"}};
  member.status.properties = {{"n", {.value = "4"}}, {"odd", {.value = "abc"}}};
  member.status.resource_usage.allocatable = {{"cpu", *kube::parse_quantity("4000m")},
                                              {"ephemeral-storage", *kube::parse_quantity("1Gi")}};
  const auto matching = [&](std::string_view term) -> std::string {
    const auto policy = api::decode<api::Placement>(*json::parse(fmt::format(
        R"({{"spec":{{"policy":{{"affinity":{{"clusterAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":
            {{"clusterSelectorTerms":[{}]}}}}}}}}}}}})",
        term)));
    const auto result =
        matches(policy->spec.policy->affinity->cluster_affinity->required->cluster_selector_terms.at(0), member);
    return !result ? "error" : *result ? "yes" : "no";
  };
  const auto expression = [&](std::string_view name, std::string_view op, std::string_view values) {
    return matching(
        fmt::format(R"({{"propertySelector":{{"matchExpressions":[{{"name":"{}","operator":"{}","values":[{}]}}]}}}})",
                    name, op, values));
  };
  for (const auto& [op, want] :
       {std::pair{"Gt", "no"}, {"Ge", "yes"}, {"Eq", "yes"}, {"Ne", "no"}, {"Lt", "no"}, {"Le", "yes"}})
    EXPECT_EQ(expression("n", op, R"("4")"), want) << op;  // 175
  EXPECT_EQ(expression("gone", "Ge", R"("4")"), "no");     // 172
  EXPECT_EQ(expression("odd", "Gt", R"("4")"), "no");      // 174, better: this cluster alone
  EXPECT_EQ(expression("n", "Gt", R"("abc")"), "error");
  EXPECT_EQ(expression("n", "Gt", R"("1","2")"), "error");
  EXPECT_EQ(expression("n", "Near", R"("1")"), "error");
  EXPECT_EQ(expression("resources.kubernetes-fleet.io/allocatable-cpu", "Ge", R"("4")"), "yes");  // 176
  EXPECT_EQ(expression("resources.kubernetes-fleet.io/allocatable-ephemeral-storage", "Ge", R"("1Gi")"), "yes");
  EXPECT_EQ(expression("resources.kubernetes-fleet.io/total-cpu", "Ge", R"("4")"), "no");
  EXPECT_EQ(expression("resources.kubernetes-fleet.io/spare-cpu", "Ge", R"("4")"), "error");
  EXPECT_EQ(matching(R"({"labelSelector":{"matchLabels":{"env":"prod"}}})"), "yes");
  EXPECT_EQ(matching(R"({"labelSelector":{"matchLabels":{"env":"dev"}}})"), "no");
  EXPECT_EQ(matching("{}"), "yes");

  Schedule fleet;  // 173: terms are ORed
  fleet.put_policy(
      R"({"placementType":"PickAll","affinity":{"clusterAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
      {"clusterSelectorTerms":[{"labelSelector":{"matchLabels":{"x":"1"}}},{"labelSelector":{"matchLabels":{"x":"2"}}}]}}}})");
  fleet.put_member("a", R"("x":"2")"), fleet.put_member("b", R"("x":"3")");
  EXPECT_EQ(fleet.settle(), "a:Scheduled");
}

TEST(Filters, S3_13_Taints) {  // 193, 194
  using enum api::TolerationOperator;
  const std::vector<api::Taint> taints{{.key = "k", .value = "v", .effect = "NoSchedule"}};
  const auto tolerated = [&](std::vector<api::Toleration> tolerations) {
    return first_untolerated(taints, tolerations) == nullptr;
  };
  EXPECT_FALSE(tolerated({}));
  EXPECT_TRUE(tolerated({{.key = "k", .op = equal, .value = "v"}}));
  EXPECT_TRUE(tolerated({{.key = "k", .op = exists}}));
  EXPECT_TRUE(tolerated({{.op = exists}}));
  EXPECT_FALSE(tolerated({{.key = "k", .op = equal, .value = "x"}}));
  EXPECT_TRUE(tolerated({{.key = "k", .op = exists, .effect = "NoSchedule"}}));
  EXPECT_FALSE(tolerated({{.key = "k", .op = exists, .effect = "NoExecute"}}));
  const std::vector<api::Taint> two{{.key = "k", .effect = "NoSchedule"}, {.key = "l", .effect = "NoSchedule"}};
  EXPECT_EQ(first_untolerated(two, {{.key = "k", .op = exists}})->key, "l");

  Schedule fleet;  // 197
  fleet.put_policy(R"({"placementType":"PickAll"})");
  fleet.put_member("a"), fleet.put_member("b", "", R"("taints":[{"key":"k","value":"v","effect":"NoSchedule"}])");
  EXPECT_EQ(fleet.settle(), "a:Scheduled");
  EXPECT_THAT(fleet.reason_for("b"), HasSubstr("k=v"));
  fleet.put_policy(R"({"placementType":"PickAll","tolerations":[{"key":"k","operator":"Exists"}]})", 1);
  EXPECT_EQ(fleet.settle(), "a:Scheduled b:Scheduled");
}

TEST(Filters, S3_12_Namespaces) {  // 198 to 202
  for (const auto scope : {api::Scope::namespaced, api::Scope::cluster}) {
    Schedule fleet(scope);
    fleet.put_policy(pick(3));
    for (const auto* const name : {"has", "lacks", "old"}) fleet.put_member(name);
    for (const auto* const name : {"has", "lacks"}) {
      fleet.edit_member(name, [&](auto& one) {
        one.status.conditions.push_back(
            {.type = "NamespaceCollectionSucceeded", .status = kube::ConditionStatus::true_});
        one.status.namespaces[std::string_view(name) == "has" ? "ns" : "other"] = "";
      });
    }
    EXPECT_EQ(fleet.settle(), scope == api::Scope::cluster ? "has:Scheduled lacks:Scheduled old:Scheduled"
                                                           : "has:Scheduled old:Scheduled");
    EXPECT_THAT(fleet.said(), HasSubstr(scope == api::Scope::cluster ? "T:Fulfilled" : "lacks- F:Unfulfilled"));
  }
}

}  // namespace
}  // namespace slipway::hub::scheduler
