#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/binding.h"
#include "api/membership.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "engine/controller.h"

// The bindings of one placement as the scheduler sees and writes them (placement 3.2, 3.7). Pure.
namespace slipway::hub::scheduler {

using BindingPtr = std::shared_ptr<const api::ResourceBinding>;

struct Classified {
  std::vector<BindingPtr> deleting;
  std::vector<BindingPtr> unscheduled;
  std::vector<BindingPtr> dangling;  // their cluster is gone or leaving
  std::vector<BindingPtr> obsolete;  // of an older policy snapshot
  std::vector<BindingPtr> scheduled;
  std::vector<BindingPtr> bound;
};
using Members = std::map<std::string, std::shared_ptr<const api::MemberCluster>, std::less<>>;
// First matching class of 3.2 (5); each in the order given.
[[nodiscard]] Classified classify(const std::vector<BindingPtr>& bindings, const Members& members,
                                  std::string_view latest_policy);

// A cluster that was picked, with what is written into its binding's decision.
struct Pick {
  std::string cluster;
  api::ClusterDecision decision;
};

// What the picks come to (3.7): bindings to create, to move to the latest policy snapshot, and to give up.
struct CrossReferenced {
  std::vector<engine::Chain> writes;
  std::vector<api::ClusterDecision> decisions;  // of created, then patched bindings
};
[[nodiscard]] CrossReferenced cross_reference(const api::Placement& placement, std::string_view latest_policy,
                                              const Classified& classified, const std::vector<Pick>& picks);

[[nodiscard]] engine::Write mark_unscheduled(const api::ResourceBinding& binding, std::string why);
// Moves a binding to the latest policy; an unscheduled one gets its previous state back.
[[nodiscard]] engine::Write adopt(const api::ResourceBinding& binding, std::string_view latest_policy,
                                  const api::ClusterDecision& decision);
[[nodiscard]] engine::Write create_binding(const api::Placement& placement, std::string_view latest_policy,
                                           const Pick& pick, std::string_view predecessor_uid);
// Takes the scheduler's finalizer off.
[[nodiscard]] engine::Write release(const api::ResourceBinding& binding, std::string why);

}  // namespace slipway::hub::scheduler
