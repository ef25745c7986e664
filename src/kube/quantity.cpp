#include "kube/quantity.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace slipway::kube {
namespace {

__extension__ using Wide = __int128;
__extension__ using Magnitude = unsigned __int128;

constexpr int nano_digits = 9;
constexpr Wide nano_per_unit = 1'000'000'000;
constexpr Wide nano_per_milli = 1'000'000;
constexpr Magnitude magnitude_max = ~Magnitude{0} >> 1;
// Kubernetes caps amounts written with a binary suffix here; other styles only by what we can hold.
constexpr Magnitude binary_max = Magnitude{std::numeric_limits<std::int64_t>::max()} * nano_per_unit;

constexpr std::string_view suffix_characters = "eEinumkKMGTP";
constexpr std::string_view decimal_suffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};  // 10^-9, 10^-6, …
constexpr std::string_view binary_suffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};            // 1024^0, 1024^1, …

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto length = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

struct Scale {
  Quantity::Style style = Quantity::Style::decimal_si;
  int exponent = 0;  // of 10, or of 1024 for binary_si
};

// "", "m", "Ki", "e-3", "E6". Nothing when the suffix has a meaning to nobody.
std::optional<Scale> scale_of(std::string_view suffix) {
  if (const auto* found = std::ranges::find(decimal_suffixes, suffix); found != std::end(decimal_suffixes)) {
    return Scale{Quantity::Style::decimal_si, static_cast<int>(found - decimal_suffixes) * 3 - nano_digits};
  }
  if (const auto* found = std::ranges::find(binary_suffixes, suffix); found != std::end(binary_suffixes)) {
    return Scale{Quantity::Style::binary_si, static_cast<int>(found - binary_suffixes)};
  }
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(1);
  const bool negative = suffix[0] == '-';
  if (negative || suffix[0] == '+') suffix.remove_prefix(1);
  if (suffix.empty()) return std::nullopt;
  int exponent = 0;
  for (const char c : suffix) {
    if (!is_digit(c)) return std::nullopt;
    exponent =
        std::min(exponent * 10 + (c - '0'), 100'000'000);  // far outside of what can be held: no need to be exact
  }
  return Scale{Quantity::Style::decimal_exponent, negative ? -exponent : exponent};
}

Magnitude times_saturated(Magnitude value, Magnitude by) {
  return value > magnitude_max / by ? magnitude_max : value * by;
}

Magnitude plus_saturated(Magnitude value, Magnitude more) {
  return value > magnitude_max - more ? magnitude_max : value + more;
}

Magnitude digits_saturated(std::string_view digits) {
  Magnitude out = 0;
  for (const char c : digits) out = plus_saturated(times_saturated(out, 10), static_cast<Magnitude>(c - '0'));
  return out;
}

// digits × 10^shift; what does not fit an integer is rounded away from zero.
Magnitude scaled_decimal(std::string_view digits, int shift) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  if (shift >= 0) {
    Magnitude out = digits_saturated(digits);
    for (int i = 0; i < shift && out != magnitude_max; ++i) out = times_saturated(out, 10);
    return out;
  }
  const std::size_t dropped = std::min(static_cast<std::size_t>(-static_cast<std::int64_t>(shift)), digits.size());
  const std::string_view rest = digits.substr(digits.size() - dropped);
  const Magnitude kept = digits_saturated(digits.substr(0, digits.size() - dropped));
  return rest.find_first_not_of('0') == std::string_view::npos ? kept : plus_saturated(kept, 1);
}

// (whole + 0.fraction) × unit, rounded away from zero; unit < 2^91.
Magnitude scaled_binary(std::string_view whole, std::string_view fraction, Magnitude unit) {
  Magnitude part = 0;  // unit × 0.fraction, from its last digit on; rounding down at each step is rounding down once
  bool exact = true;
  for (auto digit = fraction.rbegin(); digit != fraction.rend(); ++digit) {
    part += static_cast<Magnitude>(*digit - '0') * unit;
    exact = exact && part % 10 == 0;
    part /= 10;
  }
  if (!exact) ++part;
  return plus_saturated(times_saturated(digits_saturated(whole), unit), part);
}

std::string digits_of(Magnitude value) {
  std::string out;
  do {
    out += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::ranges::reverse(out);
  return out;
}

Magnitude magnitude_of(Wide value) {
  return value < 0 ? Magnitude{0} - static_cast<Magnitude>(value) : static_cast<Magnitude>(value);
}

std::int64_t divided_rounded_up(Wide nano, Wide unit) {
  const Wide quotient = nano / unit;
  const Wide rest = nano % unit;
  const Wide rounded = rest == 0 ? quotient : rest > 0 ? quotient + 1 : quotient - 1;
  constexpr Wide low = std::numeric_limits<std::int64_t>::min();
  constexpr Wide high = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(rounded, low, high));
}

