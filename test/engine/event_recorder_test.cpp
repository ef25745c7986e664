#include "engine/event_recorder.h"

#include <gmock/gmock.h>

#include "test/engine/support.h"

namespace slipway::engine {
namespace {

using namespace std::chrono_literals;
using namespace test;
using testing::ElementsAre;
using testing::MatchesRegex;

Event about(std::string name, std::string reason, std::string message = "m") {
  return {.kind = {"lab.io", "v1", "Widget"},
          .key = in_lab(std::move(name)),
          .uid = "u",
          .reason = std::move(reason),
          .message = std::move(message)};
}

class EventRecorderTest : public RunnerTest {
 protected:
  EventRecorderTest() {
    edge = std::make_shared<Edge>(Edge{.loop = loop, .clients = {&hub, &member}, .caches = Caches(clock)});
    recorder = std::make_unique<EventRecorder>(EventRecorder::Options{
        .edge = edge, .rng = Rng(1), .log = {}, .component = "slipway-test", .instance = "test-0"});
  }
  // "<reason> <count>" of every event there is.
  static std::vector<std::string> counts(const FakeClient& server) {
    std::vector<std::string> found;
    for (const auto& object : server.all(events)) {
      const json::Value value = object->to_value();
      found.push_back(fmt::format("{} {}", value.text_at({"reason"}), *value.find("count")->integer()));
    }
    std::ranges::sort(found);
    return found;
  }

  std::shared_ptr<Edge> edge;
  std::unique_ptr<EventRecorder> recorder;
};

TEST_F(EventRecorderTest, WritesWhatKubectlDescribeShows) {
  Event event = about("a", "Started", "stage one");
  event.warning = true;
  recorder->record(event);
  settle();
  const auto written = hub.all(events);
  ASSERT_EQ(written.size(), 1U);
  EXPECT_THAT(written[0]->key().text(), MatchesRegex("lab/a\\.[0-9a-f]+"));
  json::Value body = written[0]->to_value();
  body.object()->erase("metadata");
  const std::string now = to_rfc3339(clock.wall());
  EXPECT_EQ(
      json::write(body),
      R"({"apiVersion":"v1","count":1,"firstTimestamp":")" + now +
          R"(","involvedObject":{"apiVersion":"lab.io/v1","kind":"Widget","name":"a","namespace":"lab","uid":"u"},"kind":"Event","lastTimestamp":")" +
          now +
          R"(","message":"stage one","reason":"Started","reportingComponent":"slipway-test","reportingInstance":"test-0","source":{"component":"slipway-test"},"type":"Warning"})");
  Event cluster_scoped = about("b", "Started");
  cluster_scoped.key.namespace_.clear();
  cluster_scoped.side = Side::member;
  recorder->record(cluster_scoped);
  settle();
  ASSERT_EQ(member.all(events).size(), 1U);
  EXPECT_EQ(member.all(events)[0]->metadata().namespace_, "default");
  EXPECT_EQ(member.all(events)[0]->to_value().find_path({"involvedObject", "namespace"}), nullptr);
}

TEST_F(EventRecorderTest, CountsWhatIsSaidAgain) {
  for (int i = 0; i < 3; ++i) recorder->record(about("a", "Started"));
  recorder->record(about("a", "Started", "another"));
  recorder->record(about("b", "Started"));
  settle();
  EXPECT_THAT(counts(hub), ElementsAre("Started 1", "Started 1", "Started 3"));
  EXPECT_EQ(hub.writes.size(), 3U);
  clock.advance(1min);
  recorder->record(about("a", "Started"));
  settle();
  EXPECT_THAT(counts(hub), ElementsAre("Started 1", "Started 1", "Started 4"));
  EXPECT_EQ(hub.writes.back().verb, client::Write::Verb::merge_patch);
  EXPECT_EQ(hub.writes.back().body.text_at({"lastTimestamp"}), to_rfc3339(clock.wall()));
  EXPECT_FALSE(hub.writes.back().uid.empty());
  for (const auto& event : hub.all(events)) hub.erase(events, event->key());  // expired
  recorder->record(about("a", "Started"));
  settle();
  EXPECT_THAT(counts(hub), ElementsAre("Started 5"));
  EXPECT_EQ(edge->counters.events, 7U);
}

TEST_F(EventRecorderTest, CountsWhatIsSaidWhileItIsBeingWritten) {
  hub.answer_after = 50ms;
  recorder->record(about("a", "Started"));
  settle();
  for (int i = 0; i < 5; ++i) recorder->record(about("a", "Started"));
  loop.run_for(1s);
  EXPECT_THAT(counts(hub), ElementsAre("Started 6"));
  EXPECT_EQ(hub.writes.size(), 2U);
}

TEST_F(EventRecorderTest, SurvivesAnUnreachableServerWithinLimits) {
  hub.fault = [](const FakeClient::Call&) -> std::optional<Error> {
    return Error{.reason = Reason::unavailable, .message = "", .causes = {}};
  };
  for (int i = 0; i < 10'000; ++i) recorder->record(about(fmt::format("w{}", i), "Started"));
  loop.run_for(3s);
  hub.fault = nullptr;
  loop.run_for(10min);
  EXPECT_LE(hub.all(events).size(), EventRecorder::waiting_max);
  EXPECT_GT(hub.all(events).size(), 900U);
  const std::size_t writes = hub.writes.size();
  hub.fault = [](const FakeClient::Call&) -> std::optional<Error> {
    return Error{.reason = Reason::forbidden, .message = "", .causes = {}};
  };
  recorder->record(about("refused", "Started"));
  loop.run_for(10min);
  EXPECT_EQ(hub.writes.size(), writes + 1);
}

// Through the runner: an event belongs to a plan that took effect, and is said once on the way to rest.
TEST_F(EventRecorderTest, APlanIsHeardWhenItTookEffect) {
  hub.put(widgets, widget("a"));
  bool fails = true;
  hub.fault = [&fails](const FakeClient::Call& call) -> std::optional<Error> {
    const bool is_update =
        call.kind == FakeClient::Call::Kind::write && call.write->verb == client::Write::Verb::update;
    if (!is_update || !fails) return std::nullopt;
    return Error{.reason = Reason::unavailable, .message = "", .causes = {}};
  };
  start([](const Key& key, const View& view, Memo&, Now) {
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    if (size_of(a) == 0) {
      plan.chains.push_back({resize(widgets_v1, *a, 1)});
      plan.events.push_back(about("a", "Resized"));
    }
    if (phase_of(a) != "Done") {
      plan.report = set_phase(widgets_v1, *a, "Done");
      plan.events.push_back(about("a", "Done"));  // also in the plan that only resizes
    }
    return plan;
  });
  EXPECT_TRUE(counts(hub).empty());
  fails = false;
  loop.run_for(1s);
  EXPECT_THAT(counts(hub), ElementsAre("Done 1", "Resized 1"));
  EXPECT_EQ(phase_of(hub.find(widgets, in_lab("a"))), "Done");
}

}  // namespace
}  // namespace slipway::engine
