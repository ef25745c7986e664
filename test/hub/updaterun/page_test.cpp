// The how-to's runs, by the run controller alone, against the recorded ones (staged-update 16.1, 16.5).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/text.h"
#include "test/hub/recorded.h"
#include "test/hub/updaterun/play.h"

namespace slipway::hub::updaterun {
namespace {

using api::UpdateRunState;
using hub::testing::comparable;
using hub::testing::differences;
using hub::testing::Recording;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Play;

// A run or an object it writes, without what is not the same in ours:
// generations (recorded deviation 1) become "current" where they are, moments
// become "set".
json::Value normal(json::Value object, const json::Value& generation) {
  if (json::Array* const elements = object.array()) {
    for (auto& element : *elements) element = normal(std::move(element), generation);
  }
  if (json::Object* const members = object.object()) {
    for (auto& [key, member] : *members) {
      if (key == "observedGeneration" && member == generation) member = "current";
      if (key == "startTime" || key == "endTime") member = "set";
      member = normal(std::move(member), generation);
    }
  }
  return object;
}

json::Value normal(const json::Value& object) {
  const json::Value* const generation = object.find_path({"metadata", "generation"});
  json::Value value = normal(comparable(object), generation == nullptr ? json::Value() : *generation);
  value["metadata"].object()->erase("generation");
  if (value.text_at({"spec", "resourceSnapshotIndex"}).empty() && value.find("spec") != nullptr) {
    value["spec"].object()->erase("resourceSnapshotIndex");
  }
  return value;
}

// The page of one scope: the fleet as recorded before any run, then the run controller alone.
class Page {
 public:
  explicit Page(api::Scope scope) : play(scope, "my-app-namespace"), scope_(scope) {
    const bool is_cluster = scope == api::Scope::cluster;
    const Recording before(is_cluster ? "cluster/c01-placement" : "namespace/n01-placement");
    for (const std::string& plural : {plural_of<api::Placement>(), plural_of<api::SchedulingPolicySnapshot>(),
                                      plural_of<api::ResourceBinding>(), std::string("memberclusters")}) {
      for (const auto& object : before.all(plural)) play.hub.put(object);
    }
    const Recording with_strategy(is_cluster ? "cluster/c02-initialized" : "namespace/n-v1-20");
    for (const auto& object : with_strategy.all(plural_of<api::StagedUpdateStrategy>())) play.hub.put(object);
  }
  // The user's objects as they were when the resource snapshot `name` was made.
  void put_content(std::string_view step, std::string_view name) {
    const auto snapshot = Recording(step).one(plural_of<api::ResourceSnapshot>(), name);
    for (const auto& manifest : *snapshot.find_path({"spec", "selectedResources"})->array()) play.hub.put(manifest);
  }
  void create(std::string_view run, std::string_view spec) {
    auto whole = *json::parse(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"{}","metadata":{{"name":"{}"}},
             "spec":{{"placementName":"{}","stagedRolloutStrategyName":"{}",{}}}}})",
        api::gvk_of<api::StagedUpdateRun>(scope_).kind, run,
        scope_ == api::Scope::cluster ? "example-placement" : "web-app-placement",
        scope_ == api::Scope::cluster ? "example-strategy" : "app-rollout-strategy", spec));
    if (scope_ == api::Scope::namespaced) whole["metadata"]["namespace"] = play.key("").namespace_;
    play.hub.put(whole);
  }
  // Members make everything available at once, and the user approves whatever is asked.
  void finish(const std::string& run) {
    for (int round = 0; round < 20 && !play.last(run).contains("S=T:Succeeded | "); ++round) {
      for (const auto* const cluster : {"member1", "member2", "member3"}) {
        if (play.binding(cluster).spec.state == api::binding_state::bound) play.available(cluster);
      }
      for (const auto& object : play.hub.list(engine::View::collection_of<api::ApprovalRequest>(scope_), "")) {
        const auto& name = object->metadata().name;
        if (name.starts_with(run + "-") && play.request(name)->status.conditions.empty()) play.approve(name);
      }
      play.later(20);
    }
  }
  // Runs, approval requests and resource snapshots equal the recorded ones; bindings in what a run writes.
  void expect(std::string_view step) {
    SCOPED_TRACE(step);
    const Recording recording(step);
    for (const auto& plural :
         {plural_of<api::StagedUpdateRun>(), plural_of<api::ApprovalRequest>(), plural_of<api::ResourceSnapshot>()}) {
      const auto& expected = recording.all(plural);
      const auto actual = play.hub.list({engine::Side::hub, {"placement.kubernetes-fleet.io", plural}}, "");
      EXPECT_EQ(actual.size(), expected.size()) << plural;
      for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
        EXPECT_EQ(differences(normal(expected[i]), normal(actual[i]->to_value())), "") << actual[i]->key().text();
      }
    }
    for (const auto& expected : recording.all(plural_of<api::ResourceBinding>())) {
      if (scope_ == api::Scope::namespaced && expected.text_at({"kind"}) != "ResourceBinding") continue;
      const auto actual = api::to_value(play.binding(expected.text_at({"spec", "targetCluster"})));
      EXPECT_EQ(differences(comparable(*expected.find("spec")), comparable(*actual.find("spec"))), "");
    }
  }
  void available(std::string_view cluster) { play.available(cluster); }

  Play play;

 private:
  template <class T>
  [[nodiscard]] std::string plural_of() const {
    return api::resource_of<T>(scope_).resource;
  }
  api::Scope scope_;
};

