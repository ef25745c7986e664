#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "apiserver/certificates.h"
#include "apiserver/identity.h"
#include "base/loop.h"
#include "base/result.h"
#include "client/http.h"

namespace slipway::apiserver {

// The sockets in front of `Server`: HTTP/1.1 over TLS on one network thread, messages to and from the core (design 1.3,
// 7). It knows nothing of Kubernetes beyond who the client certificate names. A peer controls nothing without a limit:
// sizes of heads and bodies, time to finish a handshake or a request, what a slow reader may leave queued, and the
// number of connections.
class HttpFront {
 public:
  // Runs on the core loop's thread; the exchange is destroyed there too, when it ended or the peer went away.
  using Handler = std::function<std::unique_ptr<client::HttpExchange>(client::HttpRequest, Identity,
                                                                      std::shared_ptr<client::HttpSink>)>;

  struct Limits {
    std::size_t head_bytes_max = 64 << 10;
    std::size_t body_bytes_max = 3'145'728;   // kube-api 12: 413 beyond
    std::size_t queued_bytes_max = 16 << 20;  // a peer that reads more slowly than this is cut off
    std::size_t connections_max = 10'000;     // further ones wait in the kernel's backlog
    std::chrono::seconds handshake_timeout{10};
    std::chrono::seconds request_timeout{60};  // to send one whole request, once begun
    std::chrono::seconds idle_timeout{600};    // between requests
    std::chrono::seconds write_timeout{60};    // a single write that makes no progress
  };
  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free one
    Credential server;             // chain and key
    std::string client_authority;  // PEM; certificates signed by it name the user, no certificate means anonymous
    Loop& core;
    Handler handler;
    Limits limits = {};
  };

  // Binds and begins to accept. Errors: usage (address in use or not ours: the message says how to choose another), io,
  // internal.
  [[nodiscard]] static Result<std::unique_ptr<HttpFront>> open(Options options);
  // Stops (see stop) if that has not happened.
  virtual ~HttpFront() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // No new connection; answers under way get `grace` to finish, then every connection is closed. Blocks until the
  // network thread has ended, so it must not be called on it. After it no handler is called.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace slipway::apiserver
