#pragma once

#include <vector>

#include "api/kinds.h"

// The CustomResourceDefinitions, generated from the descriptions of the types (api 1-6).
namespace slipway::api {

// apiextensions.k8s.io/v1, without status.
[[nodiscard]] json::Value crd_of(const KindInfo& kind);
// What a hub serves: 26 fleet kinds and ClusterProfile.
[[nodiscard]] std::vector<json::Value> hub_crds();
// What a member serves: AppliedWork.
[[nodiscard]] std::vector<json::Value> member_crds();

}  // namespace slipway::api
