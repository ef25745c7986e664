#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/reporter.h"
#include "base/log.h"
#include "base/result.h"
#include "cli/command_line.h"

namespace slipway::app {

// The local home (design, table of homes): data directory, store, certificates, the fleet on its core thread, and the
// sockets in front of it. Owned by the main thread.
class LocalFleet {
 public:
  virtual ~LocalFleet() = default;

  // Opens everything, starts it, and returns once every member has joined. Says each step through `reporter`. Errors:
  // usage (exit code 2: in use, refused, a bad directory), corrupt, io, unavailable (the members did not join in time).
  [[nodiscard]] static Result<std::unique_ptr<LocalFleet>> start(const cli::UpCommand& command, Reporter& reporter);

  // Blocks until stop is asked for by SIGINT or SIGTERM (ok), or the fleet cannot go on (io).
  [[nodiscard]] virtual Result<void> wait() = 0;
  // Ends watches, controllers and sockets in order; everything acknowledged is in the store.
  virtual void stop() = 0;
};

}  // namespace slipway::app
