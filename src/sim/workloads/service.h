#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::sim::workloads {

// Who stands behind a service (member.md S5): its Endpoints and EndpointSlices follow the pods it selects, and one of
// type LoadBalancer has an address. A pod that is being deleted is no endpoint. Woken by the service, its pods and what
// it made; what it made goes with the service, through owner references.
[[nodiscard]] std::unique_ptr<engine::Controller> make_service_controller();

}  // namespace slipway::sim::workloads
