#pragma once

#include "api/common.h"

// ClusterProfile of multicluster.x-k8s.io/v1alpha1, the SIG Multicluster inventory API (api 12.2). One per joined
// member.
namespace slipway::api {

inline constexpr std::string_view cluster_profile_group = "multicluster.x-k8s.io";

struct ClusterManager {
  std::string name{};
  Unknown unknown{};
  friend bool operator==(const ClusterManager&, const ClusterManager&) = default;
};

struct ClusterProfileSpec {
  std::string display_name{};
  ClusterManager cluster_manager{};
  Unknown unknown{};
  friend bool operator==(const ClusterProfileSpec&, const ClusterProfileSpec&) = default;
};

struct NamedExtension {
  std::string name{};
  RawObject extension{};
  Unknown unknown{};
  friend bool operator==(const NamedExtension&, const NamedExtension&) = default;
};

// How to reach a cluster: client-go's Cluster, whose JSON names have dashes.
struct ClusterEndpoint {
  std::string server{};
  std::string tls_server_name{};
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority{};
  std::string certificate_authority_data{};  // base64
  std::string proxy_url{};
  bool disable_compression = false;
  std::vector<NamedExtension> extensions{};
  Unknown unknown{};
  friend bool operator==(const ClusterEndpoint&, const ClusterEndpoint&) = default;
};

struct AccessProvider {
  std::string name{};
  std::optional<ClusterEndpoint> cluster{};
  Unknown unknown{};
  friend bool operator==(const AccessProvider&, const AccessProvider&) = default;
};

struct ClusterProfileProperty {
  std::string name{};
  std::string value{};
  std::optional<WallTime> last_observed_time{};
  Unknown unknown{};
  friend bool operator==(const ClusterProfileProperty&, const ClusterProfileProperty&) = default;
};

struct ClusterVersion {
  std::string kubernetes{};
  Unknown unknown{};
  friend bool operator==(const ClusterVersion&, const ClusterVersion&) = default;
};

struct ClusterProfileStatus {
  Conditions conditions{};
  ClusterVersion version{};
  std::vector<ClusterProfileProperty> properties{};
  std::vector<AccessProvider> credential_providers{};  // the older name of access_providers
  std::vector<AccessProvider> access_providers{};
  Unknown unknown{};
  friend bool operator==(const ClusterProfileStatus&, const ClusterProfileStatus&) = default;
};

struct ClusterProfile {
  kube::ObjectMeta metadata{};
  ClusterProfileSpec spec{};
  ClusterProfileStatus status{};
  Unknown unknown{};
  friend bool operator==(const ClusterProfile&, const ClusterProfile&) = default;
};

}  // namespace slipway::api
