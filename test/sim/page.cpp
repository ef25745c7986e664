#include "test/sim/page.h"

#include <gtest/gtest.h>

namespace slipway::sim::testing {
namespace {

constexpr const char* members[] = {"member1", "member2", "member3"};

}  // namespace

bool Page::create(const std::string& json) {
  fleet_.maybe_crash();
  const auto created = fleet_.create(json);
  if (!created) ADD_FAILURE() << created.error().message;
  return created.has_value();
}

bool Page::patch(const kube::GroupVersionResource& resource, const kube::NamespacedName& key, const std::string& json) {
  fleet_.maybe_crash();
  const auto patched = fleet_.merge_patch(resource, key, json);
  if (!patched) ADD_FAILURE() << patched.error().message;
  return patched.has_value();
}

bool Page::start_run(const std::string& name, const std::string& state, const std::string& index) {
  const std::string space = names().namespace_.empty() ? "" : R"(,"namespace":")" + names().namespace_ + R"(")";
  const std::string pin = index.empty() ? "" : R"("resourceSnapshotIndex":")" + index + R"(",)";
  return create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":")" +
                std::string(api::kind_info<api::StagedUpdateRun>(scope()).kind) + R"(","metadata":{"name":")" + name +
                R"(")" + space + R"(},"spec":{"placementName":")" + names().placement + R"(",)" + pin +
                R"("stagedRolloutStrategyName":")" + names().strategy + R"(","state":")" + state + R"("}})");
}

bool Page::set_state(const std::string& run, const std::string& state) {
  return patch(api::storage_resource_of<api::StagedUpdateRun>(scope()), {names().namespace_, run},
               R"({"spec":{"state":")" + state + R"("}})");
}

bool Page::approve(const std::string& request) {
  if (!until([&] { return read<api::ApprovalRequest>(request) != nullptr; })) return false;
  fleet_.maybe_crash();
  const auto patched = fleet_.merge_patch(
      api::storage_resource_of<api::ApprovalRequest>(scope()), {names().namespace_, request},
      R"({"status":{"conditions":[{"type":"Approved","status":"True","reason":"approved","message":"approved","lastTransitionTime":")" +
          fleet_.now_text() + R"(","observedGeneration":1}]}})",
      true);
  return patched.has_value();
}

bool Page::finish(const std::string& run) {
  return approve(run + "-before-" + names().last_stage) && approve(run + "-after-" + names().last_stage) &&
         reaches(run, "Succeeded", "UpdateRunSucceeded");
}

bool Page::reaches(const std::string& run, std::string_view type, std::string_view reason) {
  return until([&] {
    const auto found = read<api::StagedUpdateRun>(run);
    const kube::Condition* const condition =
        found == nullptr ? nullptr : kube::find_condition(found->status.conditions, type);
    return condition != nullptr && condition->reason == reason;
  });
}

std::string Page::index_used(const std::string& run) {
  const auto found = read<api::StagedUpdateRun>(run);
  return found == nullptr ? "" : found->status.resource_snapshot_index_used;
}

// --- cluster scope ---

const Page::Names& ClusterPage::names() const {
  static const Names names{
      .namespace_ = "", .placement = "example-placement", .strategy = "example-strategy", .last_stage = "canary"};
  return names;
}

std::string ClusterPage::placement() {
  return R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{"name":"example-placement"},
    "spec":{"resourceSelectors":[{"group":"","kind":"Namespace","name":"test-namespace","version":"v1"}],
            "policy":{"placementType":"PickAll"},"strategy":{"type":"External"}}})";
}

std::string ClusterPage::strategy() {
  return R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateStrategy","metadata":{"name":"example-strategy"},
    "spec":{"stages":[
      {"name":"staging","labelSelector":{"matchLabels":{"environment":"staging"}},"maxConcurrency":"30%",
       "afterStageTasks":[{"type":"TimedWait","waitTime":"1m"}]},
      {"name":"canary","labelSelector":{"matchLabels":{"environment":"canary"}},"sortingLabelKey":"order","maxConcurrency":2,
       "beforeStageTasks":[{"type":"Approval"}],"afterStageTasks":[{"type":"Approval"}]}]}})";
}

bool ClusterPage::set_up() {
  return create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"test-namespace"}})") &&
         create(
             R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","namespace":"test-namespace"},"data":{"key":"v1"}})") &&
         create(placement()) && create(strategy());
}

bool ClusterPage::change_to_second_version() {
  return patch({"", "v1", "configmaps"}, {"test-namespace", "test-cm"}, R"({"data":{"key":"v2"}})");
}

std::string ClusterPage::versions() {
  std::string all;
  for (const auto* const member : members) {
    const std::string text =
        fleet().member_text(member, {"", "configmaps"}, {"test-namespace", "test-cm"}, {"data", "key"});
    all += (all.empty() ? "" : " ") + (text.empty() ? std::string("-") : text);
  }
  return all;
}

