#include "client/reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/simulated_loop.h"
#include "client/backoff.h"
#include "test/engine/fake_client.h"

namespace slipway::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const kube::GroupVersionResource widgets_v1{"lab.io", "v1", "widgets"};
const kube::GroupResource widgets = widgets_v1.group_resource();

// A client whose list and watch the test drives by hand.
class ManualClient final : public Client {
 public:
  struct Handle final : WatchHandle {
    explicit Handle(int& open) : open_(open) { ++open_; }
    ~Handle() override { --open_; }
    int& open_;
  };
  void get(const kube::GroupVersionResource&, const kube::NamespacedName&, Callback<Result<kube::ObjectPtr>>) override {
  }
  void list(const kube::GroupVersionResource&, const ListOptions&, Callback<Result<ListResult>> done) override {
    calls.push_back("list");
    lists.push_back(std::move(done));
  }
  std::unique_ptr<WatchHandle> watch(const kube::GroupVersionResource&, const ListOptions& options,
                                     std::uint64_t revision, WatchHandlers handlers) override {
    calls.push_back(options.initial_events ? "stream" : fmt::format("watch {}", revision));
    if (refuse_watches) {  // before the handle is returned
      handlers.on_end(fail(*refuse_watches));
      return nullptr;
    }
    watches.push_back(std::move(handlers));
    return std::make_unique<Handle>(open_watches);
  }
  [[nodiscard]] bool streams_lists() const override { return streams; }
  void write(Write, Callback<Result<kube::ObjectPtr>>) override {}
  void discover(Callback<Result<std::vector<ApiResource>>>) override {}

  std::vector<std::string> calls;
  std::vector<Callback<Result<ListResult>>> lists;
  std::vector<WatchHandlers> watches;
  std::optional<Error> refuse_watches;
  int open_watches = 0;
  bool streams = false;
};

kube::ObjectPtr make(std::string_view name, std::uint64_t revision) {
  kube::ObjectMeta metadata;
  metadata.name = name;
  metadata.resource_version = revision;
  return std::make_shared<const kube::Object>(kube::GroupVersionKind{}, metadata,
                                              std::make_shared<const std::string>("{}"), nullptr);
}

class ReflectorTest : public testing::Test {
 protected:
  std::unique_ptr<Reflector> make_reflector(Client& server) {
    Reflector::Handlers handlers;
    handlers.on_replace = [this](const ListResult& list, bool history_lost) {
      std::string text = fmt::format("{}{}:", history_lost ? "new history " : "all at ", list.revision);
      for (const auto& item : list.items) text += " " + item->metadata().name;
      heard.push_back(text);
    };
    handlers.on_event = [this](const WatchEvent& event) {
      heard.push_back(fmt::format("{}{}@{}", event.type == WatchEvent::Type::deleted ? "-" : "",
                                  event.object->metadata().name, event.revision));
    };
    handlers.on_failure = [this](const Error& error) { failures.push_back(error.message); };
    return std::make_unique<Reflector>(
        Reflector::Options{.loop = loop, .client = server, .rng = Rng(1), .resource = widgets_v1}, std::move(handlers));
  }
  static WatchEvent event(std::string_view name, std::uint64_t revision) {
    return {.type = WatchEvent::Type::modified, .object = make(name, revision), .revision = revision};
  }
  void reset() {
    client.calls.clear();
    client.lists.clear();
    client.watches.clear();
    client.refuse_watches.reset();
    heard.clear();
    failures.clear();
  }
  std::vector<std::string> take_heard() { return std::exchange(heard, {}); }

  SimulatedClock clock;
  SimulatedLoop loop{clock};
  ManualClient client;
  std::vector<std::string> heard;
  std::vector<std::string> failures;
};

// What is there comes in the stream that then brings the changes.
TEST_F(ReflectorTest, StreamsTheListWhereTheServerDoes) {
  client.streams = true;
  const auto reflector = make_reflector(client);
  reflector->start();
  auto added = event("b", 7);
  added.type = WatchEvent::Type::added;
  client.watches[0].on_event(added);
  client.watches[0].on_event(event("a", 3));
  client.watches[0].on_event({.type = WatchEvent::Type::bookmark, .object = nullptr, .revision = 8});
  EXPECT_FALSE(reflector->is_synced());
  client.watches[0].on_event(
      {.type = WatchEvent::Type::bookmark, .object = nullptr, .revision = 20, .ends_initial = true});
  EXPECT_TRUE(reflector->is_synced());
  client.watches[0].on_event(event("c", 21));
  EXPECT_THAT(take_heard(), ElementsAre("all at 20: a b", "c@21"));
  clock.advance(5min);
  client.watches[0].on_end({});
  loop.run_until_idle();
  EXPECT_THAT(client.calls, ElementsAre("stream", "watch 21"));
  client.watches[1].on_end(fail(Reason::expired, "too old"));
  loop.run_for(10s);
  EXPECT_THAT(client.calls, ElementsAre("stream", "watch 21", "stream"));
  EXPECT_EQ(client.open_watches, 1);
}

