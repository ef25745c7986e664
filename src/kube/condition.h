#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace slipway::kube {

enum class ConditionStatus { true_, false_, unknown };
[[nodiscard]] std::string_view text(ConditionStatus status);  // "True", "False", "Unknown"

// metav1.Condition.
struct Condition {
  std::string type{};
  ConditionStatus status = ConditionStatus::unknown;
  std::int64_t observed_generation = 0;
  WallTime last_transition_time{};
  std::string reason{};
  std::string message{};
  friend bool operator==(const Condition&, const Condition&) = default;
};

[[nodiscard]] const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type);
[[nodiscard]] Condition* find_condition(std::vector<Condition>& conditions, std::string_view type);
// meta.SetStatusCondition: the transition time of `next` is `now` if the status differs from the present one (or there
// is none), else the present one's. Appends a new type at the end. Returns true if anything changed.
bool set_condition(std::vector<Condition>& conditions, Condition next, WallTime now);
bool remove_condition(std::vector<Condition>& conditions, std::string_view type);
// True at exactly this generation.
[[nodiscard]] bool is_true_at(const std::vector<Condition>& conditions, std::string_view type, std::int64_t generation);
[[nodiscard]] bool is_false_at(const std::vector<Condition>& conditions, std::string_view type,
                               std::int64_t generation);

}  // namespace slipway::kube