TEST(Page, S16_1_AtNamespaceScope) {
  Page page(api::Scope::namespaced);
  page.put_content("namespace/n-v1-20", "web-app-placement-0-snapshot");
  page.create("web-app-rollout-v1-20", R"("state":"Initialize")");
  page.play.settle("web-app-rollout-v1-20");
  page.play.set_state(UpdateRunState::run, "web-app-rollout-v1-20");
  page.finish("web-app-rollout-v1-20");
  page.expect("namespace/n-v1-20");
  page.put_content("namespace/n-v1-21", "web-app-placement-1-snapshot");
  page.create("web-app-rollout-v1-21", R"("state":"Run")");
  page.finish("web-app-rollout-v1-21");
  page.expect("namespace/n-v1-21");
  page.create("web-app-rollback-v1-20", R"("state":"Run","resourceSnapshotIndex":"0")");
  page.finish("web-app-rollback-v1-20");
  page.expect("namespace/n-rollback");
}

TEST(Page, S16_1_AtClusterScope) {
  Page page(api::Scope::cluster);
  page.put_content("cluster/c02-initialized", "example-placement-0-snapshot");
  Play& play = page.play;

  page.create("example-run", R"("state":"Initialize")");
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully | staging after{wait}; member2"
                                                      " | canary before{approval} after{approval}; member3, "
                                                      "member1 | deletion"));
  EXPECT_EQ(play.run("example-run").metadata.generation, 1);
  EXPECT_EQ(play.look_again_in(), -1);
  page.expect("cluster/c02-initialized");
  EXPECT_EQ(play.bindings(), "member1:Scheduled member2:Scheduled member3:Scheduled");

  play.later(60);
  play.set_state(UpdateRunState::run, "example-run");
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing | "
                                                      "staging P=T:Started start after{wait}; member2 St"
                                                      " | canary before{approval} after{approval}; "
                                                      "member3, member1 | deletion"));
  EXPECT_EQ(play.bindings(),
            "member1:Scheduled member2:Bound/example-placement-0-snapshot "
            "member3:Scheduled");
  EXPECT_EQ(play.look_again_in(), 301);  // the moment member2 would be stuck
  const auto rollout_started = play.binding("member2").status.conditions.front();
  EXPECT_EQ(rollout_started.type, "RolloutStarted");
  EXPECT_EQ(rollout_started.observed_generation, play.binding("member2").metadata.generation);

  play.later(15);
  page.available("member2");
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully P=F:Waiting | staging "
                                                      "P=F:Waiting start after{wait}; member2 St Su"
                                                      " | canary before{approval} after{approval}; "
                                                      "member3, member1 | deletion"));
  EXPECT_EQ(play.look_again_in(), 20);
  page.expect("cluster/c03-staging-done");

  play.later(19);
  EXPECT_THAT(play.settle("example-run"), IsEmpty());  // 127: not a second early
  EXPECT_EQ(play.look_again_in(), 1);
  play.later(1);
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing | staging "
                                                      "P=F:Succeeded S=T:Succeeded start end"
                                                      " after{wait+E}; member2 St Su | canary before{approval} "
                                                      "after{approval}; member3, member1 | deletion",
                                                      "I=T:InitializedSuccessfully P=F:Waiting | staging "
                                                      "P=F:Succeeded S=T:Succeeded start end"
                                                      " after{wait+E}; member2 St Su | canary P=F:Waiting "
                                                      "before{approval+C} after{approval}; member3,"
                                                      " member1 | deletion"));
  EXPECT_EQ(play.look_again_in(), -1);
  page.expect("cluster/c04-waiting-before-canary");

  play.later(265);
  play.approve("example-run-before-canary");
  const std::string staging_done =
      " | staging P=F:Succeeded S=T:Succeeded start end after{wait+E}; member2 "
      "St Su | canary ";
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully P=T:Progressing" + staging_done +
                                                      "P=T:Started start before{approval+C+A} after{approval}; "
                                                      "member3 St, member1 St | deletion"));

  play.later(15);
  page.available("member3");
  page.available("member1");
  EXPECT_THAT(play.settle("example-run"), ElementsAre("I=T:InitializedSuccessfully P=F:Waiting" + staging_done +
                                                      "P=F:Waiting start before{approval+C+A} "
                                                      "after{approval+C}; member3 St Su, member1 St Su"
                                                      " | deletion"));
  page.expect("cluster/c05-waiting-after-canary");

  play.later(185);
  play.approve("example-run-after-canary");
  EXPECT_THAT(play.settle("example-run"),
              ElementsAre("I=T:InitializedSuccessfully P=T:Progressing" + staging_done +
                              "P=F:Succeeded S=T:Succeeded start end "
                              "before{approval+C+A} after{approval+C+A}; member3 St Su,"
                              " member1 St Su | deletion",
                          "I=T:InitializedSuccessfully P=F:Succeeded S=T:Succeeded" + staging_done +
                              "P=F:Succeeded S=T:Succeeded start end "
                              "before{approval+C+A} after{approval+C+A}; member3 St Su,"
                              " member1 St Su | deletion P=F:Succeeded S=T:Succeeded "
                              "start end"));
  page.expect("cluster/c06-succeeded");

  // The second version, paused after staging (c07) and resumed.
  play.later(60);
  page.put_content("cluster/c07-stopped", "example-placement-1-snapshot");
  page.create("example-run-latest", R"("state":"Run")");
  EXPECT_EQ(play.last("example-run-latest"),
            "I=T:InitializedSuccessfully P=T:Progressing | staging P=T:Started "
            "start after{wait}; member2 St"
            " | canary before{approval} after{approval}; member3, member1 | "
            "deletion");
  page.available("member2");
  play.settle("example-run-latest");
  play.later(1);
  play.set_state(UpdateRunState::stop, "example-run-latest");
  EXPECT_THAT(play.settle("example-run-latest"), ElementsAre("I=T:InitializedSuccessfully P=F:Stopped | staging "
                                                             "P=F:Stopped start after{wait}; member2 St Su"
                                                             " | canary before{approval} after{approval}; "
                                                             "member3, member1 | deletion"));
  EXPECT_EQ(play.look_again_in(), -1);
  page.expect("cluster/c07-stopped");

  // K7 and 6.3: the wait began when member2 was done, and the pause counts.
  play.later(9);
  play.set_state(UpdateRunState::run, "example-run-latest");
  EXPECT_THAT(play.settle("example-run-latest"), ElementsAre("I=T:InitializedSuccessfully P=F:Waiting | staging "
                                                             "P=F:Waiting start after{wait}; member2 St Su"
                                                             " | canary before{approval} after{approval}; "
                                                             "member3, member1 | deletion"));
  EXPECT_EQ(play.look_again_in(), 10);
  play.later(10);
  play.settle("example-run-latest");
  page.expect("cluster/c08-resumed");
  play.approve("example-run-latest-before-canary");
  play.settle("example-run-latest");
  page.available("member3"), page.available("member1");
  play.settle("example-run-latest");
  play.approve("example-run-latest-after-canary");
  play.settle("example-run-latest");
  page.expect("cluster/c09-second-succeeded");

  // 16.5: rollback takes the old snapshot as it is and relabels nothing.
  play.later(60);
  page.create("example-run-rollback", R"("state":"Run","resourceSnapshotIndex":"0")");
  play.settle("example-run-rollback");
  page.available("member2");
  play.settle("example-run-rollback");
  EXPECT_EQ(play.bindings(),
            "member1:Bound/example-placement-1-snapshot "
            "member2:Bound/example-placement-0-snapshot"
            " member3:Bound/example-placement-1-snapshot");
  play.later(20);
  play.settle("example-run-rollback");
  play.approve("example-run-rollback-before-canary");
  play.settle("example-run-rollback");
  page.available("member3"), page.available("member1");
  play.settle("example-run-rollback");
  play.approve("example-run-rollback-after-canary");
  play.settle("example-run-rollback");
  page.expect("cluster/c10-rolled-back");
  EXPECT_THAT(play.settle("example-run-rollback"), IsEmpty());
  EXPECT_EQ(play.rest().writes, 0);
}

}  // namespace
}  // namespace slipway::hub::updaterun
