#pragma once

#include <memory>

#include "base/loop.h"
#include "client/client.h"
#include "client/http.h"

namespace slipway::client {

// One watch over a Transport: reads events from the stream's lines and says once how it ended. A stream that ends in
// the middle of a line, or that has not ended after `timeout`, was cut (unavailable).
struct HttpWatchOptions {
  Loop& loop;
  Transport& transport;
  kube::GroupVersionKind kind{};  // of objects that do not say
  bool metadata_only = false;
  Duration timeout;  // when the server was asked to end it, and some
};
[[nodiscard]] std::unique_ptr<WatchHandle> start_http_watch(const HttpWatchOptions& options, HttpRequest request,
                                                            WatchHandlers handlers);

}  // namespace slipway::client
