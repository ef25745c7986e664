#include "hub/override/controller.h"

#include <gtest/gtest.h>

#include "api/hash.h"
#include "api/names.h"
#include "api/override.h"
#include "test/hub/fake_view.h"

// placement 5.2; the numbers are those of 12.12.
namespace slipway::hub::override {
namespace {

using testing::concerned;
using testing::FakeView;

const engine::Collection overrides = engine::View::collection_of<api::ClusterResourceOverride>(api::Scope::cluster);
const engine::Collection snapshots =
    engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster);
const engine::Key key{"", "o"};

class OverrideSnapshots : public ::testing::Test {
 protected:
  OverrideSnapshots() {
    for (const auto& index : controller->indexes()) hub.add_index(index);
    hub.put_json(
        R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceOverride","metadata":{"name":"o"},
            "spec":{"clusterResourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"n0"}],
                    "policy":{"overrideRules":[{"clusterSelector":{"clusterSelectorTerms":[]},
                                                "jsonPatchOverrides":[{"op":"remove","path":"/metadata/labels/a"}]}]}}})");
  }
  void edit(const std::function<void(api::ClusterResourceOverride&)>& change, bool spec = true) {
    auto next = *hub.get<api::ClusterResourceOverride>(key);
    change(next);
    next.metadata.resource_version = 0;
    if (spec) ++next.metadata.generation;
    hub.put(next);
  }
  void select(std::string_view name) {
    edit([&](auto& one) { one.spec.cluster_resource_selectors.front().name = name; });
  }
  std::size_t settle() {
    const auto rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    return rest.writes;
  }
  // "o-0=false o-1=true"
  std::string said() {
    settle();
    std::string text;
    for (const auto& object : hub.list(snapshots, "")) {
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", object->key().name,
                          *object->metadata().label(api::label::is_latest_snapshot));
    }
    return text;
  }
  void set_label(std::string_view name, std::string_view label, std::string_view value) {
    auto one = *hub.get<api::ClusterResourceOverrideSnapshot>({"", std::string(name)});
    one.metadata.labels.insert_or_assign(std::string(label), std::string(value));
    one.metadata.resource_version = 0;
    hub.put(one);
  }

  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_controller(api::Scope::cluster);
};

TEST_F(OverrideSnapshots, S5_2_OneForEachVersion) {
  EXPECT_EQ(said(), "o-0=true");  // 266
  const auto first = hub.get<api::ClusterResourceOverrideSnapshot>({"", "o-0"});
  const auto object = hub.get<api::ClusterResourceOverride>(key);
  EXPECT_TRUE(object->metadata.has_finalizer(api::finalizer::override_cleanup));
  EXPECT_EQ(*first->metadata.label(api::label::override_index), "0");
  EXPECT_EQ(*first->metadata.label(api::label::parent_resource_override), "o");
  ASSERT_EQ(first->metadata.owner_references.size(), 1U);
  EXPECT_EQ(first->metadata.owner_references[0].kind, "ClusterResourceOverride");
  EXPECT_EQ(first->metadata.owner_references[0].uid, object->metadata.uid);
  EXPECT_EQ(first->spec.override_spec, object->spec);
  EXPECT_EQ(first->spec.override_hash, api::override_hash(object->spec));
  EXPECT_EQ(settle(), 0U);

  select("n1");
  EXPECT_EQ(said(), "o-0=false o-1=true");  // 267
  edit([](auto& one) { one.metadata.labels.emplace("a", "b"); }, false);
  EXPECT_EQ(settle(), 0U);  // 268
  select("n0");
  EXPECT_EQ(said(), "o-0=false o-1=false o-2=true");  // a version that comes back is a new one
}

// 13.3 F15
TEST_F(OverrideSnapshots, AtNoMomentIsThereNoLatest) {
  settle();
  select("n1");
  hub.written.clear();
  settle();
  ASSERT_EQ(hub.written.size(), 2U);
  EXPECT_EQ(hub.written[0].request.verb, client::Write::Verb::create);
  EXPECT_EQ(hub.written[1].request.key.name, "o-0");
  EXPECT_EQ(hub.written[0].request.field_manager, "override-controller");
}

