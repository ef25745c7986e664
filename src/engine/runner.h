#pragma once

#include <memory>

#include "base/log.h"
#include "base/loop.h"
#include "base/rng.h"
#include "client/client.h"
#include "engine/controller.h"

namespace slipway::engine {

// Watches, calls controllers, and carries their plans out (design 4). One per process role: all hub controllers share
// one; an agent has one over its two clients. Loop thread only.
class Runner {
 public:
  struct Options {
    Loop& loop;
    Rng rng;                        // back-off jitter
    client::Client* hub = nullptr;  // outlive the runner
    client::Client* member = nullptr;
    Log log;
    std::string component;  // source.component of the events it records: "slipway-hub"
    std::string instance;   // reportingInstance
    // Simulation: drop a memo before a reconcile once in this many (0: never). Plans must not change.
    std::uint64_t drop_memo_one_in = 0;
  };
  struct Counters {  // since start; controller-runtime's metric names are derived from these
    std::uint64_t reconciles = 0, writes = 0, writes_conflicted = 0, writes_failed = 0, reads = 0, events = 0,
                  retries = 0;
    std::uint64_t writes_skipped = 0;  // a plan asked for them, but they would have changed nothing
  };

  [[nodiscard]] static std::unique_ptr<Runner> make(Options options);
  virtual ~Runner() = default;

  // Before start().
  virtual void add(std::unique_ptr<Controller> controller) = 0;
  // Lists and watches everything the controllers ask for; reconciles begin when every cache has synced once.
  virtual void start() = 0;
  // No reconcile begins afterwards; writes under way end on their own.
  virtual void stop() = 0;
  [[nodiscard]] virtual bool is_synced() const = 0;
  // No key queued, running or waiting for an answer (timers aside). What tests and the simulation wait for.
  [[nodiscard]] virtual bool is_idle() const = 0;
  // The caches, for `view` and tests.
  [[nodiscard]] virtual const View& view() const = 0;
  [[nodiscard]] virtual const Counters& counters() const = 0;
};

}  // namespace slipway::engine
