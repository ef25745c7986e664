#include "hub/eviction/verdict.h"

#include <gtest/gtest.h>

#include "api/conditions.h"
#include "test/base/matchers.h"

// placement 7.1, 7.2; the numbers are those of 12.14.
namespace slipway::hub::eviction {
namespace {

using kube::ConditionStatus;
using Kind = Verdict::Kind;

constexpr WallTime now{1'000'000};

// A binding in letters: the cluster; then B Bound, S Scheduled, U Unscheduled after Bound, V Unscheduled after
// Scheduled; then a available, o of an older generation, x failed, p under way, r with a report, q whose report failed;
// d being deleted.
BindingPtr binding_of(std::string_view letters) {
  auto binding = std::make_shared<api::ResourceBinding>();
  binding->metadata.name = fmt::format("p-{}", letters);
  binding->metadata.generation = 3;
  binding->spec.target_cluster = letters.substr(0, 1);
  const char state = letters[1];
  binding->spec.state = state == 'B' ? "Bound" : state == 'S' ? "Scheduled" : "Unscheduled";
  if (state == 'U' || state == 'V')
    binding->metadata.annotations = {
        {"kubernetes-fleet.io/previous-binding-state", state == 'U' ? "Bound" : "Scheduled"}};
  const auto says = [&](std::string_view type, ConditionStatus status, std::string_view reason, int generation = 3) {
    binding->status.conditions.push_back({.type = std::string(type),
                                          .status = status,
                                          .observed_generation = generation,
                                          .reason = std::string(reason)});
  };
  for (const char letter : letters.substr(2)) {
    if (letter == 'a') says("Available", ConditionStatus::true_, "AllWorkAreAvailable");
    if (letter == 'o') says("Available", ConditionStatus::true_, "AllWorkAreAvailable", 2);
    if (letter == 'x') says("Applied", ConditionStatus::false_, "NotAllWorkHaveBeenApplied");
    if (letter == 'p') says("Applied", ConditionStatus::false_, "ApplyInProgress");
    if (letter == 'r') says("DiffReported", ConditionStatus::true_, "AllWorkHaveDiffReported");
    if (letter == 'q') says("DiffReported", ConditionStatus::false_, "NotAllWorkHaveDiffReported");
    if (letter == 'd') binding->metadata.deletion_timestamp = now;
  }
  return binding;
}

// "" none; "all"; "fixed"; else a number of clusters. With a "d" at the end it is being deleted.
std::shared_ptr<const api::Placement> placement_of(std::string policy) {
  if (policy.empty()) return nullptr;
  auto placement = std::make_shared<api::Placement>();
  placement->metadata.name = "p";
  if (policy.ends_with('d') && policy != "fixed") {
    policy.pop_back();
    placement->metadata.deletion_timestamp = now;
  }
  if (policy == "all") return placement;
  placement->spec.policy.emplace();
  if (policy == "fixed") {
    placement->spec.policy->placement_type = api::PlacementType::pick_fixed;
  } else {
    placement->spec.policy->placement_type = api::PlacementType::pick_n;
    placement->spec.policy->number_of_clusters = std::stoi(policy);
  }
  return placement;
}

// "" none; "neither"; "max 1", "min 50%".
std::shared_ptr<const api::DisruptionBudget> budget_of(std::string_view text) {
  if (text.empty()) return nullptr;
  auto budget = std::make_shared<api::DisruptionBudget>();
  if (text == "neither") return budget;
  const std::string value(text.substr(4));
  const api::IntOrString bound = value.find_first_not_of("0123456789") == std::string::npos
                                     ? api::IntOrString{std::int64_t{std::stoll(value)}}
                                     : api::IntOrString{value};
  (text.starts_with("max") ? budget->spec.max_unavailable : budget->spec.min_available) = bound;
  return budget;
}

Facts facts_of(const std::string& placement, const std::vector<std::string>& bindings, std::string_view budget,
               std::vector<std::string> picked = {}) {
  Facts facts{.placement = placement_of(placement), .bindings = {}, .budget = budget_of(budget), .picked = {}};
  for (const auto& letters : bindings) facts.bindings.push_back(binding_of(letters));
  facts.picked = std::move(picked);
  return facts;
}

TEST(EvictionVerdict, S7_1_TheOrderOfChecks) {
  struct Row {
    std::string rule;
    std::string placement;
    std::vector<std::string> bindings;
    std::string budget;
    Kind kind;
    std::string message;  // a part of it
  };
  const Row rows[] = {
      {"335", "", {}, "", Kind::invalid, "There is no ClusterResourcePlacement"},
      {"336: deleting", "alld", {"aBa"}, "", Kind::invalid, "is being deleted"},
      {"336: PickFixed", "fixed", {"aBa"}, "", Kind::invalid, "PickFixed"},
      {"337: none", "all", {"bBa"}, "", Kind::invalid, "no binding on the cluster a"},
      {"337: two", "all", {"aBa", "aBad"}, "", Kind::invalid, "2 bindings on the cluster a"},
      {"338", "all", {"aS"}, "", Kind::refused, "Nothing has been delivered"},
      {"338: before the budget", "all", {"aS"}, "max 1", Kind::refused, "Nothing has been delivered"},
      {"339", "all", {"aUa"}, "", Kind::evict, "no disruption budget"},
      {"340", "all", {"aVa"}, "", Kind::refused, "Nothing has been delivered"},
      {"341", "all", {"aBad"}, "max 1", Kind::executed, "being removed already"},
      {"341: before what was delivered", "all", {"aSd"}, "", Kind::executed, "being removed already"},
      {"342", "3", {"aBa", "bBa", "cBa"}, "", Kind::evict, "no disruption budget"},
      {"343", "3", {"aBx", "bBa", "cBa"}, "max 0", Kind::evict, "has failed"},
      {"343: before a misconfigured budget", "all", {"aBx"}, "max 1", Kind::evict, "has failed"},
      {"4.4 [Q]: under way is not failed", "3", {"aBp", "bBa", "cBa"}, "max 0", Kind::refused, "2 of 3"},
      {"6: only a report", "3", {"aBr", "bBr", "cBr"}, "max 0", Kind::evict, "reports differences"},
      {"13.3 F23: a report that failed is none", "3", {"aBq", "bBr", "cBr"}, "max 0", Kind::refused, "0 of 3"},
      {"352: maxUnavailable", "all", {"aBa"}, "max 1", Kind::refused, "misconfigured"},
      {"352: percentage", "all", {"aBa"}, "min 10%", Kind::refused, "misconfigured"},
      {"353", "3", {"aBa", "bBa", "cBa"}, "neither", Kind::refused, "3 of 3"},
      {"neither count nor percentage", "3", {"aBa"}, "max some", Kind::refused, "neither a count nor a percentage"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const Verdict verdict = judge(facts_of(row.placement, row.bindings, row.budget), "a", now);
    EXPECT_EQ(verdict.kind, row.kind);
    EXPECT_NE(verdict.message.find(row.message), std::string::npos) << verdict.message;
    EXPECT_EQ(verdict.binding == nullptr, row.kind == Kind::invalid);
    if (verdict.binding != nullptr) EXPECT_EQ(verdict.binding->spec.target_cluster, "a");
  }
}

TEST(EvictionVerdict, S7_2_Math) {
  struct Row {
    std::string rule;
    std::string placement;
    std::vector<std::string> bindings;
    std::string budget;
    std::int64_t disruptions, available, total;
    std::vector<std::string> picked{};
  };
  const Row rows[] = {
      {"344", "3", {"aBa", "bBa", "cBa"}, "max 1", 1, 3, 3},
      {"345", "3", {"aBa", "bBa", "cB"}, "max 1", 0, 2, 3},
      {"346", "3", {"aBa", "bBa", "cBa"}, "max 0", 0, 3, 3},
      {"347", "3", {"aBa", "bBa", "cBa", "dB"}, "max 50%", 1, 3, 4},
      {"348", "3", {"aBa", "bBa", "cBa"}, "min 50%", 1, 3, 3},
      {"349", "3", {"aBa", "bBa", "cBa"}, "min 100%", 0, 3, 3},
      {"350", "all", {"aBa", "bBa", "cBa"}, "min 3", 0, 3, 3},
      {"351", "all", {"aBa", "bBa", "cBa"}, "min 2", 1, 3, 3},
      {"353", "3", {"aBa", "bBa", "cBa"}, "neither", 0, 3, 3},
      {"never negative", "3", {"aB", "bB", "cB"}, "max 1", 0, 0, 3},
      {"a count of PickN", "3", {"aBa", "bBa", "cBa"}, "min 1", 2, 3, 3},
      {"of an older generation", "3", {"aBa", "bBa", "cBo"}, "max 1", 0, 2, 3},
      {"any state counts", "3", {"aBa", "bUa", "cS"}, "max 2", 1, 2, 3},
      // What was evicted a moment ago.
      {"being deleted, whatever it says: max", "3", {"aBa", "bBa", "cBad"}, "max 1", 0, 2, 3},
      {"being deleted, whatever it says: min", "3", {"aBa", "bBa", "cBad"}, "min 2", 0, 2, 3},
      {"gone and not replaced", "3", {"aBa", "bBa"}, "max 1", 0, 2, 3, {"a", "b", "c"}},
      {"replaced, and the decisions are late", "3", {"aBa", "bBa", "dS"}, "max 2", 1, 2, 3, {"a", "b", "c"}},
      {"replaced on the same cluster", "3", {"aBa", "bBa", "cBa"}, "max 1", 1, 3, 3, {"a", "b", "c"}},
      {"the fleet has no more", "3", {"aBa", "bBa"}, "max 1", 1, 2, 2, {"a", "b"}},
      {"fewer are wanted by now", "2", {"aBa", "bBa"}, "max 1", 1, 2, 2, {"a", "b", "c"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const Facts facts = facts_of(row.placement, row.bindings, row.budget, row.picked);
    const auto allowance = allowance_for(facts);
    ASSERT_TRUE(allowance);
    EXPECT_EQ(allowance->disruptions, row.disruptions);
    EXPECT_EQ(allowance->available, row.available);
    EXPECT_EQ(allowance->total, row.total);
    const Verdict verdict = judge(facts, "a", now);
    if (facts.bindings[0]->status.conditions.empty()) continue;
    EXPECT_EQ(verdict.kind, row.disruptions > 0 ? Kind::evict : Kind::refused);
    EXPECT_TRUE(verdict.by_budget);
    EXPECT_NE(verdict.message.find(fmt::format("{} of {}", row.available, row.total)), std::string::npos);
  }
}

TEST(EvictionVerdict, S7_2_BindingsThatCannotBeReadAreUnavailable) {
  Facts facts = facts_of("3", {"aBa", "bBa"}, "max 1");
  facts.unreadable_bindings = 1;
  EXPECT_EQ(allowance_for(facts)->total, 3);
  EXPECT_EQ(allowance_for(facts)->disruptions, 0);
}

TEST(EvictionVerdict, S7_2_PicksAreAskedForWhereTheyCount) {
  EXPECT_TRUE(needs_picks(facts_of("3", {}, "max 1")));
  EXPECT_FALSE(needs_picks(facts_of("3", {}, "min 1")));
  EXPECT_FALSE(needs_picks(facts_of("all", {}, "max 1")));
  EXPECT_FALSE(needs_picks(facts_of("3", {}, "")));
  EXPECT_FALSE(needs_picks(facts_of("", {}, "max 1")));
}

}  // namespace
}  // namespace slipway::hub::eviction
