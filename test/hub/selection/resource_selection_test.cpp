#include "hub/selection/resource_selection.h"

#include <gtest/gtest.h>

#include "json/text.h"
#include "test/base/matchers.h"
#include "test/hub/fake_view.h"

// placement 1.5, 1.6; the numbers are those of 12.1.
namespace slipway::hub::selection {
namespace {

using testing::FakeView;

// "Kind namespace/name" of everything selected, or "invalid: message".
std::vector<std::string> select(FakeView& hub, const api::Placement& placement, const Rules& rules = {}) {
  hub.forget_answers();
  auto step = select_resources(placement, hub, rules);
  for (int round = 0; !step.outcome && round < 5; ++round) {
    EXPECT_FALSE(step.reads.empty());
    hub.perform(step.reads);
    step = select_resources(placement, hub, rules);
  }
  if (!step.outcome) return {"never ends"};
  if (!*step.outcome) return {step.outcome->error().reason == Reason::invalid ? "invalid" : "not now"};
  EXPECT_EQ(identify((*step.outcome)->manifests), (*step.outcome)->identifiers);
  std::vector<std::string> names;
  for (const auto& one : (*step.outcome)->identifiers) {
    names.push_back(fmt::format("{} {}", one.kind, kube::NamespacedName{one.namespace_, one.name}.text()));
  }
  return names;
}

api::Placement placement_of(std::string_view selectors, std::string_view namespace_ = "") {
  const auto value = json::parse(fmt::format(
      R"({{"metadata":{{"name":"p","namespace":"{}"}},"spec":{{"resourceSelectors":[{}]}}}})", namespace_, selectors));
  EXPECT_TRUE(value.has_value());
  auto placement = api::decode<api::Placement>(*value);
  EXPECT_TRUE(placement.has_value());
  placement->metadata.name = "p";
  placement->metadata.namespace_ = namespace_;
  return *placement;
}

void put(FakeView& hub, std::string_view api_version, std::string_view kind, std::string_view namespace_,
         std::string_view name, std::string_view metadata = "", std::string_view rest = "") {
  hub.put_json(fmt::format(R"({{"apiVersion":"{}","kind":"{}","metadata":{{"name":"{}","namespace":"{}"{}}}{}}})",
                           api_version, kind, name, namespace_, metadata, rest));
}

constexpr std::string_view owned = R"(,"ownerReferences":[{"apiVersion":"v1","kind":"X","name":"x","uid":"1"}])";
constexpr std::string_view deleting = R"(,"deletionTimestamp":"2026-11-25T14:00:00Z","finalizers":["x/y"])";

// Two namespaces with everything in them that is and that is not selected.
FakeView make_hub() {
  FakeView hub;
  put(hub, "v1", "Namespace", "", "app", R"(,"labels":{"team":"blue"})");
  put(hub, "v1", "Namespace", "", "other", R"(,"labels":{"team":"blue"})");
  put(hub, "v1", "Namespace", "", "leaving", deleting);
  put(hub, "v1", "Namespace", "", "kube-public", R"(,"labels":{"team":"blue"})");
  put(hub, "v1", "Namespace", "", "kube-system");
  put(hub, "v1", "Namespace", "", "default");
  put(hub, "v1", "ConfigMap", "leaving", "left");
  put(hub, "v1", "ConfigMap", "kube-public", "info");
  put(hub, "v1", "ConfigMap", "other", "cfg", R"(,"labels":{"tier":"web"})");
  put(hub, "v1", "ConfigMap", "app", "cfg", R"(,"labels":{"tier":"web"})");
  put(hub, "v1", "ConfigMap", "app", "kube-root-ca.crt");
  put(hub, "v1", "ConfigMap", "app", "going", deleting);
  put(hub, "v1", "ServiceAccount", "app", "default");
  put(hub, "v1", "ServiceAccount", "app", "robot");
  put(hub, "v1", "Secret", "app", "token", "", R"(,"type":"kubernetes.io/service-account-token")");
  put(hub, "v1", "Secret", "app", "opaque", "", R"(,"type":"Opaque")");
  put(hub, "v1", "Service", "app", "svc");
  put(hub, "v1", "Endpoints", "app", "svc");
  put(hub, "v1", "Endpoints", "app", "manual");
  put(hub, "v1", "PersistentVolumeClaim", "app", "disk");
  put(hub, "v1", "Pod", "app", "pod");
  put(hub, "v1", "Event", "app", "happened");
  put(hub, "events.k8s.io/v1", "Event", "app", "happened-too");
  put(hub, "coordination.k8s.io/v1", "Lease", "app", "lease");
  put(hub, "apps/v1", "Deployment", "app", "web", R"(,"labels":{"tier":"web"})");
  put(hub, "apps/v1", "Deployment", "app", "db");
  put(hub, "apps/v1", "ReplicaSet", "app", "owned", owned);
  put(hub, "apps/v1", "ReplicaSet", "app", "hand-made");
  put(hub, "apps/v1", "ControllerRevision", "app", "owned", owned);
  put(hub, "apps/v1", "ControllerRevision", "app", "hand-made");
  put(hub, "batch/v1", "Job", "app", "of-cron-job", owned);
  put(hub, "discovery.k8s.io/v1", "EndpointSlice", "app", "managed",
      R"(,"labels":{"endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io"})");
  put(hub, "discovery.k8s.io/v1", "EndpointSlice", "app", "manual");
  put(hub, "rbac.authorization.k8s.io/v1", "ClusterRole", "", "reader");
  put(hub, "placement.kubernetes-fleet.io/v1beta1", "ResourceEnvelope", "app", "wrapped");
  put(hub, "placement.kubernetes-fleet.io/v1beta1", "ResourcePlacement", "app", "rp", "",
      R"(,"spec":{"resourceSelectors":[]})");
  return hub;
}

const std::vector<std::string> everything_in_app{"Namespace app",
                                                 "ServiceAccount app/robot",
                                                 "Secret app/opaque",
                                                 "ConfigMap app/cfg",
                                                 "PersistentVolumeClaim app/disk",
                                                 "Service app/svc",
                                                 "ReplicaSet app/hand-made",
                                                 "Deployment app/db",
                                                 "Deployment app/web",
                                                 "Job app/of-cron-job",
                                                 "Endpoints app/manual",
                                                 "ControllerRevision app/hand-made",
                                                 "EndpointSlice app/manual",
                                                 "ResourceEnvelope app/wrapped"};

constexpr std::string_view namespace_app = R"({"group":"","version":"v1","kind":"Namespace","name":"app"})";
constexpr std::string_view only_app =
    R"({"group":"","version":"v1","kind":"Namespace","name":"app","selectionScope":"NamespaceOnly"})";
constexpr std::string_view inside_app =
    R"({"group":"","version":"v1","kind":"Namespace","name":"app","selectionScope":"NamespaceWithResourceSelectors"})";
constexpr std::string_view web_deployments =
    R"({"group":"apps","version":"v1","kind":"Deployment","labelSelector":{"matchLabels":{"tier":"web"}}})";
constexpr std::string_view reader =
    R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"reader"})";

