#include "engine/runner.h"

#include "test/engine/engine_fixture.h"

namespace slipway::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RunnerReconciles : public Engine {};

TEST_F(RunnerReconciles, ActsOnlyWhenEveryCacheHasSynced) {
  hub.put(widgets, widget("a"));
  hub.fault = [](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::list && call.resource == gadgets_v1) return error(Reason::unavailable);
    return std::nullopt;
  };
  start({.watches = {watch_itself(hub_widgets), watch_itself(hub_gadgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = grow()});
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_synced());
  EXPECT_FALSE(runner->is_idle());
  EXPECT_THAT(called, IsEmpty());
  hub.fault = nullptr;
  loop.run_for(1min);
  EXPECT_TRUE(runner->is_synced());
  EXPECT_TRUE(runner->is_idle());
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(RunnerReconciles, WaitsForKindsThatAreNotServedYet) {
  hub.unserve(widgets);
  start(grow());
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_synced());
  hub.serve(widgets_v1, "Widget", true);
  hub.put(widgets, widget("a"));
  loop.run_for(1min);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(RunnerReconciles, AKeyIsInLineOnceAndRunsAloneWhateverHappensMeanwhile) {
  hub.put(widgets, widget("a"));
  hub.answer_after = 50ms;
  start(grow());
  loop.run_for(120ms);  // discovered, listed, and its first write is under way
  ASSERT_EQ(called.size(), 1U);
  for (int i = 0; i < 10; ++i) hub.put(widgets, object("Widget", fmt::format("b{}", i), 3));
  loop.run_for(60ms);
  EXPECT_FALSE(runner->is_idle());
  loop.run_for(1s);
  EXPECT_EQ(called.size(), 4U + 10U);  // sizes 0, 1, 2, 3; and each other key once
  EXPECT_EQ(runner->counters().writes, 3U);
  EXPECT_TRUE(runner->is_idle());
}

TEST_F(RunnerReconciles, ManyChangesWhileAKeyRunsAreOneMoreRun) {
  hub.put(widgets, widget("a", 3));
  hub.answer_after = 50ms;
  int runs = 0;
  start([&](const Key& key, const View& view, Memo&, Now) {
    ++runs;
    const Read read{.resource = gadgets_v1, .key = key};
    Plan plan;
    if (view.answer(read) == nullptr) plan.reads.push_back(read);
    return plan;
  });
  loop.run_for(110ms);
  ASSERT_EQ(runs, 1);  // waits for its read
  for (int size = 4; size < 9; ++size) hub.put(widgets, widget("a", size));
  loop.run_for(1s);
  EXPECT_EQ(runs, 4);  // with the answer; then once more, and with its answer
}

TEST_F(RunnerReconciles, ReadsAreAnsweredInOneReconcile) {
  hub.put(widgets, widget("a"));
  hub.put(gadgets, gadget("a", 5));
  std::vector<std::string> seen;
  start([&](const Key& key, const View& view, Memo&, Now) {
    const Read one{.resource = gadgets_v1, .key = key};
    const Read missing{.resource = gadgets_v1, .key = in_lab("missing")};
    const Read all{.kind = Read::Kind::list, .resource = gadgets_v1, .key = {"lab", ""}};
    Plan plan;
    for (const Read& read : {one, missing, all}) {
      if (view.answer(read) == nullptr) plan.reads.push_back(read);
    }
    if (!plan.reads.empty()) {
      plan.chains.push_back({create(gadgets_v1, gadget("never"))});  // not looked at while reads are wanted
      return plan;
    }
    seen.push_back(fmt::format("{} {} {}", size_of(view.answer(one)->value().front()),
                               view.answer(missing)->error().reason == Reason::not_found,
                               view.answer(all)->value().size()));
    return plan;
  });
  EXPECT_THAT(seen, ElementsAre("5 true 1"));
  EXPECT_EQ(runner->counters().reads, 3U);
  EXPECT_EQ(runner->counters().reconciles, 2U);
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(RunnerReconciles, AMemoIsKeptPerKeyAndMayBeDropped) {
  for (const std::uint64_t one_in : {0U, 1U}) {
    drop_memo_one_in = one_in;
    hub.put(widgets, widget("a", 1));
    hub.put(widgets, widget("b", 1));
    std::map<std::string, std::vector<int>> counts;
    start([&](const Key& key, const View&, Memo& memo, Now) {
      int* count = memo.get<int>();
      if (count == nullptr) count = &memo.emplace(0);
      counts[key.name].push_back(++*count);
      EXPECT_EQ(memo.get<std::string>(), nullptr);
      return Plan{};
    });
    hub.put(widgets, widget("a", 2));
    settle();
    hub.put(widgets, widget("a", 3));
    settle();
    EXPECT_THAT(counts["a"], one_in == 0 ? ElementsAre(1, 2, 3) : ElementsAre(1, 1, 1));
    EXPECT_THAT(counts["b"], ElementsAre(1));
  }
}

TEST_F(RunnerReconciles, SelectsThroughIndexes) {
  hub.put(widgets, widget("a", 1));
  hub.put(gadgets, gadget("g1", 7));
  hub.put(gadgets, gadget("g2", 8));
  hub.put(gadgets, gadget("g3", 7));
  std::vector<std::string> found;
  const Index by_size{.collection = hub_gadgets,
                      .name = "size",
                      .values = [](const kube::Object& object, std::vector<std::string>& values) {
                        values.push_back(object.body()->find("7") != std::string::npos ? "7" : "other");
                      }};
  const Watch gadget_sizes{.collection = hub_gadgets,
                           .concerns = [](const Change&, const View& view, std::vector<Key>& keys) {
                             if (view.indexed(hub_gadgets, "size", "7").size() > 2) keys.push_back(in_lab("a"));
                           }};
  start({.watches = {watch_itself(hub_widgets), gadget_sizes},
         .dynamic_watches = {},
         .indexes = {by_size},
         .decide = [&](const Key&, const View& view, Memo&, Now) {
           found.clear();
           for (const auto& object : view.indexed(hub_gadgets, "size", "7")) found.push_back(object->metadata().name);
           return Plan{};
         }});
  EXPECT_THAT(found, ElementsAre("g1", "g3"));
  hub.put(gadgets, gadget("g4", 7));  // `concerns` sees the cache after the change
  settle();
  EXPECT_THAT(found, ElementsAre("g1", "g3", "g4"));
}

TEST_F(RunnerReconciles, ActsOnBothSides) {
  hub.put(widgets, widget("a", 5));
  const Collection member_widgets{Side::member, widgets};
  start({.watches = {watch_itself(hub_widgets), watch_itself(member_widgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [&](const Key& key, const View& view, Memo&, Now) {
           Plan plan;
           const kube::ObjectPtr wanted = view.get(hub_widgets, key);
           if (wanted != nullptr && view.get(member_widgets, key) == nullptr) {
             plan.chains.push_back({create(widgets_v1, widget(key.name, size_of(wanted)))});
             plan.chains.front().front().side = Side::member;
           }
           return plan;
         }});
  EXPECT_EQ(size_of(member.find(widgets, in_lab("a"))), 5);
  EXPECT_THAT(written(), IsEmpty());
  member.erase(widgets, in_lab("a"));
  settle();
  EXPECT_EQ(size_of(member.find(widgets, in_lab("a"))), 5);
}

TEST_F(RunnerReconciles, WatchesOneNamespaceOnly) {
  hub.put(widgets, widget("a", 1));
  json::Value other = widget("b", 1);
  other["metadata"]["namespace"] = "other";
  hub.put(widgets, other);
  Watch watch = watch_itself(hub_widgets);
  watch.namespace_ = "lab";
  std::vector<std::string> seen;
  start({.watches = {watch},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [&](const Key& key, const View&, Memo&, Now) {
           seen.push_back(key.text());
           return Plan{};
         }});
  EXPECT_THAT(seen, ElementsAre("lab/a"));
  EXPECT_THAT(hub.calls, testing::Contains("list widgets.lab.io lab/"));
}

TEST_F(RunnerReconciles, ARestartOnAQuietFleetWritesNothing) {
  for (int i = 0; i < 300; ++i) hub.put(widgets, widget(fmt::format("w{}", i)));
  const auto decide = [](const Key& key, const View& view, Memo&, Now) {
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    if (size_of(a) < 3) plan.chains.push_back({resize(widgets_v1, *a, 3)});
    plan.report = set_phase(widgets_v1, *a, "Done");
    return plan;
  };
  start(decide);
  EXPECT_EQ(hub.writes.size(), 600U);
  const std::uint64_t revision = hub.revision();
  hub.writes.clear();
  start(decide);
  EXPECT_TRUE(runner->is_idle());
  EXPECT_EQ(runner->counters().reconciles, 300U);
  EXPECT_THAT(hub.writes, IsEmpty());
  EXPECT_EQ(hub.revision(), revision);
}

TEST_F(RunnerReconciles, NothingBeginsAfterStop) {
  hub.put(widgets, widget("a"));
  hub.answer_after = 50ms;
  start(grow());
  loop.run_for(120ms);
  ASSERT_EQ(hub.writes.size(), 1U);  // under way
  runner->stop();
  loop.run_for(1h);
  EXPECT_EQ(hub.writes.size(), 1U);
  EXPECT_TRUE(runner->is_idle());
  start(grow());
  loop.run_for(120ms);
  runner.reset();  // with a write under way
  loop.run_for(1h);
  EXPECT_EQ(hub.writes.size(), 2U);
}

// Faults of every kind, a lagging cache and dropped memos: in the end everything is as wanted, and the runner is at
// rest.
TEST_F(RunnerReconciles, ConvergesUnderFaults) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    FakeClient server(loop);
    server.serve(widgets_v1, "Widget", true);
    if (rng.one_in(2)) server.answer_after = 30ms;
    const auto faults = [&rng](const Call&) -> std::optional<Error> {
      constexpr Reason reasons[] = {Reason::unavailable, Reason::server_timeout, Reason::too_many_requests,
                                    Reason::internal, Reason::invalid};
      if (!rng.one_in(6)) return std::nullopt;
      return error(reasons[rng.below(std::size(reasons))]);
    };
    server.fault = server.lost = faults;
    auto under_test = Runner::make({.loop = loop,
                                    .rng = Rng(seed),
                                    .hub = &server,
                                    .log = {},
                                    .component = "c",
                                    .instance = "i",
                                    .drop_memo_one_in = 3});
    under_test->add(std::make_unique<TestController>(TestController::Parts{
        .watches = {watch_itself(hub_widgets)}, .dynamic_watches = {}, .indexes = {}, .decide = grow()}));
    under_test->start();
    for (int step = 0; step < 100; ++step) {
      const std::string name = fmt::format("w{}", rng.below(8));
      if (rng.one_in(4)) {
        server.erase(widgets, in_lab(name));
      } else {
        server.put(widgets, widget(name, static_cast<std::int64_t>(rng.below(4))));
      }
      if (rng.one_in(10)) server.end_watches(fail(Reason::unavailable, "cut"));
      if (rng.one_in(20)) server.forget_history();
      loop.run_for(std::chrono::milliseconds{rng.below(500)});
    }
    server.fault = server.lost = nullptr;
    ASSERT_TRUE(loop.run_until([&] { return under_test->is_idle(); }, 1h));
    loop.run_for(10min);
    EXPECT_TRUE(under_test->is_idle());
    for (const auto& object : server.all(widgets)) EXPECT_EQ(size_of(object), 3) << object->key().text();
    EXPECT_EQ(under_test->view().list(hub_widgets, "").size(), server.all(widgets).size());
    under_test.reset();
  }
}

}  // namespace
}  // namespace slipway::engine
