#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "kube/names.h"

namespace slipway::apiserver {

// Where a paged list goes on (kube-api 10.2), in the form that Kubernetes uses: base64url of
// {"v":"meta.k8s.io/v1","rv":291, "start":"ns/name\u0000"}; the zero byte makes it "after ns/name".
struct ContinueToken {
  std::uint64_t revision = 0;
  kube::NamespacedName start;
};
[[nodiscard]] std::string write_continue_token(std::uint64_t revision, const kube::NamespacedName& last);
// Error: bad_request.
[[nodiscard]] Result<ContinueToken> parse_continue_token(std::string_view token);

}  // namespace slipway::apiserver