std::string list(std::initializer_list<std::string_view> selectors) {
  return fmt::format("{}", fmt::join(selectors, ","));
}
std::string namespace_named(std::string_view name, std::string_view scope) {
  return fmt::format(R"({{"group":"","version":"v1","kind":"Namespace","name":"{}","selectionScope":"{}"}})", name,
                     scope);
}

TEST(ResourceSelection, TableOfPlacements) {
  struct Row {
    std::string_view rule;
    std::string selectors;
    std::vector<std::string> want;
    std::string_view namespace_ = "";
    Rules rules{};
  };
  const std::vector<std::string> invalid{"invalid"};
  const std::vector<Row> rows{
      {"1-7, 10: a namespace with what people made in it", std::string(namespace_app), everything_in_app},
      {"11: NamespaceOnly is the object alone", std::string(only_app), {"Namespace app"}},
      {"12: selectors inside one namespace",
       list({inside_app, web_deployments, reader}),
       {"Namespace app", "ClusterRole reader", "Deployment app/web"}},
      {"16: in whatever order", list({web_deployments, inside_app}), {"Namespace app", "Deployment app/web"}},
      {"13: the namespace is missing",
       list({namespace_named("gone", "NamespaceWithResourceSelectors"), web_deployments}), invalid},
      {"13: the namespace is terminating", namespace_named("leaving", "NamespaceWithResourceSelectors"), invalid},
      {"14: nothing but the namespace", std::string(inside_app), {"Namespace app"}},
      {"15: a reserved one", namespace_named("kube-system", "NamespaceWithResourceSelectors"), invalid},
      {"17: a namespaced kind without a namespace", std::string(web_deployments), invalid},
      {"18: RP, by label",
       R"({"group":"","version":"v1","kind":"ConfigMap","labelSelector":{"matchLabels":{"tier":"web"}}})",
       {"ConfigMap app/cfg"},
       "app"},
      {"18: RP, all of a kind",
       R"({"group":"apps","version":"v1","kind":"Deployment"})",
       {"Deployment app/db", "Deployment app/web"},
       "app"},
      {"18: RP, Endpoints go by the Services beside them",
       R"({"group":"","version":"v1","kind":"Endpoints"})",
       {"Endpoints app/manual"},
       "app"},
      {"19: RP selects a namespace", std::string(namespace_app), invalid, "app"},
      {"19: RP selects a cluster-scoped kind", std::string(reader), invalid, "app"},
      {"20: an unknown kind", R"({"group":"example.com","version":"v1","kind":"Widget"})", invalid},
      {"20: an unknown version", R"({"group":"apps","version":"v7","kind":"Deployment"})", invalid, "app"},
      {"22: kube-system", namespace_named("kube-system", "NamespaceWithResources"), invalid},
      {"22: default", namespace_named("default", "NamespaceWithResources"), invalid},
      {"1.5: a reserved namespace alone is refused too", namespace_named("kube-system", "NamespaceOnly"), invalid},
      {"23 (13.3 F18): a reserved one that merely matches is passed over",
       R"({"group":"","version":"v1","kind":"Namespace","labelSelector":{"matchLabels":{"team":"blue"}},"selectionScope":"NamespaceOnly"})",
       {"Namespace app", "Namespace other"}},
      {"23: and so with contents",
       R"({"group":"","version":"v1","kind":"Namespace","labelSelector":{"matchExpressions":[{"key":"team","operator":"Exists"},{"key":"x","operator":"DoesNotExist"}]}})",
       [] {
         auto names = everything_in_app;
         names.insert(names.begin() + 1, "Namespace other");
         names.insert(names.begin() + 5, "ConfigMap other/cfg");
         return names;
       }()},
      {"24: skipped by a flag", std::string(namespace_app), invalid, "", {.skipped_namespaces = {"app"}}},
      {"25: what is named does not exist",
       R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"gone"})",
       {}},
      {"26: a terminating object", R"({"group":"","version":"v1","kind":"ConfigMap","name":"going"})", {}, "app"},
      {"27: a terminating namespace", namespace_named("leaving", "NamespaceWithResources"), {}},
      {"1.5: a missing namespace", namespace_named("gone", "NamespaceWithResources"), {}},
      {"28: twice the same object",
       list({R"({"group":"","version":"v1","kind":"ConfigMap","name":"cfg"})",
             R"({"group":"","version":"v1","kind":"ConfigMap"})"}),
       invalid, "app"},
      {"28: by overlapping namespaces", list({namespace_app, only_app}), invalid},
      {"29: a disabled kind is passed over",
       list({R"({"group":"","version":"v1","kind":"Pod"})", reader}),
       {"ClusterRole reader"}},
      {"1.6.1: fleet kinds are disabled",
       R"({"group":"placement.kubernetes-fleet.io","version":"v1beta1","kind":"ResourcePlacement"})",
       {},
       "app"},
      {"1.6.1: envelopes are not",
       R"({"group":"placement.kubernetes-fleet.io","version":"v1beta1","kind":"ResourceEnvelope"})",
       {"ResourceEnvelope app/wrapped"},
       "app"},
      {"1.5: a label selector nobody can evaluate",
       R"({"group":"","version":"v1","kind":"ConfigMap","labelSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]}})",
       invalid, "app"},
  };
  FakeView hub = make_hub();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(select(hub, placement_of(row.selectors, row.namespace_), row.rules), row.want);
  }
}

