#include "client/backoff.h"

#include <algorithm>

namespace slipway::client {

Duration Backoff::next(Rng& rng, std::optional<std::chrono::seconds> retry_after) {
  wait_ = wait_ == Duration{0} ? first_ : std::min(wait_ * 2, most_);
  const auto quarter = static_cast<std::uint64_t>(wait_.count() / 4);
  const Duration spread =
      wait_ - Duration{wait_.count() / 4} + Duration{static_cast<std::int64_t>(rng.below(2 * quarter + 1))};
  return retry_after ? std::max(spread, Duration{*retry_after}) : spread;
}

}  // namespace slipway::client
