#include "cli/flag_ranges.h"

#include <charconv>
#include <fmt/format.h>
#include <optional>

#include "base/time.h"

namespace slipway::cli {
namespace {

// The last one counts, as in Go.
std::optional<std::string> given(const CLI::App& app, std::string_view name) {
  const CLI::Option* const option = app.get_option(fmt::format("--{}", name));
  if (option->count() == 0) return std::nullopt;
  return option->results().empty() ? std::string() : option->results().back();
}

std::optional<long long> whole_number(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string problem_of(const FlagRange& range, const std::string& text) {
  if (range.unit == FlagRange::Unit::seconds) {
    const auto duration = parse_go_duration(text);
    if (!duration) return fmt::format("--{} {}: write it as 30s, 5m or 1h", range.name, text);
    const std::chrono::seconds least{range.least};
    const std::chrono::seconds most{range.most};
    if (*duration >= least && *duration <= most) return {};
    return fmt::format("--{} {}: it is {} to {}", range.name, text, to_go_duration(least), to_go_duration(most));
  }
  const auto number = whole_number(text);
  if (!number) return fmt::format("--{} {}: it is a whole number", range.name, text);
  if (*number >= range.least && *number <= range.most) return {};
  if (*number < 0 && range.may_be_negative) return {};
  return fmt::format("--{} {}: it is {} to {}", range.name, text, range.least, range.most);
}

}  // namespace

std::string check_ranges(const CLI::App& app, std::span<const FlagRange> ranges, std::span<const RateAndBurst> pairs) {
  std::string problems;
  const auto add = [&](const std::string& problem) {
    if (!problem.empty()) problems += (problems.empty() ? "" : "\n  ") + problem;
  };
  for (const FlagRange& range : ranges) {
    if (const auto text = given(app, range.name)) add(problem_of(range, *text));
  }
  for (const RateAndBurst& pair : pairs) {
    const auto value = [&](std::string_view name, long long usual) {
      const auto text = given(app, name);
      return text ? whole_number(*text).value_or(usual) : usual;
    };
    const long long rate = value(pair.rate, pair.usual_rate);
    const long long burst = value(pair.burst, pair.usual_burst);
    if (burst < rate) add(fmt::format("--{} {} is less than --{} {}", pair.burst, burst, pair.rate, rate));
  }
  return problems;
}

}  // namespace slipway::cli
