#include "member/join/namespaces.h"

#include "test/member/join/join_fixture.h"

// member 6.4, cases 47 to 51.
namespace slipway::member {
namespace {

using namespace std::chrono_literals;

kube::ObjectPtr space_of(std::string_view name, std::int64_t created, std::string_view owners = "",
                         bool is_ending = false) {
  const std::string text = fmt::format(
      R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}","creationTimestamp":"2026-01-01T00:00:{:02}Z",
          "ownerReferences":[{}]{}}}}})",
      name, created, owners, is_ending ? R"(,"deletionTimestamp":"2026-01-01T00:01:00Z")" : "");
  return kube::Object::from_json({}, testing::parsed(text)).value();
}
std::string owner(std::string_view kind, std::string_view name,
                  std::string_view version = "placement.kubernetes-fleet.io/v1beta1") {
  return fmt::format(R"({{"apiVersion":"{}","kind":"{}","name":"{}","uid":"u"}})", version, kind, name);
}

TEST(NamespaceFacts, S6_4_WhoOwnsThem) {
  struct Row {
    std::string_view rule;
    kube::ObjectPtr space;
    std::string_view expected;  // "-": not reported
  };
  const Row rows[] = {
      {"47 nobody", space_of("ns", 0), ""},
      {"48 an AppliedWork and something else",
       space_of("ns", 0, owner("Other", "o", "v1") + "," + owner("AppliedWork", "w1")), "w1"},
      {"48 the first of two", space_of("ns", 0, owner("AppliedWork", "w2") + "," + owner("AppliedWork", "w1")), "w2"},
      {"48 of another group", space_of("ns", 0, owner("AppliedWork", "w1", "example.com/v1beta1")), ""},
      {"48 in another version", space_of("ns", 0, owner("AppliedWork", "w1", "placement.kubernetes-fleet.io/v1")), ""},
      {"50 it ends", space_of("ns", 0, owner("AppliedWork", "w1"), true), "-"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto facts = join::collect_namespaces({row.space}, {});
    EXPECT_EQ(facts.owners.contains("ns") ? facts.owners.at("ns") : "-", row.expected);
    EXPECT_EQ(facts.left_out, 0U);
  }
}

TEST(NamespaceFacts, S6_4_WhichChangesCount) {
  struct Row {
    std::string_view rule;
    kube::ObjectPtr before, after;
    bool counts;
  };
  const auto plain = space_of("ns", 0);
  const auto owned = space_of("ns", 0, owner("AppliedWork", "w1"));
  const Row rows[] = {
      {"it comes", nullptr, plain, true},
      {"50 it is gone", plain, nullptr, true},
      {"50 it ends", plain, space_of("ns", 0, "", true), true},
      {"49 an owner comes", plain, owned, true},
      {"49 another owner", owned, space_of("ns", 0, owner("AppliedWork", "w2")), true},
      {"49 an owner that does not matter", plain, space_of("ns", 0, owner("Other", "o", "v1")), false},
      {"49 anything else", plain, space_of("ns", 5), false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(join::changes_namespaces({.before = row.before, .after = row.after}), row.counts);
  }
}

TEST(NamespaceFacts, Case51_TwoHundredAndNoMore) {
  std::vector<kube::ObjectPtr> all;
  kube::StringMap reported;
  for (int at = 0; at < 200; ++at) all.push_back(space_of(fmt::format("b{:03}", at), 20));
  auto facts = join::collect_namespaces(all, {});
  EXPECT_EQ(facts.owners.size(), 200U);
  EXPECT_EQ(join::condition_of(facts).status, kube::ConditionStatus::true_);
  EXPECT_EQ(join::condition_of(facts).reason, "Succeeded");
  reported = facts.owners;
  // One that is older and sorts before them does not push out what is reported.
  all.insert(all.begin(), space_of("a", 10));
  facts = join::collect_namespaces(all, reported);
  EXPECT_EQ(facts.owners, reported);
  EXPECT_EQ(join::condition_of(facts).status, kube::ConditionStatus::false_);
  EXPECT_EQ(join::condition_of(facts).reason, "Degraded");
  // Who begins anew takes the oldest.
  EXPECT_TRUE(join::collect_namespaces(all, {}).owners.contains("a"));
  EXPECT_FALSE(join::collect_namespaces(all, {}).owners.contains("b199"));
  // A slot becomes free: the one that waits is not forgotten.
  all.pop_back();
  facts = join::collect_namespaces(all, reported);
  EXPECT_TRUE(facts.owners.contains("a"));
  EXPECT_EQ(facts.owners.size(), 200U);
  EXPECT_EQ(join::condition_of(facts).reason, "Succeeded");
}

class Namespaces : public testing::Join {
 protected:
  Namespaces() {
    options.properties.namespaces = true;
    prepare = [this] { to_member->listable = listable; };
  }
  [[nodiscard]] std::string reported() const {
    std::string text;
    for (const auto& [name, work] : internal_member().status.namespaces) {
      if (name != "default" && !name.starts_with("kube-")) text += fmt::format("{}:{} ", name, work);
    }
    return text;
  }
  [[nodiscard]] bool has_condition() const {
    return conditions().find("NamespaceCollectionSucceeded=True/Succeeded") != std::string::npos;
  }
  std::set<std::string> listable;
};

TEST_F(Namespaces, Cases47To50_AreReportedAsTheyComeAndGo) {
  put(space("app"));
  start_agent();
  ask("Join");
  EXPECT_EQ(reported(), "app: ");
  EXPECT_TRUE(has_condition()) << conditions();
  EXPECT_TRUE(internal_member().status.namespaces.contains("default"));
  pass(10s);
  place("w1", {space("placed")});  // told before the next heartbeat
  pass(6s);
  EXPECT_EQ(reported(), "app: placed:w1 ");
  pass(10s);
  const auto writes = to_hub->written.size();
  merge("namespaces", "app", R"({"metadata":{"labels":{"a":"b"}}})");
  pass(10s);
  EXPECT_EQ(to_hub->written.size(), writes);  // 49: nothing to tell
  remove("namespaces", "app");
  pass(6s);
  EXPECT_EQ(reported(), "placed:w1 ");
  // Many that come together are told together.
  pass(10s);
  const auto calm = to_hub->written.size();
  for (int at = 0; at < 20; ++at) put(space(fmt::format("n{}", at)));
  pass(6s);
  EXPECT_EQ(internal_member().status.namespaces.contains("n19"), true);
  EXPECT_LE(to_hub->written.size(), calm + 2);
}

TEST_F(Namespaces, ARestartWritesAndListsNothingMore) {
  put(space("app"));
  start_agent();
  ask("Join");
  restart_agent();
  pass(30s);
  EXPECT_TRUE(to_hub->written.empty());
  EXPECT_EQ(reported(), "app: ");
}

TEST_F(Namespaces, WithoutTheRightEverythingElseGoesOn) {
  unwatched = {"namespaces"};
  put(space("app"));
  start_agent();
  ask("Join");
  EXPECT_NE(agent_state().find("Joined=True"), std::string::npos);
  EXPECT_EQ(reported(), "");
  EXPECT_EQ(conditions(), "ClusterPropertyCollectionSucceeded=True/PropertiesCollected@1");
  const auto told = [this] {
    return std::ranges::count_if(logged, [](const std::string& line) {
      return line.find("may not list and watch namespaces") != std::string::npos;
    });
  };
  EXPECT_EQ(told(), 1);
  pass(5min);
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(heartbeat() + 70s > clock.wall(), true);
  // The right comes.
  to_member->unwatched.clear();
  pass(11min);
  EXPECT_EQ(reported(), "app: ");
  EXPECT_TRUE(has_condition());
}

TEST_F(Namespaces, WhatMayBeListedAndNotWatchedIsListedWithTheHeartbeat) {
  unwatched = {"namespaces"}, listable = {"namespaces"};
  put(space("app"));
  start_agent();
  ask("Join");
  EXPECT_EQ(reported(), "app: ");
  put(space("later"));
  pass(65s);
  EXPECT_EQ(reported(), "app: later: ");
}

TEST_F(Namespaces, AServerThatIsNotReadyTakesNothingBack) {
  unwatched = {"namespaces"}, listable = {"namespaces"};
  put(space("app"));
  start_agent();
  ask("Join");
  to_member->not_ready = Error{.reason = Reason::unavailable, .message = "no answer", .causes = {}};
  pass(65s);
  EXPECT_NE(agent_state().find("Healthy=False"), std::string::npos);
  EXPECT_EQ(reported(), "app: ");
  EXPECT_TRUE(has_condition());
}

TEST_F(Namespaces, NotWithTheBuiltInCollection) {
  options.properties.provider = join::PropertyProvider::built_in;
  start_agent();
  ask("Join");
  EXPECT_EQ(conditions(), "");
  EXPECT_FALSE(agent->view().is_followed(join::namespaces()));
}

}  // namespace
}  // namespace slipway::member
