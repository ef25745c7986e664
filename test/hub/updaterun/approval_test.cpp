#include "hub/updaterun/approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/updaterun/controller.h"
#include "test/hub/updaterun/play.h"

// staged-update 7; the numbers are those of 17.
namespace slipway::hub::updaterun {
namespace {

using kube::ConditionStatus;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Play;

class Approvals : public ::testing::TestWithParam<api::Scope> {
 protected:
  // One stage that waits for its approval.
  Play waiting() {
    Play play(Fleet{
        .scope = GetParam(),
        .clusters = {{"a"}},
        .stages =
            R"([{"name":"one","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}]}])"});
    play.create_run();
    play.settle();
    return play;
  }
  static constexpr std::string_view has_started = "P=T:Progressing | one P=T:Started start before{approval+C+A}; a St";
};
INSTANTIATE_TEST_SUITE_P(UpdateRun, Approvals, ::testing::Values(api::Scope::cluster, api::Scope::namespaced),
                         [](const auto& info) { return info.param == api::Scope::cluster ? "Cluster" : "Namespaced"; });

TEST_P(Approvals, S7_1_TheObject) {  // 121
  const Play play = waiting();
  const auto request = play.request("run-before-one");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->metadata.labels, (kube::StringMap{{"kubernetes-fleet.io/targetUpdateRun", "run"},
                                                       {"kubernetes-fleet.io/targetUpdatingStage", "one"},
                                                       {"kubernetes-fleet.io/taskType", "beforeStage"},
                                                       {"kubernetes-fleet.io/isLatestUpdateRunApproval", "true"}}));
  EXPECT_EQ(request->spec.parent_stage_rollout, "run");
  EXPECT_EQ(request->spec.target_stage, "one");
  EXPECT_THAT(request->metadata.owner_references, IsEmpty());
  EXPECT_THAT(request->metadata.finalizers, IsEmpty());
  EXPECT_THAT(play.bindings(), HasSubstr("a:Scheduled"));  // K4
  EXPECT_EQ(play.look_again_in(), -1);
}

TEST_P(Approvals, S7_2_WhatCounts) {
  Play play = waiting();
  play.approve("run-before-one", ConditionStatus::true_, -1);  // 123
  EXPECT_THAT(play.settle(), IsEmpty());
  play.approve("run-before-one", ConditionStatus::false_);  // 124
  EXPECT_THAT(play.settle(), IsEmpty());
  play.approve("run-before-one", ConditionStatus::unknown);
  EXPECT_THAT(play.settle(), IsEmpty());
  EXPECT_EQ(play.request("run-before-one")->status.conditions.size(), 1);
  play.approve("run-before-one");  // 122
  EXPECT_THAT(play.last(), HasSubstr(has_started));
  const auto request = play.request("run-before-one");
  const auto& accepted = request->status.conditions.at(1);
  EXPECT_EQ(accepted.type, "ApprovalAccepted");
  EXPECT_EQ(accepted.reason, "ApprovalRequestApprovalAccepted");
  EXPECT_EQ(accepted.observed_generation, request->metadata.generation);
  play.approve("run-before-one", ConditionStatus::false_);  // 131, K8
  EXPECT_THAT(play.settle(), IsEmpty());
  play.erase<api::ApprovalRequest>("run-before-one");  // 130
  EXPECT_THAT(play.settle(), IsEmpty());
  EXPECT_EQ(play.request("run-before-one"), nullptr);
}

TEST_P(Approvals, S7_5_DeletedWithdrawnAndPrepared) {
  {  // 129
    Play play = waiting();
    const auto created = play.run().status.stages_status[0].before_stage_task_status[0].conditions[0];
    play.later(5);
    play.erase<api::ApprovalRequest>("run-before-one");
    play.settle();
    ASSERT_NE(play.request("run-before-one"), nullptr);
    EXPECT_EQ(play.run().status.stages_status[0].before_stage_task_status[0].conditions[0], created);
  }
  {  // approved, accepted by an earlier process, then withdrawn
    Play play = waiting();
    play.change<api::ApprovalRequest>(
        play.key("run-before-one"),
        [](auto& one) {
          one.status.conditions = {{.type = "ApprovalAccepted",
                                    .status = ConditionStatus::true_,
                                    .observed_generation = 1,
                                    .last_transition_time = {},
                                    .reason = "ApprovalRequestApprovalAccepted",
                                    .message = ""}};
        },
        false);
    EXPECT_THAT(play.last(), HasSubstr(has_started));
  }
  for (const std::string_view target : {"one", "two"}) {  // made by hand, without labels
    Play play(Fleet{
        .scope = GetParam(),
        .clusters = {{"a"}},
        .stages =
            R"([{"name":"one","labelSelector":{},"maxConcurrency":1,"beforeStageTasks":[{"type":"Approval"}]}])"});
    api::ApprovalRequest request;
    request.metadata.name = "run-before-one";
    request.metadata.namespace_ = play.key("").namespace_;
    request.spec = {.parent_stage_rollout = "run", .target_stage = std::string(target)};
    request.status.conditions = {{.type = "Approved",
                                  .status = ConditionStatus::true_,
                                  .observed_generation = 1,
                                  .last_transition_time = {},
                                  .reason = "early",
                                  .message = ""}};
    play.hub.put(request);
    play.create_run();
    if (target == "one") {
      EXPECT_THAT(play.last(), HasSubstr(has_started));
    } else {  // 134
      EXPECT_THAT(play.last(), HasSubstr("P=F:Failed S=F:Failed | one P=F:Failed S=F:Failed "
                                         "end before{approval+C}; a |"));
      const auto message = play.run().status.conditions.back().message;
      EXPECT_THAT(message, ::testing::AllOf(HasSubstr("two"), HasSubstr("one")));
    }
  }
}

