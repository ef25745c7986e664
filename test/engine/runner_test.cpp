#include "engine/runner.h"

#include <gmock/gmock.h>

#include "test/engine/support.h"

namespace slipway::engine {
namespace {

using namespace std::chrono_literals;
using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Call = FakeClient::Call;

std::string text_of(const client::Write& write) {
  constexpr std::string_view verbs[] = {"create",       "update",    "status", "patch",
                                        "patch status", "strategic", "json",   "remove"};
  return fmt::format("{} {} {}", verbs[static_cast<std::size_t>(write.verb)], write.resource.resource, write.key.name);
}

class Engine : public RunnerTest {
 protected:
  std::vector<std::string> written() {
    std::vector<std::string> texts;
    for (const auto& write : hub.writes) texts.push_back(text_of(write));
    hub.writes.clear();
    return texts;
  }
  // Fails the next `times` writes that `text` describes.
  void fail_writes(std::string text, int times, Error error) {
    hub.fault = [text = std::move(text), left = times,
                 error = std::move(error)](const Call& call) mutable -> std::optional<Error> {
      if (call.kind != Call::Kind::write || text_of(*call.write) != text || left == 0) return std::nullopt;
      --left;
      return error;
    };
  }
  static Error error(Reason reason) { return {.reason = reason, .message = "no", .causes = {}}; }
  // Grows a widget to size 3 and counts how often it is called.
  TestController::Decide grow() {
    return [this](const Key& key, const View& view, Memo&, Now now) {
      called.push_back(now.ticks.since_boot);
      const kube::ObjectPtr widget = view.get(hub_widgets, key);
      Plan plan;
      if (widget != nullptr && size_of(widget) < 3)
        plan.chains.push_back({resize(widgets_v1, *widget, size_of(widget) + 1)});
      return plan;
    };
  }

