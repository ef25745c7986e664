#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/conditions.h"
#include "api/kinds.h"
#include "api/placement.h"

// The steps that content takes to a cluster, as placements show them (placement 0.5, 1.12.1). Pure.
namespace slipway::hub::placement {

using kube::ConditionStatus;

struct Step {
  std::string_view type;  // of bindings and per-cluster statuses; placements put their kind before it
  std::string_view reason_true, reason_false, reason_unknown;
  std::string_view phrase_true, phrase_false, phrase_unknown;  // for people: "<phrase> 3 clusters"
  std::string_view event;                                      // when a placement reaches it
};

// In order. With ReportDiff differences are reported instead of anything being applied.
[[nodiscard]] std::span<const Step> expected_steps(const api::PlacementSpec& spec);

[[nodiscard]] std::string_view reason_of(const Step& step, ConditionStatus status);
[[nodiscard]] std::string describe(const Step& step, ConditionStatus status, std::size_t clusters);

// Every expected condition is True for the current generation (1.3).
[[nodiscard]] bool is_completed(const api::Placement& placement, const api::PlacementStatus& status);

// Makes a list of conditions in the order of adding. The transition time of an earlier condition of that type and
// status stays.
class ConditionList {
 public:
  ConditionList(const api::Conditions& earlier, std::int64_t generation, WallTime now)
      : earlier_(earlier), generation_(generation), now_(now) {}
  void add(std::string type, ConditionStatus status, std::string_view reason, std::string message);
  [[nodiscard]] api::Conditions take() { return std::move(made_); }

 private:
  const api::Conditions& earlier_;
  std::int64_t generation_;
  WallTime now_;
  api::Conditions made_;
};

}  // namespace slipway::hub::placement
