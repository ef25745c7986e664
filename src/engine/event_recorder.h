#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/log.h"
#include "base/rng.h"
#include "engine/edge.h"

namespace slipway::engine {

// Writes core/v1 Events, best effort (kube-api 13.3): never waited for, and dropped when too many wait or a server
// refuses them. The same thing said again about the same object raises the count of the Event that is there. Events
// about cluster-scoped objects are kept in namespace `default`. Loop thread only.
class EventRecorder {
 public:
  struct Options {
    std::shared_ptr<Edge> edge;
    Rng rng;
    Log log;
    std::string component;  // source.component, reportingComponent
    std::string instance;   // reportingInstance
  };
  // How many different Events are remembered to count on, and how many of them may wait to be written.
  static constexpr std::size_t remembered_max = 4096;
  static constexpr std::size_t waiting_max = 1024;
  static constexpr std::size_t in_flight_max = 8;
  static constexpr int tries_max = 8;

  explicit EventRecorder(Options options);
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  void record(const Event& event);
  void stop();

 private:
  class State;
  std::shared_ptr<State> state_;
};

// Distinguishes events within one key: what a plan said already on the way to rest is not said twice.
[[nodiscard]] std::uint64_t hash_of(const Event& event);

}  // namespace slipway::engine
