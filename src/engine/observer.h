#pragma once

#include <span>
#include <string_view>

#include "engine/controller.h"

namespace slipway::engine {

// Is told what happens while a runner acts, for whoever counts it: it has no say in anything, so that no controller
// need know what is counted. Called in the middle of a runner's work: it calls nothing back, and returns soon. Loop
// thread only.
class Observer {
 public:
  virtual ~Observer() = default;
  // Objects in a cache have changed; `view` is the caches after all of `changes`. What they show when the runner begins
  // to act is not told: a restart, or a standby that takes over, is no news. A cache that was filled again tells only
  // how objects differ now; where nothing known before counts, as after a restored backup, each object goes and comes.
  virtual void on_change(const Collection& /*collection*/, std::span<const Change> /*changes*/, const View& /*view*/) {}
  // A pass of `controller` over `key` has found nothing left to do, and nothing failed: what was to be written has been
  // written by earlier passes. Once for each time that the key was looked at.
  virtual void on_rest(std::string_view /*controller*/, const Key& /*key*/, const View& /*view*/) {}
};

}  // namespace slipway::engine
