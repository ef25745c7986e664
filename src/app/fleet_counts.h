#pragma once

#include <memory>

#include "app/counting_observer.h"

namespace slipway::app {

// What the hub's objects go through, under KubeFleet's names (placement 10, staged-update 14): members that join and
// leave, how long approvals and stages of runs take. What is kept of a run goes with it. The values come from the times
// that the objects carry.
[[nodiscard]] std::unique_ptr<CountingObserver> count_fleet();

}  // namespace slipway::app
