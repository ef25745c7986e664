#pragma once

#include "api/membership.h"

// The status of a MemberCluster, from what its agents report (placement 8.2 (6) to (8)). Pure.
namespace slipway::hub::membership {

// `reported` is the member's InternalMemberCluster, null when there is none yet.
[[nodiscard]] api::MemberClusterStatus status_from(const api::MemberCluster& member,
                                                   const api::InternalMemberCluster* reported, WallTime now);

// True once every agent says it has left.
[[nodiscard]] bool has_left(const api::MemberClusterStatus& status);

}  // namespace slipway::hub::membership
