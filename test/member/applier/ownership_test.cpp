#include "test/member/applier/applier_fixture.h"

namespace slipway::member {
namespace {

// --- 11.6 ---

TEST_F(Applier, Case101_TakesOverWhatWasThere) {
  put(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app","annotations":{"theirs":"1"}}})");
  place("w", {space("app")});
  EXPECT_THAT(owners("namespaces", "app"), ElementsAre("AppliedWork w"));
  EXPECT_EQ(text("namespaces", "app", {"metadata", "annotations", "theirs"}), "1");
  EXPECT_NE(text("namespaces", "app", {"metadata", "annotations", "kubernetes-fleet.io/spec-hash"}), "");
  EXPECT_EQ(state("w"), all_well);
}

std::string owned_by_x(std::string_view uid) {
  return fmt::format(
      R"({{"metadata":{{"ownerReferences":[{{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"{}"}}]}}}})", uid);
}

TEST_F(Applier, Case103To106_OtherOwners) {
  put(space("app"));
  put(config_map("app/x"));
  put(config_map("app/c", "theirs"));
  merge("configmaps", "app/c", owned_by_x(text("configmaps", "app/x", {"metadata", "uid"})));
  place("w", {config_map("app/c")});
  EXPECT_EQ(state("w", 0), "Applied=False/FailedToTakeOver");
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("ConfigMap x"));
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "theirs");
  place("w", {config_map("app/c")}, R"({"allowCoOwnership":true})");
  EXPECT_EQ(state("w"), all_well);
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("ConfigMap x", "AppliedWork w"));
  // Case 105: one object, one placement, first come, first served.
  place("v", {config_map("app/c", "v")}, R"({"allowCoOwnership":true})");
  EXPECT_EQ(state("v", 0), "Applied=False/FailedToTakeOver");
  EXPECT_EQ(state("w"), all_well);
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "1");
  // Case 106, and the second half of 104.
  remove_work("w");
  EXPECT_FALSE(work_exists("w"));
  EXPECT_EQ(state("v"), all_well);
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("ConfigMap x", "AppliedWork v"));
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "v");
}

TEST_F(Applier, Case111_NeverTakesNothingOver) {
  put(space("app"));
  place("w", {space("app"), deployment("app/d")}, R"({"whenToTakeOver":"Never"})");
  EXPECT_EQ(state("w", 0), "Applied=False/NotTakenOver");
  EXPECT_THAT(owners("namespaces", "app"), IsEmpty());
  EXPECT_THAT(owners("deployments.apps", "app/d"), ElementsAre("AppliedWork w"));
  // Freed by its owner, it is made anew without being asked.
  place("w", {space("app"), deployment("app/d")});
  EXPECT_THAT(owners("namespaces", "app"), ElementsAre("AppliedWork w"));
}

TEST_F(Applier, Case113And114_OwnersLeftBehindByAnEarlierMembership) {
  put(space("app"));
  put(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"AppliedWork","metadata":{"name":"old"},
          "spec":{"workName":"old","workNamespace":"fleet-member-m1"}})");
  put(config_map("app/c"));
  const auto owned = fmt::format(
      R"({{"metadata":{{"ownerReferences":[{{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"AppliedWork",
          "name":"old","uid":"{}"}}]}}}})",
      text("appliedworks.placement.kubernetes-fleet.io", "old", {"metadata", "uid"}));
  merge("configmaps", "app/c", owned);
  place("w", {config_map("app/c")});
  EXPECT_EQ(state("w"), all_well);
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("AppliedWork w"));
}

TEST_F(Applier, Case115And116_AnOwnerThatJoinsLater) {
  put(space("app"));
  put(config_map("app/x"));
  place("w", {config_map("app/c")});
  const auto whole = object("configmaps", "app/c");
  json::Value owners_now = *whole.find_path({"metadata", "ownerReferences"});
  owners_now.array()->push_back(json::Object{{"apiVersion", "v1"},
                                             {"kind", "ConfigMap"},
                                             {"name", "x"},
                                             {"uid", text("configmaps", "app/x", {"metadata", "uid"})}});
  merge("configmaps", "app/c",
        json::write(json::Object{{"metadata", json::Object{{"ownerReferences", owners_now}}},
                                 {"data", json::Object{{"key", "theirs"}}}}));
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "theirs");
  place("w", {config_map("app/c")}, R"({"allowCoOwnership":true})");
  EXPECT_EQ(state("w"), all_well);
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "1");
  EXPECT_THAT(owners("configmaps", "app/c"), UnorderedElementsAre("AppliedWork w", "ConfigMap x"));
}

TEST_F(Applier, Case118And119_ManifestsThatNameOwners) {
  put(space("app"));
  const auto manifest = [](std::string_view version, std::string_view kind) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"c","namespace":"app",
                        "ownerReferences":[{{"apiVersion":"{}","kind":"{}","name":"x","uid":"u"}}]}}}})",
                       version, kind);
  };
  place("w", {manifest("v1", "ConfigMap")});
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  place("w", {manifest("placement.kubernetes-fleet.io/v1beta1", "AppliedWork")}, R"({"allowCoOwnership":true})");
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_FALSE(exists("configmaps", "app/c"));
}

