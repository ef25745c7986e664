#pragma once

#include "api/membership.h"
#include "engine/controller.h"

namespace slipway::member::join {

[[nodiscard]] engine::Collection nodes();
[[nodiscard]] engine::Collection pods();

// What a member says of itself without a property provider (6.1).
struct ClusterFacts {
  api::Properties properties{};
  api::ResourceUsage usage{};
};
// Without what is available: for that every pod is looked at.
[[nodiscard]] ClusterFacts collect_nodes(const engine::View& view, WallTime now);
void add_available(ClusterFacts& facts, const engine::View& view);

// Whether the nodes are not those that were reported: worth telling before the next heartbeat.
[[nodiscard]] bool has_other_nodes(const ClusterFacts& facts, const api::InternalMemberClusterStatus& reported);
// Whether a change of a node is one of what is reported of it. Most are only a sign of life.
[[nodiscard]] bool changes_capacity(const engine::Change& change);

}  // namespace slipway::member::join
