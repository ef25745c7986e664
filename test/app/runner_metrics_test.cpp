#include "app/runner_metrics.h"

#include <gmock/gmock.h>

#include "engine/caches.h"
#include "json/text.h"
#include "test/engine/support.h"

namespace slipway::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class FleetMetrics : public testing::Test {
 protected:
  void put(std::string_view group, std::string_view plural, std::string_view text) {
    auto whole = json::parse(text).value();
    whole["metadata"]["resourceVersion"] = std::to_string(++revision);
    const engine::Collection collection{engine::Side::hub, {std::string(group), std::string(plural)}};
    std::vector<kube::ObjectPtr> items = caches.list(collection, "");
    items.push_back(kube::Object::from_json({}, whole).value());
    caches.replace(collection, std::move(items), revision, "", false);
  }
  [[nodiscard]] std::string text() const {
    MetricsText text;
    add_fleet_metrics(text, caches);
    return text.take();
  }
  SimulatedClock clock;
  engine::Caches caches{clock};
  std::uint64_t revision = 0;
};

constexpr std::string_view placement_group = "placement.kubernetes-fleet.io";

// staged-update 14: one condition tells, Succeeded before Progressing before Initialized.
TEST_F(FleetMetrics, ARunHasOneSeriesWithTheConditionThatTells) {
  put(placement_group, "clusterstagedupdateruns", R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1",
    "kind":"ClusterStagedUpdateRun","metadata":{"name":"r1","uid":"u"},
    "spec":{"placementName":"p","stagedRolloutStrategyName":"s","state":"Run"},"status":{"conditions":[
      {"type":"Initialized","status":"True","reason":"I","lastTransitionTime":"1970-01-01T00:00:10Z","message":""},
      {"type":"Progressing","status":"False","reason":"UpdateRunWaiting","lastTransitionTime":"1970-01-01T00:00:20Z","message":""}]}})");
  put(placement_group, "stagedupdateruns", R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1",
    "kind":"StagedUpdateRun","metadata":{"name":"r2","namespace":"n","uid":"v"},
    "spec":{"placementName":"p","stagedRolloutStrategyName":"s"},"status":{}})");
  const std::string got = text();
  EXPECT_THAT(
      got,
      HasSubstr("fleet_workload_update_run_status_last_timestamp_seconds{namespace=\"\",name=\"r1\",state=\"Run\","
                "condition=\"Progressing\",status=\"False\",reason=\"UpdateRunWaiting\",failureType=\"none\"} 20\n"));
  EXPECT_THAT(got, Not(HasSubstr("r2"))) << "nothing is known of it yet";
}

// staged-update 14, 202 to 204. The message tells whose mistake it was, so that a restart does not forget.
TEST_F(FleetMetrics, ARunThatFailedTellsWhoseMistakeItWas) {
  struct Row {
    std::string_view rule;
    std::string_view type;
    std::string_view status;
    std::string_view reason;
    std::string_view message;
    std::string_view wanted;
  };
  const Row rows[] = {
      {"202: initialized", "Initialized", "True", "UpdateRunInitializedSuccessfully", "", "none"},
      {"202: by the user", "Initialized", "False", "UpdateRunInitializedFailed", "user error: no placement p",
       "user_error"},
      {"202: by the fleet", "Initialized", "False", "UpdateRunInitializedFailed", "two latest snapshots",
       "internal_error"},
      {"203: stuck", "Progressing", "False", "UpdateRunStuck", "Stage s waits", "internal_error"},
      {"203: taken over", "Succeeded", "False", "UpdateRunFailed", "user error: the binding b is another's",
       "user_error"},
      {"203: in KubeFleet's words", "Succeeded", "False", "UpdateRunFailed",
       "cannot continue the updateRun: failed to process the request due to a client error: no placement",
       "user_error"},
      {"203: by the fleet", "Succeeded", "False", "UpdateRunFailed", "the deletion stage is missing", "internal_error"},
      {"204: stopping", "Progressing", "Unknown", "UpdateRunStopping", "", "none"},
      {"204: stopped", "Progressing", "False", "UpdateRunStopped", "", "none"},
      {"14: waiting", "Progressing", "False", "UpdateRunWaiting", "user error: so to speak", "none"},
      {"14: succeeded", "Succeeded", "True", "UpdateRunSucceeded", "", "none"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    put(placement_group, "clusterstagedupdateruns",
        fmt::format(R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateRun",
          "metadata":{{"name":"r","uid":"u"}},"spec":{{"placementName":"p","stagedRolloutStrategyName":"s"}},
          "status":{{"conditions":[{{"type":"{}","status":"{}","reason":"{}","message":"{}",
          "lastTransitionTime":"1970-01-01T00:00:10Z"}}]}}}})",
                    row.type, row.status, row.reason, row.message));
    EXPECT_THAT(text(), HasSubstr(fmt::format(",reason=\"{}\",failureType=\"{}\"}} 10\n", row.reason, row.wanted)));
  }
}

