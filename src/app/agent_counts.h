#pragma once

#include <memory>

#include "app/counting_observer.h"

namespace slipway::app {

// What an agent does, under KubeFleet's names (member 10): joining and leaving, and each completed look at a Work with
// how it and its manifests fare. Labels are reasons, never names.
[[nodiscard]] std::unique_ptr<CountingObserver> count_agent();

}  // namespace slipway::app
