#include "apiserver/version_order.h"

#include <charconv>
#include <optional>
#include <tuple>

namespace slipway::apiserver {
namespace {

struct Version {
  int stability;  // 2 stable, 1 beta, 0 alpha
  int major;
  int minor;
};

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || number <= 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// "v1", "v1beta2"; nothing for any other form.
std::optional<Version> parse(std::string_view text) {
  if (!text.starts_with('v')) return std::nullopt;
  text.remove_prefix(1);
  const auto major = take_number(text);
  if (!major) return std::nullopt;
  if (text.empty()) return Version{.stability = 2, .major = *major, .minor = 0};
  const bool is_beta = text.starts_with("beta");
  if (!is_beta && !text.starts_with("alpha")) return std::nullopt;
  text.remove_prefix(is_beta ? 4 : 5);
  const auto minor = take_number(text);
  if (!minor || !text.empty()) return std::nullopt;
  return Version{.stability = is_beta ? 1 : 0, .major = *major, .minor = *minor};
}

}  // namespace

bool is_preferred_version(std::string_view a, std::string_view b) {
  const auto left = parse(a);
  const auto right = parse(b);
  if (!left || !right) return left.has_value() || (!right && a < b);
  return std::tie(left->stability, left->major, left->minor) > std::tie(right->stability, right->major, right->minor);
}

}  // namespace slipway::apiserver
