// The how-to on virtual time, through the request handling and reflectors that the sockets use.

#include <cstdlib>

#include "api/staged_update.h"
#include "test/sim/simulated_fleet.h"

namespace slipway::sim::testing {
namespace {

const kube::GroupVersionResource cluster_runs = api::storage_resource_of<api::StagedUpdateRun>(api::Scope::cluster);
const kube::GroupVersionResource cluster_requests = api::storage_resource_of<api::ApprovalRequest>(api::Scope::cluster);

class HowTo {
 public:
  explicit HowTo(SimulatedFleet& fleet) : fleet_(fleet) {}

  // Each returns false when the page's next line does not come true.
  [[nodiscard]] bool set_up() {
    return create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"test-namespace"}})") &&
           create(
               R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","namespace":"test-namespace"},"data":{"key":"value1"}})") &&
           create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement",
                      "metadata":{"name":"example-placement"},
                      "spec":{"resourceSelectors":[{"group":"","kind":"Namespace","name":"test-namespace","version":"v1"}],
                              "policy":{"placementType":"PickAll"},"strategy":{"type":"External"}}})") &&
           create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateStrategy",
                      "metadata":{"name":"example-strategy"},
                      "spec":{"stages":[
                        {"name":"staging","labelSelector":{"matchLabels":{"environment":"staging"}},"maxConcurrency":"30%",
                         "afterStageTasks":[{"type":"TimedWait","waitTime":"1m"}]},
                        {"name":"canary","labelSelector":{"matchLabels":{"environment":"canary"}},"sortingLabelKey":"order",
                         "maxConcurrency":2,"beforeStageTasks":[{"type":"Approval"}],"afterStageTasks":[{"type":"Approval"}]}]}})");
  }
  [[nodiscard]] bool start_run(const std::string& name, const std::string& state, const std::string& index = "") {
    const std::string pin = index.empty() ? "" : R"("resourceSnapshotIndex":")" + index + R"(",)";
    return create(
        R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateRun","metadata":{"name":")" +
        name + R"("},"spec":{"placementName":"example-placement",)" + pin +
        R"("stagedRolloutStrategyName":"example-strategy","state":")" + state + R"("}})");
  }
  [[nodiscard]] bool set_state(const std::string& run, const std::string& state) {
    fleet_.maybe_crash();
    return fleet_.merge_patch(cluster_runs, {"", run}, R"({"spec":{"state":")" + state + R"("}})").has_value();
  }
  [[nodiscard]] bool change_data(const std::string& value) {
    fleet_.maybe_crash();
    return fleet_
        .merge_patch({"", "v1", "configmaps"}, {"test-namespace", "test-cm"}, R"({"data":{"key":")" + value + R"("}})")
        .has_value();
  }
  [[nodiscard]] bool approve(const std::string& request) {
    if (!until([&] { return read<api::ApprovalRequest>(request) != nullptr; })) return false;
    fleet_.maybe_crash();
    return fleet_
        .merge_patch(
            cluster_requests, {"", request},
            R"({"status":{"conditions":[{"type":"Approved","status":"True","reason":"approved","message":"approved","lastTransitionTime":")" +
                fleet_.now_text() + R"(","observedGeneration":1}]}})",
            true)
        .has_value();
  }
  [[nodiscard]] bool reaches(const std::string& run, std::string_view type, std::string_view reason) {
    return until([&] {
      const auto found = read<api::StagedUpdateRun>(run);
      const kube::Condition* const condition =
          found == nullptr ? nullptr : kube::find_condition(found->status.conditions, type);
      return condition != nullptr && condition->reason == reason;
    });
  }
  [[nodiscard]] bool finish(const std::string& run) {
    return approve(run + "-before-canary") && approve(run + "-after-canary") &&
           reaches(run, "Succeeded", "UpdateRunSucceeded");
  }
  [[nodiscard]] std::string data_on_members() {
    std::string all;
    for (const auto member : {"member1", "member2", "member3"}) {
      all += fleet_.member_text(member, {"", "configmaps"}, {"test-namespace", "test-cm"}, {"data", "key"}) + " ";
    }
    return all;
  }
  [[nodiscard]] std::string index_used(const std::string& run) {
    const auto found = read<api::StagedUpdateRun>(run);
    return found == nullptr ? "" : found->status.resource_snapshot_index_used;
  }

 private:
  [[nodiscard]] bool create(const std::string& json) {
    fleet_.maybe_crash();
    const auto created = fleet_.create(json);
    if (!created) ADD_FAILURE() << created.error().message;
    return created.has_value();
  }
  [[nodiscard]] bool until(const std::function<bool()>& predicate) {
    return fleet_.run_until(predicate, std::chrono::minutes{15});
  }
  // As it stands on the hub now.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> read(const std::string& name) {
    const auto resource = fleet_.fleet().hub().find(api::resource_of<T>(api::Scope::cluster));
    const auto object = fleet_.fleet().hub().get(*resource, {"", name});
    return object ? engine::View::typed<T>(*object) : nullptr;
  }

  SimulatedFleet& fleet_;
};

