#pragma once

#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/snapshot.h"
#include "api/work.h"
#include "hub/work/controller.h"
#include "test/hub/fake_view.h"

namespace slipway::hub::work {

inline kube::Condition condition(std::string_view type, kube::ConditionStatus status, std::int64_t generation,
                                 std::string_view reason = "R") {
  return {.type = std::string(type),
          .status = status,
          .observed_generation = generation,
          .last_transition_time = {5},
          .reason = std::string(reason),
          .message = "m"};
}

// A hub with the member m, and of the placement p one version and a released binding to m.
class WorkGenerator : public ::testing::Test {
 protected:
  WorkGenerator() {
    api::MemberCluster member;
    member.metadata.name = "m";
    hub.put(member);
    put_part(0, -1, 1);
    api::ResourceBinding binding;
    binding.metadata.name = "p-m";
    binding.metadata.labels = {{"kubernetes-fleet.io/parent-CRP", "p"}};
    binding.metadata.finalizers = {"kubernetes-fleet.io/scheduler-crb-cleanup"};
    binding.spec.state = "Bound";
    binding.spec.target_cluster = "m";
    binding.spec.resource_snapshot_name = "p-0-snapshot";
    binding.spec.apply_strategy.emplace();
    binding.status.conditions = {condition("RolloutStarted", kube::ConditionStatus::true_, 1)};
    hub.put(binding);
  }

  // subindex -1: the master of a group of `count`.
  void put_part(std::int64_t index, std::int64_t subindex, std::int64_t count) {
    api::ResourceSnapshot part;
    part.metadata.name = subindex < 0 ? fmt::format("p-{}-snapshot", index) : fmt::format("p-{}-{}", index, subindex);
    part.metadata.labels = {{"kubernetes-fleet.io/parent-CRP", "p"},
                            {"kubernetes-fleet.io/resource-index", std::to_string(index)}};
    if (subindex < 0) {
      part.metadata.annotations = {{"kubernetes-fleet.io/resource-hash", "h"},
                                   {"kubernetes-fleet.io/number-of-resource-snapshots", std::to_string(count)}};
    } else {
      part.metadata.annotations = {{"kubernetes-fleet.io/subindex-of-resource-snapshot", std::to_string(subindex)}};
    }
    part.spec.selected_resources = {json::Object{
        {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", part.metadata.name}}}}};
    hub.put(part);
  }
  void edit(const std::function<void(api::ResourceBinding&)>& change, bool spec = true) {
    auto next = *hub.get<api::ResourceBinding>(key);
    change(next);
    next.metadata.resource_version = 0;
    if (spec) {
      ++next.metadata.generation;
      next.status.conditions[0].observed_generation = next.metadata.generation;
    }
    hub.put(next);
  }
  void report(std::string_view name, std::vector<kube::Condition> conditions,
              std::vector<api::ManifestCondition> manifests = {}, std::int64_t offset = 0) {
    auto work = *hub.get<api::Work>({"fleet-member-m", std::string(name)});
    for (auto& one : conditions) one.observed_generation = work.metadata.generation + offset;
    work.status.conditions = std::move(conditions);
    work.status.manifest_conditions = std::move(manifests);
    work.metadata.resource_version = 0;
    hub.put(work);
  }
  testing::FakeView::Rest settle() {
    auto rest = hub.reconcile(*controller, key);
    EXPECT_TRUE(rest.is_at_rest);
    return rest;
  }
  // "Overridden=T:NoOverrideSpecified …", without RolloutStarted.
  std::string said() {
    settle();
    std::string text;
    for (const auto& one : hub.get<api::ResourceBinding>(key)->status.conditions) {
      if (one.type == "RolloutStarted") continue;
      EXPECT_EQ(one.observed_generation, hub.get<api::ResourceBinding>(key)->metadata.generation);
      text +=
          fmt::format("{}{}={}:{}", text.empty() ? "" : " ", one.type, kube::text(one.status).substr(0, 1), one.reason);
    }
    return text;
  }
  std::string works() const {
    std::string text;
    for (const auto& object : hub.list(collection, "")) {
      const auto* const work = api::as<api::Work>(*object);
      text += fmt::format("{}{}@{}{}", text.empty() ? "" : " ", work->metadata.name,
                          *work->metadata.label(api::label::parent_resource_snapshot_index),
                          work->metadata.is_deleting() ? "/deleting" : "");
    }
    return text;
  }

  testing::FakeView hub;
  engine::Key key{"", "p-m"};
  engine::Collection collection = engine::View::collection_of<api::Work>(api::Scope::namespaced);
  std::unique_ptr<engine::Controller> controller = make_controller(api::Scope::cluster);
};

}  // namespace slipway::hub::work
