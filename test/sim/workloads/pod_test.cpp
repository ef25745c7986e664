#include "sim/workloads/pod.h"

#include "sim/workloads/node.h"
#include "test/sim/workloads/member_fixture.h"

namespace slipway::sim::workloads {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Pods : public MemberFixture {
 protected:
  Pods() : MemberFixture(2s) {}
  // Pod "one" of image nginx; `spec` and `annotations` are merged in.
  void run(std::string_view spec = "{}", std::string_view annotations = "{}") {
    json::Value pod = apiserver::parse_json(R"({"apiVersion": "v1", "kind": "Pod",
      "metadata": {"name": "one", "namespace": "default"},
      "spec": {"containers": [{"name": "main", "image": "nginx:1.20"}]}})");
    pod["spec"] = json::apply_merge_patch(pod["spec"], apiserver::parse_json(spec));
    pod["metadata"]["annotations"] = apiserver::parse_json(annotations);
    ASSERT_THAT(registry_->create(*resource("pods"), "default", std::move(pod), {}), Ok());
    settle();
  }
  json::Value one() { return value("pods", "default/one"); }
};

TEST_F(Pods, S5TheNodeIsThereAndReady) {
  const auto nodes_there = all("nodes");
  ASSERT_EQ(nodes_there.size(), 1U);
  const json::Value node = nodes_there.front()->to_value();
  EXPECT_EQ(node.text_at({"metadata", "name"}), "member1-node-1");
  for (const char* amounts : {"capacity", "allocatable"}) {
    EXPECT_EQ(node.text_at({"status", amounts, "cpu"}), "32");
    EXPECT_EQ(node.text_at({"status", amounts, "memory"}), "256Gi");
    EXPECT_EQ(node.text_at({"status", amounts, "pods"}), "500");
  }
  EXPECT_EQ(condition("Ready", node), "True KubeletReady");
  ASSERT_THAT(remove("nodes", "member1-node-1"), Ok());
  settle();
  EXPECT_TRUE(exists("nodes", "member1-node-1"));
}

TEST_F(Pods, S6FromPendingToGone) {
  run();
  EXPECT_EQ(one().text_at({"spec", "nodeName"}), "member1-node-1");
  EXPECT_THAT(pod_states(), ElementsAre("Pending, Ready False ContainersNotReady, ContainerCreating"));
  EXPECT_EQ(condition("PodScheduled", one()), "True");
  pass(2s);
  EXPECT_THAT(pod_states(), ElementsAre("Running, Ready True"));
  EXPECT_TRUE(one().text_at({"status", "podIP"}).starts_with("10.244."));
  EXPECT_EQ(one().text_at({"status", "hostIP"}), node_address);
  EXPECT_THAT(event_reasons("Pod"), ElementsAre("Scheduled", "Started"));
  ASSERT_THAT(remove("pods", "default/one"), Ok());
  settle();
  EXPECT_TRUE(exists("pods", "default/one"));
  pass(2s);
  EXPECT_FALSE(exists("pods", "default/one"));
}

TEST_F(Pods, S6AGracePeriodCutsStoppingShort) {
  run();
  pass(2s);
  apiserver::DeleteContext soon;
  soon.grace_period_seconds = 1;
  ASSERT_THAT(remove("pods", "default/one", std::move(soon)), Ok());
  settle();
  EXPECT_TRUE(exists("pods", "default/one"));
  pass(1s);
  EXPECT_FALSE(exists("pods", "default/one"));
}

TEST_F(Pods, S6FinalizersHoldAPod) {
  run();
  pass(2s);
  ASSERT_THAT(patch("pods", "default/one", R"({"metadata": {"finalizers": ["lab.io/hold"]}})"), Ok());
  ASSERT_THAT(remove("pods", "default/one"), Ok());
  pass(60s);
  EXPECT_TRUE(exists("pods", "default/one"));
  const std::uint64_t revision = registry_->revision();
  pass(1h);
  EXPECT_EQ(registry_->revision(), revision);
  ASSERT_THAT(patch("pods", "default/one", R"({"metadata": {"finalizers": null}})"), Ok());
  pass(60s);
  EXPECT_FALSE(exists("pods", "default/one"));
}

