#pragma once

#include <chrono>
#include <string_view>

#include "base/time.h"

namespace slipway::member::join {

// From one heartbeat to the next (5.2): the period and up to 5 % more or less, so that a fleet that started together
// does not report together. The spread is drawn from the member's name and the heartbeat before: whoever asks again
// gets the same answer. `period_seconds` is brought into 1..600.
[[nodiscard]] std::chrono::milliseconds heartbeat_delay(std::int32_t period_seconds, std::string_view member_name,
                                                        WallTime last_heartbeat);

// When this process first saw a heartbeat as the last one, on the clock that nobody steps; kept in the key's memo. A
// new process knows whole seconds only.
struct LastHeartbeat {
  WallTime wall;
  Ticks ticks;
};
[[nodiscard]] LastHeartbeat first_seen(WallTime heartbeat, Now now);

}  // namespace slipway::member::join
