#include "hub/scheduler/eligibility.h"

#include "api/conditions.h"

namespace slipway::hub::scheduler {
namespace {

constexpr std::chrono::seconds heartbeat_age_max = std::chrono::minutes{5};
constexpr std::chrono::seconds unhealthy_for_max = std::chrono::minutes{5};

}  // namespace

std::string why_ineligible(const api::MemberCluster& member, WallTime now) {
  if (member.metadata.is_deleting()) return "the cluster is leaving the fleet";
  const api::AgentStatus* const agent = member.status.agent(api::agent_type::member_agent);
  if (agent == nullptr) return "the cluster's agent has not reported yet";
  if (!agent->last_received_heartbeat || now - *agent->last_received_heartbeat > heartbeat_age_max) {
    return "no recent heartbeat of the cluster's agent";
  }
  const kube::Condition* const joined = kube::find_condition(agent->conditions, api::condition::joined);
  if (joined == nullptr || joined->status != kube::ConditionStatus::true_)
    return "the cluster has not joined the fleet";
  const kube::Condition* const healthy = kube::find_condition(agent->conditions, api::condition::healthy);
  if (healthy == nullptr) return "the cluster's health is not known";
  if (healthy->status != kube::ConditionStatus::true_ && now - healthy->last_transition_time > unhealthy_for_max) {
    return "the cluster's agent has been unhealthy for a while";
  }
  return {};
}

}  // namespace slipway::hub::scheduler
