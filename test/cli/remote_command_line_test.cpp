#include "cli/remote_command_line.h"

#include <gmock/gmock.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Command parse(std::vector<std::string> words) {
  auto parsed = parse_remote_command(words);
  EXPECT_TRUE(parsed);
  return *std::move(parsed);
}

TEST(RemoteElection, DefaultsAreKubeFleetsPerRole) {
  const auto controllers = std::get<ControllersCommand>(parse({"controllers", "--leader-elect"})).election;
  EXPECT_TRUE(controllers.is_wanted);
  EXPECT_EQ(controllers.lease_duration, 60s);
  EXPECT_EQ(controllers.renew_deadline, 45s);
  EXPECT_EQ(controllers.retry_period, 5s);
  EXPECT_EQ(controllers.namespace_, "fleet-system");
  const auto agent = std::get<AgentCommand>(parse({"agent", "-leader-elect=true"})).election;
  EXPECT_TRUE(agent.is_wanted);
  EXPECT_EQ(agent.lease_duration, 15s);
  EXPECT_EQ(agent.renew_deadline, 10s);
  EXPECT_EQ(agent.retry_period, 2s);
  EXPECT_EQ(agent.namespace_, "kube-system");
  EXPECT_FALSE(std::get<AgentCommand>(parse({"agent"})).election.is_wanted);
  EXPECT_FALSE(std::get<AgentCommand>(parse({"agent", "--leader-elect=false"})).election.is_wanted);
}

