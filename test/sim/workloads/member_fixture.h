#pragma once

#include "apiserver/server.h"
#include "engine/runner.h"
#include "sim/workloads.h"
#include "sim/workloads/facts.h"
#include "sim/workloads/objects.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::sim::workloads {

using namespace std::chrono_literals;

class AllowAll final : public apiserver::Authorizer {
 public:
  [[nodiscard]] Decision authorize(const apiserver::Attributes&) const override {
    return {.allowed = true, .reason = ""};
  }
};

// A simulated member on virtual time: its API server and the workload controllers, as a fleet runs them.
class MemberFixture : public apiserver::RegistryFixture {
 protected:
  explicit MemberFixture(Duration pod_start_time = 0s) : pod_start_time_(pod_start_time) {
    client_ = apiserver::make_local_client(*registry_, authorizer_, {.user = "sim", .groups = {"system:masters"}});
    run_controllers();
  }
  // A new process: nothing but what the API server holds is remembered.
  void run_controllers() {
    runner_ = engine::Runner::make({.loop = loop_,
                                    .rng = Rng(5),
                                    .member = client_.get(),
                                    .log = Log{},
                                    .component = "slipway-sim",
                                    .instance = "member1",
                                    .drop_memo_one_in = 2});
    for (auto& controller : make_workload_controllers({.cluster_name = "member1", .pod_start_time = pod_start_time_}))
      runner_->add(std::move(controller));
    runner_->start();
    settle();
  }
  void settle() { loop_.run_until_idle(); }
  void pass(Duration time) { loop_.run_for(time); }

  // Deployment "web" in namespace "default" with `replicas` pods of `image`; `more` is merged into the spec.
  void deploy(std::string_view image, int replicas, std::string_view more = "{}") {
    json::Value whole = apiserver::parse_json(fmt::format(R"({{
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "web", "namespace": "default"}},
      "spec": {{"replicas": {}, "selector": {{"matchLabels": {{"app": "web"}}}},
        "template": {{"metadata": {{"labels": {{"app": "web"}}}},
                      "spec": {{"containers": [{{"name": "web", "image": "{}",
                                   "ports": [{{"name": "http", "containerPort": 80}}]}}]}}}}}}}})",
                                                          replicas, image));
    whole["spec"] = json::apply_merge_patch(whole["spec"], apiserver::parse_json(more));
    ASSERT_THAT(registry_->create(*resource("deployments.apps"), "default", std::move(whole), {}), Ok());
    settle();
  }
  // A merge patch of the deployment.
  void change(std::string_view text) {
    ASSERT_THAT(patch("deployments.apps", "default/web", text), Ok());
    settle();
  }
  void set_image(std::string_view image) {
    ASSERT_THAT(
        patch("deployments.apps", "default/web",
              fmt::format(
                  R"({{"spec": {{"template": {{"spec": {{"containers": [{{"name": "web", "image": "{}"}}]}}}}}}}})",
                  image),
              apiserver::PatchType::strategic),
        Ok());
    settle();
  }

  json::Value web() { return value("deployments.apps", "default/web"); }
  // "True NewReplicaSetAvailable"
  std::string condition(std::string_view type, const json::Value& of) {
    const json::Value* conditions = of.find_path({"status", "conditions"});
    if (conditions == nullptr) return "none";
    for (const json::Value& one : *conditions->array()) {
      if (one.text_at({"type"}) != type) continue;
      std::string text(one.text_at({"status"}));
      if (const auto reason = one.text_at({"reason"}); !reason.empty()) text += fmt::format(" {}", reason);
      return text;
    }
    return "none";
  }
  std::string condition(std::string_view type) { return condition(type, web()); }
  // "generation 2/2: 3 replicas, 3 updated, 3 ready, 3 available, 0 unavailable": observed and real generation.
  std::string status() {
    const json::Value whole = web();
    const auto count = [&](std::string_view name) {
      const json::Value* found = whole.find_path({"status", name});
      return found == nullptr ? std::int64_t{0} : *found->integer();
    };
    return fmt::format("generation {}/{}: {} replicas, {} updated, {} ready, {} available, {} unavailable",
                       count("observedGeneration"), *whole.find_path({"metadata", "generation"})->integer(),
                       count("replicas"), count("updatedReplicas"), count("readyReplicas"), count("availableReplicas"),
                       count("unavailableReplicas"));
  }
  std::vector<kube::ObjectPtr> all(std::string_view id) {
    return registry_->list(*resource(id), {}, 0, "", {}).value_or(apiserver::Page{}).items;
  }
  // Per replica set, the eldest revision first: "revision 1: nginx:1.20 x 3".
  std::vector<std::string> revisions() {
    std::vector<std::string> texts;
    for (const auto& set : all("replicasets.apps")) {
      const json::Value whole = set->to_value();
      const auto& container = whole.find_path({"spec", "template", "spec", "containers"})->array()->front();
      texts.push_back(fmt::format("revision {}: {} x {}",
                                  whole.text_at({"metadata", "annotations", "deployment.kubernetes.io/revision"}),
                                  container.text_at({"image"}), replica_set_facts(*set).replicas));
    }
    std::ranges::sort(texts);
    return texts;
  }
  // Per pod of the cluster: "Running, Ready True", "Pending, Ready False ContainersNotReady, ErrImagePull".
  std::vector<std::string> pod_states() {
    std::vector<std::string> texts;
    for (const auto& pod : all("pods")) {
      const json::Value whole = pod->to_value();
      std::string text = fmt::format("{}, Ready {}", whole.text_at({"status", "phase"}), condition("Ready", whole));
      for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
        const json::Value* statuses = whole.find_path({"status", list});
        if (statuses == nullptr) continue;
        for (const json::Value& one : *statuses->array()) {
          if (const auto reason = one.text_at({"state", "waiting", "reason"}); !reason.empty())
            text += fmt::format(", {}", reason);
        }
      }
      texts.push_back(std::move(text));
    }
    return texts;
  }
  // Reasons of all events about objects of this kind, sorted, each once.
  std::set<std::string> event_reasons(std::string_view kind) {
    std::set<std::string> reasons;
    for (const auto& event : all("events")) {
      const json::Value whole = event->to_value();
      if (whole.text_at({"involvedObject", "kind"}) == kind) reasons.emplace(whole.text_at({"reason"}));
    }
    return reasons;
  }

  Duration pod_start_time_;
  AllowAll authorizer_;
  std::unique_ptr<client::Client> client_;
  std::unique_ptr<engine::Runner> runner_;
};

}  // namespace slipway::sim::workloads
