#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/binding.h"
#include "api/eviction.h"
#include "api/placement.h"

// What becomes of an eviction (placement 7.1, 7.2). Pure.
namespace slipway::hub::eviction {

using BindingPtr = std::shared_ptr<const api::ResourceBinding>;

// What the hub holds of a placement now, read from the server and not from a cache: each verdict is the last word.
struct Facts {
  std::shared_ptr<const api::Placement> placement;      // null: there is none
  std::vector<BindingPtr> bindings;                     // all of the placement's, in any state, deleting ones too
  std::size_t unreadable_bindings = 0;                  // more of them, which are not what their kind says
  std::shared_ptr<const api::DisruptionBudget> budget;  // null: there is none
  // The clusters its latest policy snapshot has picked. Asked for only where needs_picks() says so.
  std::vector<std::string> picked;
};

// Whether the budget counts clusters that are picked and have no binding.
[[nodiscard]] bool needs_picks(const Facts& facts);

struct Verdict {
  enum class Kind : std::uint8_t {
    invalid,   // Valid False
    executed,  // Executed True: the binding is being removed already
    evict,     // the binding has to be deleted; then Executed True
    refused,   // Executed False
  };
  Kind kind = Kind::invalid;
  BindingPtr binding;      // null if invalid
  bool by_budget = false;  // one more unavailable cluster could have changed it
  std::string message;     // a sentence: why
};
// The table of 7.1; the first row that holds.
[[nodiscard]] Verdict judge(const Facts& facts, std::string_view cluster, WallTime now);

struct Allowance {
  std::int64_t disruptions = 0;  // never negative
  std::int64_t available = 0;
  std::int64_t total = 0;
};
// 7.2, for a placement and a budget that are there and fit each other. A binding that is being deleted is no longer
// available, whatever it says; under maxUnavailable a cluster that was picked and whose binding is gone is unavailable
// until the scheduler has replaced it: what was evicted a moment ago counts. Error: invalid (no count and no
// percentage).
[[nodiscard]] Result<Allowance> allowance_for(const Facts& facts);

}  // namespace slipway::hub::eviction
