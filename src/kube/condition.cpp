#include "kube/condition.h"

#include <algorithm>
#include <utility>

namespace slipway::kube {
namespace {

bool has_status_at(const std::vector<Condition>& conditions, std::string_view type, ConditionStatus status,
                   std::int64_t generation) {
  const Condition* condition = find_condition(conditions, type);
  return condition != nullptr && condition->status == status && condition->observed_generation == generation;
}

}  // namespace

std::string_view text(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::true_:
      return "True";
    case ConditionStatus::false_:
      return "False";
    case ConditionStatus::unknown:
      return "Unknown";
  }
  std::unreachable();
}

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, type, &Condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

Condition* find_condition(std::vector<Condition>& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, type, &Condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

bool set_condition(std::vector<Condition>& conditions, Condition next, WallTime now) {
  Condition* present = find_condition(conditions, next.type);
  if (present == nullptr) {
    next.last_transition_time = now;
    conditions.push_back(std::move(next));
    return true;
  }
  next.last_transition_time = present->status == next.status ? present->last_transition_time : now;
  if (*present == next) return false;
  *present = std::move(next);
  return true;
}

bool remove_condition(std::vector<Condition>& conditions, std::string_view type) {
  return std::erase_if(conditions, [type](const Condition& condition) { return condition.type == type; }) > 0;
}

bool is_true_at(const std::vector<Condition>& conditions, std::string_view type, std::int64_t generation) {
  return has_status_at(conditions, type, ConditionStatus::true_, generation);
}

bool is_false_at(const std::vector<Condition>& conditions, std::string_view type, std::int64_t generation) {
  return has_status_at(conditions, type, ConditionStatus::false_, generation);
}

}  // namespace slipway::kube
