#include "hub/snapshot/resource_snapshots.h"

#include <gtest/gtest.h>

#include "api/names.h"
#include "hub/snapshot/batching.h"
#include "hub/snapshot/split.h"
#include "json/text.h"
#include "test/base/matchers.h"
#include "test/hub/fake_view.h"

// placement 1.10, staged-update 3.8; the numbers are those of placement 12.3.
namespace slipway::hub::snapshot {
namespace {

using testing::FakeView;

api::Placement make_placement(std::int32_t limit = 10) {
  api::Placement placement;
  placement.metadata = {.name = "p", .uid = "uid-p", .generation = 1};
  placement.spec.revision_history_limit = limit;
  return placement;
}

json::Value config_map(std::string_view name, std::size_t bytes = 0) {
  json::Value manifest =
      *json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"app"},"data":{"k":""}})");
  manifest["metadata"]["name"] = name;
  if (bytes > 0) manifest["data"]["k"] = std::string(bytes - bytes_of(manifest), 'x');
  return manifest;
}

selection::SelectedResources selected(std::vector<json::Value> manifests) {
  auto identifiers = selection::identify(manifests);
  return {.manifests = std::move(manifests), .identifiers = std::move(identifiers)};
}

std::vector<SnapshotPtr> snapshots(const FakeView& hub) {
  return hub.indexed<api::ResourceSnapshot>(api::Scope::cluster, "placement", "p");
}

// Ensures until nothing is left to write; returns the index used, or the error.
Result<std::int64_t> ensure(FakeView& hub, const api::Placement& placement, const selection::SelectedResources& content,
                            const std::set<std::string>& in_use = {}) {
  for (int round = 0; round < 3; ++round) {
    auto ensured = ensure_latest(placement, content, snapshots(hub), in_use);
    if (!ensured) return fail(ensured.error());
    if (ensured->writes.empty())
      return api::index_of(ensured->master->metadata.labels, api::label::resource_index).value_or(-1);
    hub.apply({ensured->writes});
    EXPECT_TRUE(hub.failures.empty());
  }
  return fail(Reason::internal, "never comes to rest");
}

std::vector<std::string> names(const FakeView& hub) {
  std::vector<std::string> all;
  for (const auto& one : snapshots(hub)) all.push_back(one->metadata.name + (is_labelled_latest(*one) ? "*" : ""));
  return all;
}
using Names = std::vector<std::string>;

const auto one = selected({config_map("a")});
const auto two = selected({config_map("a"), config_map("b")});
// Three parts: 500 KB each.
const auto big = selected({config_map("a", 500'000), config_map("b", 500'000), config_map("c", 500'000)});

TEST(ResourceSnapshots, AreReusedOrMadeAsTheContentSays) {  // table of staged-update 3.8
  FakeView hub;
  const auto placement = make_placement();
  EXPECT_THAT(ensure(hub, placement, one), OkAnd(0));
  const auto made = hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
  ASSERT_NE(made, nullptr);  // 56
  EXPECT_EQ(*made->metadata.annotation(api::annotation::number_of_resource_snapshots), "1");
  EXPECT_EQ(*made->metadata.annotation(api::annotation::number_of_enveloped_object), "0");
  ASSERT_NE(made->metadata.controller(), nullptr);
  EXPECT_EQ(made->metadata.controller()->uid, "uid-p");
  const std::size_t writes = hub.written.size();
  EXPECT_THAT(ensure(hub, placement, one), OkAnd(0));
  EXPECT_EQ(hub.written.size(), writes);  // 57
  EXPECT_THAT(ensure(hub, placement, two), OkAnd(1));
  EXPECT_EQ(names(hub), (Names{"p-0-snapshot", "p-1-snapshot*"}));
  EXPECT_THAT(ensure(hub, placement, one), OkAnd(2));  // an older equal group is not used again
  EXPECT_EQ(names(hub), (Names{"p-0-snapshot", "p-1-snapshot", "p-2-snapshot*"}));
}

TEST(ResourceSnapshots, ContentDecidesNotTheHash) {
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(), two), OkAnd(0));
  auto master = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
  master.metadata.annotations.insert_or_assign(std::string(api::annotation::resource_hash), "made by somebody else");
  hub.put(master);
  EXPECT_THAT(ensure(hub, make_placement(), two), OkAnd(0));
  EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(1));
}