// placement 10: the first expected condition that is not True, or Completed.
TEST_F(FleetMetrics, APlacementShowsTheFirstStepThatIsNotTrue) {
  put(placement_group, "clusterresourceplacements", R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1",
    "kind":"ClusterResourcePlacement","metadata":{"name":"p","uid":"u","generation":3},"spec":{"resourceSelectors":[]},
    "status":{"conditions":[
      {"type":"ClusterResourcePlacementScheduled","status":"True","reason":"S","observedGeneration":3,"lastTransitionTime":"1970-01-01T00:00:10Z","message":""},
      {"type":"ClusterResourcePlacementRolloutStarted","status":"False","reason":"R","observedGeneration":3,"lastTransitionTime":"1970-01-01T00:00:30Z","message":""}]}})");
  EXPECT_THAT(text(), HasSubstr("{namespace=\"\",name=\"p\",generation=\"3\",conditionType="
                                "\"ClusterResourcePlacementRolloutStarted\",status=\"False\",reason=\"R\"} 30\n"));
}

TEST_F(FleetMetrics, MembersAndEvictionsAreCountedOnce) {
  put("cluster.kubernetes-fleet.io", "memberclusters", R"({"apiVersion":"cluster.kubernetes-fleet.io/v1",
    "kind":"MemberCluster","metadata":{"name":"m1","uid":"u"},"spec":{"identity":{"kind":"User","name":"x"}},
    "status":{"conditions":[{"type":"Joined","status":"True","reason":"J","lastTransitionTime":"1970-01-01T00:00:10Z","message":""}]}})");
  put(placement_group, "clusterresourceplacementevictions", R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1",
    "kind":"ClusterResourcePlacementEviction","metadata":{"name":"e","uid":"w"},"spec":{"placementName":"p","clusterName":"m1"},
    "status":{"conditions":[
      {"type":"Valid","status":"True","reason":"V","lastTransitionTime":"1970-01-01T00:00:10Z","message":""},
      {"type":"Executed","status":"False","reason":"E","lastTransitionTime":"1970-01-01T00:00:40Z","message":""}]}})");
  const std::string got = text();
  EXPECT_THAT(got, HasSubstr("slipway_members{state=\"joined\"} 1\nslipway_members{state=\"other\"} 0\n"));
  EXPECT_THAT(got,
              HasSubstr("fleet_workload_eviction_complete{name=\"e\",isCompleted=\"true\",isValid=\"true\"} 40\n"));
}

// placement 10: the cycles of both scopes, from the runner's own numbers.
class SchedulingMetrics : public test::RunnerTest {};

