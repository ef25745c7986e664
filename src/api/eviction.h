#pragma once

#include "api/common.h"

// ClusterResourcePlacementEviction and ClusterResourcePlacementDisruptionBudget (api 3.8).
namespace slipway::api {

struct PlacementEvictionSpec {
  std::string placement_name{};
  std::string cluster_name{};
  Unknown unknown{};
  friend bool operator==(const PlacementEvictionSpec&, const PlacementEvictionSpec&) = default;
};

struct PlacementEvictionStatus {
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const PlacementEvictionStatus&, const PlacementEvictionStatus&) = default;
};

struct PlacementEviction {
  kube::ObjectMeta metadata{};
  PlacementEvictionSpec spec{};
  PlacementEvictionStatus status{};
  Unknown unknown{};
  friend bool operator==(const PlacementEviction&, const PlacementEviction&) = default;
};

// At most one of the two is set.
struct DisruptionBudgetSpec {
  std::optional<IntOrString> max_unavailable{};
  std::optional<IntOrString> min_available{};
  Unknown unknown{};
  friend bool operator==(const DisruptionBudgetSpec&, const DisruptionBudgetSpec&) = default;
};

// Takes effect for the ClusterResourcePlacement of the same name.
struct DisruptionBudget {
  kube::ObjectMeta metadata{};
  DisruptionBudgetSpec spec{};
  Unknown unknown{};
  friend bool operator==(const DisruptionBudget&, const DisruptionBudget&) = default;
};

}  // namespace slipway::api
