#include "engine/leader_election.h"

#include <gmock/gmock.h>

#include "base/simulated_loop.h"
#include "test/engine/fake_client.h"

namespace slipway::engine {
namespace {

using namespace std::chrono_literals;
using test::FakeClient;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const kube::GroupResource leases{"coordination.k8s.io", "leases"};
const kube::GroupResource events{"", "events"};
const kube::NamespacedName lease_key{"fleet-system", "136224848560.hub.fleet.azure.com"};
constexpr LeaseTiming timing{.lease_duration = 15s, .renew_deadline = 10s, .retry_period = 2s};

// One process that stands for election. Its loop can be held up, as SIGSTOP does it.
struct Candidate {
  Candidate(SimulatedClock& clock, FakeClient& server, std::string name)
      : identity(std::move(name)),
        loop(clock),
        election({.loop = loop,
                  .client = server,
                  .rng = Rng(3),
                  .log = Log::to([this](std::string_view line) { lines.emplace_back(line); }, {}, clock),
                  .lease = lease_key,
                  .identity = identity,
                  .timing = timing,
                  .on_leading = [this] { ++led; },
                  .on_lost = [this](const std::string& why) { lost.push_back(why); },
                  .events = &server,
                  .component = "slipway-test"}) {}
  std::string identity;
  std::vector<std::string> lines;
  int led = 0;
  std::vector<std::string> lost;
  bool is_frozen = false;
  bool is_cut_off = false;
  SimulatedLoop loop;
  LeaderElection election;
};

class Election : public testing::Test {
 protected:
  Election() {
    server.serve(leases_resource, "Lease", true);
    server.serve({"", "v1", "events"}, "Event", true);
    // Calls fail of whoever is cut off, known by whose turn it is.
    server.fault = [this](const FakeClient::Call&) -> std::optional<Error> {
      if (turn != nullptr && turn->is_cut_off)
        return Error{.reason = Reason::unavailable, .message = "cut off", .causes = {}};
      return std::nullopt;
    };
  }
  // Every millisecond each process that is not frozen has its turn; the server is part of the first one's loop.
  void run_for(Duration duration) {
    for (Duration past{0}; past < duration; past += 10ms) {
      clock.advance(10ms);
      server_loop.run_until_idle();
      for (Candidate* candidate : candidates) {
        if (candidate->is_frozen) continue;
        turn = candidate;
        candidate->loop.run_until_idle();
        turn = nullptr;
        check();
      }
    }
  }
  // At most one may write at any moment.
  void check() {
    int writers = 0;
    for (const Candidate* candidate : candidates) writers += candidate->election.may_write() ? 1 : 0;
    ASSERT_LE(writers, 1);
  }
  Candidate& add(std::string name) {
    owned.push_back(std::make_unique<Candidate>(clock, server, std::move(name)));
    candidates.push_back(owned.back().get());
    turn = owned.back().get();
    owned.back()->election.start();
    turn = nullptr;
    return *owned.back();
  }
  void crash(Candidate& candidate) { std::erase(candidates, &candidate); }
  [[nodiscard]] LeaseRecord record() const {
    const auto lease = server.find(leases, lease_key);
    return lease == nullptr ? LeaseRecord{} : read_lease(*lease);
  }
  [[nodiscard]] std::string holder() const { return record().holder; }
  // How long until `candidate` leads.
  Duration time_until_leading(const Candidate& candidate, Duration limit = 60s) {
    Duration past{0};
    while (!candidate.election.may_write() && past < limit) {
      run_for(10ms);
      past += 10ms;
    }
    return past;
  }
  void put(const LeaseRecord& record) { server.put(leases, make_lease(lease_key, record)); }

