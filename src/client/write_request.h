#pragma once

#include "client/client.h"
#include "client/http.h"

namespace slipway::client {

// The HTTP request that carries a write out, without base path and the headers every request has (kube-api 6, 7, 9).
// What the write expects goes into it: resource version and UID into the body's metadata, or into a removal's
// preconditions. Pure.
[[nodiscard]] HttpRequest to_request(Write write);

}  // namespace slipway::client
