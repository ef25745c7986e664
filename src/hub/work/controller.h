#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::hub::work {

// Turns bindings of one scope into Works and reports how they fare (placement 6). Writes: the binding's finalizer
// work-cleanup and status, and its Works. Woken by: bindings whose spec, deletion or RolloutStarted changed, and their
// Works; and where overrides failed, by the labels of the cluster. By nothing else.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(api::Scope scope);

}  // namespace slipway::hub::work
