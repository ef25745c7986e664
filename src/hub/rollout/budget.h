#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/binding.h"
#include "api/placement.h"

// Which bindings a RollingUpdate may move now (placement 4.4, 4.5). Pure.
namespace slipway::hub::rollout {

using BindingPtr = std::shared_ptr<const api::ResourceBinding>;

// How a binding's workload fares, from its current conditions.
struct Readiness {
  bool ready = false;
  bool failed = false;
  bool can_be_ready = false;
  // Not ready yet only because its availability cannot be tracked: when the period ends.
  std::optional<WallTime> ready_at{};
};
[[nodiscard]] Readiness readiness_of(const api::ResourceBinding& binding, std::chrono::seconds unavailable_period,
                                     WallTime now);

// A count, or a percentage of `target` rounded up. Error: invalid (neither).
[[nodiscard]] Result<std::int64_t> scaled(const api::IntOrString& value, std::int64_t target);

struct Candidate {
  enum class Kind : std::uint8_t { removal, bounding, update, failed_update };
  Kind kind = Kind::update;
  BindingPtr binding;
};

struct Budget {
  std::int64_t remove_max = 0;  // removals and updates of healthy bindings
  std::int64_t add_max = 0;     // bindings that come to life
};
// `target` is how many clusters the policy asks for; percentages of it round up (4.5). Error: invalid (no count and no
// percentage).
[[nodiscard]] Result<Budget> budget_for(const std::optional<api::RollingUpdateConfig>& config, std::int64_t target,
                                        const std::vector<BindingPtr>& bindings, WallTime now);
// What is moved now and what has to wait; candidates in order of binding name.
struct Choice {
  std::vector<Candidate> chosen;
  std::vector<Candidate> stale;  // updates and new bindings that have to wait; never removals
};
[[nodiscard]] Choice choose(const std::vector<Candidate>& candidates, const Budget& budget);

[[nodiscard]] std::chrono::seconds unavailable_period(const std::optional<api::RollingUpdateConfig>& config);

}  // namespace slipway::hub::rollout
