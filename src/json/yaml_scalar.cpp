#include "json/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

namespace slipway::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> null_words = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> true_words = {"y",  "Y",  "yes",  "Yes",  "YES", "on",
                                                         "On", "ON", "true", "True", "TRUE"};
constexpr std::array<std::string_view, 11> false_words = {"n",   "N",   "no",    "No",    "NO",   "off",
                                                          "Off", "OFF", "false", "False", "FALSE"};
constexpr std::array<std::string_view, 12> not_finite_words = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                               "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

// Go's strconv.ParseInt with base 0: an optional sign, then 0x, 0b, 0o or a plain 0 for octal, else decimal. Integers
// beyond int64 that still fit 64 bits without sign count as well, as doubles.
std::optional<Value> integer(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    switch (text[1]) {
      case 'x':
      case 'X':
        base = 16;
        break;
      case 'b':
      case 'B':
        base = 2;
        break;
      case 'o':
      case 'O':
        base = 8;
        break;
      default:
        break;
    }
    text.remove_prefix(base == 10 ? 1 : 2);
    if (base == 10) base = 8;
  }
  std::uint64_t size = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, size, base);
  if (error != std::errc() || stopped != end || text.empty()) return std::nullopt;
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (is_negative) {
    if (size > largest + 1) return std::nullopt;
    return Value(static_cast<long long>(-size));
  }
  if (size > largest) return Value(static_cast<double>(size));
  return Value(static_cast<long long>(size));
}

// [-+]? ( .digits | digits [. digits?] ) ( [eE] [-+]? digits )?, and not beyond a double.
std::optional<double> floating(const std::string& text) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t part = digits_at(text, ++at);
    if (whole == 0 && part == 0) return std::nullopt;
    at += part;
  } else if (whole == 0) {
    return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t power = digits_at(text, at);
    if (power == 0) return std::nullopt;
    at += power;
  }
  if (at != text.size()) return std::nullopt;
  const double number = std::strtod(text.c_str(), nullptr);
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// A number of one to `width` digits at the front of `text`, taken off.
std::optional<unsigned> take_number(std::string_view& text, std::size_t width, unsigned most) {
  const std::size_t count = std::min(digits_at(text, 0), width);
  if (count == 0) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(0, count)) number = number * 10 + static_cast<unsigned>(c - '0');
  text.remove_prefix(count);
  return number <= most ? std::optional(number) : std::nullopt;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "14:05:00" with an optional fraction.
bool take_clock(std::string_view& text) {
  if (!take_number(text, 2, 23) || !take(text, ':') || !take_number(text, 2, 59) || !take(text, ':') ||
      !take_number(text, 2, 59)) {
    return false;
  }
  if (text.size() > 1 && (text[0] == '.' || text[0] == ',') && is_digit(text[1])) {
    text.remove_prefix(1 + digits_at(text, 1));
  }
  return true;
}

bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  return digits_at(text, 1) == 2 && digits_at(text, 4) == 2 && text.substr(1, 2) <= "24" && text.substr(4, 2) <= "60";
}

// A date, alone or with a time of day: "2026-1-2", "2026-01-02T15:04:05.9Z", "2026-01-02 15:04:05".
bool is_timestamp(std::string_view text) {
  if (digits_at(text, 0) != 4) return false;
  const auto year = take_number(text, 4, 9999);
  if (!take(text, '-')) return false;
  const auto month = take_number(text, 2, 12);
  if (!month || !take(text, '-')) return false;
  const auto day = take_number(text, 2, 31);
  if (!day) return false;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  if (!date.ok()) return false;
  if (text.empty()) return true;
  if (take(text, 'T') || take(text, 't')) return take_clock(text) && is_zone(text);
  if (!take(text, ' ')) return false;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return take_clock(text) && text.empty();
}

}  // namespace

PlainScalar resolve_plain(std::string_view text) {
  if (is_one_of(text, null_words)) return {PlainKind::null, Value()};
  if (is_one_of(text, true_words)) return {PlainKind::boolean, Value(true)};
  if (is_one_of(text, false_words)) return {PlainKind::boolean, Value(false)};
  if (is_one_of(text, not_finite_words)) return {PlainKind::not_finite, Value(text)};
  // Only what begins like a number is looked at as one.
  const char first = text.front();
  if (is_digit(first) || first == '+' || first == '-' || first == '.') {
    if (is_timestamp(text)) return {PlainKind::timestamp, Value(text)};
    std::string digits(text);
    if (first == '.') {
      // Here Go wants a digit on either side of an underscore.
      for (std::size_t i = 1; i < digits.size(); ++i) {
        if (digits[i] == '_' && !(is_digit(digits[i - 1]) && digits_at(digits, i + 1) > 0))
          return {PlainKind::text, Value(text)};
      }
      std::erase(digits, '_');
    } else {
      std::erase(digits, '_');
      if (auto number = integer(digits)) return {PlainKind::number, std::move(*number)};
    }
    if (const auto number = floating(digits)) return {PlainKind::number, Value(*number)};
  }
  return {PlainKind::text, Value(text)};
}

}  // namespace slipway::json
