#include "hub/membership/member_status.h"

#include <algorithm>

#include "api/conditions.h"

namespace slipway::hub::membership {
namespace {

using kube::ConditionStatus;

api::Conditions restamped(api::Conditions conditions, std::int64_t generation) {
  for (auto& condition : conditions) condition.observed_generation = generation;
  return conditions;
}

// 8.2 (8): what all of them say; unknown when one has said nothing, or they differ.
ConditionStatus joined_status(const api::MemberClusterStatus& status, ExpectedAgents expected) {
  std::vector<std::string_view> types{api::agent_type::member_agent};
  if (expected == ExpectedAgents::member_and_networking)
    types.insert(types.end(),
                 {api::agent_type::multi_cluster_service_agent, api::agent_type::service_export_import_agent});
  std::optional<ConditionStatus> all;
  for (const auto type : types) {
    const api::AgentStatus* const agent = status.agent(type);
    const kube::Condition* const joined =
        agent == nullptr ? nullptr : kube::find_condition(agent->conditions, api::condition::joined);
    if (joined == nullptr || (all && *all != joined->status)) return ConditionStatus::unknown;
    all = joined->status;
  }
  return *all;
}

}  // namespace

api::MemberClusterStatus status_from(const api::MemberCluster& member, const api::InternalMemberCluster* reported,
                                     WallTime now, ExpectedAgents expected) {
  const std::int64_t generation = member.metadata.generation;
  api::MemberClusterStatus status = member.status;
  const auto set = [&](std::string_view type, ConditionStatus value, std::string_view reason, std::string message) {
    kube::set_condition(status.conditions,
                        {.type = std::string(type),
                         .status = value,
                         .observed_generation = generation,
                         .last_transition_time = now,
                         .reason = std::string(reason),
                         .message = std::move(message)},
                        now);
  };
  if (!member.metadata.is_deleting()) {
    set(api::condition::ready_to_join, ConditionStatus::true_, api::member_reason::ready_to_join,
        "The hub is ready for the member to join");
  }
  if (reported != nullptr) {
    status.agent_status = reported->status.agent_status;
    for (auto& agent : status.agent_status) agent.conditions = restamped(std::move(agent.conditions), generation);
    status.resource_usage = reported->status.resource_usage;
    status.namespaces = reported->status.namespaces;
    status.properties = reported->status.properties;
    // What the agent no longer says of its properties is not true any more: placements would go by it.
    for (const auto type : api::condition::property_provider_conditions) {
      if (kube::find_condition(reported->status.conditions, type) == nullptr)
        kube::remove_condition(status.conditions, type);
    }
    for (auto condition : restamped(reported->status.conditions, generation)) {
      const WallTime since = condition.last_transition_time;
      kube::set_condition(status.conditions, std::move(condition), since);
    }
  }
  switch (joined_status(status, expected)) {
    case ConditionStatus::true_:
      set(api::condition::joined, ConditionStatus::true_, api::member_reason::joined,
          "The member has joined the fleet");
      break;
    case ConditionStatus::false_:
      set(api::condition::joined, ConditionStatus::false_, api::member_reason::left, "The member has left the fleet");
      set(api::condition::ready_to_join, ConditionStatus::false_, api::member_reason::not_ready_to_join,
          "The member has left the fleet");
      break;
    case ConditionStatus::unknown:
      set(api::condition::joined, ConditionStatus::unknown, api::member_reason::join_state_unknown,
          "The member's agent has not said yet whether it joined");
      break;
  }
  return status;
}

bool has_left(const api::MemberClusterStatus& status) {
  const kube::Condition* const joined = kube::find_condition(status.conditions, api::condition::joined);
  return joined != nullptr && joined->status == ConditionStatus::false_;
}

}  // namespace slipway::hub::membership
