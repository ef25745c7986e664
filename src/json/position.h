#pragma once

#include <string>
#include <string_view>

namespace slipway::json {

// The length of the longest prefix of `text` that is valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

// "line 3, column 5": where byte `offset` of `text` is, both counted from 1, columns in characters. For error messages.
[[nodiscard]] std::string place(std::string_view text, std::size_t offset);

}  // namespace slipway::json
