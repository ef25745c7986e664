#include "member/join/heartbeat.h"

#include <algorithm>

#include "base/bytes.h"

namespace slipway::member::join {

std::chrono::milliseconds heartbeat_delay(std::int32_t period_seconds, std::string_view member_name,
                                          WallTime last_heartbeat) {
  const std::int64_t period = std::clamp(period_seconds, 1, 600);
  const auto drawn = fnv1a(fmt::format("{}@{}", member_name, last_heartbeat.seconds));
  const auto spread = static_cast<std::int64_t>(drawn % static_cast<std::uint64_t>(100 * period));
  return std::chrono::milliseconds{1000 * period + spread - 50 * period};
}

LastHeartbeat first_seen(WallTime heartbeat, Now now) {
  // A heartbeat from the future is a clock that was set back: it counts from now.
  const auto age = std::max(now.wall - heartbeat, std::chrono::seconds{0});
  return {.wall = heartbeat, .ticks = now.ticks + -Duration{age}};
}

}  // namespace slipway::member::join
