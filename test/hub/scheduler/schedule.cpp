#include "test/hub/scheduler/schedule.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "api/names.h"
#include "hub/scheduler/controller.h"
#include "json/text.h"

namespace slipway::hub::scheduler::testing {

Schedule::Schedule(api::Scope scope)
    : scope_(scope), namespace_(scope == api::Scope::cluster ? "" : "ns"), controller_(make_controller(scope)) {}

void Schedule::put_policy(std::string_view policy, std::int64_t index) {
  const auto named = [&](std::string_view kind, std::string_view name) {
    return fmt::format(
        R"("apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"{}{}","metadata":{{"name":"{}"{})",
        scope_ == api::Scope::cluster ? "Cluster" : "", kind, name,
        namespace_.empty() ? "" : fmt::format(R"(,"namespace":"{}")", namespace_));
  };
  if (index > 0) {
    auto old = *hub.get<api::SchedulingPolicySnapshot>(key(fmt::format("p-{}", latest_)));
    old.metadata.labels["kubernetes-fleet.io/is-latest-snapshot"] = "false";
    old.metadata.resource_version = 0;
    hub.put(old);
  } else {
    hub.put_json(fmt::format(
        R"({{{},"finalizers":["kubernetes-fleet.io/scheduler-cleanup"]}},"spec":{{"policy":{},"resourceSelectors":[]}}}})",
        named("ResourcePlacement", "p"), policy));
  }
  latest_ = index;
  const auto parsed = json::parse(policy);
  const json::Value* const count = parsed->find("numberOfClusters");
  hub.put_json(fmt::format(
      R"({{{},"labels":{{"kubernetes-fleet.io/parent-CRP":"p","kubernetes-fleet.io/is-latest-snapshot":"true",
                          "kubernetes-fleet.io/policy-index":"{}"}},
           "annotations":{{"kubernetes-fleet.io/CRP-generation":"1"{}}}}},"spec":{{"policy":{},"policyHash":"aA=="}}}})",
      named("SchedulingPolicySnapshot", fmt::format("p-{}", index)), index,
      count == nullptr ? "" : fmt::format(R"(,"kubernetes-fleet.io/number-of-clusters":"{}")", *count->integer()),
      policy));
}

void Schedule::put_member(std::string_view name, std::string_view labels, std::string_view spec) {
  hub.put_json(fmt::format(
      R"({{"apiVersion":"cluster.kubernetes-fleet.io/v1beta1","kind":"MemberCluster","metadata":{{"name":"{}","labels":{{{}}}}},
           "spec":{{{}}},"status":{{"agentStatus":[{{"type":"MemberAgent","lastReceivedHeartbeat":"{}","conditions":[
             {{"type":"Joined","status":"True","observedGeneration":1,"lastTransitionTime":"2020-01-01T00:00:00Z","reason":"J","message":""}},
             {{"type":"Healthy","status":"True","observedGeneration":1,"lastTransitionTime":"2020-01-01T00:00:00Z","reason":"H","message":""}}]}}]}}}})",
      name, labels, spec, to_rfc3339(hub.now.wall)));
}

void Schedule::edit_member(std::string_view name, const std::function<void(api::MemberCluster&)>& edit) {
  auto next = *hub.get<api::MemberCluster>({"", std::string(name)});
  edit(next);
  next.metadata.resource_version = 0;
  hub.put(next);
}

void Schedule::edit_binding(std::string_view cluster, const std::function<void(api::ResourceBinding&)>& edit) {
  auto next = binding(cluster);
  edit(next);
  next.metadata.resource_version = 0;
  hub.put(next);
}

void Schedule::put_binding(std::string_view cluster, std::string_view state, std::string_view policy,
                           std::optional<api::ClusterScore> score) {
  api::ResourceBinding made;
  made.metadata.name = fmt::format("p-{}", cluster);
  made.metadata.namespace_ = namespace_;
  made.metadata.labels = {{"kubernetes-fleet.io/parent-CRP", "p"}};
  made.metadata.finalizers = {"kubernetes-fleet.io/scheduler-crb-cleanup"};
  made.spec.state = state;
  made.spec.target_cluster = cluster;
  made.spec.scheduling_policy_snapshot_name = policy;
  made.spec.cluster_decision = {
      .cluster_name = std::string(cluster), .selected = true, .cluster_score = score, .reason = "r"};
  hub.put(made);
}

std::string Schedule::settle() {
  rest = hub.reconcile(*controller_, key("p"));
  EXPECT_TRUE(rest.is_at_rest);
  EXPECT_TRUE(hub.failures.empty());
  std::vector<std::string> lines;
  for (const auto& object : hub.list(bindings(), "")) {
    const auto& one = *api::as<api::ResourceBinding>(*object);
    std::string line = fmt::format("{}:{}", one.spec.target_cluster, one.spec.state);
    if (const auto* const previous = one.metadata.annotation(api::annotation::previous_binding_state))
      line += fmt::format("({})", *previous);
    if (one.spec.scheduling_policy_snapshot_name != fmt::format("p-{}", latest_)) line += "@old";
    if (one.metadata.is_deleting()) line += "/deleting";
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : " ") + line;
  return text;
}

std::shared_ptr<const api::SchedulingPolicySnapshot> Schedule::policy() const {
  return hub.get<api::SchedulingPolicySnapshot>(key(fmt::format("p-{}", latest_)));
}

std::string Schedule::said() const {
  const auto snapshot = policy();
  std::string text;
  for (const auto& one : snapshot->status.target_clusters)
    text += fmt::format("{}{} ", one.cluster_name, one.selected ? "+" : "-");
  for (const auto& one : snapshot->status.conditions) {
    EXPECT_EQ(one.observed_generation, snapshot->metadata.generation);
    text += fmt::format("{}:{}", kube::text(one.status).substr(0, 1),
                        one.reason.substr(std::string_view("SchedulingPolicy").size()));
  }
  return text;
}

std::string Schedule::reason_for(std::string_view cluster) const {
  for (const auto& one : policy()->status.target_clusters)
    if (one.cluster_name == cluster) return one.reason;
  return "";
}

api::ResourceBinding Schedule::binding(std::string_view cluster) const {
  for (const auto& object : hub.list(bindings(), "")) {
    const auto* const one = api::as<api::ResourceBinding>(*object);
    if (one != nullptr && one->spec.target_cluster == cluster) return *one;
  }
  ADD_FAILURE() << "no binding for " << cluster;
  return {};
}

}  // namespace slipway::hub::scheduler::testing
