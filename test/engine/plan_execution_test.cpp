#include "engine/plan_execution.h"

#include "api/work.h"
#include "test/engine/engine_fixture.h"

namespace slipway::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PlanExecution : public Engine {};

TEST_F(PlanExecution, AChainIsInOrderAndEachWriteFindsWhatTheLastOneMade) {
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
  EXPECT_THAT(lines, testing::Contains(AllOf(HasSubstr("update widgets.lab.io lab/a on the hub: the size is wrong"),
                                             HasSubstr("test"), HasSubstr("lab/a"))));
}

TEST_F(PlanExecution, AFailedWriteStopsOnlyItsChainAndTheReportWaits) {
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

TEST_F(PlanExecution, ConflictReadsBackOnceAndDecidesOnTheAnswer) {
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

TEST_F(PlanExecution, ALateAnswerOrALostOneIsFoundByReadingBack) {
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

TEST_F(PlanExecution, AlreadyExistsIsReadBack) {
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

TEST_F(PlanExecution, WhatIsGoneLeavesTheCacheAndIsNotBroughtBack) {
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

TEST_F(PlanExecution, ARemovalThatWaitsForFinalizersIsAskedForOnce) {
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

TEST_F(PlanExecution, WritesThatChangeNothingAreNotSent) {
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

TEST_F(PlanExecution, AWriteThatExpectsNothingIsRefused) {
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

TEST_F(PlanExecution, ARefusalThatIsAskedForIsToldAtOnceAndTriedAgainLater) {
  hub.put(widgets, widget("a"));
  hub.put(gadgets, gadget("a", 1));
  fail_writes("update gadgets a", 1, error(Reason::invalid));
  start({.watches = {watch_itself(hub_widgets), watch_itself(hub_gadgets)},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [](const Key& key, const View& view, Memo&, Now) {
           const kube::ObjectPtr target = view.get(hub_gadgets, key);
           Write grow = resize(gadgets_v1, *target, 3);
           grow.wants_answer = true;
           Plan plan;
           const Tried* tried = view.tried(grow);
           if (size_of(target) < 3 && tried == nullptr) plan.chains.push_back({grow});
           const bool is_refused = tried != nullptr && tried->refusal;
           plan.report = set_phase(widgets_v1, *view.get(hub_widgets, key), is_refused ? "Refused" : "Fine");
           return plan;
         }});
  EXPECT_EQ(phase_of(hub.find(widgets, in_lab("a"))), "Refused");
  EXPECT_EQ(size_of(hub.find(gadgets, in_lab("a"))), 1);
  loop.run_for(5s);
  EXPECT_EQ(phase_of(hub.find(widgets, in_lab("a"))), "Fine");
  EXPECT_EQ(size_of(hub.find(gadgets, in_lab("a"))), 3);
  EXPECT_TRUE(runner->is_idle());
}

TEST_F(PlanExecution, AWriteTheServerFindsUnneededIsNoProgress) {
  hub.put(widgets, widget("a"));
  hub.put(gadgets, gadget("a", 3));  // nobody caches it, and nothing says what it is: only the server can tell
  int runs = 0;
  start([&](const Key& key, const View&, Memo&, Now) {
    ++runs;
    Plan plan;
    plan.chains.push_back({resize(gadgets_v1, *hub.find(gadgets, key), 3)});
    return plan;
  });
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(written(), ElementsAre("update gadgets a"));
}

TEST_F(PlanExecution, AnObjectThatCannotBeReadIsReported) {
  const kube::GroupVersionResource works = api::storage_resource_of<api::Work>(api::Scope::namespaced);
  hub.serve(works, "Work", true);
  json::Value work = object("Work", "a");
  work["apiVersion"] = "placement.kubernetes-fleet.io/v1beta1";
  work["spec"]["workload"] = 7;
  hub.put(works.group_resource(), work);
  start({.watches = {watch_itself({Side::hub, works.group_resource()})},
         .dynamic_watches = {},
         .indexes = {},
         .decide = [](const Key& key, const View& view, Memo&, Now) {
           EXPECT_EQ(view.get<api::Work>(key), nullptr);
           return Plan{};
         }});
  EXPECT_THAT(lines, testing::Contains(AllOf(HasSubstr("Work lab/a cannot be read"), HasSubstr("workload"))));
}

}  // namespace
}  // namespace slipway::engine
