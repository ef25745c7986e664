#pragma once

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube {

// The HTTP status code of a reason (kube-api 5).
[[nodiscard]] int http_code(Reason reason);
// metav1.Status with status "Failure", and "details" where the error has any.
[[nodiscard]] json::Value to_status(const Error& error);
// What a Status from a server says; `code` decides when the body is no Status.
[[nodiscard]] Error from_status(int code, const json::Value* status);

}  // namespace slipway::kube
