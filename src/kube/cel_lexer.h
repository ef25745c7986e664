#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

// The tokens of a CEL expression. Private to the cel_*.cpp files.
namespace slipway::kube::cel {

enum class TokenType { identifier, integer, unsigned_integer, number, string, bytes, punctuation, end };

struct Token {
  TokenType type = TokenType::end;
  std::string text;  // identifier, punctuation ("&&"), the value of a string or bytes literal; digits of a number
  std::uint64_t unsigned_value = 0;  // integer (without sign), unsigned_integer
  double number = 0;
  std::size_t position = 0;  // byte offset
};

// A mistake in the text: where, and what.
struct SyntaxError {
  std::size_t position = 0;
  std::string message;
};

[[nodiscard]] std::expected<std::vector<Token>, SyntaxError> tokenize(std::string_view expression);

}  // namespace slipway::kube::cel
