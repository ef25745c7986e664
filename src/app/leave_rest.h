#pragma once

#include <string>
#include <vector>

#include "app/install_checks.h"
#include "app/install_server.h"

// What is left of a member when its MemberCluster is gone, and that only what `slipway` made is removed.
namespace slipway::app {

// The Secrets with tokens that `join` made for `member` on the hub, whosever account they are of: the MemberCluster
// that named it is gone. Without the right to list Secrets, none, and a warning. Error: the server cannot be reached.
[[nodiscard]] Result<std::vector<ObjectPlace>> tokens_made_for(ApiServer& hub, const std::string& member,
                                                               Findings& findings);

// Removes in order what is there; leaves, and says so, what `slipway` did not make, or made for another member. Error:
// the first failure; the next run goes on from there.
[[nodiscard]] Result<void> remove_ours(ApiServer& server, const std::vector<ObjectPlace>& places,
                                       const std::string& member);

}  // namespace slipway::app