TEST_F(ReflectorTest, ListsInPagesWhereTheServerDoesNotStream) {
  struct Row {
    std::string_view what;
    std::function<void()> server;
    std::vector<std::string> calls;
  };
  const auto cut = [&] { client.watches[0].on_end(fail(Reason::unavailable, "cut")); };
  const Row rows[] = {
      {"it says so",
       [&] {
         client.streams = false;
         client.watches[0].on_end(fail(Reason::invalid, "sendInitialEvents is forbidden for watch"));
       },
       {"stream", "list"}},
      {"it never comes to the end", [&] { client.watches[0].on_event(event("a", 3)); }, {"stream", "list"}},
      {"it was cut", cut, {"stream", "list"}},
      {"it ends early", [&] { client.watches[0].on_end({}); }, {"stream", "list"}},
      {"its store cannot",
       [&] { client.watches[0].on_end(fail(Reason::internal, "no RequestWatchProgress")); },
       {"stream", "list"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    reset();
    client.streams = true;
    const auto reflector = make_reflector(client);
    reflector->start();
    row.server();
    loop.run_for(65s);
    EXPECT_EQ(client.calls, row.calls);
    EXPECT_THAT(take_heard(), IsEmpty());
  }
}

TEST_F(ReflectorTest, ListsThenWatchesAndResumesWithoutAGap) {
  const auto reflector = make_reflector(client);
  reflector->start();
  EXPECT_FALSE(reflector->is_synced());
  client.lists[0](ListResult{.items = {make("a", 3)}, .revision = 10});
  EXPECT_TRUE(reflector->is_synced());
  client.watches[0].on_event(event("a", 11));
  client.watches[0].on_event(event("a", 11));  // a stream that repeats itself
  client.watches[0].on_event(event("b", 9));   // and goes back
  client.watches[0].on_event({.type = WatchEvent::Type::bookmark, .object = nullptr, .revision = 20});
  EXPECT_THAT(take_heard(), ElementsAre("all at 10: a", "a@11"));
  clock.advance(5min);
  client.watches[0].on_end({});  // in order
  loop.run_until_idle();
  EXPECT_THAT(client.calls, ElementsAre("list", "watch 10", "watch 20"));
  EXPECT_EQ(client.open_watches, 1);
  client.watches[0].on_event(event("a", 30));  // the old stream is not heard any more
  EXPECT_THAT(take_heard(), IsEmpty());
  client.watches[1].on_event(event("a", 21));
  client.watches[1].on_end(fail(Reason::unavailable, "cut"));  // in the middle of the stream
  loop.run_until_idle();
  EXPECT_EQ(client.calls.size(), 3U);  // it waits
  loop.run_for(1s);
  EXPECT_THAT(client.calls, ElementsAre("list", "watch 10", "watch 20", "watch 21"));
  EXPECT_THAT(failures, ElementsAre("cut"));
}

TEST_F(ReflectorTest, ListsAgainWhenTheRevisionIsTooOld) {
  for (const Reason reason : {Reason::expired, Reason::gone}) {
    reset();
    const auto reflector = make_reflector(client);
    reflector->start();
    client.lists[0](ListResult{.items = {}, .revision = 10});
    clock.advance(1min);
    client.watches[0].on_end(fail(reason, "too old resource version"));
    loop.run_until_idle();
    EXPECT_THAT(client.calls, ElementsAre("list", "watch 10", "list"));
    client.lists[1](ListResult{.items = {make("a", 40)}, .revision = 50});
    EXPECT_THAT(client.calls, ElementsAre("list", "watch 10", "list", "watch 50"));
    client.watches[1].on_event(event("b", 51));
    EXPECT_THAT(take_heard(), ElementsAre("all at 10:", "all at 50: a", "b@51"));
    EXPECT_THAT(failures, IsEmpty());
    client.watches[1].on_end(fail(reason, "again"));
    loop.run_until_idle();
    client.lists[2](ListResult{.items = {make("a", 4)}, .revision = 5});
    EXPECT_THAT(take_heard(), ElementsAre("new history 5: a"));
  }
}

TEST_F(ReflectorTest, NeverSpins) {
  // A watch that is refused at once, with whatever reason, and lists that succeed: at most a try per back-off.
  for (const Reason reason : {Reason::expired, Reason::unavailable, Reason::forbidden, Reason::bad_request}) {
    reset();
    client.refuse_watches = Error{.reason = reason, .message = "no", .causes = {}};
    const auto reflector = make_reflector(client);
    reflector->start();
    for (int second = 0; second < 600; ++second) {
      for (auto& done : std::exchange(client.lists, {})) done(ListResult{.items = {}, .revision = 10});
      loop.run_for(1s);
    }
    EXPECT_GT(client.calls.size(), 20U);  // 30 s at most between two
    EXPECT_LT(client.calls.size(), 80U);
  }
  // A watch that ends in order as soon as it begins.
  reset();
  const auto reflector = make_reflector(client);
  reflector->start();
  client.lists[0](ListResult{.items = {}, .revision = 10});
  for (int second = 0; second < 600; ++second) {
    for (auto& watch : std::exchange(client.watches, {})) watch.on_end({});
    loop.run_for(1s);
  }
  EXPECT_LT(client.calls.size(), 50U);
}

TEST_F(ReflectorTest, WaitsAsLongAsTheServerAsks) {
  const auto reflector = make_reflector(client);
  reflector->start();
  client.lists[0](fail(Error{.reason = Reason::too_many_requests, .message = "slow", .causes = {}, .retry_after = 7s}));
  loop.run_for(6900ms);
  EXPECT_EQ(client.calls.size(), 1U);
  loop.run_for(200ms);
  EXPECT_EQ(client.calls.size(), 2U);
}

TEST_F(ReflectorTest, HearsNothingAfterItsEnd) {
  auto reflector = make_reflector(client);
  reflector->start();
  reflector.reset();
  client.lists[0](ListResult{.items = {}, .revision = 10});
  reflector = make_reflector(client);
  reflector->start();
  client.lists[1](ListResult{.items = {}, .revision = 10});
  EXPECT_EQ(client.open_watches, 1);
  client.watches[0].on_end(fail(Reason::unavailable, "cut"));
  reflector.reset();
  EXPECT_EQ(client.open_watches, 0);
  client.watches[0].on_event(event("a", 11));
  loop.run_for(1min);
  EXPECT_THAT(client.calls, ElementsAre("list", "list", "watch 10"));
  EXPECT_THAT(take_heard(), ElementsAre("all at 10:"));
}

// Whatever happens to the streams, in the end the picture is the server's.
TEST_F(ReflectorTest, ConvergesUnderCutsAndLostHistory) {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    test::FakeClient server(loop);
    if (rng.one_in(2)) server.answer_after = 20ms;
    server.fault = [&rng](const test::FakeClient::Call&) -> std::optional<Error> {
      if (!rng.one_in(5)) return std::nullopt;
      return Error{
          .reason = rng.one_in(2) ? Reason::unavailable : Reason::server_timeout, .message = "fault", .causes = {}};
    };
    std::map<std::string, std::uint64_t> picture;
    Reflector::Handlers handlers;
    handlers.on_replace = [&picture](const ListResult& list, bool) {
      picture.clear();
      for (const auto& item : list.items) picture[item->metadata().name] = item->revision();
    };
    handlers.on_event = [&picture](const WatchEvent& event) {
      if (event.type == WatchEvent::Type::deleted) {
        EXPECT_EQ(picture.erase(event.object->metadata().name), 1U);
      } else {
        picture[event.object->metadata().name] = event.revision;
      }
    };
    handlers.on_failure = [](const Error&) {};
    Reflector reflector({.loop = loop, .client = server, .rng = Rng(seed), .resource = widgets_v1},
                        std::move(handlers));
    reflector.start();
    for (int step = 0; step < 300; ++step) {
      const std::string name = fmt::format("w{}", rng.below(6));
      if (rng.one_in(3)) {
        server.erase(widgets, {"", name});
      } else {
        server.put(widgets, json::Value(json::Object{{"metadata", json::Object{{"name", name}}}, {"step", step}}));
      }
      if (rng.one_in(20)) server.end_watches(fail(Reason::unavailable, "cut"));
      if (rng.one_in(40)) server.end_watches({});
      if (rng.one_in(40)) server.forget_history();
      loop.run_for(std::chrono::milliseconds{rng.below(200)});
    }
    server.fault = nullptr;
    loop.run_for(2min);
    std::map<std::string, std::uint64_t> truth;
    for (const auto& object : server.all(widgets)) truth[object->metadata().name] = object->revision();
    EXPECT_EQ(picture, truth);
    EXPECT_EQ(server.watch_count(), 1U);
  }
}

TEST(Backoff, DoublesWithSpreadAndHonoursTheServer) {
  Rng rng(3);
  Backoff backoff = backoff_of_peer();
  EXPECT_TRUE(backoff.is_reset());
  const Duration plain[] = {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s};
  for (const Duration want : plain) {
    const Duration got = backoff.next(rng);
    EXPECT_GE(got, want * 3 / 4);
    EXPECT_LE(got, want * 5 / 4);
  }
  EXPECT_GE(backoff.next(rng, 90s), 90s);
  backoff.reset();
  EXPECT_LE(backoff.next(rng), 125ms);
}

}  // namespace
}  // namespace slipway::client
