#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::kube {

// resource.Quantity: an exact decimal amount with a suffix style. Held as an integer of 10^-9 units (nano), saturating
// at the int128 range, which covers every quantity Kubernetes accepts.
class Quantity {
 public:
  enum class Style { decimal_si, binary_si, decimal_exponent };
  Quantity() = default;
  [[nodiscard]] static Quantity from_integer(std::int64_t amount, Style style = Style::decimal_si);
  [[nodiscard]] static Quantity from_milli(std::int64_t amount);

  [[nodiscard]] bool is_zero() const { return nano_ == 0; }
  [[nodiscard]] std::int64_t milli_rounded_up() const;
  [[nodiscard]] std::int64_t integer_rounded_up() const;
  // Canonical form: "100m", "1Gi", "1500M" → what Kubernetes writes after a round trip.
  [[nodiscard]] std::string text() const;
  friend Quantity operator+(const Quantity& a, const Quantity& b);  // the style of `a`, or of `b` where `a` is zero
  friend Quantity operator-(const Quantity& a, const Quantity& b);
  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) { return a.nano_ <=> b.nano_; }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nano_ == b.nano_; }

 private:
  friend Result<Quantity> parse_quantity(std::string_view text);
  __extension__ using Nano = __int128;
  Nano nano_ = 0;
  Style style_ = Style::decimal_si;
};

// Error: bad_request.
[[nodiscard]] Result<Quantity> parse_quantity(std::string_view text);

}  // namespace slipway::kube
