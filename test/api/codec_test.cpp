#include <gtest/gtest.h>

#include "api/kinds.h"
#include "api/membership.h"
#include "api/override.h"
#include "api/placement.h"
#include "api/staged_update.h"
#include "api/work.h"
#include "json/text.h"

namespace slipway::api {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << value.error().message;
  return value ? *value : json::Value();
}

// Design 3: unknown members survive a read-modify-write, at every level.
TEST(Codec, KeepsUnknownMembers) {
  const std::string_view texts[] = {
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","later":1,)"
      R"("metadata":{"name":"p"},"spec":{"resourceSelectors":[{"group":"","kind":"Namespace","labelSelector":{"new":[1]},)"
      R"("selectionScope":"NamespaceOnly","version":"v1","x":{"y":2}}],"policy":{"placementType":"PickAll","z":true},)"
      R"("statusReportingScope":"ClusterScopeOnly","strategy":{"applyStrategy":{"comparisonOption":"PartialComparison",)"
      R"("n":0,"type":"ReportDiff","whenToApply":"Always","whenToTakeOver":"Never"},"type":"External"}},)"
      R"("status":{"observedResourceIndex":"0","placementStatuses":[{"clusterName":"c","failedPlacements":[{"condition":)"
      R"({"lastTransitionTime":"2026-01-01T00:00:00Z","message":"","reason":"R","status":"False","type":"Applied"},)"
      R"("kind":"ConfigMap","name":"n","q":"inline","version":"v1"}]}],"w":"v"}})",
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"Work","metadata":{"name":"w","namespace":"n"},)"
      R"("spec":{"new":1,"workload":{"manifests":[{"kind":"X"}]}}})",
  };
  EXPECT_EQ(json::write(to_value(*decode<Placement>(parsed(texts[0])))), json::write(parsed(texts[0])));
  EXPECT_EQ(json::write(to_value(*decode<Work>(parsed(texts[1])))), texts[1]);
  Placement copy = *decode<Placement>(parsed(texts[0]));
  const Placement another = copy;
  EXPECT_EQ(copy, another);
  copy.spec.policy->unknown.add("z", false);
  EXPECT_NE(copy, another) << "a copy has its own unknown members";
}

