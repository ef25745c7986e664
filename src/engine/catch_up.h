#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/rng.h"
#include "engine/edge.h"

namespace slipway::engine {

// For a standby that begins to lead (design 4, "after winning the lease"): waits until the caches of one side show at
// least what its server held after this began, hence everything that the leader before has written. Each collection is
// listed once, live, without content; what the list shows otherwise than the cache is awaited from the watch. Revisions
// of different collections are never compared, and a quiet collection need not move for it. Loop thread only.
class CatchUp {
 public:
  struct Stream {
    kube::GroupVersionResource resource;
    std::string namespace_;    // "": all
    bool may_be_gone = false;  // a collection that is refused or no longer served holds nothing up
  };
  struct Options {
    std::shared_ptr<Edge> edge;
    Side side = Side::hub;
    Rng rng;
    Log log;
    std::vector<Stream> streams;
    // How far the watch of a stream has come; nothing: it is no longer followed.
    std::function<std::optional<std::uint64_t>(const Stream&)> position;
    std::function<void()> done;  // once; never from within start()
  };

  explicit CatchUp(Options options);
  ~CatchUp();  // nothing is told afterwards
  CatchUp(const CatchUp&) = delete;
  CatchUp& operator=(const CatchUp&) = delete;

  void start();
  // A watch has told something, or a stream has ended.
  void look();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::engine