// --- 11.10 ---

TEST_F(Applier, Case169_ACrashBetweenApplyAndStatusForgetsNothing) {
  bool is_dead = false;  // from the first object on nothing reaches the hub
  to_hub->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (is_dead && write.resource.resource == "works") return error(Reason::unavailable);
    return std::nullopt;
  };
  to_member->fault = [&](const client::Write& write) -> std::optional<Error> {
    is_dead |= write.resource.resource == "configmaps";
    return std::nullopt;
  };
  put(space("app"));
  place("w", {config_map("app/a"), config_map("app/b")});
  ASSERT_TRUE(exists("configmaps", "app/b"));
  ASSERT_EQ(state("w", 1), "Applied=False/PreparingToProcess");
  stop_agent();
  place("w", {config_map("app/a")});
  start_agent();
  EXPECT_FALSE(exists("configmaps", "app/b"));
  EXPECT_EQ(state("w"), all_well);
}

TEST_F(Applier, Case170And171_WhatIsNoLongerListedGoes) {
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  place("w", {space("app")});
  EXPECT_FALSE(exists("deployments.apps", "app/d"));
  EXPECT_FALSE(exists("configmaps", "app/c"));
  EXPECT_TRUE(exists("namespaces", "app"));
  EXPECT_EQ(work("w").status.manifest_conditions.size(), 1U);
  EXPECT_THAT(listed("w"), ElementsAre("Namespace app"));
  place("w", {space("app"), config_map("app/c")});
  refuse("secrets", Reason::invalid);
  place("w", {space("app"), R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"app"}})"});
  EXPECT_FALSE(exists("configmaps", "app/c"));
  EXPECT_EQ(state("w", 1), "Applied=False/ManifestApplyFailed");
}

TEST_F(Applier, Case172To175_LeftOversAreJudgedByTheirOwners) {
  put(space("app"));
  put(config_map("app/x"));
  const auto uid = text("configmaps", "app/x", {"metadata", "uid"});
  const auto place_both = [&] {
    place("w", {config_map("app/c"), config_map("app/x2")}, R"({"allowCoOwnership":true})");
  };
  place_both();
  json::Value references = *object("configmaps", "app/c").find_path({"metadata", "ownerReferences"});
  references.array()->push_back(json::Object{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "x"}, {"uid", uid}});
  merge("configmaps", "app/c", json::write(json::Object{{"metadata", json::Object{{"ownerReferences", references}}}}));
  place("w", {config_map("app/x2")});  // 172
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("ConfigMap x"));
  // 173: the object of that name is somebody else's now. 174: it is gone already.
  place("w", {config_map("app/x2"), config_map("app/y"), config_map("app/z")});
  stop_agent();
  remove("configmaps", "app/y");
  put(config_map("app/y", "theirs"));
  remove("configmaps", "app/z");
  place("w", {config_map("app/x2")});
  start_agent();
  EXPECT_EQ(text("configmaps", "app/y", {"data", "key"}), "theirs");
  EXPECT_EQ(state("w"), all_well);
  // 175: never owned.
  put(config_map("app/theirs"));
  place("w", {config_map("app/x2"), config_map("app/theirs")}, R"({"whenToTakeOver":"Never"})");
  place("w", {config_map("app/x2")});
  EXPECT_TRUE(exists("configmaps", "app/theirs"));
}

TEST_F(Applier, Case177_NothingNewIsAppliedBeforeTheOldIsGone) {
  put(space("app"));
  place("w", {config_map("app/old")});
  to_member->fault = [](const client::Write& write) -> std::optional<Error> {
    if (write.verb != client::Write::Verb::remove) return std::nullopt;
    return error(Reason::internal);
  };
  place("w", {config_map("app/new")});
  EXPECT_TRUE(exists("configmaps", "app/old"));
  EXPECT_FALSE(exists("configmaps", "app/new"));
  to_member->fault = nullptr;
  pass(1min);
  EXPECT_FALSE(exists("configmaps", "app/old"));
  EXPECT_TRUE(exists("configmaps", "app/new"));
  EXPECT_EQ(state("w"), all_well);
}

TEST_F(Applier, W1_AManifestThatCannotBeMappedNowIsNotLeftOver) {
  put(space("app"));
  place("w", {config_map("app/a"), config_map("app/b")});
  auto unknown = config_map("app/b");
  unknown.replace(unknown.find("\"v1\""), 4, "\"v9\"");
  place("w", {config_map("app/a"), unknown});
  EXPECT_FALSE(exists("configmaps", "app/b")) << "v9 is another identity";
  place("w", {config_map("app/a"),
              R"({"apiVersion":"lab.io/v1","kind":"Ghost","metadata":{"name":"g","namespace":"app"}})"});
  EXPECT_EQ(state("w", 1), "Applied=False/DecodingErred");
  EXPECT_TRUE(exists("configmaps", "app/a"));
}

