#include "member/join/provider.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/kinds.h"

namespace slipway::member::join {
namespace {

using kube::ConditionStatus;

bool has_started(const api::InternalMemberClusterStatus& status) {
  const auto* const started =
      kube::find_condition(status.conditions, api::condition::cluster_property_provider_started);
  return started != nullptr && started->status == ConditionStatus::true_;
}

// A start is to get the server's version (6.3). One that fails is made again with the next heartbeat (W12).
kube::Condition started(const Sources& sources) {
  const bool is_done = sources.version != nullptr;
  return {.type = std::string(api::condition::cluster_property_provider_started),
          .status = is_done ? ConditionStatus::true_ : ConditionStatus::false_,
          .reason = std::string(is_done ? api::member_reason::property_provider_started
                                        : api::member_reason::property_provider_failed_to_start),
          .message = is_done ? std::string("the property provider has started")
                             : fmt::format("the server does not tell its version: {}", sources.version_problem)};
}

void tell(const api::InternalMemberCluster& member, const kube::Condition& condition, engine::Plan& plan) {
  plan.events.push_back({.side = engine::Side::hub,
                         .kind = api::gvk_of<api::InternalMemberCluster>(api::Scope::namespaced),
                         .key = {member.metadata.namespace_, member.metadata.name},
                         .uid = member.metadata.uid,
                         .warning = condition.status != ConditionStatus::true_,
                         .reason = condition.reason,
                         .message = condition.message});
}

kube::Condition collected() {
  return {.type = std::string(api::condition::cluster_property_collection_succeeded),
          .status = ConditionStatus::true_,
          .reason = std::string(api::member_reason::properties_collected),
          .message = "the cluster's properties are collected"};
}

}  // namespace

PropertyProvider provider_in_use(const PropertyOptions& options, const api::InternalMemberClusterStatus& status) {
  const bool has_to_start = options.provider == PropertyProvider::azure && !has_started(status);
  return has_to_start ? PropertyProvider::built_in : options.provider;
}

void report_properties(api::InternalMemberCluster& member, const PropertyOptions& options, const Sources& sources,
                       const engine::View& view, WallTime now, engine::Plan& plan) {
  auto& status = member.status;
  std::vector<kube::Condition> said;
  std::vector<std::string_view> kept;
  PropertyOptions used = options;
  if (options.provider == PropertyProvider::azure && has_started(status)) {
    kept.push_back(api::condition::cluster_property_provider_started);
  } else if (options.provider == PropertyProvider::azure) {
    said.push_back(started(sources));
    const auto* const before = kube::find_condition(status.conditions, said.back().type);
    if (before == nullptr || before->status != said.back().status) tell(member, said.back(), plan);
    if (said.back().status != ConditionStatus::true_) used.provider = PropertyProvider::built_in;
  }
  ClusterFacts facts = collect_nodes(used.provider, view, now);
  if (options.sees_pods()) add_available(facts, used.provider, view);
  add_server(facts, used, sources.version, now);
  if (auto costs = add_costs(facts, used, now)) said.push_back(*std::move(costs));
  if (used.provider != PropertyProvider::built_in) said.push_back(collected());
  status.properties = std::move(facts.properties);
  status.resource_usage = std::move(facts.usage);
  switch (sources.namespaces) {
    case Sources::Namespaces::known:
      status.namespaces = sources.namespace_facts.owners;
      said.push_back(condition_of(sources.namespace_facts));
      break;
    case Sources::Namespaces::not_yet:
      kept.push_back(api::condition::namespace_collection_succeeded);
      break;
    case Sources::Namespaces::not_at_all:
      status.namespaces.clear();
      break;
  }
  for (const auto type : api::condition::property_provider_conditions) {
    if (std::ranges::find(kept, type) != kept.end()) continue;
    const auto condition = std::ranges::find(said, type, &kube::Condition::type);
    if (condition == said.end()) {
      kube::remove_condition(status.conditions, type);
      continue;
    }
    condition->observed_generation = member.metadata.generation;
    condition->last_transition_time = now;
    kube::set_condition(status.conditions, *condition, now);
  }
}

}  // namespace slipway::member::join
