#pragma once

#include <memory>
#include <string>

#include "base/loop.h"
#include "base/rng.h"
#include "client/client.h"
#include "client/http.h"

namespace slipway::client {

struct HttpClientOptions {
  Loop& loop;
  Transport& transport;     // outlives the client; says who asks (certificate, token)
  Rng rng;                  // length of watches
  std::string base_path{};  // before every path, as in a kubeconfig's server URL: "/clusters/member1"
  std::string user_agent = "slipway";
  // How long a request may take as a whole, watches aside. A write that gets no answer in time may have happened
  // (server_timeout); a read has not (unavailable).
  Duration timeout = std::chrono::seconds{60};
};

// Kubernetes' protocol over a Transport: JSON bodies, lists in pages of 500, watches of 5 to 10 minutes with bookmarks,
// watches that begin with what is there (where the server has them: Kubernetes 1.34, or 1.27 with a gate), conditional
// writes, aggregated discovery or the older form where a server has only that. Destroying it abandons what is under
// way; callbacks are not called any more. Loop thread only.
[[nodiscard]] std::unique_ptr<Client> make_http_client(HttpClientOptions options);

}  // namespace slipway::client