  SimulatedClock clock;
  SimulatedLoop server_loop{clock};
  FakeClient server{server_loop};
  std::vector<std::unique_ptr<Candidate>> owned;
  std::vector<Candidate*> candidates;
  Candidate* turn = nullptr;
};

TEST_F(Election, TheFirstMakesTheLeaseInClientGosForm) {
  Candidate& a = add("a_1");
  run_for(20ms);
  EXPECT_EQ(a.led, 1);
  const auto lease = server.find(leases, lease_key);
  ASSERT_NE(lease, nullptr);
  const json::Value whole = lease->to_value();
  EXPECT_EQ(whole.text_at({"spec", "holderIdentity"}), "a_1");
  EXPECT_EQ(*whole.find_path({"spec", "leaseDurationSeconds"})->integer(), 15);
  EXPECT_EQ(*whole.find_path({"spec", "leaseTransitions"})->integer(), 0);
  EXPECT_THAT(std::string(whole.text_at({"spec", "acquireTime"})),
              testing::MatchesRegex("....-..-..T..:..:..\\.......Z"));
  EXPECT_EQ(whole.text_at({"spec", "acquireTime"}), whole.text_at({"spec", "renewTime"}));
}

TEST_F(Election, TheLeaderTellsSoOnTheLeaseAsClientGoDoes) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(10s);  // renewals are no news
  const auto told = server.all(events);
  ASSERT_EQ(told.size(), 1U);
  json::Value event = told.front()->to_value();
  const auto lease = server.find(leases, lease_key);
  EXPECT_THAT(std::string(event.text_at({"metadata", "name"})), testing::StartsWith(lease_key.name + "."));
  EXPECT_EQ(event.text_at({"metadata", "namespace"}), lease_key.namespace_);
  EXPECT_EQ(event.text_at({"type"}), "Normal");
  EXPECT_EQ(event.text_at({"reason"}), "LeaderElection");
  EXPECT_EQ(event.text_at({"message"}), "a_1 became leader");
  EXPECT_EQ(event.text_at({"source", "component"}), "slipway-test");
  const std::string version(event.text_at({"involvedObject", "resourceVersion"}));
  EXPECT_LT(std::stoull(version), lease->revision()) << "the version that made it leader";
  event["involvedObject"].object()->erase("resourceVersion");
  const json::Value wanted = json::Object{{"apiVersion", "coordination.k8s.io/v1"},
                                          {"kind", "Lease"},
                                          {"name", lease_key.name},
                                          {"namespace", lease_key.namespace_},
                                          {"uid", lease->metadata().uid}};
  EXPECT_EQ(event["involvedObject"], wanted);
  a.election.release([] {});
  time_until_leading(b);
  run_for(10ms);
  EXPECT_EQ(server.all(events).size(), 2U);
}

// A missing right, or a server that is slow with Events, is told once and costs nothing.
TEST_F(Election, AnEventThatIsRefusedHarmsNoElection) {
  for (const Reason reason : {Reason::forbidden, Reason::unavailable, Reason::not_found}) {
    server.erase(leases, lease_key);
    server.fault = [reason](const FakeClient::Call& call) -> std::optional<Error> {
      if (call.resource.resource != "events") return std::nullopt;
      return Error{.reason = reason, .message = "no events", .causes = {}};
    };
    Candidate& a = add(fmt::format("a_{}", static_cast<int>(reason)));
    run_for(60s);
    EXPECT_EQ(a.led, 1);
    EXPECT_TRUE(a.election.may_write());
    EXPECT_THAT(server.all(events), IsEmpty());
    EXPECT_EQ(std::ranges::count_if(a.lines, [](const auto& line) { return line.contains("no events"); }), 1);
    EXPECT_EQ(std::ranges::count_if(server.calls, [](const auto& call) { return call.contains("events"); }), 1);
    server.calls.clear();
    crash(a);
  }
}

TEST_F(Election, TheLeaderRenewsEachRetryPeriodAndTheStandbyOnlyWatches) {
  add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(1s);
  const LeaseRecord before = record();
  const std::size_t writes = server.writes.size();
  server.calls.clear();
  run_for(20s);
  EXPECT_NEAR(static_cast<double>(server.writes.size() - writes), 10, 1);
  EXPECT_EQ(b.led, 0);
  EXPECT_EQ(record().acquire_time, before.acquire_time);
  EXPECT_NE(record().renew_time, before.renew_time);
  EXPECT_EQ(record().transitions, 0);
  for (const auto& call : server.calls) EXPECT_THAT(call, HasSubstr("write")) << "nothing is polled";
}

TEST_F(Election, AfterACrashAnotherTakesOverWhenTheLeaseHasRunOut) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(7s);  // renewed at about 6 s
  crash(a);
  const Duration took = time_until_leading(b);
  EXPECT_GT(took, 13s);
  EXPECT_LE(took, 15s);
  EXPECT_EQ(record().transitions, 1);
  EXPECT_EQ(holder(), "b_1");
}

