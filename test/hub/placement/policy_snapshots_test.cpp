#include "hub/placement/policy_snapshots.h"

#include <gtest/gtest.h>

#include "api/names.h"
#include "test/base/matchers.h"
#include "test/hub/fake_view.h"

// placement 1.9; the numbers are those of 12.2.
namespace slipway::hub::placement {
namespace {

using api::PlacementPolicy;
using api::PlacementType;
using testing::FakeView;

api::Placement make_placement(std::optional<PlacementPolicy> policy, std::int64_t generation = 1,
                              std::int32_t limit = 10) {
  api::Placement placement;
  placement.metadata = {.name = "p", .uid = "uid-p", .generation = generation};
  placement.spec.policy = std::move(policy);
  placement.spec.revision_history_limit = limit;
  return placement;
}

PlacementPolicy pick_n(std::int32_t count) {
  return {.placement_type = PlacementType::pick_n, .number_of_clusters = count};
}
PlacementPolicy pick_fixed(std::vector<std::string> clusters) {
  return {.placement_type = PlacementType::pick_fixed, .cluster_names = std::move(clusters)};
}

std::vector<PolicyPtr> snapshots(const FakeView& hub) {
  return hub.indexed<api::SchedulingPolicySnapshot>(api::Scope::cluster, "placement", "p");
}

// Ensures until nothing is left to write; the name of the latest, or the error.
Result<std::string> ensure(FakeView& hub, const api::Placement& placement) {
  for (int round = 0; round < 3; ++round) {
    auto ensured = ensure_policy(placement, snapshots(hub));
    if (!ensured) return fail(ensured.error());
    if (ensured->writes.empty()) return ensured->latest->metadata.name;
    hub.apply({ensured->writes});
    EXPECT_TRUE(hub.failures.empty());
  }
  return fail(Reason::internal, "never comes to rest");
}

// "name(label)" of all.
std::vector<std::string> labels(const FakeView& hub) {
  std::vector<std::string> all;
  for (const auto& one : snapshots(hub)) {
    all.push_back(fmt::format("{} {}", one->metadata.name, *one->metadata.label(api::label::is_latest_snapshot)));
  }
  return all;
}
using Labels = std::vector<std::string>;

void change(FakeView& hub, std::string_view name, std::function<void(kube::ObjectMeta&)> how) {
  auto snapshot = *hub.get<api::SchedulingPolicySnapshot>({"", std::string(name)});
  how(snapshot.metadata);
  hub.put(snapshot);
}

TEST(PolicySnapshots, FirstOne) {  // 43, 44
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(std::nullopt)), OkAnd(std::string("p-0")));
  const auto made = hub.get<api::SchedulingPolicySnapshot>({"", "p-0"});
  EXPECT_EQ(made->metadata.labels, (kube::StringMap{{std::string(api::label::is_latest_snapshot), "true"},
                                                    {std::string(api::label::parent_crp), "p"},
                                                    {std::string(api::label::policy_index), "0"}}));
  EXPECT_EQ(made->metadata.annotations, (kube::StringMap{{std::string(api::annotation::crp_generation), "1"}}));
  // base64 of the hex text 74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b
  EXPECT_EQ(made->spec.policy_hash,
            "NzQyMzRlOThhZmU3NDk4ZmI1ZGFmMWYzNmFjMmQ3OGFjYzMzOTQ2NGY5NTA3MDNiOGMwMTk4OTJmOTgyYjkwYg==");
  ASSERT_NE(made->metadata.controller(), nullptr);
  EXPECT_EQ(made->metadata.controller()->kind, "ClusterResourcePlacement");
}

