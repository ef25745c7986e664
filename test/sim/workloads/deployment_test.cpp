#include "sim/workloads/deployment.h"

#include <set>

#include "test/sim/workloads/member_fixture.h"

namespace slipway::sim::workloads {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Deployments : public MemberFixture {};

TEST_F(Deployments, S5BecomesAvailable) {
  deploy("nginx:1.20", 3);
  EXPECT_EQ(status(), "generation 1/1: 3 replicas, 3 updated, 3 ready, 3 available, 0 unavailable");
  EXPECT_EQ(condition("Available"), "True MinimumReplicasAvailable");
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 3"));
  EXPECT_EQ(web().text_at({"metadata", "annotations", "deployment.kubernetes.io/revision"}), "1");
  EXPECT_THAT(pod_states(), ElementsAre("Running, Ready True", "Running, Ready True", "Running, Ready True"));
  EXPECT_THAT(event_reasons("Deployment"), ElementsAre("ScalingReplicaSet"));
  EXPECT_THAT(event_reasons("ReplicaSet"), ElementsAre("SuccessfulCreate"));
  EXPECT_THAT(event_reasons("Pod"), ElementsAre("Scheduled", "Started"));
}

TEST_F(Deployments, S5NothingIsWrittenWhenNothingChanges) {
  deploy("nginx:1.20", 3);
  ASSERT_THAT(create("services", R"({"metadata": {"name": "web", "namespace": "default"},
                                      "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}})"),
              Ok());
  settle();
  const std::uint64_t revision = registry_->revision();
  pass(24h);
  EXPECT_EQ(registry_->revision(), revision);
  run_controllers();  // a restart
  pass(24h);
  EXPECT_EQ(registry_->revision(), revision);
  EXPECT_EQ(runner_->counters().writes_failed, 0U);
}

TEST_F(Deployments, S5RollsOutRollsBackAndKeepsTheHistory) {
  deploy("nginx:1.20", 3);
  set_image("nginx:1.21");
  EXPECT_EQ(status(), "generation 2/2: 3 replicas, 3 updated, 3 ready, 3 available, 0 unavailable");
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 0", "revision 2: nginx:1.21 x 3"));
  set_image("nginx:1.20");
  EXPECT_THAT(revisions(), ElementsAre("revision 2: nginx:1.21 x 0", "revision 3: nginx:1.20 x 3"));
  EXPECT_EQ(web().text_at({"metadata", "annotations", "deployment.kubernetes.io/revision"}), "3");
  EXPECT_THAT(pod_states(), SizeIs(3));
  change(R"({"spec": {"revisionHistoryLimit": 0}})");
  EXPECT_THAT(revisions(), ElementsAre("revision 3: nginx:1.20 x 3"));
}

TEST_F(Deployments, S6AnImageThatCannotBePulledIsSeen) {
  deploy("nginx:1.20", 2, R"({"progressDeadlineSeconds": 60})");
  set_image("nginx:does-not-exist");
  EXPECT_EQ(status(), "generation 2/2: 3 replicas, 1 updated, 2 ready, 2 available, 1 unavailable");
  EXPECT_EQ(condition("Available"), "True MinimumReplicasAvailable");
  EXPECT_EQ(condition("Progressing"), "True ReplicaSetUpdated");
  EXPECT_THAT(event_reasons("Pod"), testing::IsSupersetOf({"Pulling", "Failed"}));
  pass(7s);
  EXPECT_THAT(pod_states(), testing::Contains("Pending, Ready False ContainersNotReady, ImagePullBackOff"));
  EXPECT_THAT(event_reasons("Pod"), testing::Contains("BackOff"));
  pass(4s);
  EXPECT_THAT(pod_states(), testing::Contains("Pending, Ready False ContainersNotReady, ErrImagePull"));
  pass(50s);
  EXPECT_EQ(condition("Progressing"), "False ProgressDeadlineExceeded");
  EXPECT_EQ(condition("Available"), "True MinimumReplicasAvailable");

  set_image("nginx:1.21");
  EXPECT_EQ(status(), "generation 3/3: 2 replicas, 2 updated, 2 ready, 2 available, 0 unavailable");
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
}

TEST_F(Deployments, S6AFirstRolloutOfABadImageIsNeverAvailable) {
  deploy("random-image-name", 2, R"({"progressDeadlineSeconds": 60})");
  EXPECT_EQ(status(), "generation 1/1: 2 replicas, 2 updated, 0 ready, 0 available, 2 unavailable");
  EXPECT_EQ(condition("Available"), "False MinimumReplicasUnavailable");
  pass(61s);
  EXPECT_EQ(condition("Progressing"), "False ProgressDeadlineExceeded");
}

TEST_F(Deployments, S5Scales) {
  deploy("nginx:1.20", 2);
  change(R"({"spec": {"replicas": 5}})");
  EXPECT_EQ(status(), "generation 2/2: 5 replicas, 5 updated, 5 ready, 5 available, 0 unavailable");
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
  change(R"({"spec": {"replicas": 0}})");
  EXPECT_EQ(status(), "generation 3/3: 0 replicas, 0 updated, 0 ready, 0 available, 0 unavailable");
  EXPECT_EQ(condition("Available"), "True MinimumReplicasAvailable");
  EXPECT_THAT(pod_states(), IsEmpty());
  change(R"({"spec": {"replicas": 1}})");
  EXPECT_THAT(pod_states(), ElementsAre("Running, Ready True"));
}

TEST_F(Deployments, S5PausedOnlyScales) {
  deploy("nginx:1.20", 2, R"({"paused": true})");
  EXPECT_THAT(revisions(), IsEmpty());
  EXPECT_EQ(condition("Progressing"), "Unknown DeploymentPaused");
  change(R"({"spec": {"paused": false}})");
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
  change(R"({"spec": {"paused": true, "replicas": 3}})");
  set_image("nginx:1.21");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 3"));
  change(R"({"spec": {"paused": false}})");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 0", "revision 2: nginx:1.21 x 3"));
  EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
}

TEST_F(Deployments, S5ScalingInTheMiddleOfARolloutIsSharedOut) {
  deploy("nginx:1.20", 4);
  set_image("nginx:bad-tag");  // at most 5 pods: 4 old, 1 new
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 3", "revision 2: nginx:bad-tag x 2"));
  change(R"({"spec": {"replicas": 8}})");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 6", "revision 2: nginx:bad-tag x 4"));
}

TEST_F(Deployments, S5RecreateRunsNothingNewBesideAnythingOld) {
  deploy("nginx:1.20", 2, R"({"strategy": {"type": "Recreate", "rollingUpdate": null}})");
  bool together = false;
  const auto watch = registry_->watch(
      *resource("pods"), 0,
      {.on_change =
           [&](const auto&) {
             std::set<std::string> images;
             for (const auto& pod : all("pods"))
               images.emplace(pod->to_value().find_path({"spec", "containers"})->array()->front().text_at({"image"}));
             together = together || images.size() > 1;
           },
       .on_close = [] {}});
  set_image("nginx:1.21");
  EXPECT_FALSE(together);
  EXPECT_EQ(status(), "generation 2/2: 2 replicas, 2 updated, 2 ready, 2 available, 0 unavailable");
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 0", "revision 2: nginx:1.21 x 2"));
}

TEST_F(Deployments, S5DeletionTakesEverythingAlong) {
  deploy("nginx:1.20", 2);
  ASSERT_THAT(remove("deployments.apps", "default/web"), Ok());
  settle();
  EXPECT_THAT(all("replicasets.apps"), IsEmpty());
  EXPECT_THAT(all("pods"), IsEmpty());
}

TEST_F(Deployments, S5OrphansAreTakenIn) {
  deploy("nginx:1.20", 2);
  apiserver::DeleteContext orphan;
  orphan.propagation = client::Propagation::orphan;
  ASSERT_THAT(remove("deployments.apps", "default/web", std::move(orphan)), Ok());
  settle();
  ASSERT_THAT(all("pods"), SizeIs(2));
  const auto pods_before = all("pods");
  deploy("nginx:1.20", 2);
  EXPECT_EQ(all("pods").front()->metadata().uid, pods_before.front()->metadata().uid);
  EXPECT_THAT(revisions(), ElementsAre("revision 1: nginx:1.20 x 2"));
  EXPECT_EQ(status(), "generation 1/1: 2 replicas, 2 updated, 2 ready, 2 available, 0 unavailable");
}

TEST_F(Deployments, S5APodThatGoesIsReplaced) {
  deploy("nginx:1.20", 2);
  const auto before = all("pods");
  ASSERT_THAT(remove("pods", "default/" + before.front()->metadata().name), Ok());
  settle();
  ASSERT_THAT(pod_states(), ElementsAre("Running, Ready True", "Running, Ready True"));
  for (const auto& pod : all("pods")) EXPECT_NE(pod->metadata().uid, before.front()->metadata().uid);
  // One that no longer carries the labels is let go, and another takes its place.
  ASSERT_THAT(
      patch("pods", "default/" + all("pods").front()->metadata().name, R"({"metadata": {"labels": {"app": "x"}}})"),
      Ok());
  settle();
  EXPECT_THAT(all("pods"), SizeIs(3));
  EXPECT_EQ(status(), "generation 1/1: 2 replicas, 2 updated, 2 ready, 2 available, 0 unavailable");
}

class SlowDeployments : public MemberFixture {
 protected:
  SlowDeployments() : MemberFixture(4s) {}
};

// S11: what holds at every step of a rolling update.
TEST_F(SlowDeployments, S5ARollingUpdateStaysWithinItsBounds) {
  struct Row {
    const char* rule;
    const char* strategy;
    int replicas;
    std::int64_t pods_max;
    std::int64_t available_min;
  };
  const Row rows[] = {
      {"25% of 4 up and down", R"({"maxSurge": "25%", "maxUnavailable": "25%"})", 4, 5, 3},
      {"up is rounded up, down is rounded down", R"({"maxSurge": "25%", "maxUnavailable": "25%"})", 3, 4, 3},
      {"no surge", R"({"maxSurge": 0, "maxUnavailable": 1})", 3, 3, 2},
      {"all at once", R"({"maxSurge": "100%", "maxUnavailable": 0})", 3, 6, 3},
      {"shares that come to nothing let one go", R"({"maxSurge": "0%", "maxUnavailable": "10%"})", 3, 3, 2},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    deploy("nginx:1.20", row.replicas,
           fmt::format(R"({{"minReadySeconds": 2, "strategy": {{"rollingUpdate": {}}}}})", row.strategy));
    pass(10s);
    ASSERT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
    auto watch = registry_->watch(
        *resource("pods"), 0,
        {.on_change =
             [&](const auto&) {
               std::int64_t present = 0;
               std::int64_t available = 0;
               for (const auto& pod : all("pods")) {
                 present += is_active(*pod) ? 1 : 0;
                 available += is_active(*pod) && pod_facts(*pod).is_available(2, clock_.wall()) ? 1 : 0;
               }
               EXPECT_LE(present, row.pods_max);
               EXPECT_GE(available, row.available_min);
             },
         .on_close = [] {}});
    set_image("nginx:1.21");
    EXPECT_EQ(condition("Progressing").substr(0, 4), "True");
    EXPECT_NE(condition("Progressing"), "True NewReplicaSetAvailable");
    pass(60s);
    EXPECT_EQ(condition("Progressing"), "True NewReplicaSetAvailable");
    EXPECT_THAT(pod_states(), SizeIs(static_cast<std::size_t>(row.replicas)));
    ASSERT_THAT(watch, Ok());
    watch->reset();
    ASSERT_THAT(remove("deployments.apps", "default/web"), Ok());
    pass(10s);
    ASSERT_THAT(all("pods"), IsEmpty());
  }
}

TEST_F(SlowDeployments, S6PodsTakeTheirTimeToStartAndStop) {
  deploy("nginx:1.20", 1, R"({"minReadySeconds": 3})");
  EXPECT_THAT(pod_states(), ElementsAre("Pending, Ready False ContainersNotReady, ContainerCreating"));
  pass(4s);
  EXPECT_THAT(pod_states(), ElementsAre("Running, Ready True"));
  EXPECT_EQ(status(), "generation 1/1: 1 replicas, 1 updated, 1 ready, 0 available, 1 unavailable");
  pass(3s);
  EXPECT_EQ(status(), "generation 1/1: 1 replicas, 1 updated, 1 ready, 1 available, 0 unavailable");
  change(R"({"spec": {"replicas": 0}})");
  EXPECT_THAT(all("pods"), SizeIs(1));
  pass(4s);
  EXPECT_THAT(all("pods"), IsEmpty());
}

}  // namespace
}  // namespace slipway::sim::workloads
