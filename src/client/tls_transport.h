#pragma once

#include <chrono>
#include <memory>

#include "base/loop.h"
#include "base/result.h"
#include "client/http.h"
#include "client/server_access.h"

namespace slipway::client {

// HTTP/1.1 over TLS to one API server, through its proxy if it has one, on a network thread of its own; sinks are told
// on the core loop's thread. Connections are kept for the next request; a watch has one to itself while it lasts, and
// so has every other request under way. What a server controls has a limit: sizes of heads and chunk lines, the time to
// connect and to take a request. How long an answer may take is the requester's to say: it abandons the exchange, which
// closes the connection.
//
// The certificate, key and authority files of `access` are read again for new connections when they have changed, a
// token file for each request; a credential plugin is run on a thread of its own, when what it handed out expires or is
// refused (401), and requests wait for it.
//
// How an exchange that fails ends: Reason::io when nothing of the request can have reached the server; else
// Reason::unavailable. A read on a kept connection that turns out to be closed is sent once more on a new one.
class TlsTransport : public Transport {
 public:
  struct Limits {
    std::uint32_t head_bytes_max = 64 << 10;
    std::size_t queued_bytes_max = 4 << 20;    // read ahead of what the core has taken, for each exchange
    std::size_t requests_max = 16;             // at a time, watches aside; further ones wait their turn
    std::size_t idle_connections_max = 16;     // as many: a burst shakes hands once
    std::chrono::seconds connect_timeout{10};  // name, TCP and TLS together
    std::chrono::seconds write_timeout{30};    // a request that makes no progress
    std::chrono::seconds idle_timeout{45};     // below what servers grant
    // A credential plugin is not run again before that: a server that refuses everybody must not start a program for
    // each request.
    std::chrono::seconds plugin_runs_apart{5};
  };
  struct Options {
    Loop& core;  // outlives the transport
    ServerAccess access;
    Limits limits = {};
  };

  // Connects nowhere yet. Error: usage, when a certificate or key cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<TlsTransport>> open(Options options);
  // Blocks until no request but watches is under way, or `grace` has passed. Not on the core loop's thread.
  virtual void finish(std::chrono::milliseconds grace) = 0;
  // Closes every connection and ends the network thread. Sinks hear nothing more.
  ~TlsTransport() override = default;
};

}  // namespace slipway::client