TEST_F(OverrideSnapshots, S5_2_WhatACrashOrAHandHasLeft) {
  settle();
  select("n1");
  settle();
  set_label("o-0", api::label::is_latest_snapshot, "true");
  set_label("o-1", api::label::is_latest_snapshot, "false");
  EXPECT_EQ(said(), "o-0=false o-1=true");
  hub.erase(snapshots, {"", "o-1"});
  EXPECT_EQ(said(), "o-0=false o-1=true");
}

// KubeFleet's snapshots say "value": null where the user said nothing.
TEST_F(OverrideSnapshots, ANullIsNoChange) {
  settle();
  auto one = *hub.get<api::ClusterResourceOverrideSnapshot>({"", "o-0"});
  one.spec.override_spec.policy.override_rules[0].json_patch_overrides[0].value = json::Value();
  one.metadata.resource_version = 0;
  hub.put(one);
  EXPECT_EQ(settle(), 0U);
}

TEST_F(OverrideSnapshots, S5_2_TenAreKept) {
  for (int i = 0; i < 10; ++i) {
    select(fmt::format("n{}", i));
    settle();
  }
  EXPECT_EQ(hub.list(snapshots, "").size(), 10U);
  EXPECT_EQ(settle(), 0U);  // pruned for a new one only
  select("n10");
  EXPECT_EQ(said(),  // 269
            "o-1=false o-10=true o-2=false o-3=false o-4=false o-5=false o-6=false o-7=false o-8=false o-9=false");
}

TEST_F(OverrideSnapshots, S5_2_Deletion) {
  settle();
  select("n1");
  settle();
  edit([](auto& one) { one.metadata.deletion_timestamp = {7}; }, false);
  settle();
  EXPECT_EQ(hub.list(snapshots, "").size(), 0U);  // 270
  const auto object = hub.get<api::ClusterResourceOverride>(key);
  EXPECT_TRUE(object == nullptr || !object->metadata.has_finalizer(api::finalizer::override_cleanup));
}

TEST_F(OverrideSnapshots, S5_2_Namespaced) {
  const auto of_namespaced = make_controller(api::Scope::namespaced);
  for (const auto& index : of_namespaced->indexes()) hub.add_index(index);
  for (const auto* const space : {"app", "other"}) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceOverride","metadata":{{"name":"o","namespace":"{}"}},
            "spec":{{"resourceSelectors":[{{"group":"","version":"v1","kind":"ConfigMap","name":"c"}}],
                     "policy":{{"overrideRules":[{{"overrideType":"Delete"}}]}}}}}})",
        space));
    EXPECT_TRUE(hub.reconcile(*of_namespaced, {space, "o"}).is_at_rest);
  }
  EXPECT_NE(hub.get<api::ResourceOverrideSnapshot>({"app", "o-0"}), nullptr);
  EXPECT_EQ(hub.get<api::ResourceOverrideSnapshot>({"other", "o-0"})->metadata.owner_references[0].kind,
            "ResourceOverride");
}

TEST_F(OverrideSnapshots, WhatWakes) {
  const auto fresh = hub.get(overrides, key);
  settle();
  const auto before = hub.get(overrides, key);
  EXPECT_EQ(concerned(*controller, overrides, {nullptr, fresh}, hub), std::set<engine::Key>{key});
  edit([](auto& one) { one.metadata.labels.emplace("a", "b"); }, false);
  EXPECT_TRUE(concerned(*controller, overrides, {before, hub.get(overrides, key)}, hub).empty());  // 268
  select("n1");
  EXPECT_EQ(concerned(*controller, overrides, {before, hub.get(overrides, key)}, hub), std::set<engine::Key>{key});
  EXPECT_EQ(concerned(*controller, snapshots, {hub.get(snapshots, {"", "o-0"}), nullptr}, hub),
            std::set<engine::Key>{key});
}

}  // namespace
}  // namespace slipway::hub::override
