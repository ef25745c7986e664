#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/loop.h"
#include "base/rng.h"
#include "client/client.h"
#include "engine/leader_rules.h"

namespace slipway::engine {

// Takes part in the election for one Lease (kube-api 13.2) and excludes, and is excluded by, whatever else follows
// client-go's rules for that Lease. A standby watches the Lease, so that it takes over in the moment the leader lets
// go; where it cannot watch, it reads. Sans I/O: it lives on a Client and a Loop. Loop thread only.
class LeaderElection {
 public:
  struct Options {
    Loop& loop;
    client::Client& client;  // outlives it; its requests must not wait behind others' (a renewal that waits is lost)
    Rng rng;
    Log log;
    kube::NamespacedName lease;  // its namespace must exist
    std::string identity;        // this process's own, never used again: "<host>_<uuid>"
    LeaseTiming timing;
    // None of them may destroy the election. At most once each, in this order.
    std::function<void()> on_leading;
    std::function<void(const std::string& why)> on_lost;  // nothing may be written any more, never again
    // Where the Lease is, for the Event that tells who leads: another than `client`, so that no renewal waits behind
    // it. Outlives the election; null: none is written. One try; a refusal is logged and changes nothing.
    client::Client* events = nullptr;
    std::string component{};  // of that Event: "slipway-hub"
  };

  explicit LeaderElection(Options options);
  ~LeaderElection();  // nothing is told afterwards; the Lease stays as it is
  LeaderElection(const LeaderElection&) = delete;
  LeaderElection& operator=(const LeaderElection&) = delete;

  void start();
  // Leads no longer, if it did, and takes no more part; the Lease is given back, so that another can have it at once.
  // `done` is called when that has succeeded or failed, perhaps before this returns. Nothing else is told.
  void release(std::move_only_function<void()> done);

  [[nodiscard]] bool is_leading() const;
  // Whether a write may begin now: it leads, and its Lease cannot have run out, by the clock and not by a timer that
  // has yet to run (this process may have stood still).
  [[nodiscard]] bool may_write() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::engine