TEST_F(Election, AReleaseHandsOverAtOnce) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(5s);
  bool is_done = false;
  a.election.release([&] { is_done = true; });
  EXPECT_FALSE(a.election.may_write());
  EXPECT_TRUE(is_done);
  EXPECT_EQ(holder(), "");
  EXPECT_EQ(record().duration_seconds, 1);
  EXPECT_LE(time_until_leading(b), 30ms);
  EXPECT_EQ(record().transitions, 1);
  EXPECT_THAT(a.lost, IsEmpty());
}

TEST_F(Election, WhereWatchingIsNotAllowedTheStandbyReads) {
  const auto cut = server.fault;
  server.fault = [cut](const FakeClient::Call& call) -> std::optional<Error> {
    using Kind = FakeClient::Call::Kind;
    if (call.kind == Kind::watch || call.kind == Kind::list)
      return Error{.reason = Reason::forbidden, .message = "no", .causes = {}};
    return cut(call);
  };
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(20s);
  EXPECT_EQ(b.led, 0);
  a.election.release([] {});
  EXPECT_LE(time_until_leading(b), 3s + 20ms);
  Candidate& c = add("c_1");
  run_for(5s);
  crash(b);
  EXPECT_LE(time_until_leading(c), 15s + 3s);
}

TEST_F(Election, AStandbyWithoutAnswersDoesNotTakeOver) {
  add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(1s);
  b.is_cut_off = true;
  run_for(60s);
  EXPECT_EQ(b.led, 0);
  b.is_cut_off = false;
  run_for(60s);
  EXPECT_EQ(b.led, 0);
  EXPECT_EQ(holder(), "a_1");
}

TEST_F(Election, WhoCannotRenewStopsBeforeAnotherMayTakeOver) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(5s);
  a.is_cut_off = true;
  run_for(7900ms);  // the last renewal was sent at about 4 s
  EXPECT_TRUE(a.election.may_write());
  run_for(2s);
  EXPECT_FALSE(a.election.may_write());
  ASSERT_EQ(a.lost.size(), 1U);
  EXPECT_THAT(a.lost.front(), HasSubstr("could not be renewed for 10s"));
  EXPECT_EQ(b.led, 0);
  run_for(6s);
  EXPECT_EQ(b.led, 1);
}

TEST_F(Election, AnApiServerThatIsAwayForLessThanTheDeadlineCostsNothing) {
  Candidate& a = add("a_1");
  run_for(5s);
  a.is_cut_off = true;
  run_for(7s);
  a.is_cut_off = false;
  run_for(30s);
  EXPECT_TRUE(a.election.may_write());
  EXPECT_THAT(a.lost, IsEmpty());
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(Election, AFrozenLeaderMayNotWriteWhenItWakesUpAndSaysSo) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(5s);
  a.is_frozen = true;
  run_for(20s);
  EXPECT_EQ(holder(), "b_1");
  EXPECT_FALSE(a.election.may_write()) << "by the clock, before any timer of its loop has run";
  a.is_frozen = false;
  run_for(10ms);
  EXPECT_EQ(a.lost.size(), 1U);
  EXPECT_TRUE(b.election.may_write());
  EXPECT_THAT(b.lost, IsEmpty());
}

TEST_F(Election, ALeaseThatAnotherHasTakenIsLostAtOnce) {
  Candidate& a = add("a_1");
  run_for(5s);
  put({.holder = "x_1", .duration_seconds = 15, .acquire_time = "t", .renew_time = "t", .transitions = 4});
  run_for(10ms);
  ASSERT_EQ(a.lost.size(), 1U);
  EXPECT_THAT(a.lost.front(), HasSubstr("x_1 has taken"));
  EXPECT_FALSE(a.election.may_write());
}

TEST_F(Election, ADeletedLeaseIsMadeAgainAndAnEmptiedOneTakenBack) {
  Candidate& a = add("a_1");
  run_for(5s);
  server.erase(leases, lease_key);
  run_for(3s);
  EXPECT_EQ(holder(), "a_1");
  LeaseRecord emptied = record();
  emptied.holder.clear();
  put(emptied);
  run_for(3s);
  EXPECT_EQ(holder(), "a_1");
  EXPECT_TRUE(a.election.may_write());
  EXPECT_EQ(a.led, 1);
}

