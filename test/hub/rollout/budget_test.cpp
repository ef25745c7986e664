#include "hub/rollout/budget.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

// placement 4.4, 4.5; the numbers are those of 12.11.
namespace slipway::hub::rollout {
namespace {

using kube::ConditionStatus;
using Kind = Candidate::Kind;

constexpr WallTime now{1'000'000};

kube::Condition condition(std::string_view type, ConditionStatus status, std::string_view reason,
                          std::int64_t age = 1000, std::int64_t generation = 3) {
  return {.type = std::string(type),
          .status = status,
          .observed_generation = generation,
          .last_transition_time = {now.seconds - age},
          .reason = std::string(reason),
          .message = ""};
}

TEST(Budget, S4_4_Readiness) {
  constexpr auto t = ConditionStatus::true_;
  constexpr auto f = ConditionStatus::false_;
  struct Row {
    std::string rule;
    std::vector<kube::Condition> conditions;
    std::string want;  // r ready, f failed, c can be ready; then the seconds until it is ready
  };
  const std::vector<Row> rows{
      {"nothing said", {}, "c"},
      {"238: cannot be tracked, for 35 s",
       {condition("Available", t, "NotAllWorkAreAvailabilityTrackable", 35)},
       "c25"},
      {"238: the old spelling", {condition("Available", t, "WorkNotTrackable", 35)}, "c25"},
      {"239: for 61 s", {condition("Available", t, "NotAllWorkAreAvailabilityTrackable", 61)}, "rc"},
      {"for exactly the period", {condition("Available", t, "NotAllWorkAreAvailabilityTrackable", 60)}, "rc"},
      {"240", {condition("Available", t, "AllWorkAreAvailable", 1)}, "rc"},
      {"241: of an older generation", {condition("Available", t, "AllWorkAreAvailable", 1, 2)}, "c"},
      {"242", {condition("DiffReported", t, "AllWorkHaveDiffReported")}, "r"},
      {"243", {condition("DiffReported", f, "NotAllWorkHaveDiffReported")}, ""},
      {"245", {condition("Available", f, "ResourceNotAvailableYet")}, "c"},
      {"246", {condition("WorkSynchronized", f, "SyncWorkFailed")}, "f"},
      {"247: of an older generation", {condition("Applied", f, "NotAllWorkHaveBeenApplied", 1, 2)}, "c"},
      {"cannot be applied", {condition("Applied", f, "NotAllWorkHaveBeenApplied")}, "f"},
      {"cannot be overridden", {condition("Overridden", f, "OverriddenFailed")}, "f"},
      {"264: a bad version", {condition("Available", f, "NotAllWorkAreAvailable")}, "f"},
      {"4.4 [Q]: under way is not failed", {condition("Applied", f, "ApplyInProgress")}, "c"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    api::ResourceBinding binding;
    binding.metadata.generation = 3;
    binding.status.conditions = row.conditions;
    const Readiness readiness = readiness_of(binding, std::chrono::seconds{60}, now);
    std::string text;
    if (readiness.ready) text += "r";
    if (readiness.failed) text += "f";
    if (readiness.can_be_ready) text += "c";
    if (readiness.ready_at) text += std::to_string((*readiness.ready_at - now).count());
    EXPECT_EQ(text, row.want);
  }
}

// Bindings in letters: B Bound, U Unscheduled, S Scheduled; then r ready, n not ready, x failed; d being deleted.
std::vector<BindingPtr> bindings_of(const std::vector<std::string>& letters) {
  std::vector<BindingPtr> bindings;
  for (const auto& how : letters) {
    auto binding = std::make_shared<api::ResourceBinding>();
    binding->metadata.name = std::to_string(bindings.size());
    binding->metadata.generation = 3;
    binding->spec.state = how[0] == 'B' ? "Bound" : how[0] == 'U' ? "Unscheduled" : "Scheduled";
    if (how.contains('r'))
      binding->status.conditions = {condition("Available", ConditionStatus::true_, "AllWorkAreAvailable")};
    if (how.contains('x')) binding->status.conditions = {condition("Applied", ConditionStatus::false_, "ApplyFailed")};
    if (how.contains('d')) binding->metadata.deletion_timestamp = now;
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

TEST(Budget, S4_5_Budget) {
  struct Row {
    std::string rule;
    std::string unavailable, surge;  // "" = absent
    std::int64_t target;
    std::vector<std::string> bindings;
    std::int64_t remove_max, add_max;
  };
  const Row rows[] = {
      {"221", "", "", 3, {"S", "S", "S"}, -2, 4},
      {"224", "20%", "", 5, {"Br", "Br", "Br", "Br", "Br"}, 1, 2},
      {"225", "20%", "", 5, {"Bx", "Bn", "Bn", "Bn", "Bn"}, -4, 3},
      {"226", "20%", "", 5, {"Bx", "Bx", "Bx", "Br", "Br"}, -2, 5},
      {"227", "0", "1", 3, {"Br", "Br", "Br"}, 0, 1},
      {"228", "1", "1", 2, {"Ur", "Ur"}, 1, 1},
      {"229", "0", "1", 2, {"Un", "Un", "S", "S"}, -2, 1},
      {"230", "1", "0", 2, {"Ur", "Ur", "S", "S"}, 1, 0},
      {"231", "1", "1", 4, {"Un", "Un", "S", "S", "S", "S"}, -3, 3},
      {"232", "1", "0", 4, {"Br", "Br", "S", "S"}, -1, 2},
      {"233", "1", "0", 2, {"Br", "Br", "Ur", "Ur"}, 3, -2},
      {"234", "1", "0", 2, {"Br", "Br", "Ur"}, 2, -1},
      {"235", "1", "0", 3, {"Br", "Br", "Brd"}, 0, 0},
      {"237: 25% of 3", "25%", "25%", 3, {}, -2, 4},
      {"237: 50% of 3", "50%", "50%", 3, {}, -1, 5},
      {"237: 100% of 3", "100%", "100%", 3, {}, 0, 6},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    api::RollingUpdateConfig config;
    const auto value = [](const std::string& text) -> std::optional<api::IntOrString> {
      if (text.empty()) return std::nullopt;
      if (text.ends_with('%')) return api::IntOrString{text};
      return api::IntOrString{std::int64_t{std::stoll(text)}};
    };
    config.max_unavailable = value(row.unavailable);
    config.max_surge = value(row.surge);
    const auto budget = budget_for(config, row.target, bindings_of(row.bindings), now);
    ASSERT_TRUE(budget);
    EXPECT_EQ(budget->remove_max, row.remove_max);
    EXPECT_EQ(budget->add_max, row.add_max);
  }
  api::RollingUpdateConfig config;
  config.max_surge = api::IntOrString{std::string("some")};
  EXPECT_EQ(budget_for(config, 3, {}, now).error().reason, Reason::invalid);
}

TEST(Budget, S4_5_Choice) {
  struct Row {
    std::string rule;
    std::string candidates;  // r removal, b bounding, u update, f failed update
    Budget budget;
    std::string chosen, stale;  // by position
  };
  const Row rows[] = {
      {"221", "bbb", {-2, 4}, "012", ""},
      {"224", "uuuuu", {1, 2}, "0", "1234"},
      {"226", "fffuu", {-2, 5}, "012", "34"},
      {"227", "uuu", {0, 1}, "", "012"},
      {"228", "rr", {1, 1}, "0", ""},
      {"229", "rrbb", {-2, 1}, "2", "3"},
      {"230", "rrbb", {1, 0}, "0", "23"},
      {"231", "rrbbbb", {-3, 3}, "234", "5"},
      {"232", "uubb", {-1, 2}, "23", "01"},
      {"233", "rr", {3, -2}, "01", ""},
      {"234: removals before updates", "uur", {2, -1}, "20", "1"},
      {"failed ones first, whatever the budget", "rubf", {0, 0}, "3", "12"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < row.candidates.size(); ++i) {
      auto binding = std::make_shared<api::ResourceBinding>();
      binding->metadata.name = std::to_string(i);
      const char kind = row.candidates[i];
      candidates.push_back({.kind = kind == 'r'   ? Kind::removal
                                    : kind == 'b' ? Kind::bounding
                                    : kind == 'u' ? Kind::update
                                                  : Kind::failed_update,
                            .binding = std::move(binding)});
    }
    const Choice choice = choose(candidates, row.budget);
    const auto names = [](const std::vector<Candidate>& list) {
      std::string text;
      for (const auto& one : list) text += one.binding->metadata.name;
      return text;
    };
    EXPECT_EQ(names(choice.chosen), row.chosen);
    EXPECT_EQ(names(choice.stale), row.stale);
  }
}

}  // namespace
}  // namespace slipway::hub::rollout
