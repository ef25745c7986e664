#pragma once

#include <chrono>
#include <string>

#include "client/client.h"
#include "kube/object.h"

namespace slipway::engine {

// The core/v1 Event by which client-go tells on the Lease that somebody leads (kube-api 13.2): reason LeaderElection,
// "<identity> became leader". `lease` is the version that made it so; `component` is source.component; `now` is since
// the epoch, and makes the name unique.
[[nodiscard]] client::Write became_leader_event(const kube::Object& lease, const std::string& identity,
                                                const std::string& component, std::chrono::nanoseconds now);

}  // namespace slipway::engine
