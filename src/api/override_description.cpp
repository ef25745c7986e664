#include "api/codec.h"

// api 3.7 and the envelopes of 4. Rules R16 and R17 of 5.
namespace slipway::api {
namespace description {
namespace {

// R16; v1alpha1 lacks it (api 6).
constexpr Rule placement_is_immutable = {
    "(has(oldSelf.placement) && has(self.placement) && oldSelf.placement == self.placement) || "
    "(!has(oldSelf.placement) && "
    "!has(self.placement))",
    "The placement field is immutable", not_v1alpha1};

}  // namespace

const Struct& description_of(std::type_identity<PlacementRef>) {
  using T = PlacementRef;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::scope>("scope").preset("Cluster"),
  });
  return description;
}

const Struct& description_of(std::type_identity<JsonPatchOverride>) {
  using T = JsonPatchOverride;
  static const Struct description = described<T>({
      field<&T::op>("op").required(),
      field<&T::path>("path").required(),
      field<&T::value>("value").always().shape(Shape::any_json),
  });
  return description;
}

const Struct& description_of(std::type_identity<OverrideRule>) {
  using T = OverrideRule;
  static const Struct description = described<T>({
      field<&T::cluster_selector>("clusterSelector"),
      field<&T::override_type>("overrideType").preset("JSONPatch"),
      field<&T::json_patch_overrides>("jsonPatchOverrides").items(1, 20),
  });
  return description;
}

const Struct& description_of(std::type_identity<OverridePolicy>) {
  using T = OverridePolicy;
  static const Struct description = described<T>({field<&T::override_rules>("overrideRules").required().items(1, 20)});
  return description;
}

const Struct& description_of(std::type_identity<ClusterResourceOverrideSpec>) {
  using T = ClusterResourceOverrideSpec;
  static const Struct description = described<T>({
      field<&T::placement>("placement"),
      field<&T::cluster_resource_selectors>("clusterResourceSelectors").required().items(1, 20),
      field<&T::policy>("policy").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceSelector>) {
  using T = ResourceSelector;
  static const Struct description = described<T>({
      field<&T::group>("group").required(),
      field<&T::version>("version").required(),
      field<&T::kind>("kind").required(),
      field<&T::name>("name").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceOverrideSpec>) {
  using T = ResourceOverrideSpec;
  static const Struct description = described<T>({
      field<&T::placement>("placement"),
      field<&T::resource_selectors>("resourceSelectors").required().items(1, 20),
      field<&T::policy>("policy").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterResourceOverrideSnapshotSpec>) {
  using T = ClusterResourceOverrideSnapshotSpec;
  static const Struct description = described<T>({
      field<&T::override_spec>("overrideSpec").required().rule(placement_is_immutable),
      field<&T::override_hash>("overrideHash").required().keyword("format", "byte"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceOverrideSnapshotSpec>) {
  using T = ResourceOverrideSnapshotSpec;
  static const Struct description = described<T>({
      field<&T::override_spec>("overrideSpec").required().rule(placement_is_immutable),
      field<&T::override_hash>("overrideHash").required().keyword("format", "byte"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterResourceOverride>) {
  using T = ClusterResourceOverride;
  static const Struct description = [] {
    Struct one = described_root<T>({field<&T::spec>("spec").required().rule(placement_is_immutable)});
    one.rules.push_back({"!has(self.spec.placement) || self.spec.placement.scope != 'Namespaced'",
                         "clusterResourceOverride placement reference cannot be Namespaced scope"});
    return one;
  }();
  return description;
}

const Struct& description_of(std::type_identity<ResourceOverride>) {
  using T = ResourceOverride;
  static const Struct description =
      described_root<T>({field<&T::spec>("spec").required().rule(placement_is_immutable)});
  return description;
}

const Struct& description_of(std::type_identity<ClusterResourceOverrideSnapshot>) {
  using T = ClusterResourceOverrideSnapshot;
  static const Struct description = described_root<T>({field<&T::spec>("spec").required()});
  return description;
}

const Struct& description_of(std::type_identity<ResourceOverrideSnapshot>) {
  using T = ResourceOverrideSnapshot;
  static const Struct description = described_root<T>({field<&T::spec>("spec").required()});
  return description;
}

const Struct& description_of(std::type_identity<ResourceEnvelope>) {
  using T = ResourceEnvelope;
  static const Struct description =
      described_root<T>({field<&T::data>("data").required().properties(1, 50).shape(Shape::raw_object)});
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(ClusterResourceOverride, "ClusterResourceOverride", "ClusterResourceOverride")
SLIPWAY_API_ROOT(ResourceOverride, "ResourceOverride", "ResourceOverride")
SLIPWAY_API_ROOT(ClusterResourceOverrideSnapshot, "ClusterResourceOverrideSnapshot", "ClusterResourceOverrideSnapshot")
SLIPWAY_API_ROOT(ResourceOverrideSnapshot, "ResourceOverrideSnapshot", "ResourceOverrideSnapshot")
SLIPWAY_API_ROOT(ResourceEnvelope, "ClusterResourceEnvelope", "ResourceEnvelope")
SLIPWAY_API_STRUCT(ClusterResourceOverrideSpec)
SLIPWAY_API_STRUCT(ResourceOverrideSpec)
SLIPWAY_API_STRUCT(OverrideRule)

}  // namespace slipway::api
