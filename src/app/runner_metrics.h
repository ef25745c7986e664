#pragma once

#include "app/metrics_text.h"
#include "engine/runner.h"

namespace slipway::app {

// What a runner does, under the names of controller-runtime and client-go.
void add_runner_metrics(MetricsText& text, const engine::Runner& runner);

// What of that is scheduling, under KubeFleet's names (placement 10). A cycle that has written needs another look.
void add_scheduling_metrics(MetricsText& text, const engine::Runner& runner);

// What the hub's objects say, under KubeFleet's names (placement 10, staged-update 14), from the caches: one series for
// each run, placement and eviction that exists, with the state it is in now. The time is when it got there.
void add_fleet_metrics(MetricsText& text, const engine::View& view);

}  // namespace slipway::app