TEST(ResourceSnapshots, CrashesAreMended) {
  const auto placement = make_placement();
  const auto with = [&](auto change) {
    FakeView hub;
    EXPECT_THAT(ensure(hub, placement, big), OkAnd(0));
    EXPECT_EQ(names(hub), (Names{"p-0-0", "p-0-1", "p-0-snapshot*"}));  // 65
    change(hub);
    EXPECT_THAT(ensure(hub, placement, big), OkAnd(0));
    return names(hub);
  };
  const engine::Collection collection = engine::View::collection_of<api::ResourceSnapshot>(api::Scope::cluster);
  const auto relabel = [](FakeView& hub, std::string_view name, const char* latest) {
    auto snapshot = *hub.get<api::ResourceSnapshot>({"", std::string(name)});
    snapshot.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), latest);
    hub.put(snapshot);
  };
  const Names whole{"p-0-0", "p-0-1", "p-0-snapshot*"};
  EXPECT_EQ(with([&](FakeView& hub) { hub.erase(collection, {"", "p-0-0"}), hub.erase(collection, {"", "p-0-1"}); }),
            whole);                                                                      // 66
  EXPECT_EQ(with([&](FakeView& hub) { hub.erase(collection, {"", "p-0-1"}); }), whole);  // 67
  EXPECT_EQ(with([&](FakeView& hub) { hub.erase(collection, {"", "p-0-0"}); }), whole);
  EXPECT_EQ(with([&](FakeView& hub) { relabel(hub, "p-0-snapshot", "false"); }), whole);

  FakeView hub;  // between "no longer latest" and the new group
  EXPECT_THAT(ensure(hub, placement, one), OkAnd(0));
  relabel(hub, "p-0-snapshot", "false");
  EXPECT_THAT(ensure(hub, placement, two), OkAnd(1));
  hub.erase(collection, {"", "p-1-snapshot"});  // by somebody's hand
  EXPECT_THAT(ensure(hub, placement, two), OkAnd(1));
}

TEST(ResourceSnapshots, PartsCarryWhatSetsThemApart) {
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(), big), OkAnd(0));
  const auto sub = hub.get<api::ResourceSnapshot>({"", "p-0-1"});
  ASSERT_NE(sub, nullptr);
  EXPECT_EQ(sub->metadata.annotations,
            (kube::StringMap{{std::string(api::annotation::subindex_of_resource_snapshot), "1"}}));
  EXPECT_EQ(sub->metadata.labels, (kube::StringMap{{std::string(api::label::parent_crp), "p"},
                                                   {std::string(api::label::resource_index), "0"}}));
  const auto groups = group_by_index(snapshots(hub));
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups.front().manifests(), big.manifests);
  EXPECT_EQ(groups.front().master, groups.front().members.front());
}

