#include <gmock/gmock.h>

#include "test/engine/support.h"

namespace slipway::engine {
namespace {

using namespace std::chrono_literals;
using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

const kube::GroupResource definitions{"apiextensions.k8s.io", "customresourcedefinitions"};
const kube::GroupVersionResource gizmos_v1{"lab.io", "v1", "gizmos"};
const kube::GroupResource gizmos = gizmos_v1.group_resource();

class DynamicWatchTest : public RunnerTest {
 protected:
  DynamicWatchTest() { hub.serve({definitions.group, "v1", definitions.resource}, "CustomResourceDefinition", false); }

  static json::Value definition(std::string_view name) {
    return json::Object{{"metadata", json::Object{{"name", name}}}};
  }

  // Follows every kind of lab.io; notes "<plural> +name", "<plural> -name".
  void start() {
    const DynamicWatch watch{
        .side = Side::hub,
        .wanted = [](const client::ApiResource& resource) { return resource.resource.group == "lab.io"; },
        .concerns =
            [this](const client::ApiResource& resource, const Change& change, const View&, std::vector<Key>& keys) {
              seen.push_back(fmt::format("{} {}{}", resource.resource.resource, change.after == nullptr ? "-" : "+",
                                         change.either().metadata().name));
              keys.push_back(change.either().key());
            }};
    RunnerTest::start({.watches = {},
                       .dynamic_watches = {watch},
                       .indexes = {},
                       .decide = [this](const Key& key, const View& view, Memo&, Now) {
                         reconciled.push_back(key.name);
                         if (asks_discovery) kinds = view.discovery(Side::hub).size();
                         return Plan{};
                       }});
  }
  std::vector<std::string> take(std::vector<std::string>& from) { return std::exchange(from, {}); }

