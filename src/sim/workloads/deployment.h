#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::sim::workloads {

// Rolls deployments out through replica sets (member.md S5). Writes: replica sets, the deployment's status and its
// revision annotation. Woken by the deployment, its replica sets, the end of pods (Recreate waits for it), and the
// progress deadline.
[[nodiscard]] std::unique_ptr<engine::Controller> make_deployment_controller();

}  // namespace slipway::sim::workloads
