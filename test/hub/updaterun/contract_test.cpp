#include "hub/updaterun/contract.h"

#include <gtest/gtest.h>

#include "test/hub/updaterun/play.h"

// staged-update 2.7: a status that breaks the contract is told from one that keeps it.
namespace slipway::hub::updaterun {
namespace {

using kube::ConditionStatus;
using testing::Fleet;
using testing::Play;

kube::Condition condition(std::string_view type, ConditionStatus status) {
  return {.type = std::string(type),
          .status = status,
          .observed_generation = 1,
          .last_transition_time = {},
          .reason = "R",
          .message = "m"};
}

TEST(Contract, S2_7_WhatIsBroken) {
  Play play(Fleet{.clusters = {{"a", {{"s", "1"}}}, {"b", {{"s", "1"}}}, {"c", {{"s", "2"}}}},
                  .leaving = {{"u"}},
                  .stages = R"([{"name":"one","labelSelector":{"matchLabels":{"s":"1"}},"maxConcurrency":1},
                                {"name":"two","labelSelector":{"matchLabels":{"s":"2"}},"maxConcurrency":1}])"});
  play.create_run();
  play.settle();
  const auto before = play.run().status;
  EXPECT_FALSE(broken_contract(before, before));
  struct Row {
    std::string broken;
    std::function<void(api::UpdateRunStatus&)> edit;
  };
  const auto start = condition("Started", ConditionStatus::true_);
  const auto done = condition("Succeeded", ConditionStatus::true_);
  const std::vector<Row> rows{
      {"K2", [&](auto& one) { one.stages_status[1].clusters[0].conditions = {start}; }},
      {"K2", [&](auto& one) { one.stages_status[1].conditions = {done}; }},
      {"K2", [&](auto& one) { one.conditions.push_back(done); }},
      {"K2", [&](auto& one) { one.deletion_stage_status->clusters[0].conditions = {start}; }},
      {"K4",
       [&](auto& one) { one.stages_status[0].before_stage_task_status = {{.type = api::StageTaskType::approval}}; }},
      {"K6",
       [&](auto& one) {
         one.stages_status[1].before_stage_task_status = {{.type = api::StageTaskType::approval}};
         one.stages_status[1].start_time = WallTime{1};
       }},
      {"K5", [](auto& one) { one.deletion_stage_status->clusters.clear(); }},
      {"K5", [](auto& one) { one.deletion_stage_status.reset(); }},
      {"K3", [&](auto& one) { one.stages_status[0].clusters[1].conditions = {start}; }},
      {"K3",
       [&](auto& one) {
         one.stages_status[0].clusters[0].conditions.clear();
         one.stages_status[0].clusters[1].conditions = {start};
       }},
      {"K5", [](auto& one) { one.stages_status[0].clusters.pop_back(); }},
      {"K5", [](auto& one) { one.stages_status.pop_back(); }},
      {"K5", [](auto& one) { one.resource_snapshot_index_used = "7"; }},
      {"K5", [](auto& one) { one.policy_snapshot_index_used = "7"; }},
      {"K5", [](auto& one) { one.applied_strategy->type = api::ApplyType::report_diff; }},
      {"K5", [](auto& one) { one.staged_update_strategy_snapshot->stages[0].max_concurrency.reset(); }},
      {"K5", [](auto& one) { one.stages_status[0].clusters[0].cluster_resource_override_snapshots = {"cro"}; }},
      {"K6", [](auto& one) { one.stages_status[0].end_time = {one.stages_status[0].start_time->seconds - 1}; }},
  };
  for (const Row& row : rows) {
    auto after = before;
    row.edit(after);
    const auto broken = broken_contract(before, after);
    ASSERT_TRUE(broken) << row.broken;
    EXPECT_EQ(broken->substr(0, 2), row.broken) << *broken;
  }
  auto over = before;
  over.conditions.push_back(condition("Succeeded", ConditionStatus::false_));
  EXPECT_FALSE(broken_contract(before, over));
  EXPECT_TRUE(broken_contract(over, before));  // 2.5
}

}  // namespace
}  // namespace slipway::hub::updaterun
