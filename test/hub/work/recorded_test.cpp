// The Works of the how-to, and what its bindings say of them: equal to the recorded ones (placement 6).

#include "test/hub/recorded.h"

#include <gtest/gtest.h>

#include "api/binding.h"
#include "api/names.h"
#include "api/work.h"
#include "hub/work/controller.h"
#include "json/text.h"
#include "test/hub/fake_view.h"

namespace slipway::hub::work {
namespace {

using testing::comparable;
using testing::differences;
using testing::FakeView;
using testing::Recording;

struct Scenario {
  api::Scope scope;
  std::vector<std::string> steps;
};
const Scenario cluster_scope{api::Scope::cluster,
                             {"cluster/c03-staging-done", "cluster/c05-waiting-after-canary", "cluster/c06-succeeded",
                              "cluster/c08-resumed", "cluster/c09-second-succeeded", "cluster/c10-rolled-back"}};
const Scenario namespace_scope{api::Scope::namespaced,
                               {"namespace/n-v1-20", "namespace/n-v1-21", "namespace/n-rollback", "namespace/n05-end"}};

class RecordedWorks : public ::testing::TestWithParam<Scenario> {
 protected:
  template <class T>
  [[nodiscard]] static std::string plural() {
    return api::resource_of<T>(GetParam().scope).resource;
  }
};
INSTANTIATE_TEST_SUITE_P(Work, RecordedWorks, ::testing::Values(cluster_scope, namespace_scope), [](const auto& info) {
  return info.param.scope == api::Scope::cluster ? "Cluster" : "Namespaced";
});

// The binding as the rollout left it, before anything was delivered.
json::Value as_rolled_out(json::Value binding) {
  auto& conditions = *binding["status"]["conditions"].array();
  std::erase_if(conditions, [](const json::Value& one) { return one.text_at({"type"}) != "RolloutStarted"; });
  std::erase_if(*binding["metadata"]["finalizers"].array(),
                [](const json::Value& one) { return one == json::Value("kubernetes-fleet.io/work-cleanup"); });
  return binding;
}

// What the member has reported of a Work, for its present generation.
void report_from(FakeView& hub, const json::Value& recorded, const kube::NamespacedName& key) {
  auto work = *hub.get<api::Work>(key);
  auto status = recorded;
  for (auto& condition : *status["status"]["conditions"].array())
    condition["observedGeneration"] = work.metadata.generation;
  work.status = api::decode<api::Work>(status)->status;
  work.metadata.finalizers = {"kubernetes-fleet.io/work-cleanup"};
  work.metadata.resource_version = 0;
  hub.put(work);
}

TEST_P(RecordedWorks, S6_WorksAndBindings) {
  const auto controller = make_controller(GetParam().scope);
  for (const std::string& step : GetParam().steps) {
    SCOPED_TRACE(step);
    const Recording recording(step);
    FakeView hub;
    for (const auto& member : recording.all("memberclusters")) hub.put(member);
    for (const auto& snapshot : recording.all(plural<api::ResourceSnapshot>())) hub.put(snapshot);
    std::size_t delivered = 0;
    for (const json::Value& expected : recording.all(plural<api::ResourceBinding>())) {
      const engine::Key key{std::string(expected.text_at({"metadata", "namespace"})),
                            std::string(expected.text_at({"metadata", "name"}))};
      SCOPED_TRACE(key.text());
      if (expected.text_at({"spec", "state"}) != "Bound") {  // 301
        hub.put(expected);
        EXPECT_EQ(hub.reconcile(*controller, key).writes, 0);
        continue;
      }
      ++delivered;
      hub.put(as_rolled_out(expected));
      EXPECT_TRUE(hub.reconcile(*controller, key).is_at_rest);
      const auto in_progress = hub.get<api::ResourceBinding>(key);
      EXPECT_EQ(in_progress->status.conditions.back().reason, "ApplyInProgress");

      const kube::NamespacedName work_key{
          "fleet-member-" + std::string(expected.text_at({"spec", "targetCluster"})),
          api::master_work_name(
              {key.namespace_,
               expected.text_at({"metadata", "labels", "kubernetes-fleet.io/parent-CRP"}) == ""
                   ? ""
                   : std::string(expected.text_at({"metadata", "labels", "kubernetes-fleet.io/parent-CRP"}))})};
      const json::Value* recorded_work = nullptr;
      for (const auto& work : recording.all("works")) {
        if (work.text_at({"metadata", "namespace"}) == work_key.namespace_ &&
            work.text_at({"metadata", "name"}) == work_key.name)
          recorded_work = &work;
      }
      ASSERT_NE(recorded_work, nullptr) << work_key.text();
      ASSERT_NE(hub.get<api::Work>(work_key), nullptr);
      report_from(hub, *recorded_work, work_key);
      EXPECT_TRUE(hub.reconcile(*controller, key).is_at_rest);

      json::Value want = comparable(*recorded_work);
      json::Value have = comparable(api::to_value(*hub.get<api::Work>(work_key)));
      for (json::Value* const one : {&want, &have}) {  // generations count writes (deviation 10)
        (*one)["metadata"].object()->erase("generation");
        for (auto& condition : *(*one)["status"]["conditions"].array()) condition.object()->erase("observedGeneration");
      }
      EXPECT_EQ(differences(want, have), "");
      EXPECT_EQ(differences(comparable(expected), comparable(api::to_value(*hub.get<api::ResourceBinding>(key)))), "");
      EXPECT_EQ(hub.reconcile(*controller, key).writes, 0);  // 304
    }
    EXPECT_GT(delivered, 0U);
    EXPECT_EQ(hub.failures.size(), 0U);
  }
}

}  // namespace
}  // namespace slipway::hub::work
