#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::sim::workloads {

// Keeps as many pods of a replica set as it asks for, and its status (member.md S5). Woken by the set, its pods, pods
// that it may take in, and when one of its pods has been ready for long enough.
[[nodiscard]] std::unique_ptr<engine::Controller> make_replica_set_controller();

}  // namespace slipway::sim::workloads
