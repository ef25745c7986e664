#include "apiserver/json_conditions.h"

#include <algorithm>

namespace slipway::apiserver {

bool set_condition(json::Value& conditions, std::string_view type, bool status, std::string_view reason,
                   std::string_view message, WallTime now) {
  const std::string_view status_text = status ? "True" : "False";
  if (!conditions.is_array()) conditions = json::Array();
  json::Array& list = *conditions.array();
  auto found = std::ranges::find_if(list, [&](const json::Value& one) { return one.text_at({"type"}) == type; });
  if (found == list.end()) {
    list.emplace_back(json::Object{{"lastTransitionTime", to_rfc3339(now)},
                                   {"message", message},
                                   {"reason", reason},
                                   {"status", status_text},
                                   {"type", type}});
    return true;
  }
  json::Value& present = *found;
  const bool moved = present.text_at({"status"}) != status_text;
  if (!moved && present.text_at({"reason"}) == reason && present.text_at({"message"}) == message) return false;
  if (moved) present["lastTransitionTime"] = to_rfc3339(now);
  present["status"] = status_text;
  present["reason"] = reason;
  present["message"] = message;
  return true;
}

const json::Value* find_condition(const json::Value* conditions, std::string_view type) {
  if (conditions == nullptr || conditions->array() == nullptr) return nullptr;
  for (const json::Value& one : *conditions->array()) {
    if (one.text_at({"type"}) == type) return &one;
  }
  return nullptr;
}

bool is_condition_true(const json::Value* conditions, std::string_view type) {
  const json::Value* found = find_condition(conditions, type);
  return found != nullptr && found->text_at({"status"}) == "True";
}

}  // namespace slipway::apiserver
