#pragma once

#include "api/common.h"
#include "kube/quantity.h"

// MemberCluster and InternalMemberCluster (api 3.10).
namespace slipway::api {

enum class DeleteValidationMode : std::uint8_t { skip, strict };
[[nodiscard]] std::string_view text(DeleteValidationMode value);

using ResourceList = std::map<std::string, kube::Quantity, std::less<>>;

// AgentStatus::type; the schema has no enum.
namespace agent_type {
inline constexpr std::string_view member_agent = "MemberAgent";
inline constexpr std::string_view multi_cluster_service_agent = "MultiClusterServiceAgent";
inline constexpr std::string_view service_export_import_agent = "ServiceExportImportAgent";
}  // namespace agent_type

// InternalMemberClusterSpec::state; the schema has no enum.
namespace member_state {
inline constexpr std::string_view join = "Join";
inline constexpr std::string_view leave = "Leave";
}  // namespace member_state

// rbacv1.Subject: whom the hub knows the member's agent as.
struct Subject {
  std::string kind{};  // User, Group or ServiceAccount
  std::string api_group{};
  std::string name{};
  std::string namespace_{};
  Unknown unknown{};
  friend bool operator==(const Subject&, const Subject&) = default;
};

struct Taint {
  std::string key{};
  std::string value{};
  std::string effect{};  // "NoSchedule"
  Unknown unknown{};
  friend bool operator==(const Taint&, const Taint&) = default;
};

struct DeleteOptions {
  DeleteValidationMode validation_mode = DeleteValidationMode::strict;
  Unknown unknown{};
  friend bool operator==(const DeleteOptions&, const DeleteOptions&) = default;
};

struct MemberClusterSpec {
  Subject identity{};
  std::int32_t heartbeat_period_seconds = 60;  // 1..600
  std::vector<Taint> taints{};
  std::optional<DeleteOptions> delete_options{};
  Unknown unknown{};
  friend bool operator==(const MemberClusterSpec&, const MemberClusterSpec&) = default;
};

struct PropertyValue {
  std::string value{};
  WallTime observation_time{};
  Unknown unknown{};
  friend bool operator==(const PropertyValue&, const PropertyValue&) = default;
};
using Properties = std::map<std::string, PropertyValue, std::less<>>;

struct ResourceUsage {
  ResourceList capacity{};
  ResourceList allocatable{};
  ResourceList available{};
  std::optional<WallTime> observation_time{};
  Unknown unknown{};
  friend bool operator==(const ResourceUsage&, const ResourceUsage&) = default;
};

struct AgentStatus {
  std::string type{};
  Conditions conditions{};
  std::optional<WallTime> last_received_heartbeat{};
  Unknown unknown{};
  friend bool operator==(const AgentStatus&, const AgentStatus&) = default;
};

struct MemberClusterStatus {
  Conditions conditions{};
  Properties properties{};
  ResourceUsage resource_usage{};
  kube::StringMap namespaces{};  // namespace → the AppliedWork that owns it, "" if none
  std::vector<AgentStatus> agent_status{};
  Unknown unknown{};
  friend bool operator==(const MemberClusterStatus&, const MemberClusterStatus&) = default;

  [[nodiscard]] const AgentStatus* agent(std::string_view type) const {
    for (const AgentStatus& agent : agent_status) {
      if (agent.type == type) return &agent;
    }
    return nullptr;
  }
};

struct MemberCluster {
  kube::ObjectMeta metadata{};
  MemberClusterSpec spec{};
  MemberClusterStatus status{};
  Unknown unknown{};
  friend bool operator==(const MemberCluster&, const MemberCluster&) = default;
};

struct InternalMemberClusterSpec {
  std::string state{};
  std::int32_t heartbeat_period_seconds = 60;  // 1..600
  Unknown unknown{};
  friend bool operator==(const InternalMemberClusterSpec&, const InternalMemberClusterSpec&) = default;
};

// Differs from MemberClusterStatus in the schema only: its conditions are a plain list.
struct InternalMemberClusterStatus {
  Conditions conditions{};
  Properties properties{};
  ResourceUsage resource_usage{};
  kube::StringMap namespaces{};
  std::vector<AgentStatus> agent_status{};
  Unknown unknown{};
  friend bool operator==(const InternalMemberClusterStatus&, const InternalMemberClusterStatus&) = default;
};

struct InternalMemberCluster {
  kube::ObjectMeta metadata{};
  InternalMemberClusterSpec spec{};
  InternalMemberClusterStatus status{};
  Unknown unknown{};
  friend bool operator==(const InternalMemberCluster&, const InternalMemberCluster&) = default;
};

}  // namespace slipway::api