TEST(RemoteElection, GoDurationsAndTheirRules) {
  struct Row {
    const char* rule;
    std::vector<std::string> words;
    const char* message;  // "" = accepted
  };
  const Row rows[] = {
      {"short ones", {"--leader-lease-duration=3s", "--leader-renew-deadline=2s", "--leader-retry-period=500ms"}, ""},
      {"klog's dash", {"-leader-lease-duration=2m"}, ""},
      {"no duration", {"--leader-lease-duration=3"}, "write it as"},
      {"not above zero", {"--leader-retry-period=0s"}, "write it as"},
      {"shorter than the deadline", {"--leader-lease-duration=40s"}, "longer than the renew deadline (45s)"},
      {"no second try", {"--leader-retry-period=40s"}, "1.2 times the retry period (40s)"},
      {"no namespace", {"--leader-election-namespace="}, "is empty"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    std::vector<std::string> words{"controllers"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const Command command = parse(words);
    if (*row.message == '\0') {
      EXPECT_TRUE(std::holds_alternative<ControllersCommand>(command));
      continue;
    }
    ASSERT_TRUE(std::holds_alternative<PrintAndExit>(command));
    EXPECT_EQ(std::get<PrintAndExit>(command).exit_code, 2);
    EXPECT_THAT(std::get<PrintAndExit>(command).text, HasSubstr(row.message));
  }
}

TEST(RemoteAgent, DelaysOfWhatCannotBeWatched) {  // member 2.3, 8.15
  const std::string flag = "--work-applier-requeue-rate-limiter-";
  const auto agent =
      std::get<AgentCommand>(parse({"agent", flag + "attempts-with-fixed-delay=3", flag + "fixed-delay-seconds=2.5",
                                    "-" + flag.substr(2) + "max-slow-backoff-delay-seconds=30",
                                    flag + "skip-to-fast-backoff-for-available-or-diff-reported-work-objs=false"}));
  EXPECT_EQ(agent.requeue.fixed_attempts, 3);
  EXPECT_EQ(agent.requeue.fixed_delay, 2.5);
  EXPECT_EQ(agent.requeue.max_slow, 30);
  EXPECT_EQ(agent.requeue.max_fast, 900);
  EXPECT_FALSE(agent.requeue.skip_to_fast);
  EXPECT_THAT(agent.unused, IsEmpty());
  // Every mistake at once.
  const auto refused = std::get<PrintAndExit>(
      parse({"agent", flag + "attempts-with-fixed-delay=41", flag + "exponential-base-for-fast-backoff=1",
             flag + "max-fast-backoff-delay-seconds=10"}));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.text, HasSubstr("attempts-with-fixed-delay 41: it is from 1 to 40"));
  EXPECT_THAT(refused.text, HasSubstr("fast-backoff 1: it is more than 1 to 2"));
  EXPECT_THAT(refused.text, HasSubstr("max-slow-backoff-delay-seconds 15 is more than"));
  EXPECT_THAT(refused.text, HasSubstr("for-slow-backoff 1.2 is more than"));
}

TEST(RemoteControllers, ClusterInventoryIsOnUnlessSaid) {  // placement 11.1
  EXPECT_TRUE(std::get<ControllersCommand>(parse({"controllers"})).cluster_inventory);
  const auto off = std::get<ControllersCommand>(
      parse({"controllers", "--enable-cluster-inventory-apis=false", "--cluster-unhealthy-threshold=2m"}));
  EXPECT_FALSE(off.cluster_inventory);
  EXPECT_EQ(off.cluster_unhealthy_after, 2min);
  EXPECT_THAT(off.unused, IsEmpty());
}

TEST(RemoteControllers, EvictionsAreCarriedOutUnlessSaid) {  // placement 11.1
  EXPECT_TRUE(std::get<ControllersCommand>(parse({"controllers"})).evictions);
  const auto off = std::get<ControllersCommand>(parse({"controllers", "--enable-eviction-apis=false"}));
  EXPECT_FALSE(off.evictions);
  EXPECT_THAT(off.unused, IsEmpty());
}

TEST(RemoteProbes, WhatWasNotSaidIsKnownAsSuch) {
  const auto none = std::get<ControllersCommand>(parse({"controllers"})).probes;
  EXPECT_FALSE(none.health || none.metrics);
  const auto some = std::get<ControllersCommand>(
      parse({"controllers", "--health-probe-bind-address=:8081", "--metrics-bind-address", "0"}));
  EXPECT_EQ(some.probes.health, ":8081");
  EXPECT_EQ(some.probes.metrics, "0");
  EXPECT_THAT(some.unused, IsEmpty());
  const auto agent = std::get<AgentCommand>(parse({"agent", "-hub-health-probe-bind-address=:1", "--pprof-port=6065",
                                                   "-hub-metrics-bind-address=:2", "--metrics-bind-address="}));
  EXPECT_EQ(agent.probes.hub_health, ":1");
  EXPECT_EQ(agent.probes.hub_metrics, ":2");
  EXPECT_EQ(agent.probes.metrics, "");
  EXPECT_FALSE(agent.probes.health);
  EXPECT_THAT(agent.unused, ElementsAre("--pprof-port"));
}

TEST(RemoteControllers, HowLongALeavingMemberIsWaitedFor) {  // placement 8.3, 11.1
  EXPECT_EQ(std::get<ControllersCommand>(parse({"controllers"})).force_delete_after, 15min);
  const auto given = std::get<ControllersCommand>(
      parse({"controllers", "--force-delete-wait-time=30s", "-networking-agents-enabled=true"}));
  EXPECT_EQ(given.force_delete_after, 30s);
  EXPECT_TRUE(given.networking_agents);
  EXPECT_THAT(given.unused, IsEmpty());
}

TEST(RemoteAgent, WhatItSaysOfItsMember) {  // member 2.3, 6
  const auto plain = std::get<AgentCommand>(parse({"agent"})).properties;
  EXPECT_FALSE(plain.provider);
  EXPECT_TRUE(plain.costs && plain.available);
  EXPECT_FALSE(plain.namespaces);
  EXPECT_EQ(plain.member_address, "");
  const auto agent = std::get<AgentCommand>(
      parse({"agent", "-property-provider=azure", "--use-cost-properties-in-azure-provider=false",
             "--use-available-res-properties-in-azure-provider=false", "--region=eastus", "--cloud-config=/c",
             "--enable-namespace-collection-in-property-provider", "--member-address=https://m:6443"}));
  EXPECT_EQ(agent.properties.provider, "azure");
  EXPECT_FALSE(agent.properties.costs || agent.properties.available);
  EXPECT_TRUE(agent.properties.namespaces);
  EXPECT_EQ(agent.properties.member_address, "https://m:6443");
  EXPECT_THAT(agent.unused, UnorderedElementsAre("--region", "--cloud-config"));
  EXPECT_EQ(std::get<AgentCommand>(parse({"agent", "--property-provider="})).properties.provider, "");
  EXPECT_THAT(std::get<PrintAndExit>(parse({"agent", "--member-address=m:6443"})).text, HasSubstr("https://HOST:PORT"));
}

// placement 11.1; member 2.3, cases 60 to 62. Also of flags that change nothing.
TEST(RemoteFlags, Ranges) {
  struct Row {
    std::vector<std::string> words;
    const char* message;  // "" = accepted
  };
  const Row rows[] = {
      {{"controllers", "--hub-api-qps=10"}, ""},
      {{"controllers", "--hub-api-qps=10000", "--hub-api-burst=10000"}, ""},
      {{"controllers", "--hub-api-qps=9"}, "it is 10 to 10000"},
      {{"controllers", "--hub-api-qps=10001"}, "it is 10 to 10000"},
      {{"controllers", "--hub-api-qps=many"}, "it is a whole number"},
      {{"controllers", "--hub-api-qps=-5"}, ""},
      {{"controllers", "--hub-api-qps", "-5"}, ""},
      {{"controllers", "--resync-period=1h"}, ""},
      {{"controllers", "--resync-period=12h"}, ""},
      {{"controllers", "--resync-period=59m"}, "it is 1h0m0s to 12h0m0s"},
      {{"controllers", "--resync-period=13h"}, "it is 1h0m0s to 12h0m0s"},
      {{"controllers", "--resync-period=6"}, "write it as"},
      {{"controllers", "--concurrent-resource-change-syncs=0"}, "it is 1 to 100"},
      {{"controllers", "--concurrent-resource-change-syncs=101"}, "it is 1 to 100"},
      {{"controllers", "--max-fleet-size=29"}, "it is 30 to 200"},
      {{"controllers", "--max-fleet-size=200"}, ""},
      {{"controllers", "--max-concurrent-cluster-placement=201"}, "it is 10 to 200"},
      {{"controllers", "--force-delete-wait-time=29s"}, "it is 30s to 1h0m0s"},
      {{"controllers", "--force-delete-wait-time=61m"}, "it is 30s to 1h0m0s"},
      {{"controllers", "--cluster-unhealthy-threshold=29s"}, "it is 30s to 1h0m0s"},
      {{"controllers", "--max-fleet-size=5", "--max-fleet-size=100"}, ""},  // the last one counts
      {{"agent", "--hub-api-qps=-5"}, ""},
      {{"agent", "--hub-api-qps=5"}, "it is 10 to 1000"},
      {{"agent", "--hub-api-qps=1001", "--hub-api-burst=2000"}, "it is 10 to 1000"},
      {{"agent", "--hub-api-burst=2001"}, "it is 10 to 2000"},
      {{"agent", "--member-api-qps=10000", "--member-api-burst=20000"}, ""},
      {{"agent", "--member-api-burst=200"}, "--member-api-burst 200 is less than --member-api-qps 250"},
      {{"agent", "--work-applier-priority-linear-equation-coeff-a", "-3"}, ""},
      {{"agent", "--work-applier-priority-linear-equation-coeff-a=0"}, "it is -100 to -1"},
      {{"agent", "--work-applier-priority-linear-equation-coeff-b=1001"}, "it is 1 to 1000"},
      {{"agent", "--deletion-wait-time=61"}, "it is 1 to 60"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.words));
    const Command command = parse(row.words);
    const auto* const refused = std::get_if<PrintAndExit>(&command);
    if (*row.message == '\0') {
      EXPECT_EQ(refused, nullptr) << refused->text;
      continue;
    }
    ASSERT_NE(refused, nullptr);
    EXPECT_EQ(refused->exit_code, 2);
    EXPECT_THAT(refused->text, HasSubstr(row.message));
  }
  const auto both = std::get<PrintAndExit>(  // 60
      parse(
          {"agent", "--hub-api-qps=600", "--work-applier-requeue-rate-limiter-initial-slow-backoff-delay-seconds=20"}));
  EXPECT_THAT(both.text, HasSubstr("--hub-api-burst 500 is less than --hub-api-qps 600"));
  EXPECT_THAT(both.text, HasSubstr("initial-slow-backoff-delay-seconds 20 is more than"));
}

TEST(RemoteFlags, TheLastOfSeveralCounts) {
  const auto agent =
      std::get<AgentCommand>(parse({"agent", "-v=5", "--leader-elect=true", "--v=2", "--deletion-wait-time=3",
                                    "--leader-elect=false", "--deletion-wait-time=7"}));
  EXPECT_EQ(agent.verbosity, 2);
  EXPECT_FALSE(agent.election.is_wanted);
  EXPECT_EQ(agent.deletion_wait, 7min);
}

}  // namespace
}  // namespace slipway::cli