// 8
TEST(ResourceSelection, VolumeClaimsAreLeftOutWhereWorkloadRunsOnTheHub) {
  FakeView hub = make_hub();
  auto want = everything_in_app;
  std::erase(want, "PersistentVolumeClaim app/disk");
  EXPECT_EQ(select(hub, placement_of(namespace_app), {.skipped_namespaces = {}, .enable_workload = true}), want);
}

// 1.6.1
TEST(ResourceSelection, ApisMayBeSkippedOrAllowedByFlag) {
  FakeView hub = make_hub();
  const auto placement = placement_of(namespace_app);
  auto without_apps = everything_in_app;
  std::erase_if(without_apps, [](const std::string& one) {
    return one.starts_with("Deployment") || one.starts_with("ReplicaSet") || one.starts_with("ControllerRevision") ||
           one.starts_with("Secret");
  });
  EXPECT_EQ(select(hub, placement, {.skipped_apis = *parse_api_list("apps; v1/Secret;")}), without_apps);
  EXPECT_EQ(
      select(hub, placement, {.allowed_apis = *parse_api_list("v1/Namespace,ConfigMap;apps/v1/Deployment")}),
      (std::vector<std::string>{"Namespace app", "ConfigMap app/cfg", "Deployment app/db", "Deployment app/web"}));
  EXPECT_EQ(select(hub, placement, {.allowed_apis = *parse_api_list("apps")}), std::vector<std::string>{});
}

