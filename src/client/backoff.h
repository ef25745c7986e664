#pragma once

#include <optional>

#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"

namespace slipway::client {

// How long to wait before the next try of something that keeps failing: doubling from `first` to `most`, each wait
// drawn from three to five quarters of that, so that many clients do not come back at the same moment.
class Backoff {
 public:
  constexpr Backoff(Duration first, Duration most) : first_(first), most_(most) {}

  // The wait before the next try, never shorter than what the server asked for.
  [[nodiscard]] Duration next(Rng& rng, std::optional<std::chrono::seconds> retry_after = std::nullopt);
  void reset() { wait_ = Duration{0}; }
  [[nodiscard]] bool is_reset() const { return wait_ == Duration{0}; }

 private:
  Duration first_;
  Duration most_;
  Duration wait_{0};  // the last one, before it was spread; 0: no failure yet
};

// A peer that cannot be reached or does not keep up.
[[nodiscard]] constexpr Backoff backoff_of_peer() { return {std::chrono::milliseconds{100}, std::chrono::seconds{30}}; }

// Whether an error says nothing about the thing asked for: try the same again later.
[[nodiscard]] constexpr bool is_transient(Reason reason) {
  return reason == Reason::unavailable || reason == Reason::too_many_requests || reason == Reason::server_timeout;
}

}  // namespace slipway::client
