#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube {

inline constexpr std::size_t protobuf_bytes_max = 3'145'728;   // as any request body (kube-api 6.1)
inline constexpr std::size_t protobuf_values_max = 1'000'000;  // small bodies must not unfold into large objects

// True when `body` starts with the magic of the envelope.
[[nodiscard]] bool is_protobuf(std::string_view body);

// The object in a protobuf body (kube-api 3.5) of content type application/vnd.kubernetes.protobuf, as the value of the
// JSON that Go writes of it: what omitempty leaves out is absent, structs that are always written are there. Quantities
// are canonical, text that is not UTF-8 gets U+FFFD, unknown fields are skipped. Pure; any thread. Errors: bad_request
// (no envelope, malformed), unsupported_media_type (a kind that is not sent so: custom resources),
// request_entity_too_large (protobuf_bytes_max, or more values than `values_max`).
[[nodiscard]] Result<json::Value> decode_protobuf(std::string_view body, std::size_t values_max = protobuf_values_max);

}  // namespace slipway::kube