// The largest suffix that leaves an integer.
std::string binary_text(Magnitude units) {
  std::size_t power = 0;
  while (units % 1024 == 0 && power + 1 < std::size(binary_suffixes)) {
    units /= 1024;
    ++power;
  }
  return digits_of(units).append(binary_suffixes[power]);
}

std::string decimal_text(Magnitude nano, bool as_exponent) {
  int exponent = -nano_digits;
  while (nano % 1000 == 0) {
    if (!as_exponent && exponent == 18) break;  // there is no suffix beyond E
    nano /= 1000;
    exponent += 3;
  }
  std::string out = digits_of(nano);
  if (!as_exponent) return out.append(decimal_suffixes[(exponent + nano_digits) / 3]);
  return exponent == 0 ? out : out.append("e").append(std::to_string(exponent));
}

}  // namespace

Quantity Quantity::from_integer(std::int64_t amount, Style style) {
  Quantity out;
  out.nano_ = Nano{amount} * nano_per_unit;
  out.style_ = style;
  return out;
}

Quantity Quantity::from_milli(std::int64_t amount) {
  Quantity out;
  out.nano_ = Nano{amount} * nano_per_milli;
  return out;
}

std::int64_t Quantity::milli_rounded_up() const { return divided_rounded_up(nano_, nano_per_milli); }
std::int64_t Quantity::integer_rounded_up() const { return divided_rounded_up(nano_, nano_per_unit); }

std::string Quantity::text() const {
  if (nano_ == 0) return "0";
  const Magnitude nano = magnitude_of(nano_);
  const std::string_view sign = nano_ < 0 ? "-" : "";
  // A binary suffix only where it is exact and not a mere number: 512 and 1500m stay decimal.
  const bool binary =
      style_ == Style::binary_si && nano >= Magnitude{1024} * nano_per_unit && nano % nano_per_unit == 0;
  return std::string(sign).append(binary ? binary_text(nano / nano_per_unit)
                                         : decimal_text(nano, style_ == Style::decimal_exponent));
}

Quantity operator+(const Quantity& a, const Quantity& b) {
  Quantity out;
  out.style_ = a.is_zero() ? b.style_ : a.style_;
  if (__builtin_add_overflow(a.nano_, b.nano_, &out.nano_)) {
    out.nano_ = a.nano_ > 0 ? static_cast<Wide>(magnitude_max) : -static_cast<Wide>(magnitude_max);
  }
  return out;
}

Quantity operator-(const Quantity& a, const Quantity& b) {
  Quantity negated = b;  // |nano_| never exceeds the largest positive value, so that it can be negated
  negated.nano_ = -b.nano_;
  return a + negated;
}

Result<Quantity> parse_quantity(std::string_view text) {
  constexpr std::string_view wrong_format =
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  if (text.empty()) return fail(Reason::bad_request, "{}", wrong_format);
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }

  const std::string_view suffix = text;
  text.remove_prefix(std::min(text.find_first_not_of(suffix_characters), text.size()));
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  take_digits(text);
  if (!text.empty()) return fail(Reason::bad_request, "{}", wrong_format);
  const auto scale = scale_of(suffix);
  if (!scale) return fail(Reason::bad_request, "unable to parse quantity's suffix");

  Magnitude nano = 0;
  if (scale->style == Quantity::Style::binary_si) {
    const Magnitude unit = (Magnitude{1} << (10 * scale->exponent)) * static_cast<Magnitude>(nano_per_unit);
    nano = std::min(scaled_binary(whole, fraction, unit), binary_max);
  } else {
    const auto places = static_cast<int>(std::min<std::size_t>(fraction.size(), 100'000'000));
    nano = scaled_decimal(std::string(whole).append(fraction), scale->exponent + nano_digits - places);
  }
  Quantity out;
  out.nano_ = negative ? -static_cast<Wide>(nano) : static_cast<Wide>(nano);
  const bool fraction_of_one = nano > 0 && nano < static_cast<Magnitude>(nano_per_unit);
  out.style_ =
      scale->style == Quantity::Style::binary_si && fraction_of_one ? Quantity::Style::decimal_si : scale->style;
  return out;
}

}  // namespace slipway::kube
