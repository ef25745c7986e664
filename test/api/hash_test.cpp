#include "api/hash.h"

#include <gtest/gtest.h>

#include "api/kinds.h"
#include "api/names.h"
#include "api/snapshot.h"
#include "base/bytes.h"
#include "json/text.h"
#include "test/api/test_data.h"

namespace slipway::api {
namespace {

constexpr std::string_view hash_of_null = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b";

// api 8.7 against the digests that the reference wrote.
TEST(Hash, EqualsTheRecordedDigests) {
  int policies = 0;
  int groups = 0;
  int works = 0;
  for (const testing::Recorded& recorded : testing::recorded_objects()) {
    SCOPED_TRACE(recorded.file + " " + std::string(recorded.object.text_at({"metadata", "name"})));
    if (recorded.collection.ends_with("schedulingpolicysnapshots")) {
      const auto snapshot = decode<SchedulingPolicySnapshot>(recorded.object);
      ASSERT_TRUE(snapshot) << snapshot.error().message;
      EXPECT_EQ(policy_hash(snapshot->spec.policy), snapshot->spec.policy_hash);
      ++policies;
    } else if (recorded.collection.ends_with("resourcesnapshots")) {
      const auto snapshot = decode<ResourceSnapshot>(recorded.object);
      ASSERT_TRUE(snapshot) << snapshot.error().message;
      EXPECT_EQ(resource_hash(snapshot->spec.selected_resources),
                *snapshot->metadata.annotation(annotation::resource_hash));
      ++groups;
    } else if (recorded.collection == "works") {
      const auto digest =
          recorded.object.text_at({"metadata", "annotations", annotation::parent_resource_override_snapshot_hash});
      EXPECT_EQ(override_snapshots_hash(std::vector<kube::NamespacedName>{}), digest);
      ++works;
    }
  }
  EXPECT_GT(policies, 10);
  EXPECT_GT(groups, 10);
  EXPECT_GT(works, 10);
}

// api 8.7 and the digests of placement, cases 43 and 44.
TEST(Hash, OfPolicies) {
  PlacementPolicy pick_all;
  PlacementPolicy pick_n{.placement_type = PlacementType::pick_n, .number_of_clusters = 3};
  EXPECT_EQ(policy_hash(std::nullopt), base64(hash_of_null));
  EXPECT_EQ(go_json(pick_all), R"({"placementType":"PickAll"})");
  EXPECT_EQ(decode_base64(policy_hash(pick_all))->substr(0, 16), "8cc57dee59684ff8");
  EXPECT_TRUE(decode_base64(policy_hash(pick_all))->ends_with("9db0d5a"));
  const std::string three = policy_hash(pick_n);
  pick_n.number_of_clusters = 5;
  EXPECT_EQ(policy_hash(pick_n), three) << "scaling makes no new snapshot";
  EXPECT_EQ(three.size(), 88u);
}

TEST(Hash, GoJsonKeepsFieldOrderAndEscapes) {
  const PlacementPolicy policy{
      .placement_type = PlacementType::pick_n,
      .number_of_clusters = 0,
      .affinity = Affinity{.cluster_affinity =
                               ClusterAffinity{
                                   .preferred = {{.weight = 20,
                                                  .preference = {.label_selector =
                                                                     LabelSelector{.match_labels = {{"a", "<&>"}}}}}}}},
      .tolerations = {{.key = "k", .op = TolerationOperator::exists}},
  };
  EXPECT_EQ(go_json(policy),
            R"({"placementType":"PickN","numberOfClusters":0,"affinity":{"clusterAffinity":)"
            R"({"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":20,"preference":{"labelSelector":)"
            R"({"matchLabels":{"a":"\u003c\u0026\u003e"}}}}]}},"tolerations":[{"key":"k","operator":"Exists"}]})");
  EXPECT_EQ(go_json(json::Value("a\xE2\x80\xA8"
                                "b\xE2\x80\xA9<")),
            R"("a\u2028b\u2029\u003c")");
}

TEST(Hash, OfOverrides) {
  const ClusterResourceOverrideSpec spec{
      .placement = PlacementRef{.name = "p"},
      .cluster_resource_selectors = {{.version = "v1", .kind = "Namespace", .name = "n"}},
      .policy = {.override_rules = {{.cluster_selector = ClusterSelector{},
                                     .json_patch_overrides = {{.op = PatchOperator::remove, .path = "/a"},
                                                              {.path = "/b", .value = json::Value(1)}}}}},
  };
  EXPECT_EQ(go_json(spec),
            R"({"placement":{"name":"p","scope":"Cluster"},"clusterResourceSelectors":[{"group":"","version":"v1",)"
            R"("kind":"Namespace","name":"n","selectionScope":"NamespaceWithResources"}],"policy":{"overrideRules":)"
            R"([{"clusterSelector":{"clusterSelectorTerms":[]},"overrideType":"JSONPatch","jsonPatchOverrides":)"
            R"([{"op":"remove","path":"/a","value":null},{"op":"add","path":"/b","value":1}]}]}})");
  EXPECT_EQ(override_snapshots_hash(std::vector<std::string>{}), hash_of_null);
  EXPECT_EQ(override_snapshots_hash(std::vector<std::string>{"o-0"}), sha256_hex(R"(["o-0"])"));
  EXPECT_EQ(override_snapshots_hash(std::vector<kube::NamespacedName>{{.namespace_ = "ns", .name = "o-0"}}),
            sha256_hex(R"([{"name":"o-0","namespace":"ns"}])"));
}

}  // namespace
}  // namespace slipway::api
