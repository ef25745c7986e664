#include "app/fleet_counts.h"

#include <gmock/gmock.h>

#include "api/kinds.h"
#include "api/membership.h"
#include "api/staged_update.h"
#include "engine/caches.h"

namespace slipway::app {
namespace {

using api::Conditions;
using api::StageUpdatingStatus;
using engine::View;
using kube::ConditionStatus;
using testing::HasSubstr;
using testing::Not;

using Edit = std::function<void(api::StagedUpdateRun&)>;

kube::Condition condition(std::string_view type, ConditionStatus status, std::int64_t since,
                          std::string_view reason = "R") {
  return {.type = std::string(type),
          .status = status,
          .observed_generation = 1,
          .last_transition_time = {since},
          .reason = std::string(reason),
          .message = ""};
}
kube::Condition is_true(std::string_view type, std::int64_t since) {
  return condition(type, ConditionStatus::true_, since);
}

// A cache of runs and members, and what is counted of its changes.
class FleetCounting : public testing::Test {
 protected:
  FleetCounting() {
    caches.on_change([this](const engine::Collection& collection, std::span<const engine::Change> changes) {
      counts->on_change(collection, changes, caches);
    });
  }
  template <class T>
  void put(T object) {
    const auto scope = api::scope_of(object.metadata);
    const auto collection = View::collection_of<T>(scope);
    object.metadata.resource_version = ++revision;
    std::vector<kube::ObjectPtr> items = caches.list(collection, "");
    std::erase_if(items, [&](const auto& item) {
      return item->key() == kube::NamespacedName{object.metadata.namespace_, object.metadata.name};
    });
    items.push_back(kube::Object::from_json({}, api::to_value(object)).value());
    caches.replace(collection, std::move(items), revision, "", false);
  }
  // The run, changed.
  void run(const Edit& edit) {
    edit(state);
    put(state);
  }
  // The caches begin anew with what they have, as after a restored backup.
  void begin_anew() {
    for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
      const auto collection = View::collection_of<api::StagedUpdateRun>(scope);
      caches.replace(collection, caches.list(collection, ""), revision, "", true);
    }
  }
  void erase_run() {
    const auto collection = View::collection_of<api::StagedUpdateRun>(api::scope_of(state.metadata));
    caches.replace(collection, {}, ++revision, "", false);
  }
  [[nodiscard]] std::string text() const {
    MetricsText text;
    counts->add_to(text);
    return text.take();
  }
  api::StagedUpdateRun a_run(std::string namespace_ = "") {
    api::StagedUpdateRun run;
    run.metadata.name = "r";
    run.metadata.namespace_ = std::move(namespace_);
    run.metadata.uid = fmt::format("u{}", ++runs);
    run.spec = {.placement_name = "p", .staged_rollout_strategy_name = "s"};
    return run;
  }

