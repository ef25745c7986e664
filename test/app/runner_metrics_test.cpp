#include "app/runner_metrics.h"

#include <gmock/gmock.h>

#include "engine/caches.h"
#include "json/text.h"

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
      got, HasSubstr("fleet_workload_update_run_status_last_timestamp_seconds{namespace=\"\",name=\"r1\",state=\"Run\","
                     "condition=\"Progressing\",status=\"False\",reason=\"UpdateRunWaiting\"} 20\n"));
  EXPECT_THAT(got, Not(HasSubstr("r2"))) << "nothing is known of it yet";
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

}  // namespace
}  // namespace slipway::app
