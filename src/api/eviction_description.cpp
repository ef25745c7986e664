#include "api/codec.h"

// api 3.8. Rules R18-R21 of 5.
namespace slipway::api {
namespace description {
namespace {

// R21.
constexpr Rule percentage_or_count = {"type(self) == string ? self.matches('^(100|[0-9]{1,2})%$') : self >= 0",
                                      "If supplied value is String should match regex '^(100|[0-9]{1,2})%$' or If "
                                      "supplied value is Integer must be greater "
                                      "than or equal to 0"};

}  // namespace

const Struct& description_of(std::type_identity<PlacementEvictionSpec>) {
  using T = PlacementEvictionSpec;
  static const Struct description = described<T>({
      field<&T::placement_name>("placementName")
          .required()
          .length({}, 255)
          .rule({"self == oldSelf", "The PlacementName field is immutable"}),
      field<&T::cluster_name>("clusterName")
          .required()
          .length({}, 255)
          .rule({"self == oldSelf", "The ClusterName field is immutable"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<PlacementEvictionStatus>) {
  using T = PlacementEvictionStatus;
  static const Struct description = described<T>({field<&T::conditions>("conditions")});
  return description;
}

const Struct& description_of(std::type_identity<PlacementEviction>) {
  using T = PlacementEviction;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<DisruptionBudgetSpec>) {
  using T = DisruptionBudgetSpec;
  static const Struct description = described<T>({
      field<&T::max_unavailable>("maxUnavailable").rule(percentage_or_count),
      field<&T::min_available>("minAvailable").rule(percentage_or_count),
  });
  return description;
}

const Struct& description_of(std::type_identity<DisruptionBudget>) {
  using T = DisruptionBudget;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required().rule({"!(has(self.maxUnavailable) && has(self.minAvailable))",
                                               "Both MaxUnavailable and MinAvailable cannot be specified"}),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(PlacementEviction, "ClusterResourcePlacementEviction", "ClusterResourcePlacementEviction")
SLIPWAY_API_ROOT(DisruptionBudget, "ClusterResourcePlacementDisruptionBudget",
                 "ClusterResourcePlacementDisruptionBudget")

}  // namespace slipway::api
