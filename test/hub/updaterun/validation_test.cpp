#include "hub/updaterun/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/names.h"
#include "test/hub/updaterun/play.h"

// staged-update 4; the numbers are those of 17.
namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using kube::ConditionStatus;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Play;

using Edit = std::function<void(Play&)>;

Edit status(std::function<void(api::UpdateRunStatus&)> edit) {
  return [=](Play& play) {
    play.change<api::StagedUpdateRun>(play.key("run"), [&](auto& run) { edit(run.status); }, false);
  };
}
Edit policy(std::function<void(api::SchedulingPolicySnapshot&)> edit) {
  return [=](Play& play) { play.change<api::SchedulingPolicySnapshot>(play.key("app-0"), edit, false); };
}
Edit member(std::string_view name, kube::StringMap labels) {
  return [=, cluster = std::string(name)](Play& play) {
    play.change<api::MemberCluster>({"", cluster}, [&](auto& one) { one.metadata.labels = labels; }, false);
  };
}

const Fleet fleet{.clusters = {{"a", {{"r", "e"}, {"n", "1"}}}, {"b", {{"r", "e"}, {"n", "2"}}}, {"c", {{"r", "w"}}}},
                  .leaving = {{"u"}, {"v"}},
                  .policy = R"({"placementType":"PickN","numberOfClusters":3})",
                  .stages =
                      R"([{"name":"east","labelSelector":{"matchLabels":{"r":"e"}},"sortingLabelKey":"n",
                                 "maxConcurrency":1},
                                {"name":"west","labelSelector":{"matchLabels":{"r":"w"}},"maxConcurrency":1}])"};

// What changes while a run is under way (4). Every check at once in the states
// Initialize, Run and Stop: the run fails, what the stages show stays, and no
// binding is touched.
TEST(Validation, S4_WhatEndsARun) {
  const std::vector<std::pair<std::string, Edit>> rows{
      {"153, V1: no placement", [](Play& p) { p.erase<api::Placement>("app"); }},
      {"154, V2: RollingUpdate",
       [](Play& p) { p.change<api::Placement>(p.key("app"), [](auto& one) { one.spec.strategy.reset(); }); }},
      {"155, V3: another apply strategy",
       [](Play& p) {
         p.change<api::Placement>(p.key("app"), [](auto& one) {
           one.spec.strategy->apply_strategy.emplace().type = api::ApplyType::report_diff;
         });
       }},
      {"156, V4: no policy snapshot", [](Play& p) { p.erase<api::SchedulingPolicySnapshot>("app-0"); }},
      {"V4: not scheduled", policy([](auto& one) { one.status.conditions[0].status = ConditionStatus::false_; })},
      {"V4: a count that is none",
       policy([](auto& one) { one.metadata.annotations["kubernetes-fleet.io/number-of-clusters"] = "many"; })},
      {"157, V5: another policy",
       policy([](auto& one) { one.metadata.labels["kubernetes-fleet.io/policy-index"] = "1"; })},
      {"158, V6: another count",
       policy([](auto& one) { one.metadata.annotations["kubernetes-fleet.io/number-of-clusters"] = "4"; })},
      {"V7: a binding less", [](Play& p) { p.erase<api::ResourceBinding>("app-c"); }},
      {"160, V8: the strategy is gone", status([](auto& one) { one.staged_update_strategy_snapshot.reset(); })},
      {"162, V9, V11: a cluster moves to another stage", member("b", {{"r", "w"}, {"n", "2"}})},
      {"V9: a cluster is in no stage", member("c", {})},
      {"V9: a sorting label is gone", member("b", {{"r", "e"}})},
      {"163, V11: another order", member("b", {{"r", "e"}, {"n", "0"}})},
      {"V9: a member is gone",
       [](Play& p) { p.hub.erase(engine::View::collection_of<api::MemberCluster>(api::Scope::cluster), {"", "c"}); }},
      {"160, V10: the stages are gone", status([](auto& one) { one.stages_status.clear(); })},
      {"161, V10: a stage more", status([](auto& one) {
         auto extra = one.staged_update_strategy_snapshot->stages[0];
         extra.name = "more", extra.label_selector.reset();
         one.staged_update_strategy_snapshot->stages.push_back(extra);
       })},
      {"161, V10: a stage renamed",
       status([](auto& one) { one.staged_update_strategy_snapshot->stages[0].name = "orient"; })},
      {"V12: no concurrency",
       status([](auto& one) { one.staged_update_strategy_snapshot->stages[1].max_concurrency.reset(); })},
      {"160, 167, V14: the deletion stage is gone", status([](auto& one) { one.deletion_stage_status.reset(); })},
      {"167, V14: one more to remove", status([](auto& one) { one.deletion_stage_status->clusters.pop_back(); })},
  };
  for (const auto state : {UpdateRunState::initialize, UpdateRunState::run, UpdateRunState::stop}) {
    for (const auto& [rule, edit] : rows) {
      SCOPED_TRACE(fmt::format("{}, state {}", rule, api::text(state)));
      Play play(fleet);
      play.create_run(R"("state":"Initialize","resourceSnapshotIndex":"0")");
      play.settle();
      edit(play);
      if (state != UpdateRunState::initialize) play.set_state(state);
      EXPECT_THAT(play.last(), HasSubstr("I=T:InitializedSuccessfully P=F:Failed S=F:Failed"));
      EXPECT_THAT(play.last(), Not(HasSubstr("east P=")));
      EXPECT_THAT(play.bindings(), Not(HasSubstr("Bound")));  // 169
      EXPECT_EQ(play.look_again_in(), -1);
      const std::string cause = play.run().status.conditions.back().message;
      EXPECT_FALSE(cause.empty());
      // 203: a moved cluster is caught by V11 already.
      const bool is_users = std::ranges::any_of(std::array{"V1:", "V2:", "V3:", "V9:"},
                                                [&](const char* part) { return rule.contains(part); });
      EXPECT_EQ(blame_of(cause), is_users ? Blame::user : Blame::internal) << cause;
    }
  }
}

