#include "test/member/applier/applier_fixture.h"

namespace slipway::member {
namespace {

// --- 11.12 ---

TEST_F(Applier, Case203And211_OneOfTwo) {
  put(space("app"));
  refuse("secrets", Reason::forbidden);
  place("w", {config_map("app/c"), R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"app"}})"});
  EXPECT_EQ(state("w"), "Applied=False/SomeManifestsAreNotApplied");
  EXPECT_THAT(work("w").status.conditions[0].message, HasSubstr("1 of 2"));
  EXPECT_EQ(state("w", 0), fine);
}

TEST_F(Applier, Case204To206_StatusIsMirrored) {
  const std::vector manifests{space("app"), deployment("app/d"), config_map("app/c")};
  place("w", manifests, "{}", R"({"type":"Mirror","destination":"WorkAPI"})");
  make_ready("app/d", false);
  const auto observed = [&](std::size_t ordinal) {
    const auto entry = work("w").status.manifest_conditions[ordinal].back_reported_status;
    return entry ? json::write(entry->observed_status) : std::string();
  };
  EXPECT_THAT(observed(0), HasSubstr(R"("kind":"Namespace")"));
  EXPECT_THAT(observed(1), HasSubstr(R"("unavailableReplicas":1)"));
  EXPECT_EQ(observed(2), "");
  clock.advance(5s);
  make_ready("app/d");
  EXPECT_THAT(observed(1), HasSubstr(R"("availableReplicas":1)"));
  EXPECT_EQ(work("w").status.manifest_conditions[1].back_reported_status->observation_time, clock.wall());
  const auto writes = statuses(*to_hub);
  pass(10min);
  EXPECT_EQ(statuses(*to_hub), writes) << "W15";
  place("w", manifests);
  EXPECT_EQ(observed(1), "");
}

TEST_F(Applier, W17_LongWordsAreCut) {
  put(space("app"));
  to_member->fault = [](const client::Write& write) -> std::optional<Error> {
    if (write.resource.resource != "configmaps") return std::nullopt;
    return error(Reason::invalid, std::string(40'000, 'x'));
  };
  place("w", {config_map("app/c")});
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_LE(message("w", 0).size(), 32'768U);
}

// --- the fleet's rules about time and memory ---

TEST_F(Applier, MemosMayBeLostAtAnyTime) {
  drop_memo_one_in = 1;
  restart_agent();
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  make_ready("app/d");
  EXPECT_EQ(state("w"), all_well);
  place("w", {space("app"), config_map("app/c", "2")});
  EXPECT_EQ(state("w"), all_well);
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "2");
}

TEST_F(Applier, DeletedObjectsComeBack) {
  place("w", {space("app"), config_map("app/c"), deployment("app/d")});
  remove("configmaps", "app/c");
  EXPECT_TRUE(exists("configmaps", "app/c"));
  remove("deployments.apps", "app/d");
  EXPECT_TRUE(exists("deployments.apps", "app/d"));
  remove("namespaces", "app");
  EXPECT_TRUE(exists("configmaps", "app/c"));
  EXPECT_TRUE(exists("deployments.apps", "app/d"));
  EXPECT_EQ(state("w", 1), fine);
  // Case 82, with what the garbage collector does about it.
  const auto uid = applied_work("w").metadata.uid;
  remove("appliedworks.placement.kubernetes-fleet.io", "w");
  EXPECT_NE(applied_work("w").metadata.uid, uid);
  EXPECT_TRUE(exists("configmaps", "app/c"));
  EXPECT_EQ(state("w", 1), fine);
  EXPECT_THAT(listed("w"), ElementsAre("Namespace app", "ConfigMap app/c", "Deployment app/d"));
}

TEST_F(Applier, WhatCannotBeReadIsReportedAndNeverForgotten) {
  put(space("app"));
  const std::string lease =
      R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"app"}})";
  const auto make_blind = [&] {
    to_member->blind = [](const kube::GroupVersionResource& resource, const kube::NamespacedName&) {
      return resource.resource == "leases" ? std::optional(error(Reason::forbidden)) : std::nullopt;
    };
  };
  make_blind();
  place("w", {lease, config_map("app/a")});
  EXPECT_EQ(state("w", 0), "Applied=False/FailedToFindObjInMemberCluster");
  EXPECT_EQ(state("w", 1), fine);
  to_member->blind = nullptr;
  pass(31s);
  EXPECT_EQ(state("w"), "Applied=True/AllManifestsApplied Available=True/WorkNotTrackable");
  // What was removed cannot be looked at: nothing new before that is settled.
  make_blind();
  place("w", {config_map("app/b")});
  EXPECT_FALSE(exists("configmaps", "app/b"));
  to_member->blind = nullptr;
  pass(10s);
  EXPECT_FALSE(exists("leases.coordination.k8s.io", "app/l"));
  EXPECT_FALSE(exists("configmaps", "app/a"));
  EXPECT_EQ(state("w"), all_well);
}

TEST_F(Applier, WhatIsNotFollowedIsLookedAtFromTimeToTime) {
  put(space("app"));
  const std::string lease =
      R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"app"},
      "spec":{"holderIdentity":"fleet"}})";
  place("w", {lease});
  merge("leases.coordination.k8s.io", "app/l", R"({"spec":{"holderIdentity":"me"}})");
  EXPECT_EQ(text("leases.coordination.k8s.io", "app/l", {"spec", "holderIdentity"}), "me");
  pass(31s);
  EXPECT_EQ(text("leases.coordination.k8s.io", "app/l", {"spec", "holderIdentity"}), "fleet");
}

}  // namespace
}  // namespace slipway::member
