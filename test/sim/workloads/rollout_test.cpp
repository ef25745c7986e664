#include "sim/workloads/rollout.h"

#include <gmock/gmock.h>

#include "json/text.h"
#include "sim/workloads/objects.h"

namespace slipway::sim::workloads {
namespace {

// A replica set: wanted pods, available pods, and what its annotations say it was sized for.
struct Set {
  int replicas = 0;
  int available = 0;
  int desired = -1;
  int max = -1;
  int revision = 0;
};

Generation make(std::string name, const Set& set) {
  json::Value whole =
      json::Object{{"apiVersion", "apps/v1"},
                   {"kind", "ReplicaSet"},
                   {"metadata", json::Object{{"name", name}, {"namespace", "default"}, {"uid", name}}},
                   {"spec", json::Object{{"replicas", set.replicas}}},
                   {"status", json::Object{{"replicas", set.replicas}, {"availableReplicas", set.available}}}};
  const auto annotate = [&](std::string_view key, int value) {
    if (value >= 0) whole["metadata"]["annotations"][key] = std::to_string(value);
  };
  annotate(annotation::desired_replicas, set.desired);
  annotate(annotation::max_replicas, set.max);
  annotate(annotation::revision, set.revision);
  auto object = kube::Object::from_json({}, whole).value();
  const ReplicaSetFacts& facts = replica_set_facts(*object);
  return {.object = std::move(object), .facts = &facts};
}

struct Case {
  DeploymentFacts wanted;
  Rollout rollout;
  Case(int replicas, CountOrShare surge, CountOrShare unavailable, std::optional<Set> current, std::vector<Set> old) {
    wanted.replicas = replicas;
    wanted.max_surge = surge;
    wanted.max_unavailable = unavailable;
    rollout.wanted = &wanted;
    if (current) rollout.current = make("current", *current);
    for (std::size_t i = 0; i < old.size(); ++i) rollout.old.push_back(make(fmt::format("old{}", i), old[i]));
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;
};

std::string text(const std::vector<Resize>& steps) {
  std::vector<std::string> texts;
  for (const auto& [generation, replicas] : steps) texts.push_back(fmt::format("{}={}", generation->name(), replicas));
  return fmt::format("{}", fmt::join(texts, " "));
}

constexpr CountOrShare share(int percent) { return {.number = percent, .is_share = true}; }
constexpr CountOrShare count(int number) { return {.number = number}; }

TEST(Rollout, S5TheNextStepOfARollingUpdate) {
  struct Row {
    const char* rule;
    int replicas;
    CountOrShare surge, unavailable;
    std::optional<Set> current;
    std::vector<Set> old;
    const char* want;
  };
  const Row rows[] = {
      {"the new one grows by the surge", 4, share(25), share(25), Set{0, 0}, {{4, 4}}, "current=1"},
      {"then the old one shrinks by what may be missing", 4, share(25), share(25), Set{1, 0}, {{4, 4}}, "old0=3"},
      {"the new one fills the room", 4, share(25), share(25), Set{1, 0}, {{3, 3}}, "current=2"},
      {"waits while nothing became available", 4, share(25), share(25), Set{2, 0}, {{3, 3}}, ""},
      {"goes on when it does", 4, share(25), share(25), Set{2, 2}, {{3, 3}}, "old0=1"},
      {"surge rounds up, missing rounds down", 3, share(25), share(25), Set{1, 0}, {{3, 3}}, ""},
      {"neither surge nor missing: one may be missing", 3, share(0), share(10), Set{0, 0}, {{3, 3}}, "old0=2"},
      {"pods that never became available go first", 4, count(1), count(1), Set{1, 0}, {{2, 0}, {2, 2}}, "old0=1"},
      {"the eldest goes before the younger", 3, count(3), count(0), Set{3, 3}, {{1, 1}, {2, 2}}, "old0=0 old1=0"},
      {"too many of the new one: down at once", 2, count(1), count(0), Set{5, 5}, {}, "current=2"},
      {"to nothing", 0, share(25), share(25), Set{1, 1}, {{1, 1}}, "current=0"},
      {"old ones go with it", 0, share(25), share(25), Set{0, 0}, {{1, 1}}, "old0=0"},
      {"at rest", 3, share(25), share(25), Set{3, 3}, {{0, 0}}, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const Case one(row.replicas, row.surge, row.unavailable, row.current, row.old);
    EXPECT_EQ(text(next_step(one.rollout)), row.want);
  }
}

TEST(Rollout, S5HowManyANewReplicaSetBeginsWith) {
  EXPECT_EQ(current_size(Case(3, share(25), share(25), {}, {}).rollout, 0), 3);
  EXPECT_EQ(current_size(Case(3, share(25), share(25), {}, {{3, 3}}).rollout, 0), 1);
  EXPECT_EQ(current_size(Case(3, count(0), count(1), {}, {{3, 3}}).rollout, 0), 0);
  EXPECT_EQ(current_size(Case(3, count(0), count(1), {}, {{5, 5}}).rollout, 0), 0);
  EXPECT_EQ(current_size(Case(0, share(25), share(25), {}, {}).rollout, 0), 0);
}

TEST(Rollout, S5RecreateTakesAwayBeforeItAdds) {
  Case one(3, count(5), count(5), Set{0, 0}, {{2, 2}, {1, 1}});
  one.wanted.is_recreate = true;
  EXPECT_EQ(text(next_step(one.rollout)), "old0=0 old1=0");
  EXPECT_EQ(one.rollout.surge(), 0);
  EXPECT_EQ(one.rollout.unavailable(), 0);
  Case other(3, {}, {}, Set{0, 0}, {{0, 0}});
  other.wanted.is_recreate = true;
  EXPECT_EQ(text(next_step(other.rollout)), "current=3");
}

TEST(Rollout, S5Scaling) {
  struct Row {
    const char* rule;
    int replicas;
    std::optional<Set> current;
    std::vector<Set> old;
    bool is_scaling;
    const char* want;
  };
  const Row rows[] = {
      {"the only one takes it all", 5, Set{3, 3, 3, 4}, {{0, 0, 3, 4}}, true, "current=5"},
      {"nobody has pods: the newest", 2, Set{0, 0, 0, 0}, {{0, 0, 0, 0}}, false, "current=2"},
      {"nobody has pods and there is no new one", 2, {}, {{0, 0}, {0, 0}}, false, "old1=2"},
      {"not sized for another number", 4, Set{2, 0, 4, 5}, {{3, 3, 4, 5}}, false, "old0=3 current=2"},
      {"grows in proportion, the larger takes the rest", 8, Set{2, 0, 4, 5}, {{3, 3, 4, 5}}, true, "old0=6 current=4"},
      {"shrinks in proportion", 2, Set{4, 4, 8, 10}, {{6, 6, 8, 10}}, true, "old0=2 current=1"},
      {"to nothing", 0, Set{4, 4, 8, 10}, {{6, 6, 8, 10}}, true, "old0=0 current=0"},
      {"the new one is complete: the old ones go", 3, Set{3, 3, 3, 4}, {{1, 1, 4, 5}}, true, "old0=0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const Case one(row.replicas, share(25), share(25), row.current, row.old);
    EXPECT_EQ(is_scaling(one.rollout), row.is_scaling);
    EXPECT_EQ(text(scale(one.rollout)), row.want);
  }
}

TEST(Rollout, S5HistoryKeepsTheHighestRevisions) {
  Case one(1, {}, {}, Set{.replicas = 1, .available = 1, .revision = 5},
           {{.revision = 3}, {.revision = 1}, {.replicas = 1, .revision = 2}, {.revision = 4}});
  const auto names = [&](int limit) {
    one.wanted.revision_history_limit = limit;
    std::string all;
    for (const Generation* generation : beyond_history(one.rollout)) all += generation->name() + " ";
    return all;
  };
  EXPECT_EQ(names(10), "");
  EXPECT_EQ(names(2), "old1 ");
  EXPECT_EQ(names(0), "old1 old0 old3 ");
}

TEST(Rollout, S5ACountOrAShare) {
  EXPECT_EQ(share(25).of(10, true), 3);  // 2.5
  EXPECT_EQ(share(25).of(10, false), 2);
  EXPECT_EQ(share(100).of(7, true), 7);
  EXPECT_EQ(share(0).of(7, true), 0);
  EXPECT_EQ(count(9).of(3, false), 9);
}

}  // namespace
}  // namespace slipway::sim::workloads