// 2.6, 14: also of runs that KubeFleet has ended.
TEST(Validation, S14_WhoseMistakeACauseTells) {
  EXPECT_EQ(blame_of(cause_of({.message = "no placement", .blame = Blame::user})), Blame::user);
  EXPECT_EQ(blame_of(cause_of({.message = "two latest snapshots", .blame = Blame::internal})), Blame::internal);
  EXPECT_EQ(blame_of("cannot continue the updateRun: failed to validate the updateRun: failed to process the request "
                     "due to a client error: parent placement not found"),
            Blame::user);
  EXPECT_EQ(blame_of("stage one has failed: user error: no"), Blame::internal) << "only the beginning tells";
  EXPECT_EQ(blame_of(""), Blame::internal);
}

TEST(Validation, S4_StagesKeepWhatTheyShowed) {
  Play play(fleet);
  play.create_run();
  play.settle();
  play.erase<api::Placement>("app");
  EXPECT_EQ(play.last(),
            "I=T:InitializedSuccessfully P=F:Failed S=F:Failed | "
            "east P=T:Started start; a St, b | west; c"
            " | deletion; u, v");
}

TEST(Validation, S4_WhatIsTolerated) {
  const std::vector<std::pair<std::string, Edit>> rows{
      {"164: a label that decides nothing", member("a", {{"r", "e"}, {"n", "1"}, {"team", "x"}})},
      {"165: the strategy is gone", [](Play& p) { p.erase<api::StagedUpdateStrategy>("plan"); }},
      {"the snapshot is gone", [](Play& p) { p.erase<api::ResourceSnapshot>("app-0-snapshot"); }},
      {"159: the condition is written anew",
       policy([](auto& one) { one.status.conditions[0].last_transition_time = {1}; })},
      {"a member that nobody selected", [](Play& p) { p.put_member({"x", {{"r", "e"}}}); }},
      {"167, V14: one less to remove", [](Play& p) { p.erase<api::ResourceBinding>("app-u"); }},
      {"the placement is being deleted",
       [](Play& p) {
         p.change<api::Placement>(p.key("app"), [&](auto& one) { one.metadata.deletion_timestamp = p.hub.now.wall; });
       }},
      {"the placement keeps fewer versions",
       [](Play& p) { p.change<api::Placement>(p.key("app"), [](auto& one) { one.spec.revision_history_limit = 3; }); }},
  };
  for (const auto& [rule, edit] : rows) {
    SCOPED_TRACE(rule);
    Play play(fleet);
    play.create_run();
    play.settle();
    edit(play);
    play.available("a");
    EXPECT_THAT(play.last(), HasSubstr("P=T:Progressing | east P=T:Started "
                                       "start; a St Su, b St | west; c"));
  }
}