  std::vector<std::string> seen;
  std::vector<std::string> reconciled;
  bool asks_discovery = false;
  std::size_t kinds = 0;
};

TEST_F(DynamicWatchTest, FollowsKindsAsTheyComeAndGo) {
  hub.put(widgets, widget("w"));
  start();
  EXPECT_TRUE(runner->is_synced());
  EXPECT_THAT(take(seen), ElementsAre("widgets +w"));

  hub.serve(gizmos_v1, "Gizmo", true);
  hub.put(gizmos, object("Gizmo", "g"));
  settle();
  EXPECT_THAT(take(seen), IsEmpty());  // nobody polls
  hub.put(definitions, definition("gizmos.lab.io"));
  settle();
  EXPECT_THAT(take(seen), ElementsAre("gizmos +g"));
  EXPECT_NE(runner->view().get({Side::hub, gizmos}, in_lab("g")), nullptr);

  hub.erase(definitions, {"", "gizmos.lab.io"});
  hub.unserve(gizmos);
  settle();
  EXPECT_THAT(take(seen), ElementsAre("gizmos -g"));
  EXPECT_EQ(runner->view().get({Side::hub, gizmos}, in_lab("g")), nullptr);
  EXPECT_TRUE(runner->is_idle());
  hub.calls.clear();
  loop.run_for(10min);
  EXPECT_THAT(hub.calls, IsEmpty());
}

TEST_F(DynamicWatchTest, AKindThatIsServedLaterThanItsDefinitionIsWaitedFor) {
  start();
  hub.put(definitions, definition("gizmos.lab.io"));
  loop.run_for(1min);
  hub.serve(gizmos_v1, "Gizmo", true);
  hub.put(gizmos, object("Gizmo", "g"));
  loop.run_for(1min);
  EXPECT_THAT(take(seen), ElementsAre("gizmos +g"));
}

TEST_F(DynamicWatchTest, AKindThatMayNotBeReadDoesNotHoldUpTheRest) {
  hub.put(widgets, widget("w"));
  hub.fault = [](const FakeClient::Call& call) -> std::optional<Error> {
    if (call.kind != FakeClient::Call::Kind::list || call.resource != gadgets_v1) return std::nullopt;
    return Error{.reason = Reason::forbidden, .message = "no", .causes = {}};
  };
  start();
  EXPECT_TRUE(runner->is_synced());
  EXPECT_THAT(take(reconciled), ElementsAre("w"));
  hub.fault = nullptr;
  hub.put(gadgets, gadget("g"));
  loop.run_for(1min);
  EXPECT_THAT(take(reconciled), ElementsAre("g"));
}

TEST_F(DynamicWatchTest, ARefusalThatStaysIsWarnedOfOnce) {
  hub.put(widgets, widget("w"));
  std::string refusal = "no";
  hub.fault = [&refusal](const FakeClient::Call& call) -> std::optional<Error> {
    if (call.kind != FakeClient::Call::Kind::list || call.resource != gadgets_v1) return std::nullopt;
    return Error{.reason = Reason::forbidden, .message = refusal, .causes = {}};
  };
  start();
  const auto said = [this](std::string_view words) {
    return std::ranges::count_if(lines, [&](const std::string& line) { return line.contains(words); });
  };
  loop.run_for(10min);  // tried many times
  EXPECT_EQ(said("info  cannot follow gadgets"), 1);
  EXPECT_EQ(said("warn  cannot follow gadgets"), 1);
  refusal = "still no";
  loop.run_for(10min);
  EXPECT_EQ(said("warn  cannot follow gadgets"), 2);
}

TEST_F(DynamicWatchTest, AKindThatDoesNotAnswerHoldsUpTheRest) {
  hub.put(widgets, widget("w"));
  hub.fault = [](const FakeClient::Call& call) -> std::optional<Error> {
    if (call.kind != FakeClient::Call::Kind::list || call.resource != gadgets_v1) return std::nullopt;
    return Error{.reason = Reason::unavailable, .message = "no", .causes = {}};
  };
  start();
  loop.run_for(1min);
  EXPECT_FALSE(runner->is_synced());  // what is not known yet would look as if it were not there
}

TEST_F(DynamicWatchTest, WhoeverAskedWhatIsServedIsToldOfNewKinds) {
  hub.put(widgets, widget("w"));
  asks_discovery = true;
  start();
  take(reconciled);
  const std::size_t before = kinds;
  hub.serve(gizmos_v1, "Gizmo", true);
  hub.put(definitions, definition("gizmos.lab.io"));
  settle();
  EXPECT_THAT(take(reconciled), ElementsAre("w"));
  EXPECT_EQ(kinds, before + 1);
  asks_discovery = false;
  hub.put(widgets, widget("w", 2));
  hub.unserve(gizmos);
  hub.erase(definitions, {"", "gizmos.lab.io"});
  settle();
  EXPECT_THAT(take(reconciled), ElementsAre("w"));
}

// Content is for reads; whatever way an object comes into the cache, only its metadata stays.
TEST_F(DynamicWatchTest, OnlyMetadataIsCached) {
  json::Value first = widget("w", 1);
  first["metadata"]["annotations"] =
      json::Object{{"kubectl.kubernetes.io/last-applied-configuration", "{}"}, {"a", "b"}};
  hub.put(widgets, std::move(first));
  const Read read{.kind = Read::Kind::get, .side = Side::hub, .resource = widgets_v1, .key = in_lab("w")};
  std::vector<std::int64_t> sizes;
  const DynamicWatch watch{
      .side = Side::hub,
      .metadata_only = true,
      .wanted = [](const client::ApiResource& resource) { return resource.resource.group == "lab.io"; },
      .concerns = [](const client::ApiResource&, const Change& change, const View&,
                     std::vector<Key>& keys) { keys.push_back(change.either().key()); }};
  RunnerTest::start({.watches = {},
                     .dynamic_watches = {watch},
                     .indexes = {},
                     .decide = [&](const Key&, const View& view, Memo&, Now) {
                       const Answer* answer = view.answer(read);
                       if (answer != nullptr) sizes.push_back(size_of(answer->value().front()));
                       return answer == nullptr ? Plan{.reads = {read}} : Plan{};
                     }});
  const auto check = [&] {
    const kube::ObjectPtr cached = runner->view().get(hub_widgets, in_lab("w"));
    ASSERT_NE(cached, nullptr);
    EXPECT_EQ(cached->body(), nullptr);
    EXPECT_EQ(cached->kind().kind, "Widget");
    EXPECT_EQ(cached->kind().group, "lab.io");
    EXPECT_EQ(cached->metadata().annotations.contains("kubectl.kubernetes.io/last-applied-configuration"), false);
  };
  check();
  EXPECT_TRUE(runner->view().get(hub_widgets, in_lab("w"))->metadata().annotations.contains("a"));
  EXPECT_EQ(hub.metadata_lists, 3U);  // widgets, gadgets, definitions
  const kube::ObjectPtr old = hub.put(widgets, widget("w", 2));
  settle();
  check();
  // An answer that is older than what the watch has shown is none: it is asked for again.
  hub.old_answer = old;
  hub.put(widgets, widget("w", 3));
  loop.run_for(1min);
  EXPECT_THAT(sizes, ElementsAre(1, 2, 3));
}

// A server beside the API server tells its kinds without a definition, and sometimes late.
TEST_F(DynamicWatchTest, ServicesBringKindsToo) {
  const kube::GroupResource services{"apiregistration.k8s.io", "apiservices"};
  hub.serve({services.group, "v1", services.resource}, "APIService", false);
  start();
  hub.put(services, definition("v1.lab.io"));
  settle();
  hub.serve(gizmos_v1, "Gizmo", true);
  hub.put(gizmos, object("Gizmo", "g"));
  settle();
  EXPECT_THAT(take(seen), IsEmpty());
  loop.run_for(2min);
  EXPECT_THAT(take(seen), ElementsAre("gizmos +g"));
  hub.unserve(gizmos);
  hub.erase(services, {"", "v1.lab.io"});
  settle();
  EXPECT_THAT(take(seen), ElementsAre("gizmos -g"));
}

}  // namespace
}  // namespace slipway::engine
