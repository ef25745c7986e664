#pragma once

#include "api/membership.h"
#include "engine/view.h"

namespace slipway::member::join {

[[nodiscard]] engine::Collection nodes();
[[nodiscard]] engine::Collection pods();

// What a member says of itself without a property provider (6.1).
struct ClusterFacts {
  api::Properties properties{};
  api::ResourceUsage usage{};
};
[[nodiscard]] ClusterFacts collect(const engine::View& view, WallTime now);

// Whether the nodes are not those that were reported: worth telling before the next heartbeat.
[[nodiscard]] bool has_other_nodes(const ClusterFacts& facts, const api::InternalMemberClusterStatus& reported);

}  // namespace slipway::member::join
