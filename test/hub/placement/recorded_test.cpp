#include "test/hub/recorded.h"

#include <gtest/gtest.h>

#include "api/names.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "hub/placement/controller.h"
#include "hub/selection/resource_selection.h"
#include "hub/snapshot/resource_snapshots.h"
#include "test/hub/fake_view.h"

// The how-to, step by step: what the controller makes of the fleet's recorded objects equals the recorded placements
// and snapshots.
namespace slipway::hub::placement {
namespace {

using testing::comparable;
using testing::differences;
using testing::FakeView;
using testing::Recording;

json::Value as_user_wrote(const json::Value& recorded) {
  json::Value placement = recorded;
  placement.object()->erase("status");
  placement["metadata"].object()->erase("finalizers");
  placement["metadata"].object()->erase("creationTimestamp");
  return placement;
}

// A manifest as the hub's own object: with everything that must not travel.
json::Value as_hub_object(const json::Value& manifest) {
  json::Value object = manifest;
  object["metadata"]["uid"] = "4b0b0d2c";
  object["metadata"]["resourceVersion"] = "812";
  object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = "{}";
  if (object.text_at({"kind"}) == "Service") {
    object["spec"]["clusterIP"] = "10.0.0.7";
    object["spec"]["clusterIPs"] = json::Array{"10.0.0.7"};
  }
  if (object.text_at({"kind"}) == "Deployment") {
    object["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "1";
    object["status"]["replicas"] = 1;
  }
  return object;
}

struct Scenario {
  std::string folder;
  std::vector<std::string> steps;
  std::string placements, policies, resources, bindings;
  std::string name, namespace_;
  [[nodiscard]] kube::NamespacedName key() const { return {namespace_, name}; }
};
const Scenario cluster_scope{.folder = "cluster",
                             .steps = {"c01-placement", "c02-initialized", "c03-staging-done",
                                       "c04-waiting-before-canary", "c05-waiting-after-canary", "c06-succeeded",
                                       "c07-stopped", "c08-resumed", "c09-second-succeeded", "c10-rolled-back"},
                             .placements = "clusterresourceplacements",
                             .policies = "clusterschedulingpolicysnapshots",
                             .resources = "clusterresourcesnapshots",
                             .bindings = "clusterresourcebindings",
                             .name = "example-placement",
                             .namespace_ = ""};
const Scenario namespace_scope{.folder = "namespace",
                               .steps = {"n01-placement", "n-v1-20", "n-v1-21", "n-rollback", "n05-end"},
                               .placements = "resourceplacements",
                               .policies = "schedulingpolicysnapshots",
                               .resources = "resourcesnapshots",
                               .bindings = "resourcebindings",
                               .name = "web-app-placement",
                               .namespace_ = "my-app-namespace"};
const Scenario namespace_only{.folder = "namespace",
                              .steps = {"n01-placement", "n05-end"},
                              .placements = "clusterresourceplacements",
                              .policies = "clusterschedulingpolicysnapshots",
                              .resources = "clusterresourcesnapshots",
                              .bindings = "clusterresourcebindings",
                              .name = "ns-only-crp",
                              .namespace_ = ""};

// What the hub's other parties have written by the time of a step.
void put_others(FakeView& hub, const Scenario& scenario, const Recording& recording) {
  hub.put(recording.one(scenario.policies, scenario.name + "-0"));
  for (const auto& plural : {scenario.bindings, scenario.resources}) {
    for (const auto& object : recording.all(plural)) {
      if (object.text_at({"metadata", "name"}).starts_with(scenario.name)) hub.put(object);
    }
  }
}

class Recorded : public ::testing::TestWithParam<Scenario> {
 protected:
  // The objects the placement selects, as the user has made them by the time of a step.
  void put_selected(const Recording& recording) {
    const Scenario& scenario = GetParam();
    const json::Value* content = nullptr;
    for (const auto& snapshot : recording.all(scenario.resources)) {
      if (snapshot.text_at({"metadata", "name"}).starts_with(scenario.name)) content = &snapshot;  // the newest
    }
    ASSERT_NE(content, nullptr);
    for (const auto& manifest : *content->find_path({"spec", "selectedResources"})->array())
      hub.put(as_hub_object(manifest));
    const std::string namespace_ = scenario.folder == "cluster" ? "test-namespace" : "my-app-namespace";
    for (const std::string_view clutter : {R"("kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt",)",
                                           R"("kind":"ServiceAccount","metadata":{"name":"default",)"}) {
      hub.put_json(fmt::format(R"({{"apiVersion":"v1",{}"namespace":"{}"}}}})", clutter, namespace_));
    }
    if (scenario.folder == "cluster") return;
    hub.put_json(
        R"({"apiVersion":"v1","kind":"Namespace","spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"},
                     "metadata":{"name":"my-app-namespace","labels":{"kubernetes.io/metadata.name":"my-app-namespace"}}})");
  }

  void expect_placement(const Recording& recording) {
    const auto placement = hub.get<api::Placement>(GetParam().key());
    ASSERT_NE(placement, nullptr);
    EXPECT_EQ(differences(comparable(recording.one(GetParam().placements, GetParam().name)),
                          comparable(api::to_value(*placement))),
              "");
  }

  FakeView hub;
  std::unique_ptr<engine::Controller> controller = make_placement_controller({});
};

TEST_P(Recorded, PlacementsFollowTheFleetStepByStep) {
  const Scenario& scenario = GetParam();
  const Recording first(fmt::format("{}/{}", scenario.folder, scenario.steps.front()));
  const Recording last(fmt::format("{}/{}", scenario.folder, scenario.steps.back()));
  put_selected(last);
  hub.put(as_user_wrote(first.one(scenario.placements, scenario.name)));
  ASSERT_TRUE(hub.reconcile(*controller, scenario.key()).is_at_rest);

  // The scheduler's finalizer comes after ours.
  auto placement = *hub.get<api::Placement>(scenario.key());
  placement.metadata.finalizers.emplace_back(api::finalizer::scheduler_cleanup);
  hub.put(placement);
  for (const auto& step : scenario.steps) {
    SCOPED_TRACE(step);
    const Recording recording(fmt::format("{}/{}", scenario.folder, step));
    put_others(hub, scenario, recording);
    EXPECT_TRUE(hub.reconcile(*controller, scenario.key()).is_at_rest);
    expect_placement(recording);
    // Nothing has changed since: nothing is written.
    EXPECT_EQ(hub.reconcile(*controller, scenario.key()).writes, 0U);
  }
}

TEST_P(Recorded, PolicySnapshotIsTheSame) {
  const Scenario& scenario = GetParam();
  const Recording recording(fmt::format("{}/{}", scenario.folder, scenario.steps.front()));
  const Recording last(fmt::format("{}/{}", scenario.folder, scenario.steps.back()));
  put_selected(last);
  hub.put(as_user_wrote(recording.one(scenario.placements, scenario.name)));
  hub.reconcile(*controller, scenario.key());
  const auto made = hub.get<api::SchedulingPolicySnapshot>({scenario.namespace_, scenario.name + "-0"});
  ASSERT_NE(made, nullptr);
  json::Value expected = comparable(recording.one(scenario.policies, scenario.name + "-0"));
  expected.object()->erase("status");  // the scheduler's
  EXPECT_EQ(differences(expected, comparable(api::to_value(*made))), "");
}

// A run makes the first snapshot of an External placement, and the second when content has changed; RollingUpdate makes
// its own.
TEST_P(Recorded, ResourceSnapshotsAreTheSame) {
  const Scenario& scenario = GetParam();
  const Recording last(fmt::format("{}/{}", scenario.folder, scenario.steps.back()));
  put_selected(last);
  hub.put(as_user_wrote(last.one(scenario.placements, scenario.name)));
  for (const auto& recorded : last.all(scenario.resources)) {
    if (!recorded.text_at({"metadata", "name"}).starts_with(scenario.name)) continue;
    for (const auto& manifest : *recorded.find_path({"spec", "selectedResources"})->array())
      hub.put(as_hub_object(manifest));
    for (int round = 0; round < 3; ++round) {
      hub.forget_answers();
      const auto placement = hub.get<api::Placement>(scenario.key());
      auto step = selection::select_resources(*placement, hub);
      while (!step.outcome) {
        hub.perform(step.reads);
        step = selection::select_resources(*placement, hub);
      }
      ASSERT_TRUE(step.outcome->has_value());
      const auto existing =
          hub.indexed<api::ResourceSnapshot>(api::scope_of(scenario.key()), "placement", scenario.key().text());
      const auto ensured = snapshot::ensure_latest(*placement, **step.outcome, existing);
      ASSERT_TRUE(ensured.has_value());
      hub.apply({ensured->writes});
    }
  }
  EXPECT_TRUE(hub.failures.empty());
  for (const auto& recorded : last.all(scenario.resources)) {
    if (!recorded.text_at({"metadata", "name"}).starts_with(scenario.name)) continue;
    const auto made =
        hub.get<api::ResourceSnapshot>({scenario.namespace_, std::string(recorded.text_at({"metadata", "name"}))});
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(differences(comparable(recorded), comparable(api::to_value(*made))), "");
  }
}

INSTANTIATE_TEST_SUITE_P(HowTo, Recorded, ::testing::Values(cluster_scope, namespace_scope, namespace_only),
                         [](const auto& scenario) {
                           std::string name = scenario.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace slipway::hub::placement
