#pragma once

#include <array>
#include <functional>

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
  // Of a runner that has to be elected: whether this process leads at this moment. Null: nobody else can write.
  std::function<bool()> may_write{};

  [[nodiscard]] bool is_elected() const { return may_write != nullptr; }
  // Asked before each write, not once a plan: a process that stood still may have lost its lease in between.
  [[nodiscard]] bool may_begin_write() const { return !is_stopped && (may_write == nullptr || may_write()); }

  [[nodiscard]] client::Client* client(Side side) const { return clients[static_cast<std::size_t>(side)]; }
};

}  // namespace slipway::engine
