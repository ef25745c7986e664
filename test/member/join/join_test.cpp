#include "member/join/heartbeat.h"
#include "test/member/join/join_fixture.h"

namespace slipway::member {
namespace {

using namespace std::chrono_literals;
using kube::ConditionStatus;
using testing::Join;

TEST_F(Join, Case1And2_JoinsAtOnceAndReportsWhatTheClusterHas) {
  options.properties.provider = join::PropertyProvider::built_in;
  put_node("n1", "6", "16Gi", "5", "14Gi");
  put_node("n2", "8", "32Gi", "7", "28Gi");
  put_pod("bound", "n1", "2", "6Gi");
  put_pod("unbound", "", "4", "1Gi");
  put_pod("done", "n1", "1", "1Gi");
  merge("pods", "default/done", R"({"status":{"phase":"Succeeded"}})", true);
  start_agent();
  ask("Join");
  EXPECT_EQ(agent_state(),
            "MemberAgent Healthy=True/InternalMemberClusterHealthy@1 MemberAgent "
            "Joined=True/InternalMemberClusterJoined@1 ");
  auto status = internal_member().status;
  EXPECT_TRUE(status.conditions.empty());
  ASSERT_EQ(status.properties.size(), 1U);
  EXPECT_EQ(status.properties.at("kubernetes-fleet.io/node-count").value, "2");
  EXPECT_EQ(amounts(status.resource_usage.capacity), "cpu=14 memory=48Gi");
  EXPECT_EQ(amounts(status.resource_usage.allocatable), "cpu=12 memory=42Gi");
  EXPECT_EQ(amounts(status.resource_usage.available), "cpu=10 memory=36Gi");
  EXPECT_EQ(status.resource_usage.observation_time, clock.wall());

  pass(10s);
  put_node("n3", "1", "1Gi", "1", "1Gi");
  put_pod("another", "n3", "1", "1Gi");
  pass(70s);
  status = internal_member().status;
  EXPECT_EQ(status.properties.at("kubernetes-fleet.io/node-count").value, "3");
  EXPECT_EQ(amounts(status.resource_usage.capacity), "cpu=15 memory=49Gi");
  EXPECT_EQ(amounts(status.resource_usage.available), "cpu=10 memory=36Gi");
}

TEST_F(Join, TheFirstNodeOfAnEmptyClusterIsReportedAtOnce) {
  start_agent();
  ask("Join");
  EXPECT_EQ(amounts(internal_member().status.resource_usage.capacity), "cpu=0 memory=0");
  put_node("n1", "6", "16Gi", "5", "14Gi");
  EXPECT_EQ(amounts(internal_member().status.resource_usage.capacity), "cpu=6 memory=16Gi pods=110");
}

TEST_F(Join, Case3_HeartbeatsComeEvenlyWithFivePercentOfSpread) {
  start_agent();
  ask("Join", 2);
  std::vector<Ticks> beats;
  std::size_t seen = to_hub->written.size();
  while (clock.ticks().since_boot < 5min) {
    pass(10ms);
    if (to_hub->written.size() == seen) continue;
    seen = to_hub->written.size();
    beats.push_back(clock.ticks());
  }
  ASSERT_GT(beats.size(), 140U);
  for (std::size_t i = 1; i < beats.size(); ++i) {
    EXPECT_GE(beats[i] - beats[i - 1], 1890ms) << i;
    EXPECT_LE(beats[i] - beats[i - 1], 2110ms) << i;
  }
}

TEST_F(Join, HeartbeatDelayIsThePeriodAndFivePercent) {
  std::set<std::chrono::milliseconds> drawn;
  for (std::int64_t second = 0; second < 500; ++second) {
    const auto delay = join::heartbeat_delay(60, "m1", {second});
    EXPECT_GE(delay, 57'000ms);
    EXPECT_LT(delay, 63'000ms);
    EXPECT_EQ(delay, join::heartbeat_delay(60, "m1", {second}));
    drawn.insert(delay);
  }
  EXPECT_GT(drawn.size(), 400U);
  EXPECT_GE(join::heartbeat_delay(0, "m1", {1}), 950ms);
  EXPECT_LE(join::heartbeat_delay(100'000, "m1", {1}), 630s);
}

TEST_F(Join, Case4And5_LeavesAndComesBack) {
  start_agent();
  ask("Join");
  const auto joined = internal_member();
  pass(5s);
  ask("Leave");
  const auto left = internal_member();
  const auto* condition = kube::find_condition(left.status.agent_status.at(0).conditions, "Joined");
  EXPECT_EQ(condition->status, ConditionStatus::false_);
  EXPECT_EQ(condition->reason, "InternalMemberClusterLeft");
  EXPECT_EQ(condition->last_transition_time, clock.wall());
  EXPECT_EQ(*kube::find_condition(left.status.agent_status.at(0).conditions, "Healthy"),
            *kube::find_condition(joined.status.agent_status.at(0).conditions, "Healthy"));
  EXPECT_EQ(left.status.properties, joined.status.properties);
  EXPECT_EQ(left.status.resource_usage, joined.status.resource_usage);
  EXPECT_EQ(left.status.agent_status.at(0).last_received_heartbeat,
            joined.status.agent_status.at(0).last_received_heartbeat);
  to_hub->written.clear();
  pass(10min);
  EXPECT_TRUE(to_hub->written.empty());
  ask("Join");
  EXPECT_EQ(heartbeat(), clock.wall());
  EXPECT_NE(agent_state().find("Joined=True"), std::string::npos);
}

TEST_F(Join, Case16_LeavingThatFailsIsToldAndTriedAgain) {
  start_agent();
  ask("Join");
  to_hub->unwatched.insert("works");
  ask("Leave");
  EXPECT_NE(agent_state().find("Joined=Unknown/InternalMemberClusterFailedToLeave@2"), std::string::npos)
      << agent_state();
  to_hub->written.clear();
  pass(1min);
  EXPECT_TRUE(to_hub->written.empty());  // there is no news in it
  to_hub->unwatched.clear();
  pass(6s);
  EXPECT_NE(agent_state().find("Joined=False/InternalMemberClusterLeft@2"), std::string::npos) << agent_state();
}

TEST_F(Join, Case6And7_UnknownStatesAndAbsenceAreLeftAlone) {
  start_agent();
  ask("Wander");
  pass(10min);
  EXPECT_TRUE(internal_member().status.agent_status.empty());
  EXPECT_TRUE(to_hub->written.empty());
}

TEST_F(Join, Case8To10_HealthIsToldAndTheHeartGoesOn) {
  start_agent();
  ask("Join");
  for (const auto& [reason, code] : {std::pair{Reason::internal, "500"}, {Reason::unavailable, "answers 0"}}) {
    to_member->not_ready = Error{.reason = reason, .message = "etcd failed", .causes = {}};
    pass(65s);
    const auto agent_status = internal_member().status.agent_status.at(0);
    const auto* healthy = kube::find_condition(agent_status.conditions, "Healthy");
    EXPECT_EQ(healthy->status, ConditionStatus::false_);
    EXPECT_EQ(healthy->reason, "InternalMemberClusterUnhealthy");
    EXPECT_THAT(healthy->message, ::testing::HasSubstr(code));
    EXPECT_EQ(kube::find_condition(agent_status.conditions, "Joined")->status, ConditionStatus::true_);
    // W6: the heartbeat goes on, and recovery is noticed before the next period is over.
    const auto beat = heartbeat();
    pass(61s);
    EXPECT_GT(heartbeat(), beat);
    to_member->not_ready.reset();
    pass(11s);
    EXPECT_NE(agent_state().find("Healthy=True"), std::string::npos);
  }
}

TEST_F(Join, Case11_ANewGenerationIsTakenUpWithoutATransition) {
  start_agent();
  ask("Join");
  const auto before = internal_member().status.agent_status.at(0).conditions;
  pass(5s);
  ask("Join", 30);
  const auto after = internal_member().status.agent_status.at(0).conditions;
  for (const auto type : {"Joined", "Healthy"}) {
    EXPECT_EQ(kube::find_condition(after, type)->observed_generation, 2);
    EXPECT_EQ(kube::find_condition(after, type)->last_transition_time,
              kube::find_condition(before, type)->last_transition_time);
  }
}

TEST_F(Join, Case12To15_AStatusThatCannotBeWrittenIsTriedAgain) {
  start_agent();
  for (const auto reason : {Reason::too_many_requests, Reason::conflict, Reason::invalid}) {
    int left = 2;
    to_hub->fault = [&](const client::Write&) -> std::optional<Error> {
      if (left-- <= 0) return std::nullopt;
      return Error{.reason = reason, .message = "no", .causes = {}};
    };
    ask("Leave");
    ask("Join");
    pass(10s);
    EXPECT_NE(agent_state().find("Joined=True"), std::string::npos) << static_cast<int>(reason);
  }
}

TEST_F(Join, Case17_OtherAgentsKeepTheirStatus) {
  start_agent();
  ask("Join");
  auto other = internal_member();
  other.status.agent_status.insert(other.status.agent_status.begin(), {.type = "ServiceExportImportAgent"});
  set_status(other);
  pass(70s);
  const auto agents = internal_member().status.agent_status;
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(agents[0].type, "ServiceExportImportAgent");
  EXPECT_TRUE(agents[0].conditions.empty());
}

TEST_F(Join, ARestartWritesNoMoreThanAHeartbeat) {
  start_agent();
  ask("Join");
  pass(20s);
  restart_agent();
  pass(30s);
  EXPECT_TRUE(to_hub->written.empty());
  pass(20s);
  EXPECT_EQ(to_hub->written.size(), 1U);
}

TEST_F(Join, AClockThatWasSetBackDoesNotStopTheHeart) {
  start_agent();
  ask("Join");
  clock.step_wall(-1h);
  restart_agent();
  pass(70s);
  EXPECT_EQ(to_hub->written.size(), 1U);
}

}  // namespace
}  // namespace slipway::member