// --- namespace scope ---

const Page::Names& NamespacePage::names() const {
  static const Names names{.namespace_ = "my-app-namespace",
                           .placement = "web-app-placement",
                           .strategy = "app-rollout-strategy",
                           .last_stage = "prod"};
  return names;
}

bool NamespacePage::set_up() {
  return create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"my-app-namespace"}})") &&
         create(
             R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{"name":"ns-only-crp"},
           "spec":{"resourceSelectors":[{"group":"","kind":"Namespace","name":"my-app-namespace","version":"v1","selectionScope":"NamespaceOnly"}],
                   "policy":{"placementType":"PickAll"},"strategy":{"type":"RollingUpdate"}}})") &&
         create(
             R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web-app","namespace":"my-app-namespace","labels":{"app":"web-app"}},
           "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web-app"}},"template":{"metadata":{"labels":{"app":"web-app"}},
                   "spec":{"containers":[{"name":"nginx","image":"nginx:v1","ports":[{"containerPort":80}]}]}}}})") &&
         create(
             R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web-app","namespace":"my-app-namespace","labels":{"app":"web-app"}},
           "spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"selector":{"app":"web-app"}}})") &&
         create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourcePlacement",
           "metadata":{"name":"web-app-placement","namespace":"my-app-namespace"},
           "spec":{"resourceSelectors":[{"group":"apps","kind":"Deployment","name":"web-app","version":"v1"},
                                        {"group":"","kind":"Service","name":"web-app","version":"v1"}],
                   "policy":{"placementType":"PickAll"},"strategy":{"type":"External"}}})") &&
         create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"StagedUpdateStrategy",
           "metadata":{"name":"app-rollout-strategy","namespace":"my-app-namespace"},
           "spec":{"stages":[
             {"name":"dev","labelSelector":{"matchLabels":{"environment":"staging"}},"maxConcurrency":2,
              "afterStageTasks":[{"type":"TimedWait","waitTime":"30s"}]},
             {"name":"prod","labelSelector":{"matchLabels":{"environment":"canary"}},"sortingLabelKey":"order","maxConcurrency":1,
              "beforeStageTasks":[{"type":"Approval"}],"afterStageTasks":[{"type":"Approval"}]}]}})");
}

bool NamespacePage::change_to_second_version() {
  return patch(
      {"apps", "v1", "deployments"}, {"my-app-namespace", "web-app"},
      R"({"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:v2","ports":[{"containerPort":80}]}]}}}})");
}

std::string NamespacePage::versions() {
  std::string all;
  for (const auto* const member : members) {
    // The image of the pods that run, not the one that is asked for: the deployment's status says how many are of the
    // new template.
    const auto resource = fleet().fleet().member(member)->find({"apps", "deployments"});
    const auto object = fleet().fleet().member(member)->get(*resource, {"my-app-namespace", "web-app"});
    std::string text = "-";
    if (object) {
      const json::Value whole = (*object)->to_value();
      const json::Value* const containers = whole.find_path({"spec", "template", "spec", "containers"});
      const std::string image(containers->array()->front().text_at({"image"}));
      text = image.substr(image.find(':') + 1);
    }
    all += (all.empty() ? "" : " ") + text;
  }
  return all;
}

void play(Page& page) {
  ASSERT_TRUE(page.set_up());
  ASSERT_TRUE(page.start_run("first", "Initialize"));
  ASSERT_TRUE(page.reaches("first", "Initialized", "UpdateRunInitializedSuccessfully"));
  EXPECT_EQ(page.versions(), "- - -") << "nothing is deployed before the run runs";
  ASSERT_TRUE(page.set_state("first", "Run"));
  ASSERT_TRUE(page.finish("first"));
  EXPECT_EQ(page.index_used("first"), "0");
  EXPECT_EQ(page.versions(), "v1 v1 v1");

  ASSERT_TRUE(page.change_to_second_version());
  ASSERT_TRUE(page.start_run("second", "Run"));
  ASSERT_TRUE(page.reaches("second", "Progressing", "UpdateRunWaiting"));
  ASSERT_TRUE(page.set_state("second", "Stop"));
  ASSERT_TRUE(page.reaches("second", "Progressing", "UpdateRunStopped"));
  EXPECT_EQ(page.versions(), "v1 v2 v1");
  ASSERT_TRUE(page.set_state("second", "Run"));
  ASSERT_TRUE(page.finish("second"));
  EXPECT_EQ(page.index_used("second"), "1") << "the content as it was when the run began, never an older one (W1)";
  EXPECT_EQ(page.versions(), "v2 v2 v2");

  ASSERT_TRUE(page.start_run("back", "Run", "0"));
  ASSERT_TRUE(page.finish("back"));
  EXPECT_EQ(page.versions(), "v1 v1 v1");
  EXPECT_TRUE(page.fleet().violations().empty()) << page.fleet().violations().front();
}

}  // namespace slipway::sim::testing
