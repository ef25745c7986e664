#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "api/membership.h"
#include "engine/controller.h"

namespace slipway::member::join {

// Who says what a member is like.
enum class PropertyProvider : std::uint8_t {
  built_in,  // 6.1: nodes, cpu and memory, as KubeFleet's agent without a provider
  standard,  // 6.2: every resource of the nodes, the server's version, address and authority
  azure,     // 6.3: with the nodes of each SKU; what takes a price list is not known here
};

struct PropertyOptions {
  PropertyProvider provider = PropertyProvider::standard;
  bool costs = true;         // of azure: say that they are not known
  bool available = true;     // what pods leave of the nodes; only azure goes without
  bool namespaces = false;   // 6.4; not with built_in
  std::string entrypoint{};  // "https://host:port": where others reach the member's API server; "": nobody has said
  std::string authority{};   // PEM: who signs its certificate; "": nobody has said

  [[nodiscard]] bool has_version() const { return provider != PropertyProvider::built_in; }
  [[nodiscard]] bool sees_pods() const { return available || provider != PropertyProvider::azure; }
  [[nodiscard]] bool sees_namespaces() const { return namespaces && provider != PropertyProvider::built_in; }
};

[[nodiscard]] engine::Collection nodes();
[[nodiscard]] engine::Collection pods();

// How long the server's version is believed before it is asked for again (6.2).
inline constexpr std::chrono::minutes version_is_good{15};
// What the server said, and when.
struct SeenVersion {
  std::string text;
  WallTime at;
  Ticks ticks;
};

// What a member says of itself.
struct ClusterFacts {
  api::Properties properties{};
  api::ResourceUsage usage{};
};
// What the nodes tell. Without what is available: for that every pod is looked at.
[[nodiscard]] ClusterFacts collect_nodes(PropertyProvider provider, const engine::View& view, WallTime now);
void add_available(ClusterFacts& facts, PropertyProvider provider, const engine::View& view);
// What is said of the API server; nothing with built_in. `version` null: not known at the moment.
void add_server(ClusterFacts& facts, const PropertyOptions& options, const SeenVersion* version, WallTime now);
// 6.3: none of the nodes has a price here, and without nodes there is nothing to pay. Absent where costs are not asked
// for.
[[nodiscard]] std::optional<kube::Condition> add_costs(ClusterFacts& facts, const PropertyOptions& options,
                                                       WallTime now);

// Whether the nodes are not those that were reported: worth telling before the next heartbeat.
[[nodiscard]] bool has_other_nodes(const ClusterFacts& facts, const api::InternalMemberClusterStatus& reported);
// Whether a change of a node is one of what is reported of it. Most are only a sign of life.
[[nodiscard]] bool changes_capacity(const engine::Change& change);

}  // namespace slipway::member::join
