#pragma once

#include <memory>

#include "apiserver/admission.h"

namespace slipway::apiserver {

class Registry;

// What KubeFleet's validating webhooks refuse of ClusterResourcePlacements, MemberClusters, evictions, disruption
// budgets and overrides (api 9.3), in process: names, resource selectors, the policy's kinds, tolerations, rolling
// update bounds, taints, what an eviction or a budget cannot do for its placement, and override_rules.h.
// ResourcePlacements are not asked about, as in
// the reference. Nothing is filled in: defaults of code are never stored (api 9.1). `registry` outlives it.
[[nodiscard]] std::unique_ptr<Admission> make_fleet_admission(const Registry& registry);

}  // namespace slipway::apiserver
