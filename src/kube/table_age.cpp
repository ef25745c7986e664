#include "kube/table_age.h"

#include <cstdint>
#include <fmt/format.h>

namespace slipway::kube {
namespace {

// "5h1m"; the smaller part only when there is one.
std::string in_two(std::int64_t large, char large_unit, std::int64_t small, char small_unit) {
  return small == 0 ? fmt::format("{}{}", large, large_unit)
                    : fmt::format("{}{}{}{}", large, large_unit, small, small_unit);
}

}  // namespace

std::string human_duration(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  const std::int64_t days = hours / 24;
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (minutes < 2) return fmt::format("{}s", seconds);
  if (minutes < 10) return in_two(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return fmt::format("{}m", minutes);
  if (hours < 8) return in_two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return in_two(days, 'd', hours % 24, 'h');
  constexpr std::int64_t year = 365;
  if (days < 2 * year) return fmt::format("{}d", days);
  if (days < 8 * year) return in_two(days / year, 'y', days % year, 'd');
  return fmt::format("{}y", days / year);
}

}  // namespace slipway::kube
