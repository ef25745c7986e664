#pragma once

#include <memory>

#include "engine/controller.h"
#include "hub/selection/resource_selection.h"

namespace slipway::hub::updaterun {

// Drives the staged update runs of one scope (staged-update.md). Writes: a run's status and finalizer, its bindings,
// its approval requests, and the resource snapshot it needs. Woken by: the run, its bindings, its requests, what
// initialization waits for, and Plan::look_again. By nothing else.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(api::Scope scope, selection::Rules rules = {});

}  // namespace slipway::hub::updaterun
