#pragma once

#include <memory>

#include "engine/controller.h"

namespace slipway::hub::override {

// Keeps the snapshots of the overrides of one scope: ClusterResourceOverrides, or ResourceOverrides (placement 5.2).
// Writes: the override's finalizer override-cleanup, and its snapshots. Woken by: overrides and their snapshots.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(api::Scope scope);

}  // namespace slipway::hub::override