TEST_F(Applier, Case178To180_ADeletedWorkTakesItsObjectsAlong) {
  place("w", {space("app"), config_map("app/c")});
  put(config_map("app/theirs"));
  remove_work("w");
  pass(1s);
  EXPECT_FALSE(work_exists("w"));
  EXPECT_EQ(applied_work("w").metadata.name, "");
  EXPECT_FALSE(exists("configmaps", "app/c"));
  EXPECT_FALSE(exists("namespaces", "app"));
  EXPECT_EQ(std::ranges::count(to_member->written, "delete appliedworks w"), 1) << "W5";
  // 180.
  place("v", {space("v")});
  ask("Leave");
  remove("appliedworks.placement.kubernetes-fleet.io", "v");
  ask("Join");
  remove_work("v");
  EXPECT_FALSE(work_exists("v"));
}

TEST_F(Applier, Case181And182_ObjectsWithOtherOwnersDoNotHoldBackADeletionForEver) {
  options.deletion_wait = std::chrono::seconds{60};
  restart_agent();
  put(space("app"));
  put(config_map("app/x"));
  place("w", {config_map("app/c"), config_map("app/d")}, R"({"allowCoOwnership":true})");
  json::Value references = *object("configmaps", "app/c").find_path({"metadata", "ownerReferences"});
  references.array()->push_back(json::Object{{"apiVersion", "v1"},
                                             {"kind", "ConfigMap"},
                                             {"name", "x"},
                                             {"uid", text("configmaps", "app/x", {"metadata", "uid"})}});
  merge("configmaps", "app/c", json::write(json::Object{{"metadata", json::Object{{"ownerReferences", references}}}}));
  // Held back by a finalizer that nobody removes in time.
  merge("configmaps", "app/d", R"({"metadata":{"finalizers":["lab.io/keep"]}})");
  remove_work("w");
  pass(2min);
  EXPECT_THAT(owners("configmaps", "app/c"), ::testing::Contains("ConfigMap x"));
  EXPECT_TRUE(work_exists("w"));
  merge("configmaps", "app/d", R"({"metadata":{"finalizers":null}})");
  pass(1s);
  EXPECT_FALSE(work_exists("w"));
  EXPECT_THAT(owners("configmaps", "app/c"), ElementsAre("ConfigMap x"));
}

TEST_F(Applier, Case183_WhatWasNotTakenOverStaysWhenTheWorkGoes) {
  put(space("app"));
  put(config_map("app/theirs"));
  place("w", {config_map("app/theirs")}, R"({"whenToTakeOver":"Never"})");
  remove_work("w");
  EXPECT_FALSE(work_exists("w"));
  EXPECT_TRUE(exists("configmaps", "app/theirs"));
}

TEST_F(Applier, Case16And184To186_LeavingLetsGoOfEverything) {
  put(space("app"));
  for (int i = 0; i < 10; ++i) place(fmt::format("w{}", i), {config_map(fmt::format("app/c{}", i))});
  int refusals = 20;  // each of them is asked twice in vain
  to_hub->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (write.resource.resource != "works" || refusals-- <= 0) return std::nullopt;
    return error(Reason::unavailable);
  };
  ask("Leave");
  EXPECT_EQ(kube::find_condition(internal_member().status.agent_status[0].conditions, "Joined")->status,
            kube::ConditionStatus::true_);
  pass(1min);
  EXPECT_EQ(kube::find_condition(internal_member().status.agent_status[0].conditions, "Joined")->status,
            kube::ConditionStatus::false_);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(work(fmt::format("w{}", i)).metadata.finalizers, IsEmpty());
  place("w0", {config_map("app/c0", "2")});
  EXPECT_EQ(text("configmaps", "app/c0", {"data", "key"}), "1");
  ask("Join");
  EXPECT_EQ(text("configmaps", "app/c0", {"data", "key"}), "2");
  EXPECT_EQ(work("w0").metadata.finalizers.size(), 1U);
  // 186: other Works for the same objects.
  ask("Leave");
  pass(1min);
  for (int i = 0; i < 10; ++i) remove_work(fmt::format("w{}", i));
  ask("Join");
  place("again", {config_map("app/c0", "3")});
  EXPECT_EQ(state("again"), all_well);
}

TEST_F(Applier, Case91_AWorkThatChangesWhileItIsAppliedIsSeenToTheEnd) {
  put(space("app"));
  bool is_first = true;
  to_member->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (write.resource.resource == "configmaps" && std::exchange(is_first, false))
      place("w", {config_map("app/b")});  // in the middle of a pass
    return std::nullopt;
  };
  place("w", {config_map("app/a")});
  EXPECT_FALSE(exists("configmaps", "app/a"));
  EXPECT_TRUE(exists("configmaps", "app/b"));
  EXPECT_EQ(state("w"), all_well);
}

}  // namespace
}  // namespace slipway::member