TEST_F(Election, OfSomebodyElsesLeaseOnlyChangesCountNeverItsTimes) {
  // Its clock is a day ahead, or behind: no matter.
  for (const std::string_view time : {"2031-01-01T00:00:00.000000Z", "2001-01-01T00:00:00.000000Z"}) {
    put({.holder = "x_1", .duration_seconds = 5, .acquire_time = std::string(time), .renew_time = std::string(time)});
    Candidate& a = add(fmt::format("a_{}", time));
    run_for(4900ms);
    EXPECT_EQ(a.led, 0);
    run_for(200ms);
    EXPECT_EQ(a.led, 1);
    crash(a);
  }
}

TEST_F(Election, ANewVersionWithTheSameRecordIsNoRenewal) {
  put({.holder = "x_1", .duration_seconds = 5, .acquire_time = "t", .renew_time = "t", .transitions = 7});
  Candidate& a = add("a_1");
  run_for(3s);
  json::Value labelled = server.find(leases, lease_key)->to_value();
  labelled["metadata"]["labels"] = json::Object{{"who", "me"}};
  server.put(leases, labelled);
  run_for(2100ms);
  EXPECT_EQ(a.led, 1);
  EXPECT_EQ(record().transitions, 8);
  EXPECT_EQ(server.find(leases, lease_key)->to_value().text_at({"metadata", "labels", "who"}), "me");
}

TEST_F(Election, AWriteWhoseAnswerWasLostIsLookedUp) {
  int lose = 1;
  server.lost = [&lose](const FakeClient::Call&) -> std::optional<Error> {
    if (lose-- > 0) return Error{.reason = Reason::server_timeout, .message = "no answer", .causes = {}};
    return std::nullopt;
  };
  Candidate& a = add("a_1");
  run_for(10ms);
  EXPECT_FALSE(a.election.may_write());
  run_for(3s);
  EXPECT_TRUE(a.election.may_write());
  lose = 1;  // a renewal
  run_for(10s);
  EXPECT_TRUE(a.election.may_write());
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(Election, AnAnswerThatWasReadTooLateDoesNotMakeALeader) {
  server.answer_after = 50ms;
  Candidate& a = add("a_1");
  for (int i = 0; i < 100 && server.find(leases, lease_key) == nullptr; ++i) run_for(10ms);
  ASSERT_NE(server.find(leases, lease_key), nullptr);
  crash(a);  // stands still with the answer on its way
  run_for(11s);
  candidates.push_back(&a);
  Candidate& b = add("b_1");
  clock.advance(10ms);
  EXPECT_FALSE(a.election.may_write());
  run_for(5s);
  EXPECT_EQ(a.led, 1);  // its own lease, renewed first
  EXPECT_EQ(b.led, 0);
}

TEST_F(Election, AReleaseWaitsForTheRenewalUnderWayAndOneOfAStandbyWritesNothing) {
  Candidate& a = add("a_1");
  run_for(10ms);
  Candidate& b = add("b_1");
  run_for(100ms);
  const std::size_t writes = server.writes.size();
  bool is_done = false;
  b.election.release([&] { is_done = true; });
  run_for(100ms);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(server.writes.size(), writes);
  server.answer_after = 50ms;
  while (server.writes.size() == writes) run_for(10ms);  // a renewal has been sent
  is_done = false;
  a.election.release([&] { is_done = true; });
  EXPECT_FALSE(is_done);
  run_for(200ms);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(holder(), "");
}

TEST(LeaseTiming, Rules) {
  struct Row {
    const char* rule;
    LeaseTiming timing;
    const char* message;
  };
  const Row rows[] = {
      {"KubeFleet's hub agent", {60s, 45s, 5s}, ""},
      {"its member agent", {15s, 10s, 2s}, ""},
      {"a lease outlives the renewals", {10s, 10s, 2s}, "longer than the renew deadline"},
      {"there is room for a second try", {15s, 6s, 5s}, "1.2 times"},
      {"a Lease counts whole seconds", {500ms, 400ms, 100ms}, "below 1s"},
      {"a period is one", {15s, 10s, 0s}, "not above 0s"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto checked = check_lease_timing(row.timing);
    EXPECT_EQ(checked.has_value(), std::string_view(row.message).empty());
    if (!checked) EXPECT_THAT(checked.error().message, HasSubstr(row.message));
  }
  EXPECT_EQ(LeaderRules("a", {2500ms, 2s, 1s}).next_record({}).duration_seconds, 3) << "never less than it says";
}

}  // namespace
}  // namespace slipway::engine