TEST(Approval, S7_4_WhatWakesARun) {
  const auto request = [](std::string_view approved, bool accepted) {
    api::ApprovalRequest one;
    one.metadata.generation = 1;
    if (approved != "-") {
      one.status.conditions.push_back({.type = "Approved",
                                       .status = approved == "F" ? ConditionStatus::false_ : ConditionStatus::true_,
                                       .observed_generation = approved == "old" ? 0 : 1,
                                       .last_transition_time = {},
                                       .reason = "r",
                                       .message = ""});
    }
    if (accepted) {
      one.status.conditions.push_back({.type = "ApprovalAccepted",
                                       .status = ConditionStatus::true_,
                                       .observed_generation = 1,
                                       .last_transition_time = {},
                                       .reason = "r",
                                       .message = ""});
    }
    return one;
  };
  struct Row {
    std::string_view before, after;
    bool wakes;
  };
  const Row rows[] = {{"-", "T", true},  {"F", "T", true},  {"T", "-", true},    {"T", "F", true},  {"-", "-", false},
                      {"T", "T", false}, {"F", "F", false}, {"-", "old", false}, {"old", "T", true}};
  for (const auto& [before, after, wakes] : rows) {  // 132
    const auto x = request(before, false);
    const auto y = request(after, false);
    EXPECT_EQ(concerns_run(&x, &y), wakes) << before << " → " << after;
  }
  for (const auto& [approved, accepted, wakes] :  // 133
       {std::tuple{"-", false, true}, {"T", false, true}, {"F", false, true}, {"T", true, false}, {"F", true, false}}) {
    const auto gone = request(approved, accepted);
    EXPECT_EQ(concerns_run(&gone, nullptr), wakes) << approved << accepted;
  }
  // Whom: the run it names, in its own namespace; nobody when it names none
  // (137).
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    Play play(scope);
    const auto controller = make_controller(scope);
    const auto woken = [&](std::string_view run, api::Scope of) {
      auto one = request("T", false);
      one.metadata.name = "r-before-s";
      one.metadata.namespace_ = of == api::Scope::cluster ? "" : "ns";
      one.spec = {.parent_stage_rollout = std::string(run), .target_stage = "s"};
      const engine::Change change{.before = nullptr, .after = play.hub.put(one)};
      return hub::testing::concerned(*controller, engine::View::collection_of<api::ApprovalRequest>(of), change,
                                     play.hub);
    };
    EXPECT_EQ(woken("r", scope), (std::set<engine::Key>{play.key("r")}));
    EXPECT_THAT(woken("", scope), IsEmpty());
    EXPECT_THAT(woken("r", scope == api::Scope::cluster ? api::Scope::namespaced : api::Scope::cluster), IsEmpty());
  }
}

// 8; 17 to 22.
TEST_P(Approvals, S8_DeletionOfARun) {
  Play play = waiting();
  const auto put_request = [&](std::string_view name, std::string_view run, std::string_view namespace_) {
    api::ApprovalRequest other;
    other.metadata.name = name;
    other.metadata.namespace_ = namespace_;
    other.metadata.labels = {{"kubernetes-fleet.io/targetUpdateRun", std::string(run)}};
    play.hub.put(other);
  };
  const std::string namespace_ = play.key("").namespace_;
  put_request("labelled", "run", namespace_);
  put_request("of-another-run", "run-2", namespace_);
  if (!namespace_.empty()) put_request("elsewhere", "run", "ns-b");
  put_request("held", "run",
              namespace_);  // somebody else's finalizer does not hold the run
  play.change<api::ApprovalRequest>(play.key("held"),
                                    [](auto& one) { one.metadata.finalizers = {"example.com/audit"}; });
  const auto bindings = play.bindings();
  play.change<api::StagedUpdateRun>(play.key("run"),
                                    [&](auto& one) { one.metadata.deletion_timestamp = play.hub.now.wall; });
  EXPECT_THAT(play.settle(), IsEmpty());
  EXPECT_EQ(play.hub.get<api::StagedUpdateRun>(play.key("run")), nullptr);
  EXPECT_EQ(play.request("run-before-one"), nullptr);
  EXPECT_EQ(play.request("labelled"), nullptr);
  EXPECT_NE(play.request("of-another-run"), nullptr);
  EXPECT_TRUE(play.request("held")->metadata.is_deleting());
  if (!namespace_.empty()) EXPECT_NE(play.hub.get<api::ApprovalRequest>({"ns-b", "elsewhere"}), nullptr);
  EXPECT_EQ(play.bindings(), bindings);
  // 8: the same name starts from nothing.
  play.create_run();
  EXPECT_THAT(play.last(), HasSubstr("P=F:Waiting | one P=F:Waiting before{approval+C}; a"));
}

}  // namespace
}  // namespace slipway::hub::updaterun