TEST_F(Pods, S6WhatKeepsAPodFromRunning) {
  struct Row {
    const char* rule;
    const char* spec;
    const char* annotations;
    const char* after_start;  // three seconds
  };
  const Row rows[] = {
      {"not found", R"({"containers": [{"name": "main", "image": "nginx:bad-tag"}]})", "{}",
       "Pending, Ready False ContainersNotReady, ErrImagePull"},
      {"bad name", R"({"containers": [{"name": "main", "image": "NGINX"}]})", "{}",
       "Pending, Ready False ContainersNotReady, InvalidImageName"},
      {"one of two",
       R"({"containers": [{"name": "main", "image": "nginx"}, {"name": "other", "image": "random-image-name"}]})", "{}",
       "Pending, Ready False ContainersNotReady, ErrImagePull"},
      {"an init container", R"({"initContainers": [{"name": "first", "image": "nginx:bad-tag"}]})", "{}",
       "Pending, Ready False ContainersNotReady, ErrImagePull, PodInitializing"},
      {"init containers that end", R"({"initContainers": [{"name": "first", "image": "nginx"}]})", "{}",
       "Running, Ready True"},
      {"an outcome by annotation", "{}", R"({"sim.fleet/image-outcome": "denied"})",
       "Pending, Ready False ContainersNotReady, ErrImagePull"},
      {"an image that is there is not pulled",
       R"({"containers": [{"name": "main", "image": "nginx:bad-tag", "imagePullPolicy": "Never"}]})", "{}",
       "Running, Ready True"},
      {"slow start", "{}", R"({"sim.fleet/start-delay": "1m"})",
       "Pending, Ready False ContainersNotReady, ContainerCreating"},
      {"slow to be ready", "{}", R"({"sim.fleet/ready-delay": "1m"})", "Running, Ready False ContainersNotReady"},
      {"never ready", "{}", R"({"sim.fleet/never-ready": "true"})", "Running, Ready False ContainersNotReady"},
      {"no such node", R"({"nodeSelector": {"disk": "fast"}})", "{}", "Pending, Ready none"},
      {"too large", R"({"containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "33"}}}]})",
       "{}", "Pending, Ready none"},
      {"another scheduler's", R"({"schedulerName": "mine"})", "{}", "Pending, Ready none"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    run(row.spec, row.annotations);
    pass(3s);
    EXPECT_THAT(pod_states(), ElementsAre(row.after_start));
    ASSERT_THAT(remove("pods", "default/one"), Ok());
    pass(3s);
    ASSERT_THAT(all("pods"), IsEmpty());
  }
}

TEST_F(Pods, S6AnotherImageHealsAPod) {
  run(R"({"containers": [{"name": "main", "image": "nginx:bad-tag"}]})");
  pass(1h);
  ASSERT_THAT(patch("pods", "default/one", R"({"spec": {"containers": [{"name": "main", "image": "nginx"}]}})",
                    apiserver::PatchType::strategic),
              Ok());
  settle();
  EXPECT_THAT(pod_states(), ElementsAre("Running, Ready True"));
}

TEST_F(Pods, S6RoomThatBecomesFreeIsTaken) {
  run(R"({"containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "20"}}}]})");
  pass(2s);
  ASSERT_THAT(create("pods", R"({"metadata": {"name": "two", "namespace": "default"}, "spec": {"containers":
    [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "20"}}}]}})"),
              Ok());
  settle();
  EXPECT_EQ(condition("PodScheduled", value("pods", "default/two")), "False Unschedulable");
  EXPECT_THAT(event_reasons("Pod"), testing::Contains("FailedScheduling"));
  ASSERT_THAT(remove("pods", "default/one"), Ok());
  pass(2s);
  EXPECT_EQ(condition("PodScheduled", value("pods", "default/two")), "True");
  // A cordoned node takes nobody until it is open again.
  ASSERT_THAT(patch("nodes", "member1-node-1", R"({"spec": {"unschedulable": true}})"), Ok());
  run();
  EXPECT_EQ(condition("PodScheduled", one()), "False Unschedulable");
  ASSERT_THAT(patch("nodes", "member1-node-1", R"({"spec": {"unschedulable": null}})"), Ok());
  settle();
  EXPECT_EQ(condition("PodScheduled", one()), "True");
}

}  // namespace
}  // namespace slipway::sim::workloads