  SimulatedClock clock;
  engine::Caches caches{clock};
  std::uint64_t revision = 0;
  int runs = 0;
  std::unique_ptr<CountingObserver> counts = count_fleet();
  api::StagedUpdateRun state = a_run();
};

Edit with_stage(int clusters) {
  return [clusters](api::StagedUpdateRun& run) {
    StageUpdatingStatus stage{.stage_name = "one"};
    for (int at = 0; at < clusters; ++at) stage.clusters.push_back({.cluster_name = fmt::format("c{}", at)});
    stage.before_stage_task_status.push_back({.type = api::StageTaskType::approval, .approval_request_name = "b"});
    stage.after_stage_task_status.push_back({.type = api::StageTaskType::timed_wait});
    stage.after_stage_task_status.push_back({.type = api::StageTaskType::approval, .approval_request_name = "a"});
    run.status.stages_status = {std::move(stage)};
  };
}
// Stage Progressing with that reason; its start.
Edit progressing(std::string_view reason, std::optional<std::int64_t> start = std::nullopt) {
  return [=](api::StagedUpdateRun& run) {
    auto& stage = run.status.stages_status.front();
    if (start && !stage.start_time) stage.start_time = WallTime{*start};
    stage.conditions = {condition("Progressing", ConditionStatus::true_, 0, reason)};
  };
}
Edit finished(std::size_t cluster, std::int64_t when) {
  return [=](api::StagedUpdateRun& run) {
    run.status.stages_status.front().clusters[cluster].conditions = {is_true("Started", when - 1),
                                                                     is_true("Succeeded", when)};
  };
}
Edit approved(bool before, std::int64_t created, std::int64_t when) {
  return [=](api::StagedUpdateRun& run) {
    auto& stage = run.status.stages_status.front();
    auto& task = before ? stage.before_stage_task_status.front() : stage.after_stage_task_status.back();
    task.conditions = {is_true("ApprovalRequestCreated", created), is_true("ApprovalRequestApproved", when)};
  };
}
Edit both(const Edit& one, const Edit& other) {
  return [=](api::StagedUpdateRun& run) { one(run), other(run); };
}

constexpr std::string_view latency = "fleet_workload_update_run_approval_request_latency_seconds";
constexpr std::string_view duration = "fleet_workload_update_run_stage_cluster_updating_duration_seconds";

// staged-update 14, 205: one for each approval, when it is recorded; the value is that of the recorded times.
TEST_F(FleetCounting, AnApprovalCountsWhenItIsRecorded) {
  run(with_stage(1));
  run([](auto& run) {
    run.status.stages_status.front().before_stage_task_status.front().conditions = {
        is_true("ApprovalRequestCreated", 1000)};
  });
  EXPECT_THAT(text(), Not(HasSubstr("taskType")));
  run(approved(true, 1000, 1300));
  run([](auto& run) { run.metadata.labels["any"] = "change"; });
  const std::string labels = R"({namespace="",name="r",taskType="beforeStage")";
  std::string got = text();
  EXPECT_THAT(got, HasSubstr(fmt::format("\n{}_bucket{},le=\"60\"}} 0\n", latency, labels)));
  EXPECT_THAT(got, HasSubstr(fmt::format("\n{}_bucket{},le=\"300\"}} 1\n", latency, labels)));
  EXPECT_THAT(got, HasSubstr(fmt::format("\n{}_bucket{},le=\"86400\"}} 1\n", latency, labels)));
  EXPECT_THAT(got, HasSubstr(fmt::format("\n{}_sum{}}} 300\n{}_count{}}} 1\n", latency, labels, latency, labels)));
  EXPECT_THAT(got, Not(HasSubstr("afterStage")));
  run(approved(false, 1400, 1390));  // the clock was set back
  got = text();
  EXPECT_THAT(got, HasSubstr(fmt::format("\n{}_count{}}} 1\n", latency, labels)));
  EXPECT_THAT(got,
              HasSubstr(fmt::format("\n{}_sum{}}} 0\n", latency, R"({namespace="",name="r",taskType="afterStage")")));
}

// staged-update 14, 205.
TEST_F(FleetCounting, AStageCountsWhenItsLastClusterFinishes) {
  struct Row {
    std::string rule;
    std::vector<Edit> edits;  // one version each
    double sum = -1;          // not counted
  };
  const Row rows[] = {
      {"14: from its start to the last cluster's end",
       {progressing("StageUpdatingStarted", 100), finished(1, 130),
        both(progressing("StageUpdatingWaiting"), finished(0, 145))},
       45},
      {"14: not before", {progressing("StageUpdatingStarted", 100), finished(1, 130)}},
      {"14: once",
       {progressing("StageUpdatingStarted", 100), both(finished(0, 130), finished(1, 140)),
        progressing("StageUpdatingWaiting"),
        both(progressing("StageUpdatingSucceeded"),
             [](auto& run) { run.status.stages_status.front().end_time = WallTime{500}; })},
       40},
      {"14: started and done in one pass, after an approval",
       {progressing("StageUpdatingWaiting"),
        both(progressing("StageUpdatingWaiting", 100), both(finished(0, 100), finished(1, 100)))},
       0},
      {"14: not when it is being stopped",
       {progressing("StageUpdatingStarted", 100), progressing("StageUpdatingStopping"),
        both(finished(0, 130), finished(1, 140)), progressing("StageUpdatingStopped"),
        progressing("StageUpdatingWaiting")}},
      {"6.3: when it goes on after a stop",
       {progressing("StageUpdatingStarted", 100), progressing("StageUpdatingStopped"), finished(0, 130),
        progressing("StageUpdatingStarted"), finished(1, 180)},
       80},
      {"14: not when a cluster fails",
       {progressing("StageUpdatingStarted", 100), finished(0, 130),
        [](auto& run) {
          run.status.stages_status.front().clusters[1].conditions = {
              is_true("Started", 101), condition("Succeeded", ConditionStatus::false_, 150)};
        }}},
      {"14: not an empty stage",
       {[](auto& run) { run.status.stages_status.front().clusters.clear(); },
        both(progressing("StageUpdatingSkippedNoClusters", 100),
             [](auto& run) { run.status.stages_status.front().end_time = WallTime{100}; })}},
      {"14: not the deletion stage",
       {[](auto& run) {
          run.status.deletion_stage_status =
              StageUpdatingStatus{.clusters = {{.cluster_name = "d"}}, .start_time = WallTime{1}};
        },
        [](auto& run) { run.status.deletion_stage_status->clusters.front().conditions = {is_true("Succeeded", 9)}; }}},
  };
  for (const auto& namespace_ : {"", "n"}) {
    for (const Row& row : rows) {
      SCOPED_TRACE(row.rule);
      counts = count_fleet();
      erase_run();
      state = a_run(namespace_);
      run(with_stage(2));
      for (const Edit& edit : row.edits) run(edit);
      const std::string labels = fmt::format(R"({{namespace="{}",name="r"}})", namespace_);
      if (row.sum < 0) {
        EXPECT_THAT(text(), Not(HasSubstr(labels)));
      } else {
        EXPECT_THAT(text(), HasSubstr(fmt::format("\n{}_sum{} {}\n{}_count{} 1\n", duration, labels, row.sum, duration,
                                                  labels)));
      }
      erase_run();
    }
  }
}

// 23, 14: nothing is left of a run that is gone; another of its name begins anew.
TEST_F(FleetCounting, WhatIsKeptOfARunGoesWithIt) {
  run(with_stage(1));
  run(approved(true, 0, 10));
  run(progressing("StageUpdatingStarted", 100));
  run(finished(0, 110));
  EXPECT_THAT(text(), HasSubstr("name=\"r\""));
  erase_run();
  EXPECT_THAT(text(), Not(HasSubstr("name=\"r\"")));
  run([this](auto& run) { run = a_run(); });
  run(with_stage(1));
  run(approved(true, 0, 10));
  EXPECT_THAT(text(), HasSubstr("_count{namespace=\"\",name=\"r\",taskType=\"beforeStage\"} 1\n"));
  // Deleted and made again while nobody looked.
  run([this](auto& run) { run = a_run(); });
  EXPECT_THAT(text(), Not(HasSubstr("name=\"r\"")));
}

TEST_F(FleetCounting, NothingIsCountedAgain) {
  run(with_stage(1));
  run(approved(true, 0, 10));
  const std::string before = text();
  begin_anew();
  EXPECT_EQ(text(), before) << "neither twice nor forgotten";
  counts = count_fleet();  // as after a restart
  run(progressing("StageUpdatingStarted", 100));
  EXPECT_THAT(text(), Not(HasSubstr("name=\"r\"")));
}

// placement 10: on transition of Joined.
TEST_F(FleetCounting, MembersThatJoinAndLeave) {
  const auto member = [&](std::string name, std::optional<ConditionStatus> joined, std::int64_t generation = 1) {
    api::MemberCluster one;
    one.metadata.name = std::move(name);
    one.metadata.uid = "u";
    one.metadata.generation = generation;
    if (joined) one.status.conditions = {condition("Joined", *joined, 1)};
    if (joined) one.status.conditions.front().observed_generation = generation;
    put(one);
  };
  const auto counted = [&] {
    const std::string got = text();
    const auto value = [&](std::string_view name) {
      const auto at = got.find(fmt::format("\n{}{{result=\"success\"}} ", name));
      return got.substr(got.find("} ", at) + 2, 1);
    };
    return value("join_result_counter") + value("leave_result_counter");
  };
  EXPECT_EQ(counted(), "00");
  member("there", ConditionStatus::true_);
  EXPECT_EQ(counted(), "00") << "it had joined before anybody looked";
  member("m", std::nullopt);
  member("m", ConditionStatus::unknown);
  EXPECT_EQ(counted(), "00");
  member("m", ConditionStatus::true_);
  EXPECT_EQ(counted(), "10");
  member("m", ConditionStatus::true_, 2);
  EXPECT_EQ(counted(), "10") << "another generation is no transition";
  member("n", std::nullopt);
  member("n", ConditionStatus::true_);
  EXPECT_EQ(counted(), "20");
  member("m", ConditionStatus::false_);
  EXPECT_EQ(counted(), "21");
}

}  // namespace
}  // namespace slipway::app
