#include "api/codec.h"

// api 12.2.
namespace slipway::api {
namespace description {

const Struct& description_of(std::type_identity<ClusterManager>) {
  using T = ClusterManager;
  static const Struct description = described<T>({field<&T::name>("name").required()});
  return description;
}

const Struct& description_of(std::type_identity<ClusterProfileSpec>) {
  using T = ClusterProfileSpec;
  static const Struct description = described<T>({
      field<&T::display_name>("displayName"),
      field<&T::cluster_manager>("clusterManager").required().rule({"self == oldSelf", "ClusterManager is immutable"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<NamedExtension>) {
  using T = NamedExtension;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::extension>("extension").required().shape(Shape::raw_object),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterEndpoint>) {
  using T = ClusterEndpoint;
  static const Struct description = described<T>({
      field<&T::server>("server").required(),
      field<&T::tls_server_name>("tls-server-name"),
      field<&T::insecure_skip_tls_verify>("insecure-skip-tls-verify"),
      field<&T::certificate_authority>("certificate-authority"),
      field<&T::certificate_authority_data>("certificate-authority-data").keyword("format", "byte"),
      field<&T::proxy_url>("proxy-url"),
      field<&T::disable_compression>("disable-compression"),
      field<&T::extensions>("extensions"),
  });
  return description;
}

const Struct& description_of(std::type_identity<AccessProvider>) {
  using T = AccessProvider;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::cluster>("cluster"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterProfileProperty>) {
  using T = ClusterProfileProperty;
  static const Struct description = described<T>({
      field<&T::name>("name").required().length(1, 253),
      field<&T::value>("value").required().length(1, 1024),
      field<&T::last_observed_time>("lastObservedTime"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterVersion>) {
  using T = ClusterVersion;
  static const Struct description = described<T>({field<&T::kubernetes>("kubernetes")});
  return description;
}

const Struct& description_of(std::type_identity<ClusterProfileStatus>) {
  using T = ClusterProfileStatus;
  static const Struct description = described<T>({
      field<&T::conditions>("conditions"),
      field<&T::version>("version"),
      field<&T::properties>("properties"),
      field<&T::credential_providers>("credentialProviders"),
      field<&T::access_providers>("accessProviders"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterProfile>) {
  using T = ClusterProfile;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(ClusterProfile, "ClusterProfile", "ClusterProfile")

}  // namespace slipway::api
