#include "kube/cel_lexer.h"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace slipway::kube::cel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
std::optional<unsigned> hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<std::vector<Token>, SyntaxError> run() {
    std::vector<Token> tokens;
    while (true) {
      skip_space();
      Token token;
      token.position = at_;
      if (at_ == text_.size()) {
        tokens.push_back(std::move(token));
        return tokens;
      }
      if (!read(token)) return std::unexpected(error_);
      tokens.push_back(std::move(token));
    }
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool wrong(std::string message) {
    error_ = {.position = at_, .message = "Syntax error: " + std::move(message)};
    return false;
  }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  bool read(Token& token) {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(token);
    if (c == '"' || c == '\'') return read_string(token, false, false);
    if (is_letter(c)) {
      std::size_t prefix = 0;
      bool is_raw = false;
      bool is_bytes = false;
      for (; prefix < 2; ++prefix) {
        const char letter = peek(prefix);
        if ((letter == 'r' || letter == 'R') && !is_raw) {
          is_raw = true;
        } else if ((letter == 'b' || letter == 'B') && !is_bytes) {
          is_bytes = true;
        } else {
          break;
        }
      }
      if (prefix > 0 && (peek(prefix) == '"' || peek(prefix) == '\'')) {
        at_ += prefix;
        return read_string(token, is_raw, is_bytes);
      }
      return read_identifier(token);
    }
    return read_punctuation(token);
  }

  bool read_identifier(Token& token) {
    const std::size_t start = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    token.type = TokenType::identifier;
    token.text = text_.substr(start, at_ - start);
    return true;
  }

  bool read_punctuation(Token& token) {
    constexpr std::array<std::string_view, 6> kDouble = {"&&", "||", "==", "!=", "<=", ">="};
    constexpr std::string_view kSingle = "!-+*/%<>?:.,()[]{}";
    token.type = TokenType::punctuation;
    for (const std::string_view two : kDouble) {
      if (text_.substr(at_, 2) != two) continue;
      token.text = two;
      at_ += 2;
      return true;
    }
    if (kSingle.find(peek()) == std::string_view::npos)
      return wrong(fmt::format("token recognition error at: '{}'", peek()));
    token.text = std::string(1, peek());
    ++at_;
    return true;
  }

  bool read_number(Token& token) {
    const std::size_t start = at_;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (hex_digit(peek())) ++at_;
      return finish_integer(token, text_.substr(start + 2, at_ - start - 2), 16);
    }
    while (is_digit(peek())) ++at_;
    bool is_double = false;
    if (peek() == '.' && is_digit(peek(1))) {
      is_double = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (is_digit(peek(1 + sign))) {
        is_double = true;
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    const std::string_view digits = text_.substr(start, at_ - start);
    if (!is_double) return finish_integer(token, digits, 10);
    token.type = TokenType::number;
    token.text = digits;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), token.number);
    if (code != std::errc() || end != digits.data() + digits.size()) return wrong("invalid double literal");
    return true;
  }

  bool finish_integer(Token& token, std::string_view digits, int base) {
    token.text = digits;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), token.unsigned_value, base);
    if (digits.empty() || code != std::errc() || end != digits.data() + digits.size())
      return wrong("invalid int literal");
    token.type = TokenType::integer;
    if (peek() == 'u' || peek() == 'U') {
      token.type = TokenType::unsigned_integer;
      ++at_;
    }
    return true;
  }

  bool read_string(Token& token, bool is_raw, bool is_bytes) {
    token.type = is_bytes ? TokenType::bytes : TokenType::string;
    const char quote = peek();
    const std::string triple(3, quote);
    const bool is_triple = text_.substr(at_, 3) == triple;
    at_ += is_triple ? 3 : 1;
    while (at_ < text_.size()) {
      if (is_triple ? text_.substr(at_, 3) == triple : peek() == quote) {
        at_ += is_triple ? 3 : 1;
        return true;
      }
      const char c = peek();
      if (!is_triple && (c == '\n' || c == '\r')) break;
      if (c == '\\' && !is_raw) {
        if (!read_escape(token.text, is_bytes)) return false;
      } else {
        token.text += c;
        ++at_;
        // A raw string keeps its backslashes, and an escaped quote does not end it.
        if (c == '\\' && at_ < text_.size()) token.text += text_[at_++];
      }
    }
    return wrong("a string literal is not closed");
  }

  bool read_escape(std::string& out, bool is_bytes) {
    constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\?\"'`";
    const char name = peek(1);
    if (const std::size_t known = kNames.find(name); name != '\0' && known != std::string_view::npos) {
      out += kValues[known];
      at_ += 2;
      return true;
    }
    std::size_t digits = 0;
    std::uint32_t base = 16;
    std::size_t skip = 2;
    if (name == 'x' || name == 'X') {
      digits = 2;
    } else if (name == 'u' && !is_bytes) {
      digits = 4;
    } else if (name == 'U' && !is_bytes) {
      digits = 8;
    } else if (name >= '0' && name <= '3') {
      digits = 3;
      base = 8;
      skip = 1;
    } else {
      return wrong("unknown escape sequence");
    }
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const auto digit = hex_digit(peek(skip + i));
      if (!digit || *digit >= base) return wrong("malformed escape sequence");
      code = code * base + *digit;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return wrong("escape sequence is no Unicode character");
    if (is_bytes) {
      out += static_cast<char>(code);
    } else {
      append_utf8(out, code);
    }
    at_ += skip + digits;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  SyntaxError error_;
};

}  // namespace

std::expected<std::vector<Token>, SyntaxError> tokenize(std::string_view expression) { return Lexer(expression).run(); }

}  // namespace slipway::kube::cel
