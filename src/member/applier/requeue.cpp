#include "member/applier/requeue.h"

#include <algorithm>
#include <cmath>

namespace slipway::member::applier {
namespace {

using std::chrono::milliseconds;

constexpr int count_max = 199;
constexpr milliseconds least{2000};
constexpr milliseconds most{3'600'000};

Duration times(Duration delay, double base) {
  return Duration{std::llround(static_cast<double>(delay.count()) * base)};
}

}  // namespace

RequeueDelays RequeueDelays::repaired() const {
  RequeueDelays good = *this;
  if (good.attempts_with_fixed_delay < 1 || good.attempts_with_fixed_delay > 40) good.attempts_with_fixed_delay = 1;
  good.fixed = std::max(good.fixed, least);
  if (!(good.slow_base >= 1.05 && good.fast_base >= good.slow_base && good.fast_base <= 100)) {
    good.slow_base = 1.2;
    good.fast_base = 1.2;
  }
  if (good.initial_slow < least || good.max_slow < good.initial_slow || good.max_fast < good.max_slow ||
      good.max_fast > most) {
    good.initial_slow = milliseconds{2000};
    good.max_slow = milliseconds{30'000};
    good.max_fast = milliseconds{900'000};
  }
  return good;
}

Duration next_delay(Requeue& state, const RequeueDelays& delays, std::int64_t generation,
                    std::vector<std::string> results, bool is_available) {
  if (state.generation != generation || state.results != results)
    state = {.generation = generation, .results = std::move(results), .count = 0, .last = Duration{0}};
  Duration delay{0};
  if (state.count < delays.attempts_with_fixed_delay) {
    delay = delays.fixed;
  } else if (state.count == delays.attempts_with_fixed_delay) {
    delay = delays.initial_slow;
  } else if (state.last >= delays.max_fast) {
    delay = delays.max_fast;
  } else if ((delays.skip_to_fast && is_available) || state.last >= delays.max_slow) {
    delay = times(state.last, delays.fast_base);
  } else {
    delay = times(state.last, delays.slow_base);
    if (delay > delays.max_slow) delay = times(state.last, delays.fast_base);
  }
  delay = std::min(delay, Duration{delays.max_fast});
  state.last = delay;
  state.count = std::min(state.count + 1, count_max);
  return delay;
}

}  // namespace slipway::member::applier
