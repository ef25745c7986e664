#include "cli/requeue_flags.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace slipway::cli {
namespace {

constexpr std::string_view prefix = "work-applier-requeue-rate-limiter-";

// A flag's number and its range. An exclusive lower end is for what must be more than it.
struct Number {
  std::string_view name;
  double RequeueChoice::* value;
  double least;
  bool is_least_allowed;
  double most;
  std::string_view help;
};
constexpr double no_limit = 1e9;
constexpr Number numbers[] = {
    {"fixed-delay-seconds", &RequeueChoice::fixed_delay, 2, true, 300, "The first delays"},
    {"exponential-base-for-slow-backoff", &RequeueChoice::slow_base, 1.05, true, 2, "Each slow delay times the last"},
    {"initial-slow-backoff-delay-seconds", &RequeueChoice::initial_slow, 2, true, no_limit, "The first slow delay"},
    {"max-slow-backoff-delay-seconds", &RequeueChoice::max_slow, 2, true, no_limit, "Where delays grow fast"},
    {"exponential-base-for-fast-backoff", &RequeueChoice::fast_base, 1, false, 2, "Each fast delay times the last"},
    {"max-fast-backoff-delay-seconds", &RequeueChoice::max_fast, 0, false, 3600, "The longest delay"},
};
constexpr std::string_view attempts_flag = "attempts-with-fixed-delay";
constexpr std::string_view skip_flag = "skip-to-fast-backoff-for-available-or-diff-reported-work-objs";

std::string range_of(const Number& number) {
  if (number.most == no_limit) return fmt::format("at least {}", number.least);
  return fmt::format("{} {} to {}", number.is_least_allowed ? "from" : "more than", number.least, number.most);
}

}  // namespace

void add_requeue_flags(CLI::App& app, RequeueChoice& choice) {
  constexpr auto group = "Works with objects that cannot be watched are looked at again after delays";
  app.add_option(fmt::format("--{}{}", prefix, attempts_flag), choice.fixed_attempts, "Delays before they grow")
      ->capture_default_str()
      ->group(group);
  for (const Number& number : numbers) {
    app.add_option(fmt::format("--{}{}", prefix, number.name), choice.*number.value, std::string(number.help))
        ->capture_default_str()
        ->group(group);
  }
  app.add_flag(fmt::format("--{}{}", prefix, skip_flag), choice.skip_to_fast, "What is available is looked at less")
      ->default_str("true")
      ->group(group);
}

std::string check_requeue_flags(const RequeueChoice& choice) {
  std::string problems;
  const auto add = [&](const std::string& problem) { problems += (problems.empty() ? "" : "\n  ") + problem; };
  if (choice.fixed_attempts < 1 || choice.fixed_attempts > 40)
    add(fmt::format("--{}{} {}: it is from 1 to 40", prefix, attempts_flag, choice.fixed_attempts));
  for (const Number& number : numbers) {
    const double value = choice.*number.value;
    const bool is_in = (number.is_least_allowed ? value >= number.least : value > number.least) && value <= number.most;
    if (!is_in) add(fmt::format("--{}{} {}: it is {}", prefix, number.name, value, range_of(number)));
  }
  const auto compare = [&](std::string_view smaller, double small, std::string_view larger, double large) {
    if (!(small <= large))
      add(fmt::format("--{}{} {} is more than --{}{} {}", prefix, smaller, small, prefix, larger, large));
  };
  compare("initial-slow-backoff-delay-seconds", choice.initial_slow, "max-slow-backoff-delay-seconds", choice.max_slow);
  compare("max-slow-backoff-delay-seconds", choice.max_slow, "max-fast-backoff-delay-seconds", choice.max_fast);
  compare("exponential-base-for-slow-backoff", choice.slow_base, "exponential-base-for-fast-backoff", choice.fast_base);
  return problems;
}

}  // namespace slipway::cli
