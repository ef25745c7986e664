#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/loop.h"
#include "base/rng.h"
#include "client/client.h"
#include "engine/controller.h"
#include "engine/observer.h"

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
    // Where only an elected process may write: whether this one leads at this moment, asked before each write. With it
    // the runner fills its caches and begins to act with lead(). Null: it acts as soon as the caches have synced.
    std::function<bool()> may_write{};
    Observer* observer = nullptr;  // outlives the runner; null: nobody counts
  };
  struct Counters {  // since start; controller-runtime's metric names are derived from these
    std::uint64_t reconciles = 0, writes = 0, writes_conflicted = 0, writes_failed = 0, reads = 0, events = 0,
                  retries = 0;
    std::uint64_t writes_skipped = 0;  // a plan asked for them, but they would have changed nothing
  };
  // Of one controller, since start; controller-runtime's and client-go's metric names are derived from these.
  struct ControllerCounters {
    // A reconcile counts with all passes between its reads. The last bucket is for all that take longer.
    static constexpr std::array<double, 12> seconds_bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 15, 50, 60};
    struct Ended {  // reconciles that ended alike
      std::uint64_t count = 0;
      Duration seconds_sum{0};
      std::array<std::uint64_t, seconds_bounds.size() + 1> seconds{};
    };
    std::string name;
    Ended succeeded{}, failed{}, requeued{}, requeued_after{};
    std::uint64_t added = 0, retried = 0;
    std::size_t ready = 0, running = 0;  // keys in line, and being worked on, now
  };

  [[nodiscard]] static std::unique_ptr<Runner> make(Options options);
  virtual ~Runner() = default;

  // Before start().
  virtual void add(std::unique_ptr<Controller> controller) = 0;
  // Lists and watches everything the controllers ask for; reconciles begin when every cache has synced once, and with
  // Options::may_write not before lead().
  virtual void start() = 0;
  // This process has been elected. It acts once its caches show all that the leader before may have written.
  virtual void lead() = 0;
  // No reconcile begins afterwards; writes under way end on their own.
  virtual void stop() = 0;
  [[nodiscard]] virtual bool is_synced() const = 0;
  // Whether reconciles have begun.
  [[nodiscard]] virtual bool is_acting() const = 0;
  // No key queued, running or waiting for an answer (timers aside). What tests and the simulation wait for.
  [[nodiscard]] virtual bool is_idle() const = 0;
  // The caches, for `view` and tests.
  [[nodiscard]] virtual const View& view() const = 0;
  [[nodiscard]] virtual const Counters& counters() const = 0;
  [[nodiscard]] virtual std::vector<ControllerCounters> controllers() const = 0;
};

}  // namespace slipway::engine