TEST_F(SchedulingMetrics, CyclesByHowTheyEnded) {
  hub.put(test::widgets, test::widget("grows", 1));
  hub.put(test::widgets, test::widget("refused", 7));
  hub.fault = [](const test::FakeClient::Call& call) -> std::optional<Error> {
    if (call.kind == test::FakeClient::Call::Kind::write && call.key.name == "refused")
      return Error{.reason = Reason::forbidden, .message = "no", .causes = {}};
    return std::nullopt;
  };
  const auto controller = [](std::string name) {
    return std::make_unique<test::TestController>(
        test::TestController::Parts{.name = std::move(name),
                                    .watches = {test::watch_itself(test::hub_widgets)},
                                    .dynamic_watches = {},
                                    .indexes = {},
                                    .decide = [](const engine::Key& key, const engine::View& view, engine::Memo&, Now) {
                                      engine::Plan plan;
                                      const auto seen = view.get(test::hub_widgets, key);
                                      if (seen != nullptr && (test::size_of(seen) == 1 || test::size_of(seen) == 7))
                                        plan.chains.push_back({test::resize(test::widgets_v1, *seen, 2)});
                                      return plan;
                                    }});
  };
  restart();
  runner->add(controller("scheduler"));
  runner->add(controller("something"));
  runner->start();
  loop.run_until_idle();
  MetricsText text;
  add_scheduling_metrics(text, *runner);
  const std::string got = text.take();
  const std::string name = "\nscheduling_cycle_duration_milliseconds_";
  EXPECT_THAT(got, HasSubstr(name + "bucket{is_failed=\"true\",needs_requeue=\"false\",le=\"10\"} 1\n"));
  EXPECT_THAT(got, HasSubstr(name + "count{is_failed=\"true\",needs_requeue=\"false\"} 1\n"));
  EXPECT_THAT(got, HasSubstr(name + "count{is_failed=\"false\",needs_requeue=\"true\"} 1\n"));
  EXPECT_THAT(got, HasSubstr(name + "count{is_failed=\"false\",needs_requeue=\"false\"} 1\n"));
  EXPECT_THAT(got, HasSubstr("\nscheduling_active_workers 0\n"));
}

TEST_F(SchedulingMetrics, HowLongACycleTook) {
  struct Row {
    Duration took;
    std::string_view first;  // bucket that it is in
    std::string_view before;
  };
  using std::chrono::milliseconds;
  const Row rows[] = {{milliseconds{10}, "10", ""},           {milliseconds{11}, "50", "10"},
                      {milliseconds{200}, "500", "100"},      {milliseconds{700}, "1000", "500"},
                      {milliseconds{7'000}, "10000", "5000"}, {milliseconds{12'000}, "50000", "10000"},
                      {milliseconds{51'000}, "+Inf", "50000"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.first);
    hub.erase(test::widgets, test::in_lab("a"));
    hub.put(test::widgets, test::widget("a", 1));
    hub.answer_after.reset();
    start({.name = "scheduler-namespaced",
           .watches = {test::watch_itself(test::hub_widgets)},
           .dynamic_watches = {},
           .indexes = {},
           .decide = [](const engine::Key& key, const engine::View& view, engine::Memo&, Now) {
             engine::Plan plan;
             const auto seen = view.get(test::hub_widgets, key);
             if (seen != nullptr && test::size_of(seen) == 3)
               plan.chains.push_back({test::resize(test::widgets_v1, *seen, 4)});
             return plan;
           }});
    hub.put(test::widgets, test::widget("a", 3));
    hub.answer_after = row.took;
    loop.run_for(row.took + std::chrono::seconds{1});
    MetricsText text;
    add_scheduling_metrics(text, *runner);
    const std::string got = text.take();
    const std::string bucket =
        "scheduling_cycle_duration_milliseconds_bucket{is_failed=\"false\",needs_requeue=\"true\",le=";
    EXPECT_THAT(got, HasSubstr(fmt::format("{}\"{}\"}} 1\n", bucket, row.first)));
    if (!row.before.empty()) EXPECT_THAT(got, HasSubstr(fmt::format("{}\"{}\"}} 0\n", bucket, row.before)));
  }
}

}  // namespace
}  // namespace slipway::app
