#pragma once

#include <functional>
#include <memory>

#include "base/loop.h"
#include "base/rng.h"
#include "client/client.h"

namespace slipway::client {

// Follows one collection of one server without a gap (kube-api 13.1): lists it, watches from the list's revision (or
// does both in one stream, Client::streams_lists), watches again where a stream ended, and lists again when the server
// no longer knows that revision. Waits between failures (backoff_of_peer). Sans I/O: it lives on a Client and a Loop.
// Loop thread only.
class Reflector {
 public:
  struct Options {
    Loop& loop;
    Client& client;  // outlives the reflector
    Rng rng;         // spread of the waits
    kube::GroupVersionResource resource;
    ListOptions list{};
  };
  // None of them may destroy the reflector.
  struct Handlers {
    // The whole collection at one revision. `history_lost`: revisions went backwards (the server was restored from a
    // backup), so that nothing known from before may be compared with them.
    std::move_only_function<void(ListResult, bool history_lost)> on_replace;
    // What changed after that, in order and each once; never a bookmark.
    std::move_only_function<void(WatchEvent)> on_event;
    // A list or a watch failed; it is tried again.
    std::move_only_function<void(const Error&)> on_failure;
  };

  Reflector(Options options, Handlers handlers);
  ~Reflector();  // nothing is heard afterwards
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  void start();
  // Has listed once.
  [[nodiscard]] bool is_synced() const;
  // The position it has reached; 0 before the first list.
  [[nodiscard]] std::uint64_t revision() const;
  [[nodiscard]] const kube::GroupVersionResource& resource() const;

 private:
  class State;
  std::shared_ptr<State> state_;  // shared with callbacks under way, which find it stopped
};

}  // namespace slipway::client