TEST(Validation, S4_168_ABindingInBetweenIsWaitedFor) {
  Play play(fleet);
  play.create_run();
  play.settle();
  play.available("a");
  play.change_binding("c", [](auto& one) { one.spec.scheduling_policy_snapshot_name = "app-old"; });
  EXPECT_THAT(play.settle(), IsEmpty());
  EXPECT_GT(play.look_again_in(), 0);
  play.change_binding("c", [](auto& one) { one.spec.scheduling_policy_snapshot_name = "app-0"; });
  EXPECT_THAT(play.last(), HasSubstr("a St Su, b St"));
}

// V13 to V16, from what is recorded alone (166, 167).
TEST(Validation, S4_V13_WhereARunStands) {
  struct Stage {
    char succeeded = '-';    // T, F, -
    char progressing = '-';  // T, F, U, -
    std::string clusters;    // per cluster: '.' untouched, 's' started, 'd' done,
                             // 'f' failed
  };
  struct Row {
    std::string rule;
    std::vector<Stage> stages;
    Stage deletion;
    std::string want;  // stage index, "deletion", "done", "fails"
  };
  const std::vector<Row> rows{
      {"nothing begun", {{'-', '-', "..."}, {'-', '-', "..."}}, {}, "0"},
      {"the first is active", {{'-', 'T', "ds."}, {'-', '-', "..."}}, {}, "0"},
      {"the first waits", {{'-', 'F', "..."}, {'-', '-', "..."}}, {}, "0"},
      {"several in flight within the limit", {{'-', 'T', "ss."}, {'-', '-', "..."}}, {}, "0"},
      {"several done", {{'-', 'T', "ddd"}, {'-', '-', "..."}}, {}, "0"},
      {"the first is done", {{'T', 'F', "ddd"}, {'-', '-', "..."}}, {}, "1"},
      {"the second is active", {{'T', 'F', "ddd"}, {'-', 'U', "s.."}}, {}, "1"},
      {"all are done", {{'T', 'F', "ddd"}, {'T', 'F', "ddd"}}, {}, "deletion"},
      {"removing", {{'T', 'F', "ddd"}, {'T', 'F', "ddd"}}, {'-', 'T', "s"}, "deletion"},
      {"removed", {{'T', 'F', "ddd"}, {'T', 'F', "ddd"}}, {'T', 'F', "d"}, "done"},
      {"a finished stage after the active one", {{'-', 'T', "s.."}, {'T', 'F', "ddd"}}, {}, "fails"},
      {"an unfinished cluster in a finished stage", {{'T', 'F', "dsd"}, {'-', '-', "..."}}, {}, "fails"},
      {"a gap before a finished stage", {{'-', '-', "..."}, {'T', 'F', "ddd"}}, {}, "fails"},
      {"a failed stage", {{'F', 'F', "d.."}, {'-', '-', "..."}}, {}, "fails"},
      {"two active stages", {{'-', 'T', "s.."}, {'-', 'T', "s.."}}, {}, "fails"},
      {"a gap before the active stage", {{'-', '-', "..."}, {'-', 'T', "s.."}}, {}, "fails"},
      {"more in flight than allowed", {{'-', 'T', "sss"}, {'-', '-', "..."}}, {}, "fails"},
      {"a failed cluster is in flight too", {{'-', 'T', "sfs"}, {'-', '-', "..."}}, {}, "fails"},
  };
  const auto condition = [](std::string_view type, char status) {
    return kube::Condition{.type = std::string(type),
                           .status = status == 'T'   ? ConditionStatus::true_
                                     : status == 'F' ? ConditionStatus::false_
                                                     : ConditionStatus::unknown,
                           .observed_generation = 1,
                           .last_transition_time = {},
                           .reason = "R",
                           .message = "told"};
  };
  const auto make = [&](const Stage& how) {
    api::StageUpdatingStatus stage{.stage_name = "s"};
    if (how.progressing != '-') stage.conditions.push_back(condition("Progressing", how.progressing));
    if (how.succeeded != '-') stage.conditions.push_back(condition("Succeeded", how.succeeded));
    for (const char letter : how.clusters) {
      api::ClusterUpdatingStatus cluster{.cluster_name = "c"};
      if (letter != '.') cluster.conditions.push_back(condition("Started", 'T'));
      if (letter == 'd') cluster.conditions.push_back(condition("Succeeded", 'T'));
      if (letter == 'f') cluster.conditions.push_back(condition("Succeeded", 'F'));
      stage.clusters.push_back(std::move(cluster));
    }
    return stage;
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    api::UpdateRunStatus run;
    run.staged_update_strategy_snapshot.emplace();
    for (const Stage& stage : row.stages) {
      run.stages_status.push_back(make(stage));
      run.staged_update_strategy_snapshot->stages.push_back(
          {.name = "s", .max_concurrency = api::IntOrString{std::int64_t{2}}});
    }
    run.deletion_stage_status = make(row.deletion);
    const auto position = find_position(run);
    std::string text = "fails";
    if (position) {
      text = position->kind == Position::Kind::updating_stage   ? std::to_string(position->stage)
             : position->kind == Position::Kind::deletion_stage ? "deletion"
                                                                : "done";
    } else {
      EXPECT_EQ(position.error().kind, Verdict::Kind::terminal);
    }
    EXPECT_EQ(text, row.want);
  }
}