TEST(ResourceSelection, NamespaceByNameAsksForEverythingAtOnce) {
  FakeView hub = make_hub();
  const auto placement = placement_of(namespace_app);
  auto step = select_resources(placement, hub);
  ASSERT_FALSE(step.outcome);
  hub.perform(step.reads);
  EXPECT_TRUE(select_resources(placement, hub).outcome);
}

// 21, and design 4: nothing is decided on a part of what is there.
TEST(ResourceSelection, WaitsForWhatCannotBeRead) {
  FakeView hub = make_hub();
  const auto placement = placement_of(namespace_app);
  auto step = select_resources(placement, hub);
  for (const auto& read : step.reads) {
    hub.perform({read});
    if (read.resource.resource == "secrets") hub.set_answer(read, fail(Reason::forbidden, "no"));
  }
  step = select_resources(placement, hub);
  ASSERT_TRUE(step.outcome);
  EXPECT_THAT(*step.outcome, FailsWith(Reason::unavailable, "secrets"));

  FakeView nothing;
  nothing.serve_nothing();
  step = select_resources(placement, nothing);
  ASSERT_TRUE(step.outcome);
  EXPECT_THAT(*step.outcome, FailsWith(Reason::unavailable));
}

TEST(ResourceSelection, TakesObjectsInTheVersionThatIsAskedFor) {
  FakeView hub;
  client::ApiResource widgets{.resource = {"example.com", "v1", "widgets"},
                              .kind = "Widget",
                              .namespaced = true,
                              .verbs = {"get", "list", "watch"},
                              .preferred = true};
  hub.serve(widgets);
  widgets.resource.version = "v1alpha1";
  widgets.preferred = false;
  hub.serve(widgets);
  put(hub, "example.com/v1", "Widget", "app", "w");
  for (const std::string version : {"v1", "v1alpha1"}) {
    const auto placement =
        placement_of(fmt::format(R"({{"group":"example.com","version":"{}","kind":"Widget"}})", version), "app");
    hub.perform(select_resources(placement, hub).reads);
    const auto step = select_resources(placement, hub);
    ASSERT_TRUE(step.outcome && *step.outcome);
    ASSERT_EQ((*step.outcome)->manifests.size(), 1U);
    EXPECT_EQ((*step.outcome)->manifests.front().text_at({"apiVersion"}), "example.com/" + version);
    EXPECT_EQ((*step.outcome)->identifiers.front().version, version);
  }
}

}  // namespace
}  // namespace slipway::hub::selection
