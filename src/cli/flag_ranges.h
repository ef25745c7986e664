#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>

// What KubeFleet's agents refuse at their start is refused here too, also of flags that change nothing: a mistake in a
// manifest is found out by whoever makes it (placement 11.1, member 2.3).
namespace slipway::cli {

struct FlagRange {
  enum class Unit { none, seconds };  // a whole number, or a duration as Go writes it
  std::string_view name;
  long long least;
  long long most;
  Unit unit = Unit::none;
  bool may_be_negative = false;  // which is "no limit"
};

// A rate and the burst that may not be less than it, with the values they have when they are not given.
struct RateAndBurst {
  std::string_view rate;
  long long usual_rate;
  std::string_view burst;
  long long usual_burst;
};

// The last given value of each is looked at. Returns every mistake, one a line; "": none.
[[nodiscard]] std::string check_ranges(const CLI::App& app, std::span<const FlagRange> ranges,
                                       std::span<const RateAndBurst> pairs);

}  // namespace slipway::cli
