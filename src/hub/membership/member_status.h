#pragma once

#include "api/membership.h"

// The status of a MemberCluster, from what its agents report (placement 8.2 (6) to (8)). Pure.
namespace slipway::hub::membership {

// Who has to join before a member has, and to leave before it has left (--networking-agents-enabled).
enum class ExpectedAgents { member, member_and_networking };

// `reported` is the member's InternalMemberCluster, null when there is none yet.
[[nodiscard]] api::MemberClusterStatus status_from(const api::MemberCluster& member,
                                                   const api::InternalMemberCluster* reported, WallTime now,
                                                   ExpectedAgents expected = ExpectedAgents::member);

// True once every agent says it has left.
[[nodiscard]] bool has_left(const api::MemberClusterStatus& status);

}  // namespace slipway::hub::membership
