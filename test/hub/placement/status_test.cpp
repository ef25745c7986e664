#include "hub/placement/status.h"

#include <gtest/gtest.h>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/placement/steps.h"
#include "json/text.h"
#include "test/base/matchers.h"

// placement 1.12; the numbers are those of 12.4 and 12.5.
namespace slipway::hub::placement {
namespace {

constexpr WallTime now{1'700'000'000};

// What a binding says, in few letters: "T" True, "F" False, "U" Unknown, "o" True for an older generation; one a step.
struct Binding {
  std::string cluster;
  std::string steps;
  std::string snapshot = "p-1-snapshot";
  std::string policy = "p-0";
  bool deleting = false;
  bool overridden = false;
};

std::shared_ptr<const api::ResourceBinding> make_binding(const Binding& how, const api::PlacementSpec& spec) {
  auto binding = std::make_shared<api::ResourceBinding>();
  binding->metadata = {.name = "p-" + how.cluster, .generation = 4};
  if (how.deleting) binding->metadata.deletion_timestamp = now;
  binding->spec.state = api::binding_state::bound;
  binding->spec.target_cluster = how.cluster;
  binding->spec.resource_snapshot_name = how.snapshot;
  binding->spec.scheduling_policy_snapshot_name = how.policy;
  if (how.overridden) binding->spec.cluster_resource_override_snapshots = {"cro-0"};
  const api::ResourceIdentifier cfg{.version = "v1", .kind = "ConfigMap", .name = "cfg"};
  binding->status.failed_placements = {{.resource = cfg, .condition = {}}};
  binding->status.drifted_placements = {{.resource = cfg}};
  binding->status.diffed_placements = {{.resource = cfg}};
  const auto steps = expected_steps(spec);
  for (std::size_t i = 0; i < how.steps.size(); ++i) {
    const char letter = how.steps[i];
    binding->status.conditions.push_back({.type = std::string(steps[i].type),
                                          .status = letter == 'F'   ? ConditionStatus::false_
                                                    : letter == 'U' ? ConditionStatus::unknown
                                                                    : ConditionStatus::true_,
                                          .observed_generation = letter == 'o' ? 3 : 4,
                                          .last_transition_time = {},
                                          .reason = "Said",
                                          .message = "so"});
  }
  return binding;
}

snapshot::Group make_group(std::int64_t index, std::string_view config_map) {
  auto master = std::make_shared<api::ResourceSnapshot>();
  master->metadata.name = fmt::format("p-{}-snapshot", index);
  master->metadata.annotations[std::string(api::annotation::resource_hash)] = "x";
  json::Value manifest = *json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"app"}})");
  manifest["metadata"]["name"] = config_map;
  master->spec.selected_resources = {manifest};
  return {.index = index, .master = master, .members = {master}};
}

// "Scheduled=True/Reason …" with the suffix of the type.
std::string text(const api::Conditions& conditions, std::string_view prefix = "") {
  std::string all;
  for (const auto& one : conditions) {
    if (!all.empty()) all += ' ';
    EXPECT_TRUE(one.type.starts_with(prefix)) << one.type;
    all += fmt::format("{}={}/{}", one.type.substr(prefix.size()), text(one.status), one.reason);
  }
  return all;
}

class PlacementStatus : public ::testing::Test {
 protected:
  PlacementStatus() {
    placement.metadata = {.name = "p", .generation = 7};
    policy.metadata = {.name = "p-0", .generation = 2};
    policy.status.observed_crp_generation = 7;
    decide({"a", "b"});
    groups.push_back(make_group(0, "old"));
    groups.push_back(make_group(1, "new"));
  }
  void decide(const std::vector<std::string>& selected, std::size_t turned_down = 0, bool fulfilled = true) {
    policy.status.conditions = {{.type = "Scheduled",
                                 .status = fulfilled ? ConditionStatus::true_ : ConditionStatus::false_,
                                 .observed_generation = 2,
                                 .last_transition_time = {},
                                 .reason = fulfilled ? "SchedulingPolicyFulfilled" : "SchedulingPolicyUnfulfilled",
                                 .message = "scheduled"}};
    policy.status.target_clusters.clear();
    for (const auto& cluster : selected)
      policy.status.target_clusters.push_back({.cluster_name = cluster, .selected = true, .reason = "fits"});
    for (std::size_t i = 0; i < turned_down; ++i) {
      policy.status.target_clusters.push_back(
          {.cluster_name = fmt::format("no{}", i), .selected = false, .reason = "does not fit"});
    }
  }
  void external() { placement.spec.strategy = {.type = api::RolloutStrategyType::external}; }
  void report_diff() {
    placement.spec.strategy = {.apply_strategy = api::ApplyStrategy{.type = api::ApplyType::report_diff}};
  }