  std::vector<Duration> called;
};

TEST_F(Engine, ActsOnlyWhenEveryCacheHasSynced) {
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

TEST_F(Engine, WaitsForKindsThatAreNotServedYet) {
  hub.unserve(widgets);
  start(grow());
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_synced());
  hub.serve(widgets_v1, "Widget", true);
  hub.put(widgets, widget("a"));
  loop.run_for(1min);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Engine, AKeyIsInLineOnceAndRunsAloneWhateverHappensMeanwhile) {
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

TEST_F(Engine, ManyChangesWhileAKeyRunsAreOneMoreRun) {
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

TEST_F(Engine, ReadsAreAnsweredInOneReconcile) {
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

TEST_F(Engine, AReadThatLeavesItOpenIsNoAnswer) {
  hub.put(widgets, widget("a"));
  for (const Reason reason : {Reason::unavailable, Reason::too_many_requests, Reason::server_timeout}) {
    int answered = 0;
    hub.fault = [&, left = 3](const Call& call) mutable -> std::optional<Error> {
      if (call.kind != Call::Kind::get || left == 0) return std::nullopt;
      --left;
      return error(reason);
    };
    start([&](const Key& key, const View& view, Memo&, Now) {
      const Read read{.resource = gadgets_v1, .key = key};
      Plan plan;
      if (view.answer(read) == nullptr) {
        plan.reads.push_back(read);
      } else {
        ++answered;
        EXPECT_EQ(view.answer(read)->error().reason, Reason::not_found);
      }
      return plan;
    });
    EXPECT_EQ(answered, 0);
    loop.run_for(2s);  // 0.1 + 0.2 + 0.4 s, and a quarter
    EXPECT_EQ(answered, 1);
  }
}

TEST_F(Engine, AChainIsInOrderAndEachWriteFindsWhatTheLastOneMade) {
  hub.put(widgets, widget("a"));
  start([](const Key& key, const View& view, Memo&, Now) {
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    if (a == nullptr || phase_of(a) == "Done") return plan;
    Write made = set_phase(widgets_v1, *a, "Made");  // of the gadget that the chain creates
    made.request.resource = gadgets_v1;
    made.request.key = in_lab("g");
    made.request.resource_version = 0;
    made.request.uid = "";
    plan.chains.push_back(
        {create(gadgets_v1, gadget("g", 1)), made, resize(widgets_v1, *a, 9), set_phase(widgets_v1, *a, "Done")});
    return plan;
  });
  EXPECT_THAT(written(), ElementsAre("create gadgets g", "status gadgets g", "update widgets a", "status widgets a"));
  EXPECT_EQ(phase_of(hub.find(widgets, in_lab("a"))), "Done");
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 9);
  EXPECT_EQ(phase_of(hub.find(gadgets, in_lab("g"))), "Made");
  EXPECT_EQ(runner->counters().writes_conflicted, 0U);
  EXPECT_THAT(lines, testing::Contains(AllOf(HasSubstr("update widgets.lab.io lab/a: the size is wrong"),
                                             HasSubstr("test"), HasSubstr("lab/a"))));
}

TEST_F(Engine, AFailedWriteStopsOnlyItsChainAndTheReportWaits) {
  hub.put(widgets, widget("a"));
  fail_writes("create gadgets x1", 1, error(Reason::unavailable));
  std::vector<std::string> order;
  start([&](const Key& key, const View& view, Memo&, Now) {
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    if (view.get(hub_gadgets, in_lab("x2")) == nullptr && hub.find(gadgets, in_lab("x2")) == nullptr) {
      plan.chains.push_back({create(gadgets_v1, gadget("x1")), create(gadgets_v1, gadget("x2"))});
    }
    if (hub.find(gadgets, in_lab("y2")) == nullptr) {
      plan.chains.push_back({create(gadgets_v1, gadget("y1")), create(gadgets_v1, gadget("y2"))});
    }
    plan.report = set_phase(widgets_v1, *a, "Done");
    return plan;
  });
  EXPECT_THAT(written(), ElementsAre("create gadgets x1", "create gadgets y1", "create gadgets y2"));
  loop.run_for(1s);
  EXPECT_THAT(written(), ElementsAre("create gadgets x1", "create gadgets x2", "status widgets a"));
  EXPECT_EQ(runner->counters().writes_failed, 1U);
}

TEST_F(Engine, ConflictReadsBackOnceAndDecidesOnTheAnswer) {
  start(grow());
  // Somebody else changes it while the write is on its way, and the watch is behind.
  hub.fault = [this, done = false](const Call& call) mutable -> std::optional<Error> {
    if (call.kind == Call::Kind::write && !std::exchange(done, true)) {
      hub.hold_events();
      hub.put(widgets, widget("d", 2));
    }
    return std::nullopt;
  };
  hub.calls.clear();
  hub.put(widgets, widget("d", 1));
  settle();
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("d"))), 3);  // without a single watch event
  EXPECT_EQ(runner->counters().writes_conflicted, 1U);
  EXPECT_THAT(hub.calls,
              ElementsAre("write widgets.lab.io lab/d", "get widgets.lab.io lab/d", "write widgets.lab.io lab/d"));
}

TEST_F(Engine, ALateAnswerOrALostOneIsFoundByReadingBack) {
  hub.put(widgets, widget("a"));
  // The create happens but its answer is lost; the watch is behind.
  hub.lost = [done = false](const Call& call) mutable -> std::optional<Error> {
    if (call.write->verb != client::Write::Verb::create || std::exchange(done, true)) return std::nullopt;
    return error(Reason::server_timeout);
  };
  hub.fault = [this](const Call& call) -> std::optional<Error> {
    if (call.kind == Call::Kind::write) hub.hold_events();
    return std::nullopt;
  };
  start({.watches = {watch_itself(hub_widgets), watch_itself(hub_gadgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [](const Key& key, const View& view, Memo&, Now) {
           Plan plan;
           if (view.get(hub_gadgets, key) == nullptr) plan.chains.push_back({create(gadgets_v1, gadget(key.name))});
           return plan;
         }});
  EXPECT_THAT(written(), ElementsAre("create gadgets a"));
  EXPECT_TRUE(runner->is_idle());
}

TEST_F(Engine, AlreadyExistsIsReadBack) {
  hub.put(widgets, widget("a"));
  hub.hold_events();
  int runs = 0;
  start({.watches = {watch_itself(hub_widgets), watch_itself(hub_gadgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [&](const Key& key, const View& view, Memo&, Now) {
           if (++runs == 1) hub.put(gadgets, gadget("a", 8));  // somebody else is first
           Plan plan;
           const kube::ObjectPtr found = view.get(hub_gadgets, key);
           if (found == nullptr) plan.chains.push_back({create(gadgets_v1, gadget("a"))});
           if (size_of(found) == 8) plan.chains.push_back({resize(gadgets_v1, *found, 9)});
           return plan;
         }});
  EXPECT_THAT(written(), ElementsAre("create gadgets a", "update gadgets a"));
  EXPECT_EQ(size_of(hub.find(gadgets, in_lab("a"))), 9);
}

TEST_F(Engine, WhatIsGoneLeavesTheCacheAndIsNotBroughtBack) {
  hub.put(widgets, widget("a"));
  hub.put(gadgets, gadget("a", 1));
  std::vector<std::int64_t> seen;
  start({.watches = {watch_itself(hub_widgets), watch_itself(hub_gadgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [&](const Key& key, const View& view, Memo&, Now) {
           const kube::ObjectPtr found = view.get(hub_gadgets, key);
           seen.push_back(size_of(found));
           Plan plan;
           if (size_of(found) == 2) plan.chains.push_back({remove(gadgets_v1, *found)});
           return plan;
         }});
  hub.put(gadgets, gadget("a", 2));
  settle();
  EXPECT_THAT(written(), ElementsAre("remove gadgets a"));
  EXPECT_EQ(seen.back(), -1);
  EXPECT_EQ(runner->view().get(hub_gadgets, in_lab("a")), nullptr);
  // Removed behind the cache's back: its removal finds nothing, and that is known at once.
  hub.fault = [this](const Call& call) -> std::optional<Error> {
    if (call.kind != Call::Kind::write) return std::nullopt;
    hub.hold_events();
    hub.erase(gadgets, in_lab("a"));
    return std::nullopt;
  };
  hub.put(gadgets, gadget("a", 2));
  settle();
  EXPECT_THAT(written(), ElementsAre("remove gadgets a"));
  EXPECT_EQ(runner->view().get(hub_gadgets, in_lab("a")), nullptr);
  hub.release_events();
  settle();
  EXPECT_EQ(runner->view().get(hub_gadgets, in_lab("a")), nullptr);
  EXPECT_TRUE(runner->is_idle());
}

TEST_F(Engine, ARemovalThatWaitsForFinalizersIsAskedForOnce) {
  json::Value held = widget("a");
  held["metadata"]["finalizers"] = json::Array{"lab.io/hold"};
  hub.put(widgets, held);
  start([](const Key& key, const View& view, Memo&, Now) {
    Plan plan;
    if (const auto a = view.get(hub_widgets, key)) plan.chains.push_back({remove(widgets_v1, *a)});
    return plan;
  });
  EXPECT_THAT(written(), ElementsAre("remove widgets a"));
  EXPECT_TRUE(runner->is_idle());
  EXPECT_GE(runner->counters().writes_skipped, 1U);
}

TEST_F(Engine, BacksOffWithAnUnreachableServer) {
  hub.put(widgets, widget("a"));
  fail_writes("update widgets a", 1'000'000, error(Reason::unavailable));
  start(grow());
  loop.run_for(10min);
  ASSERT_GE(called.size(), 12U);
  EXPECT_LE(called.size(), 60U);
  const Duration plain[] = {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s};
  for (std::size_t i = 0; i < std::size(plain); ++i) {
    const Duration waited = called[i + 1] - called[i];
    EXPECT_GE(waited, plain[i] * 3 / 4) << i;
    EXPECT_LE(waited, plain[i] * 5 / 4) << i;
  }
  hub.fault = nullptr;
  loop.run_for(40s);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
  EXPECT_TRUE(runner->is_idle());
  called.clear();
  fail_writes("update widgets a", 1, error(Reason::unavailable));
  hub.put(widgets, widget("a", 2));
  loop.run_for(200ms);  // it begins anew
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Engine, HonoursRetryAfter) {
  hub.put(widgets, widget("a", 2));
  Error throttled = error(Reason::too_many_requests);
  throttled.retry_after = 5s;
  fail_writes("update widgets a", 1, throttled);
  start(grow());
  loop.run_for(4900ms);
  EXPECT_EQ(called.size(), 1U);
  loop.run_for(200ms);
  EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
}

TEST_F(Engine, WhatIsRefusedIsNeverAHotLoopButAChangeIsLookedAtAtOnce) {
  for (const Reason reason : {Reason::invalid, Reason::forbidden, Reason::bad_request}) {
    hub.put(widgets, widget("a", 1));
    called.clear();
    fail_writes("update widgets a", 1'000'000, error(reason));
    start(grow());
    loop.run_for(1h);
    EXPECT_GE(called.size(), 15U);  // 1 s, doubling to 5 min
    EXPECT_LE(called.size(), 26U);
    EXPECT_THAT(lines, testing::Contains(HasSubstr("cannot update widgets.lab.io lab/a (the size is wrong)")));
    hub.fault = nullptr;
    hub.put(widgets, widget("a", 2));  // mended
    settle();
    EXPECT_EQ(size_of(hub.find(widgets, in_lab("a"))), 3);
  }
}

TEST_F(Engine, AControllerThatQuarrelsIsSlowedDown) {
  hub.put(widgets, widget("a", 1));
  start([this](const Key& key, const View& view, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    plan.chains.push_back({resize(widgets_v1, *a, size_of(a) + 1)});  // never content
    return plan;
  });
  EXPECT_EQ(called.size(), 64U);
  loop.run_for(10min);
  EXPECT_LE(called.size(), 64U + 40U);
  EXPECT_THAT(lines, testing::Contains(HasSubstr("without coming to rest")));
}

TEST_F(Engine, WritesThatChangeNothingAreNotSent) {
  hub.put(widgets, widget("a", 3));
  int runs = 0;
  start([&](const Key& key, const View& view, Memo&, Now) {
    ++runs;
    const kube::ObjectPtr a = view.get(hub_widgets, key);
    Plan plan;
    plan.chains.push_back({resize(widgets_v1, *a, 3), resize(widgets_v1, *a, 3)});
    plan.report = set_phase(widgets_v1, *a, "Done");
    return plan;
  });
  EXPECT_THAT(written(),
              ElementsAre("status widgets a"));  // the report is written although there are chains: none is left to run
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(runner->counters().writes_skipped, 5U);
  EXPECT_EQ(runner->counters().writes, 1U);
}

TEST_F(Engine, AWriteThatExpectsNothingIsRefused) {
  hub.put(widgets, widget("a"));
  hub.put(gadgets, gadget("a"));
  start([&](const Key& key, const View&, Memo&, Now) {
    Write blind = resize(gadgets_v1, *hub.find(gadgets, key), 4);
    blind.request.resource_version = 0;
    blind.request.uid = "";
    Plan plan;
    plan.chains.push_back({blind});
    return plan;
  });
  EXPECT_THAT(written(), IsEmpty());
  EXPECT_THAT(lines, testing::Contains(HasSubstr("neither which version nor which UID")));
}

TEST_F(Engine, LooksAgainAtATickOrAtATimeOfDay) {
  hub.put(widgets, widget("a"));
  for (const bool by_wall : {false, true}) {
    SCOPED_TRACE(by_wall);
    called.clear();
    const Now begin = clock.now();
    start([&, begin](const Key&, const View&, Memo&, Now now) {
      called.push_back(now.ticks - begin.ticks);
      Plan plan;
      if (now.ticks - begin.ticks < 60s) {
        plan.look_again = by_wall ? Deadline{.at = begin.wall + 60s} : Deadline{.at = begin.ticks + Duration{60s}};
      }
      return plan;
    });
    EXPECT_TRUE(runner->is_idle());
    loop.run_for(2min);
    EXPECT_THAT(called, ElementsAre(Duration{0}, Duration{60s}));
  }
}

TEST_F(Engine, AStepOfTheWallClockIsNoticed) {
  hub.put(widgets, widget("a"));
  const WallTime due = clock.wall() + 1h;
  const auto decide = [&](const Key&, const View&, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    Plan plan;
    if (now.wall < due) plan.look_again = Deadline{.at = due};
    return plan;
  };
  start(decide);
  loop.run_for(1min);
  ASSERT_EQ(called.size(), 1U);
  clock.step_wall(2h);
  loop.run_for(30s);
  EXPECT_EQ(called.size(), 2U);
  called.clear();
  clock.step_wall(-2h);
  start(decide);
  loop.run_for(58min);
  clock.step_wall(-1h);  // the hour is longer now
  loop.run_for(10min);
  EXPECT_EQ(called.size(), 1U);
  loop.run_for(51min);
  EXPECT_EQ(called.size(), 2U);
}

TEST_F(Engine, ADeadlineThatHasPassedIsNoHotLoop) {
  hub.put(widgets, widget("a"));
  start([this](const Key&, const View&, Memo&, Now now) {
    called.push_back(now.ticks.since_boot);
    Plan plan;
    plan.look_again = Deadline{.at = now.wall};
    return plan;
  });
  loop.run_for(10s);
  EXPECT_EQ(called.size(), 11U);
}

TEST_F(Engine, AMemoIsKeptPerKeyAndMayBeDropped) {
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

TEST_F(Engine, SelectsThroughIndexes) {
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

TEST_F(Engine, ActsOnBothSides) {
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

TEST_F(Engine, WatchesOneNamespaceOnly) {
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

TEST_F(Engine, ARestartOnAQuietFleetWritesNothing) {
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

TEST_F(Engine, NothingBeginsAfterStop) {
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
TEST_F(Engine, ConvergesUnderFaults) {
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