TEST(ResourceSnapshots, HistoryIsLimited) {
  struct Row {
    std::string_view rule;
    std::int32_t limit;
    std::set<std::string> in_use;
    Names want;
  };
  const Row rows[] = {
      {"71: limit 1", 1, {}, {"p-2-snapshot*"}},
      {"72: limit 2, whole groups", 2, {}, {"p-1-0", "p-1-1", "p-1-snapshot", "p-2-snapshot*"}},
      {"3 is enough for all", 3, {}, {"p-0-snapshot", "p-1-0", "p-1-1", "p-1-snapshot", "p-2-snapshot*"}},
      {"13.3 F14: a group in use stays", 1, {"p-0-snapshot"}, {"p-0-snapshot", "p-2-snapshot*"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    const auto placement = make_placement(row.limit);
    EXPECT_THAT(ensure(hub, placement, one, row.in_use), OkAnd(0));
    EXPECT_THAT(ensure(hub, placement, big, row.in_use), OkAnd(1));
    EXPECT_THAT(ensure(hub, placement, two, row.in_use), OkAnd(2));
    EXPECT_EQ(names(hub), row.want);
  }
}

TEST(ResourceSnapshots, ContradictionsAreRefused) {
  struct Row {
    std::string_view rule;
    std::function<void(kube::ObjectMeta&)> change;
    std::string_view message;
  };
  const auto set = [](kube::StringMap& map, std::string_view key, const char* value) {
    map.insert_or_assign(std::string(key), value);
  };
  const Row rows[] = {
      {"73: latest without a hash",
       [](auto& metadata) { metadata.annotations.erase(std::string(api::annotation::resource_hash)); },
       "resource-hash"},
      {"74: the count is no number",
       [&](auto& metadata) { set(metadata.annotations, api::annotation::number_of_resource_snapshots, "many"); },
       "number-of"},
      {"1.10: the index is no number", [&](auto& metadata) { set(metadata.labels, api::label::resource_index, "x"); },
       "resource-index"},
      {"1.10: two are latest",
       [&](auto& metadata) { set(metadata.labels, api::label::resource_index, "1"), metadata.name = "p-1-snapshot"; },
       "both"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(0));
    auto master = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
    row.change(master.metadata);
    hub.put(master);
    EXPECT_THAT(ensure(hub, make_placement(), two), FailsWith(Reason::internal, row.message));
  }
}

TEST(Split, FillsPartsInOrder) {
  struct Row {
    std::string_view rule;
    std::vector<std::size_t> bytes;
    std::vector<std::size_t> want;  // manifests a part
  };
  const Row rows[] = {
      {"70: nothing is one empty part", {}, {0}},
      {"69: exactly the limit fits", {400'000, 419'200}, {2}},
      {"69: one byte more does not", {400'000, 419'201}, {1, 1}},
      {"68: a larger one stands alone", {1'000, 921'600, 1'000}, {1, 1, 1}},
      {"65: greedy", {400'000, 400'000, 400'000}, {2, 1}},
      {"1.10: no part is opened again", {700'000, 700'000, 1'000}, {1, 2}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    std::vector<json::Value> manifests;
    for (const std::size_t bytes : row.bytes)
      manifests.push_back(config_map(fmt::format("c{}", manifests.size()), bytes));
    std::vector<std::size_t> got;
    for (const auto& part : split(manifests)) got.push_back(part.size());
    EXPECT_EQ(got, row.want);
  }
}

TEST(Batching, ChangesAreCollected) {
  const WallTime now{1'700'001'000};
  struct Row {
    std::string_view rule;
    std::int64_t created;                  // seconds ago
    std::optional<std::int64_t> detected;  // seconds ago
    Batching batching;
    std::optional<std::int64_t> wait;  // seconds from now; nullopt: none
    bool records = false;
    const char* latest = "true";
  };
  const Row rows[] = {
      {"58: noticed just now", 90, std::nullopt, {}, std::nullopt, true},
      {"58: 15 s after that", 90, 0, {}, 15},
      {"59: both intervals over", 90, 20, {}, std::nullopt},
      {"59: to the second", 90, 15, {}, std::nullopt},
      {"60: the snapshot is too young", 22, 20, {}, 8},
      {"61: off", 1, std::nullopt, {.minimum_interval = {}, .collection_duration = {}}, std::nullopt},
      {"64: no longer latest", 1, std::nullopt, {}, std::nullopt, false, "false"},
      {"1.10: a clock was set back", 90, -50, {}, std::nullopt, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    FakeView hub;
    hub.now.wall = {now.seconds - row.created};
    EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(0));
    auto master = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
    const std::string key(api::annotation::next_resource_snapshot_candidate_detection_time);
    if (row.detected) master.metadata.annotations[key] = to_rfc3339({now.seconds - *row.detected});
    master.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), row.latest);
    hub.put(master);
    const auto wait = wait_for_more(group_by_index(snapshots(hub)).front(), row.batching, now);
    EXPECT_EQ(!wait.writes.empty(), row.records);
    EXPECT_EQ(wait.until.has_value(), row.wait.has_value());
    if (row.wait && wait.until) EXPECT_EQ((*wait.until - now).count(), *row.wait);
    if (!row.records) continue;
    hub.apply({wait.writes});
    EXPECT_EQ(*hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"})->metadata.annotation(key), to_rfc3339(now));
  }
}

TEST(Batching, AChangeTakenBackIsForgotten) {  // 63, and the defect named in 1.10 (3)
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(0));
  hub.apply({wait_for_more(group_by_index(snapshots(hub)).front(), {}, hub.now.wall).writes});
  EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(0));
  EXPECT_EQ(hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"})
                ->metadata.annotation(api::annotation::next_resource_snapshot_candidate_detection_time),
            nullptr);
}

TEST(Batching, AnUnreadableTimeIsWrittenAgain) {  // 62
  FakeView hub;
  EXPECT_THAT(ensure(hub, make_placement(), one), OkAnd(0));
  auto master = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
  master.metadata.annotations[std::string(api::annotation::next_resource_snapshot_candidate_detection_time)] =
      "yesterday";
  hub.put(master);
  EXPECT_EQ(wait_for_more(group_by_index(snapshots(hub)).front(), {}, hub.now.wall).writes.size(), 1U);
}

TEST(ResourceSnapshots, CountEnvelopes) {  // 42
  FakeView hub;
  auto cluster = *json::parse(
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceEnvelope","metadata":{"name":"c"}})");
  auto namespaced = *json::parse(
      R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceEnvelope","metadata":{"name":"r","namespace":"app"}})");
  EXPECT_THAT(ensure(hub, make_placement(), selected({cluster, namespaced, config_map("a")})), OkAnd(0));
  EXPECT_EQ(*hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"})
                 ->metadata.annotation(api::annotation::number_of_enveloped_object),
            "2");
}

}  // namespace
}  // namespace slipway::hub::snapshot
