#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);
// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
// 64-bit FNV-1a: index keys and sharing, never security.
[[nodiscard]] std::uint64_t fnv1a(std::string_view bytes);

[[nodiscard]] std::string hex(std::string_view bytes);
// Standard alphabet with padding, as encoding/json writes []byte.
[[nodiscard]] std::string base64(std::string_view bytes);
// Error: bad_request, naming the offending position.
[[nodiscard]] Result<std::string> decode_base64(std::string_view text);
// URL alphabet without padding (JWT, continue tokens).
[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> decode_base64url(std::string_view text);

}  // namespace slipway
