#pragma once

#include <string>
#include <vector>

#include "api/override.h"

// What KubeFleet's validating webhooks refuse of overrides (placement 5.5, api 9.3). Pure.
namespace slipway::apiserver {

// An override may be one of so many: ClusterResourceOverrides in all, ResourceOverrides in their namespace.
inline constexpr std::size_t override_count_max = 100;

struct OtherOverride {
  std::string name;
  std::vector<std::string> selected;  // what it selects, each as one text: selected_by
};
[[nodiscard]] std::vector<std::string> selected_by(const api::ClusterResourceOverrideSpec& spec);
[[nodiscard]] std::vector<std::string> selected_by(const api::ResourceOverrideSpec& spec);

// A sentence for each rule that is broken; none: the override is fine. `others` are those of its kind and namespace
// without itself.
[[nodiscard]] std::vector<std::string> problems_of(const api::ClusterResourceOverrideSpec& spec, bool is_new,
                                                   const std::vector<OtherOverride>& others);
[[nodiscard]] std::vector<std::string> problems_of(const api::ResourceOverrideSpec& spec, bool is_new,
                                                   const std::vector<OtherOverride>& others);

}  // namespace slipway::apiserver