TEST(Validation, S4_V15_V16_TheDeletionStageKeepsItsTurn) {
  const auto set = [](std::string_view type, ConditionStatus value) {
    return status([=](api::UpdateRunStatus& run) {
      run.deletion_stage_status->conditions.push_back({.type = std::string(type),
                                                       .status = value,
                                                       .observed_generation = 1,
                                                       .last_transition_time = {},
                                                       .reason = "R",
                                                       .message = "m"});
    });
  };
  for (const auto& [rule, edit] :
       std::vector<std::pair<std::string, Edit>>{{"V15: finished early", set("Succeeded", ConditionStatus::true_)},
                                                 {"V15: failed early", set("Succeeded", ConditionStatus::false_)},
                                                 {"V15: active early", set("Progressing", ConditionStatus::true_)}}) {
    SCOPED_TRACE(rule);
    Play play(fleet);
    play.create_run();
    play.settle();
    edit(play);
    EXPECT_THAT(play.last(), HasSubstr("P=F:Failed S=F:Failed"));
  }
  // 167: everything done, and the run's own success not recorded yet: recorded
  // in any state.
  for (const auto state : {UpdateRunState::run, UpdateRunState::stop}) {
    Play play(Fleet{.clusters = {{"a"}}});
    play.create_run();
    play.settle();
    play.available("a"), play.settle();
    status([](api::UpdateRunStatus& run) {
      kube::remove_condition(run.conditions, "Succeeded");
      run.conditions[1].status = ConditionStatus::true_;
    })(play);
    play.set_state(state);
    EXPECT_THAT(play.last(), HasSubstr("P=F:Succeeded S=T:Succeeded | one P=F:Succeeded S=T:Succeeded"));
  }
}

}  // namespace
}  // namespace slipway::hub::updaterun