TEST(PolicySnapshots, FollowThePlacement) {
  struct Row {
    std::string_view rule;
    std::optional<PlacementPolicy> before, after;
    std::string want;
  };
  PlacementPolicy tolerant, tolerant_other_order, picky;
  tolerant.tolerations = {{.key = "a"}, {.key = "b"}};
  tolerant_other_order.tolerations = {{.key = "b"}, {.key = "a"}};
  picky.affinity.emplace();
  const Row rows[] = {
      {"46: only the number", pick_n(3), pick_n(5), "p-0"},
      {"47: affinity", PlacementPolicy{}, picky, "p-1"},
      {"48: the same policy", picky, picky, "p-0"},
      {"1.1: no policy is PickAll", std::nullopt, PlacementPolicy{}, "p-0"},
      {"13.3 F32: names in another order", pick_fixed({"a", "b"}), pick_fixed({"b", "a"}), "p-0"},
      {"13.3 F32: tolerations in another order", tolerant, tolerant_other_order, "p-0"},
      {"1.9: another name", pick_fixed({"a", "b"}), pick_fixed({"a", "c"}), "p-1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    EXPECT_THAT(ensure(hub, make_placement(row.before)), OkAnd(std::string("p-0")));
    EXPECT_THAT(ensure(hub, make_placement(row.after, 2)), OkAnd(row.want));
    const auto latest = hub.get<api::SchedulingPolicySnapshot>({"", row.want});
    EXPECT_EQ(*latest->metadata.annotation(api::annotation::crp_generation), "2");
    EXPECT_EQ(labels(hub), row.want == "p-0" ? Labels{"p-0 true"} : (Labels{"p-0 false", "p-1 true"}));
    const std::size_t writes = hub.written.size();
    EXPECT_THAT(ensure(hub, make_placement(row.after, 2)), OkAnd(row.want));
    EXPECT_EQ(hub.written.size(), writes);
  }
}

TEST(PolicySnapshots, NumberOfClustersIsAnnotated) {  // 45, 46
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(pick_n(3))), Ok());
  EXPECT_THAT(ensure(hub, make_placement(pick_n(5), 2)), Ok());
  const auto snapshot = hub.get<api::SchedulingPolicySnapshot>({"", "p-0"});
  EXPECT_EQ(*snapshot->metadata.annotation(api::annotation::number_of_clusters), "5");
  EXPECT_EQ(snapshot->spec.policy->number_of_clusters, 3);
}

TEST(PolicySnapshots, CrashesAreMended) {
  const auto forget_latest = [](kube::ObjectMeta& metadata) {
    metadata.labels[std::string(api::label::is_latest_snapshot)] = "false";
  };
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(std::nullopt)), Ok());
  change(hub, "p-0", forget_latest);
  EXPECT_THAT(ensure(hub, make_placement(std::nullopt)), OkAnd(std::string("p-0")));  // 49
  EXPECT_EQ(labels(hub), Labels{"p-0 true"});
  change(hub, "p-0", [&](kube::ObjectMeta& metadata) {
    forget_latest(metadata);
    metadata.labels[std::string(api::label::policy_index)] = "4";
  });
  EXPECT_THAT(ensure(hub, make_placement(pick_n(1))), OkAnd(std::string("p-5")));  // 50
}

TEST(PolicySnapshots, HistoryIsLimited) {
  struct Row {
    std::string_view rule;
    std::int32_t limit;
    Labels want;
  };
  const Row rows[] = {{"52", 1, {"p-3 true"}}, {"53", 2, {"p-2 false", "p-3 true"}}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    for (const auto& cluster : {"a", "b", "c", "d"}) {
      EXPECT_THAT(ensure(hub, make_placement(pick_fixed({cluster}), 1, row.limit)), Ok());
    }
    EXPECT_EQ(labels(hub), row.want);
  }
}

TEST(PolicySnapshots, ContradictionsAreRefused) {
  struct Row {
    std::string_view rule;
    std::function<void(kube::ObjectMeta&)> how;
    std::string_view message;
  };
  const Row rows[] = {
      {"51",
       [](kube::ObjectMeta& metadata) {
         metadata.name = "p-7", metadata.labels[std::string(api::label::policy_index)] = "7";
       },
       "both"},
      {"54", [](kube::ObjectMeta& metadata) { metadata.labels[std::string(api::label::policy_index)] = "first"; },
       "policy-index"},
      {"55",
       [](kube::ObjectMeta& metadata) {
         metadata.annotations[std::string(api::annotation::number_of_clusters)] = "some";
       },
       "number-of-clusters"},
      {"1.9",
       [](kube::ObjectMeta& metadata) { metadata.annotations[std::string(api::annotation::crp_generation)] = "-1"; },
       "CRP-generation"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    EXPECT_THAT(ensure(hub, make_placement(pick_n(1))), Ok());
    change(hub, "p-0", row.how);
    EXPECT_THAT(ensure(hub, make_placement(pick_n(1))), FailsWith(Reason::internal, row.message));
  }
}

}  // namespace
}  // namespace slipway::hub::placement
