// The how-to on virtual time, through the request handling and reflectors that the sockets use.

#include <chrono>
#include <gtest/gtest.h>

#include "json/text.h"
#include "test/sim/page.h"
#include "test/sim/seeds.h"

namespace slipway::sim::testing {
namespace {

void play_both(SimulatedFleet& fleet) {
  ClusterPage cluster(fleet);
  play(cluster);
  if (::testing::Test::HasFailure()) return;
  NamespacePage namespaced(fleet);
  play(namespaced);
}

TEST(HowToSim, PlaysThePageWithoutFaults) {
  SimulatedFleet fleet(1, {});
  ASSERT_TRUE(fleet.start());
  play_both(fleet);
}

TEST(HowToSim, OneSeedOneStory) {
  const auto end_of = [](std::uint64_t seed) {
    SimulatedFleet fleet(seed, {.network = {.latency_max = std::chrono::milliseconds{50}, .lose_answer_one_in = 20},
                                .drop_memo_one_in = 3});
    EXPECT_TRUE(fleet.start());
    play_both(fleet);
    return std::pair{fleet.fleet().hub().revision(), fleet.now()};
  };
  EXPECT_EQ(end_of(7), end_of(7));
}

TEST(HowToSim, ARestartOfAQuietFleetWritesNothingButHeartbeats) {
  SimulatedFleet fleet(2, {});
  ASSERT_TRUE(fleet.start());
  play_both(fleet);
  fleet.run_for(std::chrono::minutes{10});
  // A heartbeat is one write to the InternalMemberCluster and one to the MemberCluster.
  constexpr std::uint64_t one_heartbeat_each = 3 * 2;
  const auto before = fleet.fleet().hub().revision();
  fleet.crash();
  fleet.run_for(std::chrono::seconds{1});
  EXPECT_LE(fleet.fleet().hub().revision() - before, one_heartbeat_each);
  fleet.run_for(std::chrono::minutes{10});
  EXPECT_LE(fleet.fleet().hub().revision() - before, one_heartbeat_each * 12);
}

TEST(HowToSim, ARunMadeTogetherWithItsPlacementWaitsForTheScheduler) {  // 3.4
  SimulatedFleet fleet(3, {});
  ASSERT_TRUE(fleet.start());
  ClusterPage page(fleet);
  ASSERT_TRUE(page.create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"test-namespace"}})"));
  ASSERT_TRUE(page.create(ClusterPage::strategy()));
  // The placement and its run arrive in one turn, before any controller has looked.
  apiserver::Registry& hub = fleet.fleet().hub();
  const auto post = [&](const std::string& text) {
    const auto body = json::parse(text);
    const auto version = kube::parse_group_version(body->text_at({"apiVersion"}));
    const auto resource = hub.find_kind({version->group, std::string(body->text_at({"kind"}))});
    return hub.create(*resource, "", *body, {.identity = {.user = "admin", .groups = {"system:masters"}}}).has_value();
  };
  ASSERT_TRUE(post(ClusterPage::placement()));
  ASSERT_TRUE(post(
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateRun","metadata":{"name":"eager"},
    "spec":{"placementName":"example-placement","stagedRolloutStrategyName":"example-strategy","state":"Run"}})"));
  EXPECT_TRUE(page.finish("eager"));
}

TEST(HowToSim, AnImageThatCannotBePulledStopsNothingButItsStage) {  // K9
  SimulatedFleet fleet(4, {});
  ASSERT_TRUE(fleet.start());
  NamespacePage page(fleet);
  ASSERT_TRUE(page.set_up());
  ASSERT_TRUE(page.create(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other","namespace":"my-app-namespace"}})"));
  ASSERT_TRUE(fleet.merge_patch(
      {"apps", "v1", "deployments"}, {"my-app-namespace", "web-app"},
      R"({"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:does-not-exist"}]}}}})"));
  ASSERT_TRUE(page.start_run("bad", "Run"));
  ASSERT_TRUE(page.reaches("bad", "Progressing", "UpdateRunStuck")) << "after five minutes, and nothing has failed";
  ASSERT_TRUE(
      fleet.merge_patch({"apps", "v1", "deployments"}, {"my-app-namespace", "web-app"},
                        R"({"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:v1"}]}}}})"));
  ASSERT_TRUE(page.set_state("bad", "Stop"));
  ASSERT_TRUE(page.start_run("good", "Run"));
  EXPECT_TRUE(page.finish("good"));
  EXPECT_EQ(page.versions(), "v1 v1 v1");
}

TEST(HowToSim, PlaysThePageUnderFaultsAndCrashes) {
  play_seeds(1, 6, [](SimulatedFleet& fleet, Rng&) { play_both(fleet); });
}

}  // namespace
}  // namespace slipway::sim::testing
