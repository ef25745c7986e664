#include "app/join_progress.h"

#include "api/names.h"

namespace slipway::app {
namespace {

const json::Value* condition_of(const json::Value& object, std::string_view type) {
  const json::Value* const conditions = object.find_path({"status", "conditions"});
  if (conditions == nullptr || conditions->array() == nullptr) return nullptr;
  for (const auto& condition : *conditions->array()) {
    if (condition.text_at({"type"}) == type) return &condition;
  }
  return nullptr;
}

bool is_true(const json::Value* condition) { return condition != nullptr && condition->text_at({"status"}) == "True"; }
bool is_false(const json::Value* condition) {
  return condition != nullptr && condition->text_at({"status"}) == "False";
}

std::string last_heartbeat(const json::Value& member) {
  const json::Value* const agents = member.find_path({"status", "agentStatus"});
  if (agents == nullptr || agents->array() == nullptr) return "";
  for (const auto& agent : *agents->array()) {
    if (const auto time = agent.text_at({"lastReceivedHeartbeat"}); !time.empty()) return std::string(time);
  }
  return "";
}

}  // namespace

std::string join_state(const json::Value* member) {
  if (member == nullptr) return "its MemberCluster is gone";
  if (is_true(condition_of(*member, "Joined"))) return "";
  if (!is_true(condition_of(*member, "ReadyToJoin"))) return "the hub's controllers have not taken it up; do they run?";
  return "its agent has not reported yet";
}

std::string leave_state(const json::Value* member, WallTime now) {
  if (member == nullptr) return "";
  const std::string_view name = member->text_at({"metadata", "name"});
  if (is_false(condition_of(*member, "Joined")))
    return fmt::format("the hub, which removes namespace {}; its agent has left", api::member_namespace(name));
  const std::string heard = last_heartbeat(*member);
  if (heard.empty()) return "the hub's controllers; do they run?";
  const auto at = parse_rfc3339(heard);
  const std::string age = at && now.seconds >= at->seconds ? to_go_duration(now - *at) : "some time";
  return fmt::format(
      "its agent, which reported last {} ago; without it the hub lets go 15m after the deletion, or what "
      "its --force-delete-wait-time says",
      age);
}

}  // namespace slipway::app