// api 0, `O!`, and staged-update 19 row 15: a key that was absent is not added.
TEST(Codec, DoesNotAddKeys) {
  struct Row {
    std::string_view why;
    std::string_view spec;
  };
  const Row rows[] = {
      {"the index was absent", R"({"placementName":"p","stagedRolloutStrategyName":"s","state":"Run"})"},
      {"the index was empty",
       R"({"placementName":"p","resourceSnapshotIndex":"","stagedRolloutStrategyName":"s","state":"Initialize"})"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(json::write(encode(*decode<UpdateRunSpec>(parsed(row.spec)))), row.spec) << row.why;
  const std::string_view strategies[] = {
      R"({"type":"External"})",
      R"({"applyStrategy":{"comparisonOption":"PartialComparison","serverSideApplyConfig":{},"type":"ClientSideApply",)"
      R"("whenToApply":"Always","whenToTakeOver":"Always"},"type":"RollingUpdate"})",
      R"({"rollingUpdate":{"maxSurge":1,"maxUnavailable":"25%","unavailablePeriodSeconds":0},"type":"RollingUpdate"})",
  };
  for (const std::string_view strategy : strategies) {
    EXPECT_EQ(json::write(encode(*decode<RolloutStrategy>(parsed(strategy)))), strategy);
  }
  EXPECT_EQ(
      json::write(encode(StagedUpdateRun{.metadata = {.name = "r"}, .spec = {.placement_name = "p"}})),
      R"({"metadata":{"name":"r"},"spec":{"placementName":"p","stagedRolloutStrategyName":"","state":"Initialize"}})")
      << "required texts are written empty, an untouched status is not";
  EXPECT_EQ(json::write(encode(StageUpdatingStatus{.stage_name = "s"})), R"({"clusters":[],"stageName":"s"})");
  EXPECT_EQ(
      json::write(encode(*decode<OverrideRule>(parsed(R"({"jsonPatchOverrides":[{"op":"add","path":"/a","value":null},)"
                                                      R"({"op":"remove","path":"/b"}],"overrideType":"JSONPatch"})")))),
      R"({"jsonPatchOverrides":[{"op":"add","path":"/a","value":null},{"op":"remove","path":"/b"}],)"
      R"("overrideType":"JSONPatch"})");
}

TEST(Codec, SaysWhatDoesNotDecodeAndWhere) {
  struct Row {
    std::string_view status;
    std::string_view message;
  };
  const Row rows[] = {
      {R"([])", "expected an object, found a list"},
      {R"({"policyObservedClusterCount":"3"})", "policyObservedClusterCount: expected an integer, found text"},
      {R"({"stagesStatus":[{},{"clusters":[{"clusterName":1}]}]})",
       "stagesStatus[1].clusters[0].clusterName: expected text, found an integer"},
      {R"({"stagesStatus":{}})", "stagesStatus: expected a list, found an object"},
      {R"({"appliedStrategy":{"type":"Other"}})", "appliedStrategy.type: \"Other\" is not one of its values"},
      {R"({"conditions":[{"status":"Maybe"}]})", "conditions[0].status: \"Maybe\" is not one of its values"},
  };
  for (const Row& row : rows) {
    const auto status = decode<UpdateRunStatus>(parsed(row.status));
    ASSERT_FALSE(status) << row.status;
    EXPECT_EQ(status.error().reason, Reason::bad_request);
    EXPECT_EQ(status.error().message, row.message);
  }
  const auto spec = decode<MemberClusterSpec>(parsed(R"({"heartbeatPeriodSeconds":3000000000})"));
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().message, "heartbeatPeriodSeconds: 3000000000 is out of range");
  EXPECT_TRUE(decode<UpdateRunStatus>(parsed(R"({"stagesStatus":null,"conditions":null,"appliedStrategy":null})")));
}

TEST(Codec, DecodesAnObjectOnceAndOnlyAsItsOwnKind) {
  const auto object = kube::Object::from_json(
      gvk_of<StagedUpdateRun>(Scope::namespaced),
      parsed(R"({"metadata":{"name":"r","namespace":"n","resourceVersion":"7"},"spec":{"placementName":"p"},)"
             R"("status":{"policySnapshotIndexUsed":"3"}})"));
  ASSERT_TRUE(object) << object.error().message;
  const auto* run = as<StagedUpdateRun>(**object);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->metadata.name, "r");
  EXPECT_EQ(run->metadata.resource_version, 7u);
  EXPECT_EQ(run->spec.placement_name, "p");
  EXPECT_EQ(run->status.policy_snapshot_index_used, "3");
  EXPECT_EQ(as<StagedUpdateRun>(**object), run);
  EXPECT_EQ(as<StagedUpdateStrategy>(**object), nullptr);

  const auto broken = kube::Object::from_json(gvk_of<StagedUpdateRun>(Scope::cluster),
                                              parsed(R"({"metadata":{"name":"r"},"spec":{"placementName":1}})"));
  ASSERT_TRUE(broken);
  EXPECT_EQ(as<StagedUpdateRun>(**broken), nullptr);
  EXPECT_EQ(decode_object<StagedUpdateRun>(**broken).error().message,
            "ClusterStagedUpdateRun r: spec.placementName: expected text, found an integer");
}

TEST(Kinds, NameBothScopes) {
  EXPECT_EQ(resource_of<Placement>(Scope::cluster).text(), "clusterresourceplacements.placement.kubernetes-fleet.io");
  EXPECT_EQ(resource_of<Placement>(Scope::namespaced).text(), "resourceplacements.placement.kubernetes-fleet.io");
  EXPECT_EQ(resource_of<MemberCluster>(Scope::namespaced).text(), "memberclusters.cluster.kubernetes-fleet.io");
  EXPECT_EQ(gvk_of<Work>(Scope::cluster).api_version(), "placement.kubernetes-fleet.io/v1beta1");
  EXPECT_EQ(fleet_kinds().size(), 28u);
  EXPECT_EQ(find_kind(kube::GroupKind{"placement.kubernetes-fleet.io", "Work"})->plural, "works");
  EXPECT_EQ(find_kind(kube::GroupResource{"apps", "works"}), nullptr);
  EXPECT_EQ(to_value(Placement{.metadata = {.name = "p", .namespace_ = "n"}}).text_at({"kind"}), "ResourcePlacement");
  EXPECT_EQ(to_value(Placement{.metadata = {.name = "p"}}).text_at({"kind"}), "ClusterResourcePlacement");
}

TEST(LabelSelectors, EmptyMatchesAll) {
  EXPECT_TRUE(compile(LabelSelector{})->matches({}));
  const auto selector = compile(LabelSelector{.match_labels = {{"a", "b"}}});
  ASSERT_TRUE(selector) << selector.error().message;
  EXPECT_TRUE(selector->matches({{"a", "b"}}));
  EXPECT_FALSE(selector->matches({{"a", "c"}}));
  EXPECT_FALSE(compile(LabelSelector{.match_expressions = {{.key = "a", .op = "Near"}}}));
}

}  // namespace
}  // namespace slipway::api
