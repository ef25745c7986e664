#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "api/placement.h"
#include "hub/scheduler/bindings.h"

// Spreading clusters over the values of a label (placement 3.14). Pure.
namespace slipway::hub::scheduler {

// What one more pick, on a given cluster, would do to the spread.
struct SpreadVerdict {
  std::int32_t score = 0;    // added up over the constraints
  std::string why_rejected;  // "" when every constraint that must hold does
};

// The spread of the clusters that are `placed`, over the domains of the whole fleet: the distinct values of each
// constraint's label over all members. A move into the emptiest domain is never refused, however uneven the fleet is:
// it is the way back.
class TopologySpread {
 public:
  using Placed = std::set<std::string, std::less<>>;
  TopologySpread(const std::vector<api::TopologySpreadConstraint>& constraints, const Members& members,
                 const Placed& placed);
  [[nodiscard]] SpreadVerdict verdict(const api::MemberCluster& member) const;

 private:
  struct Constraint {
    const api::TopologySpreadConstraint* rule = nullptr;
    std::map<std::string, std::int32_t, std::less<>> placed_in;  // by domain
    std::int32_t smallest = 0, largest = 0;
    bool one_is_smallest = false;  // there is more than one domain, and just one has the smallest count
  };
  std::vector<Constraint> constraints_;
};

}  // namespace slipway::hub::scheduler
