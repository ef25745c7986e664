#include <algorithm>
#include <fmt/ranges.h>

#include "hub/updaterun/binding_update.h"
#include "hub/updaterun/pass.h"

namespace slipway::hub::updaterun {

void StuckClusters::look_at(const api::ClusterUpdatingStatus& cluster, std::string_view why) {
  const kube::Condition* const started = kube::find_condition(cluster.conditions, api::condition::started);
  if (started == nullptr) return;
  const WallTime limit = started->last_transition_time + stuck_after;
  if (now_ > limit) {
    names_.push_back(fmt::format("{} ({})", cluster.cluster_name, why));
  } else {
    const WallTime beyond = limit + std::chrono::seconds{1};
    next_ = next_ ? std::min(*next_, beyond) : beyond;
  }
}

std::string StuckClusters::message(std::string_view stage) const {
  constexpr std::size_t names_max = 3;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(names_max, names_.size()));
  return fmt::format("Stage {} waits for more than {} minutes for: {}{}. See the placement's status for the cause",
                     stage, std::chrono::duration_cast<std::chrono::minutes>(stuck_after).count(),
                     fmt::join(names_.begin(), names_.begin() + shown, ", "), names_.size() > names_max ? ", ..." : "");
}

const api::ResourceBinding* Scene::selected_binding(std::string_view cluster) const {
  const auto& selected = validated.target.selected;
  const auto found = std::ranges::find(
      selected, cluster, [](const BindingPtr& one) -> std::string_view { return one->spec.target_cluster; });
  return found == selected.end() ? nullptr : found->get();
}

}  // namespace slipway::hub::updaterun