  Result<api::PlacementStatus> compute(const std::vector<Binding>& bindings) {
    Observed observed;
    observed.policy = std::make_shared<const api::SchedulingPolicySnapshot>(policy);
    for (const auto& one : bindings) observed.bindings.push_back(make_binding(one, placement.spec));
    observed.groups = groups;
    if (placement.spec.strategy_type() == api::RolloutStrategyType::rolling_update)
      observed.current = &observed.groups.back();
    observed.selected = {{.version = "v1", .kind = "ConfigMap", .name = "live", .namespace_ = "app"}};
    return compute_status(placement, observed, now);
  }
  std::string conditions(const Result<api::PlacementStatus>& status) {
    return status ? text(status->conditions, "ClusterResourcePlacement") : status.error().message;
  }

  api::Placement placement;
  api::SchedulingPolicySnapshot policy;
  std::vector<snapshot::Group> groups;
};

TEST_F(PlacementStatus, SchedulingIsPending) {  // 77-80
  struct Row {
    std::string_view rule;
    std::function<void(api::SchedulingPolicySnapshot&)> how;
  };
  const Row rows[] = {
      {"77: no condition", [](auto& snapshot) { snapshot.status.conditions.clear(); }},
      {"78: of an older snapshot", [](auto& snapshot) { snapshot.status.conditions[0].observed_generation = 1; }},
      {"79: of an older placement", [](auto& snapshot) { snapshot.status.observed_crp_generation = 6; }},
      {"80: unknown", [](auto& snapshot) { snapshot.status.conditions[0].status = ConditionStatus::unknown; }},
  };
  placement.status.placement_statuses = {{.cluster_name = "a"}};
  placement.status.conditions = {
      {.type = "ClusterResourcePlacementScheduled", .status = ConditionStatus::true_},
      {.type = "ClusterResourcePlacementApplied", .status = ConditionStatus::true_, .reason = "ApplySucceeded"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    decide({"a"});
    row.how(policy);
    const auto status = compute({});
    EXPECT_EQ(conditions(status), "Scheduled=Unknown/SchedulePending Applied=True/ApplySucceeded");
    EXPECT_TRUE(status->placement_statuses.empty());
    EXPECT_EQ(status->observed_resource_index, "1");
    EXPECT_EQ(status->selected_resources.front().name, "new");
  }
  external();
  const auto status = compute({});
  EXPECT_EQ(status->observed_resource_index, "");
  EXPECT_EQ(status->selected_resources.front().name, "live");  // 1.12.6
}

TEST_F(PlacementStatus, WhichClustersAppear) {
  struct Row {
    std::string_view rule;
    std::optional<api::PlacementPolicy> wanted;
    std::vector<std::string> selected;
    std::size_t turned_down;
    std::size_t want_named, want_unnamed;
  };
  const auto pick_n = [](std::int32_t count) {
    return api::PlacementPolicy{.placement_type = api::PlacementType::pick_n, .number_of_clusters = count};
  };
  const Row rows[] = {
      {"81: PickN, one is missing", pick_n(3), {"a", "b"}, 4, 2, 1},
      {"82: PickFixed, two are missing",
       api::PlacementPolicy{.placement_type = api::PlacementType::pick_fixed, .cluster_names = {"a", "b", "c"}},
       {"a"},
       2,
       1,
       2},
      {"83: PickAll misses none", std::nullopt, {"a", "b"}, 5, 2, 0},
      {"1.12.3: no more than were turned down", pick_n(9), {"a"}, 1, 1, 1},
      {"85: none selected", pick_n(2), {}, 1, 0, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    placement.spec.policy = row.wanted;
    decide(row.selected, row.turned_down, row.want_unnamed == 0);
    const auto status = compute({});
    ASSERT_THAT(status, Ok());
    ASSERT_EQ(status->placement_statuses.size(), row.want_named + row.want_unnamed);
    for (std::size_t i = 0; i < status->placement_statuses.size(); ++i) {
      const auto& one = status->placement_statuses[i];
      EXPECT_EQ(one.cluster_name.empty(), i >= row.want_named);
      if (one.cluster_name.empty()) EXPECT_EQ(text(one.conditions), "Scheduled=False/ScheduleFailed");
      EXPECT_EQ(one.conditions.front().message, one.cluster_name.empty() ? "does not fit" : "fits");
    }
    if (row.selected.empty()) EXPECT_EQ(conditions(status), "Scheduled=False/SchedulingPolicyUnfulfilled");
  }
  placement.spec.policy = pick_n(1);
  decide({"a", "b"});
  EXPECT_THAT(compute({}), FailsWith(Reason::internal));  // 84
}

TEST_F(PlacementStatus, OneClusterFollowsItsBinding) {
  struct Row {
    std::string_view rule;
    std::optional<Binding> binding;
    std::string_view cluster;    // after "Scheduled=True/Scheduled"
    std::string_view placement;  // after "Scheduled=True/SchedulingPolicyFulfilled"
    std::string_view index = "1";
  };
  const std::string_view not_known = " RolloutStarted=Unknown/RolloutStartedUnknown";
  const Row rows[] = {
      {"86: no binding", std::nullopt, not_known, not_known, ""},
      {"87: of an older policy", Binding{.cluster = "a", .steps = "TTTTT", .policy = "p-9"}, not_known, not_known, ""},
      {"88: being deleted", Binding{.cluster = "a", .steps = "TTTTT", .deleting = true}, not_known, not_known, ""},
      {"89: waits for its turn", Binding{.cluster = "a", .steps = "F", .snapshot = "p-0-snapshot"},
       " RolloutStarted=False/RolloutNotStartedYet", " RolloutStarted=False/RolloutNotStartedYet"},
      {"90: still on the older snapshot", Binding{.cluster = "a", .steps = "TTTTT", .snapshot = "p-0-snapshot"},
       not_known, not_known},
      {"91: a step of an older generation", Binding{.cluster = "a", .steps = "TToTT"},
       " RolloutStarted=True/Said Overridden=True/Said WorkSynchronized=Unknown/WorkSynchronizedUnknown",
       " RolloutStarted=True/RolloutStarted Overridden=True/NoOverrideSpecified "
       "WorkSynchronized=Unknown/WorkSynchronizedUnknown"},
      {"92: an override fails", Binding{.cluster = "a", .steps = "TF"},
       " RolloutStarted=True/Said Overridden=False/Said",
       " RolloutStarted=True/RolloutStarted Overridden=False/OverriddenFailed"},
      {"93: not applied", Binding{.cluster = "a", .steps = "TTTF"},
       " RolloutStarted=True/Said Overridden=True/Said WorkSynchronized=True/Said Applied=False/Said",
       " RolloutStarted=True/RolloutStarted Overridden=True/NoOverrideSpecified WorkSynchronized=True/WorkSynchronized "
       "Applied=False/ApplyFailed"},
      {"94: not available", Binding{.cluster = "a", .steps = "TTTTF"},
       " RolloutStarted=True/Said Overridden=True/Said WorkSynchronized=True/Said Applied=True/Said "
       "Available=False/Said",
       " RolloutStarted=True/RolloutStarted Overridden=True/NoOverrideSpecified WorkSynchronized=True/WorkSynchronized "
       "Applied=True/ApplySucceeded Available=False/ResourceNotAvailableYet"},
      {"95, 98: all is well", Binding{.cluster = "a", .steps = "TTTTT"},
       " RolloutStarted=True/Said Overridden=True/Said WorkSynchronized=True/Said Applied=True/Said "
       "Available=True/Said",
       " RolloutStarted=True/RolloutStarted Overridden=True/NoOverrideSpecified WorkSynchronized=True/WorkSynchronized "
       "Applied=True/ApplySucceeded Available=True/ResourceAvailable"},
  };
  decide({"a"});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto status = compute(row.binding ? std::vector{*row.binding} : std::vector<Binding>{});
    ASSERT_THAT(status, Ok());
    EXPECT_EQ(conditions(status), fmt::format("Scheduled=True/SchedulingPolicyFulfilled{}", row.placement));
    const auto& cluster = status->placement_statuses.front();
    EXPECT_EQ(text(cluster.conditions), fmt::format("Scheduled=True/Scheduled{}", row.cluster));
    EXPECT_EQ(cluster.observed_resource_index, row.index);
    for (const auto& one : cluster.conditions) EXPECT_EQ(one.observed_generation, 7);
    EXPECT_EQ(is_completed(placement, *status), row.rule.starts_with("95"));
  }
}

TEST_F(PlacementStatus, FindingsAreShownWhereTheyBelong) {
  struct Row {
    std::string_view rule, steps;
    bool failed, drifted, diffed, overridden;
  };
  const Row rows[] = {
      {"1.12.4: not started", "F", false, false, false, false},
      {"1.12.4: started", "TF", false, false, false, true},
      {"93: applied is false", "TTTF", true, true, true, true},
      {"94: available is false", "TTTTF", true, true, true, true},
      {"95: all true", "TTTTT", false, true, false, true},
      {"1.12.4: applied is not known", "TTTo", false, false, false, true},
  };
  decide({"a"});
  const auto check = [&](const Row& row) {
    SCOPED_TRACE(row.rule);
    const auto status = compute({{.cluster = "a", .steps = std::string(row.steps), .overridden = true}});
    const auto& cluster = status->placement_statuses.front();
    EXPECT_EQ(!cluster.failed_placements.empty(), row.failed);
    EXPECT_EQ(!cluster.drifted_placements.empty(), row.drifted);
    EXPECT_EQ(!cluster.diffed_placements.empty(), row.diffed);
    EXPECT_EQ(!cluster.applicable_cluster_resource_overrides.empty(), row.overridden);
  };
  for (const Row& row : rows) check(row);
  report_diff();
  check({"100: differences are reported", "TTTT", false, false, true, true});
  check({"101: they are not", "TTTF", false, false, false, true});
}

TEST_F(PlacementStatus, ManyClustersAreAggregated) {
  struct Row {
    std::string_view rule, a, b;
    bool b_is_overridden;
    std::string_view want;  // the last condition
    std::string_view count;
  };
  const Row rows[] = {
      {"96: unknown wins", "TTTo", "TTTF", false, "Applied=Unknown/ApplyPending", " 1 cluster"},
      {"97: the first step that is not true everywhere", "F", "TTTTT", false,
       "RolloutStarted=False/RolloutNotStartedYet", " 1 cluster"},
      {"1.12.5: false in both", "TTTF", "TTTF", false, "Applied=False/ApplyFailed", " 2 clusters"},
      {"99: one is overridden", "TT", "TTo", true, "WorkSynchronized=Unknown/WorkSynchronizedUnknown", " 2 clusters"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto status = compute({{.cluster = "a", .steps = std::string(row.a)},
                                 {.cluster = "b", .steps = std::string(row.b), .overridden = row.b_is_overridden}});
    ASSERT_THAT(status, Ok());
    EXPECT_TRUE(conditions(status).ends_with(row.want)) << conditions(status);
    EXPECT_TRUE(status->conditions.back().message.ends_with(row.count)) << status->conditions.back().message;
    const auto* const overridden = kube::find_condition(status->conditions, "ClusterResourcePlacementOverridden");
    if (row.b_is_overridden) EXPECT_EQ(overridden->reason, "OverriddenSucceeded");
  }
}

TEST_F(PlacementStatus, ReportDiffHasAnotherEnd) {  // 100-102
  decide({"a"});
  placement.status = *compute({{.cluster = "a", .steps = "TTTTT"}});
  report_diff();
  EXPECT_TRUE(conditions(compute({{.cluster = "a", .steps = "TTTT"}}))
                  .ends_with("WorkSynchronized=True/WorkSynchronized DiffReported=True/DiffReportingCompleted"));
  EXPECT_TRUE(conditions(compute({{.cluster = "a", .steps = "TTTF"}}))
                  .ends_with("DiffReported=False/DiffReportingIncompleteOrFailed"));
  EXPECT_TRUE(
      conditions(compute({{.cluster = "a", .steps = "TTT"}})).ends_with("DiffReported=Unknown/DiffReportingPending"));
}

TEST_F(PlacementStatus, TransitionTimesStayWhileTheStatusDoes) {  // 103
  decide({"a"}, 1, false);
  placement.spec.policy = api::PlacementPolicy{.placement_type = api::PlacementType::pick_n, .number_of_clusters = 2};
  placement.status = *compute({{.cluster = "a", .steps = "TTT"}});
  const WallTime earlier{now.seconds - 100};
  for (auto& one : placement.status.conditions) one.last_transition_time = earlier;
  for (auto& cluster : placement.status.placement_statuses) {
    for (auto& one : cluster.conditions) one.last_transition_time = earlier;
  }
  EXPECT_EQ(*compute({{.cluster = "a", .steps = "TTT"}}), placement.status);
  const auto moved = *compute({{.cluster = "a", .steps = "TTTT"}});
  EXPECT_EQ(kube::find_condition(moved.conditions, "ClusterResourcePlacementWorkSynchronized")->last_transition_time,
            earlier);
  EXPECT_EQ(kube::find_condition(moved.conditions, "ClusterResourcePlacementApplied")->last_transition_time, now);
}

TEST_F(PlacementStatus, ResourcePlacementsHaveTheirOwnTypes) {  // 104
  placement.metadata.namespace_ = "app";
  decide({"a"});
  EXPECT_TRUE(text(compute({{.cluster = "a", .steps = "TTTTT"}})->conditions, "ResourcePlacement")
                  .ends_with("Available=True/ResourceAvailable"));
}

TEST_F(PlacementStatus, ExternalFollowsTheBindings) {
  external();
  struct Row {
    std::string_view rule;
    std::vector<Binding> bindings;
    std::string_view want;  // the last condition
    std::string_view index, resource;
  };
  const std::string_view waits = "RolloutStarted=Unknown/RolloutControlledByExternalController";
  const Row rows[] = {
      {"110: nothing is rolled out",
       {{.cluster = "a", .steps = "", .snapshot = ""}, {.cluster = "b", .steps = "", .snapshot = ""}},
       waits,
       "",
       ""},
      {"110: there are no bindings yet", {}, waits, "", ""},
      {"111: all on one version",
       {{.cluster = "a", .steps = "TTTTT"}, {.cluster = "b", .steps = "TTTTT"}},
       "Available=True/ResourceAvailable",
       "1",
       "new"},
      {"111: all rolled back",
       {{.cluster = "a", .steps = "TTTTT", .snapshot = "p-0-snapshot"},
        {.cluster = "b", .steps = "TTTTT", .snapshot = "p-0-snapshot"}},
       "Available=True/ResourceAvailable",
       "0",
       "old"},
      {"112: on two versions",
       {{.cluster = "a", .steps = "TTTTT"}, {.cluster = "b", .steps = "TTTTT", .snapshot = "p-0-snapshot"}},
       waits,
       "",
       ""},
      {"9.1: some without any",
       {{.cluster = "a", .steps = "TTTTT"}, {.cluster = "b", .steps = "", .snapshot = ""}},
       waits,
       "",
       ""},
      {"113: one is not known to have started",
       {{.cluster = "a", .steps = "TTTTT"}, {.cluster = "b", .steps = "oTTTT"}},
       waits,
       "1",
       "new"},
      {"114: the snapshot is gone",
       {{.cluster = "a", .steps = "TTTTT", .snapshot = "p-7-snapshot"},
        {.cluster = "b", .steps = "TTTTT", .snapshot = "p-7-snapshot"}},
       waits,
       "",
       ""},
      {"9.1: as usual once it is known",
       {{.cluster = "a", .steps = "TTTTT"}, {.cluster = "b", .steps = "F"}},
       "RolloutStarted=False/RolloutNotStartedYet",
       "1",
       "new"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto status = compute(row.bindings);
    ASSERT_THAT(status, Ok());
    EXPECT_TRUE(conditions(status).ends_with(row.want)) << conditions(status);
    EXPECT_EQ(status->observed_resource_index, row.index);
    EXPECT_EQ(status->selected_resources.empty() ? "" : status->selected_resources.front().name, row.resource);
    if (row.rule.starts_with("112")) {
      EXPECT_EQ(status->placement_statuses[1].observed_resource_index, "0");
      EXPECT_TRUE(text(status->placement_statuses[1].conditions).ends_with("Available=True/Said"));
    }
    if (row.rule.starts_with("113")) EXPECT_NE(status->conditions.back().message.find("cluster b"), std::string::npos);
  }
  decide({});
  const auto nothing = compute({});
  EXPECT_EQ(conditions(nothing), "Scheduled=True/SchedulingPolicyFulfilled");
  EXPECT_EQ(nothing->selected_resources.front().name, "live");

  decide({"a"});
  groups.back().master = nullptr;
  EXPECT_THAT(compute({{.cluster = "a", .steps = "T"}}), FailsWith(Reason::internal, "master"));  // 9.1
}

}  // namespace
}  // namespace slipway::hub::placement