// The cluster-scoped half of the page, with pause, resume and rollback.
void play_page(SimulatedFleet& fleet) {
  HowTo page(fleet);
  ASSERT_TRUE(page.set_up());
  ASSERT_TRUE(page.start_run("example-run", "Initialize"));
  ASSERT_TRUE(page.reaches("example-run", "Initialized", "UpdateRunInitializedSuccessfully"));
  EXPECT_EQ(page.data_on_members(), "   ") << "nothing is deployed before the run runs";
  ASSERT_TRUE(page.set_state("example-run", "Run"));
  ASSERT_TRUE(page.finish("example-run"));
  EXPECT_EQ(page.index_used("example-run"), "0");
  EXPECT_EQ(page.data_on_members(), "value1 value1 value1 ");

  ASSERT_TRUE(page.change_data("value2"));
  ASSERT_TRUE(page.start_run("example-run-latest", "Run"));
  ASSERT_TRUE(page.reaches("example-run-latest", "Progressing", "UpdateRunWaiting"));
  ASSERT_TRUE(page.set_state("example-run-latest", "Stop"));
  ASSERT_TRUE(page.reaches("example-run-latest", "Progressing", "UpdateRunStopped"));
  EXPECT_EQ(page.data_on_members(), "value1 value2 value1 ");
  ASSERT_TRUE(page.set_state("example-run-latest", "Run"));
  ASSERT_TRUE(page.finish("example-run-latest"));
  EXPECT_EQ(page.index_used("example-run-latest"), "1")
      << "the content as it was when the run began, never an older one (W1)";
  EXPECT_EQ(page.data_on_members(), "value2 value2 value2 ");

  ASSERT_TRUE(page.start_run("example-run-rollback", "Run", "0"));
  ASSERT_TRUE(page.finish("example-run-rollback"));
  EXPECT_EQ(page.data_on_members(), "value1 value1 value1 ");
  EXPECT_TRUE(fleet.violations().empty()) << fleet.violations().front();
}

TEST(HowToSim, PlaysThePageWithoutFaults) {
  SimulatedFleet fleet(1, {});
  ASSERT_TRUE(fleet.start());
  play_page(fleet);
}

TEST(HowToSim, AQuietFleetWritesNothingButHeartbeats) {
  SimulatedFleet fleet(2, {});
  ASSERT_TRUE(fleet.start());
  play_page(fleet);
  fleet.run_for(std::chrono::minutes{10});
  fleet.crash();
  // After a restart every controller looks at everything once more; heartbeats (one write on each of IMC and
  // MemberCluster a member and minute) are the only writes.
  fleet.run_for(std::chrono::seconds{1});
  const auto before = fleet.fleet().hub().revision();
  fleet.run_for(std::chrono::minutes{10});
  const auto writes = fleet.fleet().hub().revision() - before;
  EXPECT_LE(writes, 3u * 11u * 2u);
}

// As many seeds as the time allows; each draws its own mix of faults, some of them none. SLIPWAY_SIM_SECONDS sets the
// time.
TEST(HowToSim, PlaysThePageUnderFaultsAndCrashes) {
  const char* const given = std::getenv("SLIPWAY_SIM_SECONDS");
  const auto budget = std::chrono::seconds{given == nullptr ? 20 : std::atol(given)};
  const char* const first_seed = std::getenv("SLIPWAY_SIM_SEED");
  const auto end = std::chrono::steady_clock::now() + budget;
  std::uint64_t seed = first_seed == nullptr ? 1000 : std::strtoull(first_seed, nullptr, 10);
  std::size_t seeds = 0;
  std::size_t crashes = 0;
  do {
    SCOPED_TRACE(::testing::Message() << "SLIPWAY_SIM_SEED=" << seed);
    Rng draw(seed);
    const auto sometimes = [&](std::uint64_t one_in) { return draw.one_in(2) ? one_in + draw.below(one_in) : 0; };
    const SimulatedFleet::Chances chances{.network = {.latency_max = std::chrono::milliseconds{draw.below(200)},
                                                      .refuse_one_in = sometimes(20),
                                                      .lose_answer_one_in = sometimes(20),
                                                      .cut_stream_one_in = sometimes(30)},
                                          .crash_one_in = sometimes(6),
                                          .drop_memo_one_in = sometimes(3)};
    SimulatedFleet fleet(seed, chances);
    ASSERT_TRUE(fleet.start());
    play_page(fleet);
    if (::testing::Test::HasFailure()) return;
    crashes += fleet.crashes();
    ++seeds;
    ++seed;
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%zu seeds, %zu crashes\n", seeds, crashes);
}

}  // namespace
}  // namespace slipway::sim::testing
