#pragma once

#include "app/metrics_text.h"
#include "engine/observer.h"

namespace slipway::app {

// Counts what a runner tells, for /metrics. Controllers know nothing of it; it begins with nothing when the process
// starts. Loop thread only.
class CountingObserver : public engine::Observer {
 public:
  virtual void add_to(MetricsText& text) const = 0;
};

}  // namespace slipway::app
