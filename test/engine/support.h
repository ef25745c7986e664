#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/simulated_loop.h"
#include "engine/runner.h"
#include "test/engine/fake_client.h"

namespace slipway::test {

inline const kube::GroupResource widgets{"lab.io", "widgets"};
inline const kube::GroupVersionResource widgets_v1{"lab.io", "v1", "widgets"};
inline const kube::GroupResource gadgets{"lab.io", "gadgets"};
inline const kube::GroupVersionResource gadgets_v1{"lab.io", "v1", "gadgets"};
inline const kube::GroupResource events{"", "events"};
inline const engine::Collection hub_widgets{engine::Side::hub, widgets};
inline const engine::Collection hub_gadgets{engine::Side::hub, gadgets};

inline json::Value object(std::string_view kind, std::string_view name, std::int64_t size = 0) {
  json::Object spec;
  if (size != 0) spec.set("size", size);
  return json::Object{{"apiVersion", "lab.io/v1"},
                      {"kind", kind},
                      {"metadata", json::Object{{"name", name}, {"namespace", "lab"}}},
                      {"spec", std::move(spec)}};
}
inline json::Value widget(std::string_view name, std::int64_t size = 0) { return object("Widget", name, size); }
inline json::Value gadget(std::string_view name, std::int64_t size = 0) { return object("Gadget", name, size); }
inline kube::NamespacedName in_lab(std::string name) { return {"lab", std::move(name)}; }

inline std::int64_t size_of(const kube::ObjectPtr& object) {
  if (object == nullptr) return -1;
  const json::Value value = object->to_value();
  const json::Value* size = value.find_path({"spec", "size"});
  return size == nullptr ? 0 : *size->integer();
}

// An update of what the cache shows, with another size.
inline engine::Write resize(const kube::GroupVersionResource& resource, const kube::Object& object, std::int64_t size) {
  engine::Write write{.request = {}, .why = "the size is wrong"};
  write.request.verb = client::Write::Verb::update;
  write.request.resource = resource;
  write.request.key = object.key();
  write.request.resource_version = object.revision();
  write.request.uid = object.metadata().uid;
  write.request.body = object.to_value();
  write.request.body["spec"]["size"] = size;
  return write;
}
inline engine::Write set_phase(const kube::GroupVersionResource& resource, const kube::Object& object,
                               std::string_view phase) {
  engine::Write write = resize(resource, object, 0);
  write.request.verb = client::Write::Verb::update_status;
  write.request.body["status"] = json::Object{{"phase", phase}};
  write.why = "the phase is wrong";
  return write;
}
inline engine::Write create(const kube::GroupVersionResource& resource, json::Value body) {
  engine::Write write{.request = {}, .why = "it is missing"};
  write.request.verb = client::Write::Verb::create;
  write.request.resource = resource;
  write.request.key = {std::string(body.text_at({"metadata", "namespace"})),
                       std::string(body.text_at({"metadata", "name"}))};
  write.request.body = std::move(body);
  return write;
}
inline engine::Write remove(const kube::GroupVersionResource& resource, const kube::Object& object) {
  engine::Write write{.request = {}, .why = "it is no longer wanted"};
  write.request.verb = client::Write::Verb::remove;
  write.request.resource = resource;
  write.request.key = object.key();
  write.request.uid = object.metadata().uid;
  return write;
}
inline std::string phase_of(const kube::ObjectPtr& object) {
  return object == nullptr ? "" : std::string(object->to_value().text_at({"status", "phase"}));
}

// A controller whose parts a test fills in.
class TestController final : public engine::Controller {
 public:
  using Decide = std::function<engine::Plan(const engine::Key&, const engine::View&, engine::Memo&, Now)>;
  struct Parts {
    std::string name = "test";
    std::vector<engine::Watch> watches;
    std::vector<engine::DynamicWatch> dynamic_watches;
    std::vector<engine::Index> indexes;
    Decide decide;
  };
  explicit TestController(Parts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] std::string_view name() const override { return parts_.name; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override { return parts_.watches; }
  [[nodiscard]] std::vector<engine::DynamicWatch> dynamic_watches() const override { return parts_.dynamic_watches; }
  [[nodiscard]] std::vector<engine::Index> indexes() const override { return parts_.indexes; }
  [[nodiscard]] engine::Plan reconcile(const engine::Key& key, const engine::View& view, engine::Memo& memo,
                                       Now now) const override {
    return parts_.decide(key, view, memo, now);
  }

 private:
  Parts parts_;
};

// Each object is its own key.
inline engine::Watch watch_itself(const engine::Collection& collection) {
  return {.collection = collection,
          .concerns = [](const engine::Change& change, const engine::View&, std::vector<engine::Key>& keys) {
            keys.push_back(change.either().key());
          }};
}

// A runner over a fake hub and member on virtual time.
class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    for (FakeClient* server : {&hub, &member}) {
      server->serve(widgets_v1, "Widget", true);
      server->serve(gadgets_v1, "Gadget", true);
    }
  }

  // One controller on hub widgets.
  void start(TestController::Decide decide) {
    start(TestController::Parts{
        .watches = {watch_itself(hub_widgets)}, .dynamic_watches = {}, .indexes = {}, .decide = std::move(decide)});
  }
  void start(TestController::Parts parts) {
    restart();
    runner->add(std::make_unique<TestController>(std::move(parts)));
    runner->start();
    settle();
  }
  // A new runner without controllers, as after a crash of the old one.
  void restart() {
    runner.reset();
    runner =
        engine::Runner::make({.loop = loop,
                              .rng = Rng(7),
                              .hub = &hub,
                              .member = &member,
                              .log = Log::to([this](std::string_view line) { lines.emplace_back(line); }, {}, clock),
                              .component = "slipway-test",
                              .instance = "test-0",
                              .drop_memo_one_in = drop_memo_one_in,
                              .may_write = is_leader,
                              .observer = observer});
  }
  void settle() { loop.run_until_idle(); }

  SimulatedClock clock;
  SimulatedLoop loop{clock};
  FakeClient hub{loop};
  FakeClient member{loop};
  std::uint64_t drop_memo_one_in = 0;
  std::function<bool()> is_leader;  // null: it need not be elected
  engine::Observer* observer = nullptr;
  std::vector<std::string> lines;
  std::unique_ptr<engine::Runner> runner;
};

}  // namespace slipway::test
