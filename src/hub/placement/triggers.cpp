#include "hub/placement/triggers.h"

#include <algorithm>
#include <array>
#include <set>

#include "api/conditions.h"
#include "api/names.h"

namespace slipway::hub::placement {
namespace {

constexpr std::array shown{api::condition::rollout_started,   api::condition::overridden,
                           api::condition::work_synchronized, api::condition::applied,
                           api::condition::available,         api::condition::diff_reported};

// 0.5: the same outcome for the same generation or an older one; text and time do not count.
bool is_equal(const kube::Condition* before, const kube::Condition* after) {
  if (before == nullptr || after == nullptr) return before == after;
  return before->status == after->status && before->reason == after->reason &&
         before->observed_generation >= after->observed_generation;
}

using FailureKey =
    std::tuple<std::string, std::string, std::string, std::string, std::string, std::string, kube::ConditionStatus>;
std::set<FailureKey> failures_of(const api::ResourceBinding& binding) {
  std::set<FailureKey> keys;
  for (const auto& [resource, condition] : binding.status.failed_placements) {
    keys.emplace(resource.group, resource.kind, resource.namespace_, resource.name, condition.type, condition.reason,
                 condition.status);
  }
  return keys;
}

}  // namespace

bool is_news(const api::Placement* before, const api::Placement* after) {
  if (before == nullptr || after == nullptr) return after != nullptr;
  return before->metadata.generation != after->metadata.generation ||
         before->metadata.is_deleting() != after->metadata.is_deleting() ||
         before->metadata.has_finalizer(api::finalizer::crp_cleanup) !=
             after->metadata.has_finalizer(api::finalizer::crp_cleanup);
}

bool is_news(const api::ResourceBinding* before, const api::ResourceBinding* after) {
  if (before == nullptr || after == nullptr) return true;
  if (before->metadata.generation != after->metadata.generation ||
      before->metadata.is_deleting() != after->metadata.is_deleting())
    return true;
  const bool same_conditions = std::ranges::all_of(shown, [&](std::string_view type) {
    return is_equal(kube::find_condition(before->status.conditions, type),
                    kube::find_condition(after->status.conditions, type));
  });
  return !same_conditions || before->status.drifted_placements != after->status.drifted_placements ||
         before->status.diffed_placements != after->status.diffed_placements ||
         failures_of(*before) != failures_of(*after);
}

}  // namespace slipway::hub::placement
