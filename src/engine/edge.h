#pragma once

#include <array>

#include "base/log.h"
#include "base/loop.h"
#include "client/client.h"
#include "engine/caches.h"
#include "engine/runner.h"

namespace slipway::engine {

// Where plans meet the world (design 1.1): what every pass under way shares with the runner, and what is left for late
// answers when the runner is gone.
struct Edge {
  Loop& loop;
  std::array<client::Client*, 2> clients;  // by Side
  Caches caches;
  Runner::Counters counters{};
  bool is_stopped = false;  // no read or write begins any more
  bool is_gone = false;     // the runner and its keys are no more

  [[nodiscard]] client::Client* client(Side side) const { return clients[static_cast<std::size_t>(side)]; }
};

}  // namespace slipway::engine
