#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

// When a Work whose objects cannot be watched is looked at again (member 8.15). Pure.
namespace slipway::member::applier {

struct RequeueDelays {
  int attempts_with_fixed_delay = 1;  // 1 to 40
  std::chrono::milliseconds fixed{5000};
  double slow_base = 1.2;  // 1.05 to fast_base
  std::chrono::milliseconds initial_slow{2000};
  std::chrono::milliseconds max_slow{15'000};
  double fast_base = 1.5;  // to 100
  std::chrono::milliseconds max_fast{900'000};
  bool skip_to_fast = true;  // for what is available

  // With values out of range repaired.
  [[nodiscard]] RequeueDelays repaired() const;
};

// Of one Work; a new one begins from the start, as after a restart.
struct Requeue {
  std::int64_t generation = 0;
  std::vector<std::string> results;  // of the manifests
  int count = 0;
  Duration last{0};
};

// After a pass: how long to wait. `results` is how each manifest fares; another one, or another generation, begins
// anew.
[[nodiscard]] Duration next_delay(Requeue& state, const RequeueDelays& delays, std::int64_t generation,
                                  std::vector<std::string> results, bool is_available);

}  // namespace slipway::member::applier
