#include "api/hash.h"
#include "member/applier/prepare.h"
#include "test/member/applier/applier_fixture.h"

namespace slipway::member {
namespace {

// --- 11.4 ---

TEST_F(Applier, Case69And70And92_AppliesReportsAndRests) {
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  EXPECT_TRUE(work("w").metadata.has_finalizer("kubernetes-fleet.io/work-cleanup"));
  const auto owner = applied_work("w");
  EXPECT_EQ(owner.spec.work_name, "w");
  EXPECT_EQ(owner.spec.work_namespace, "fleet-member-m1");
  for (const auto& [resource, key] :
       {std::pair{"namespaces", "app"}, {"deployments.apps", "app/d"}, {"configmaps", "app/c"}})
    EXPECT_THAT(owners(resource, key), ElementsAre("AppliedWork w")) << resource;
  EXPECT_EQ(state("w"), "Applied=True/AllManifestsApplied Available=False/SomeManifestsAreNotAvailable");
  EXPECT_EQ(state("w", 0), fine);
  EXPECT_EQ(state("w", 1), "Applied=True/Applied Available=False/ManifestNotAvailableYet");
  EXPECT_THAT(listed("w"), ElementsAre("Namespace app", "Deployment app/d", "ConfigMap app/c"));
  // Exactly the write-ahead and the result.
  EXPECT_THAT(to_hub->written, ElementsAre("patch works fleet-member-m1/w", "status works fleet-member-m1/w",
                                           "status works fleet-member-m1/w"));
  EXPECT_THAT(to_member->written,
              ElementsAre("create appliedworks w", "create namespaces app", "create configmaps app/c",
                          "create deployments app/d", "status appliedworks w"));
  const auto before = work("w").status;
  clock.advance(5s);
  make_ready("app/d");
  EXPECT_EQ(state("w"), all_well);
  EXPECT_EQ(state("w", 1), fine);
  const auto after = work("w").status;
  EXPECT_EQ(after.manifest_conditions[1].conditions[0].observed_generation, 1);
  EXPECT_EQ(after.manifest_conditions[0].conditions[0].observed_generation, 0);
  EXPECT_EQ(after.conditions[0].last_transition_time, before.conditions[0].last_transition_time);  // case 202
  EXPECT_EQ(after.conditions[1].last_transition_time, clock.wall());
  // W7: found without polling, both ways.
  make_ready("app/d", false);
  EXPECT_EQ(state("w"), "Applied=True/AllManifestsApplied Available=False/SomeManifestsAreNotAvailable");
  make_ready("app/d");

  const auto hub_writes = statuses(*to_hub);
  const auto member_writes = to_member->written.size();
  pass(20min);
  EXPECT_EQ(statuses(*to_hub), hub_writes);
  EXPECT_EQ(to_member->written.size(), member_writes);
  restart_agent();
  pass(30s);
  EXPECT_EQ(statuses(*to_hub), 0);
  EXPECT_THAT(to_member->written, IsEmpty());
}

TEST_F(Applier, Case71And72_UpdatesMeetWhatOthersWrote) {
  put(space("app"));
  const auto manifest = [](std::string_view labels, std::string_view annotations, std::string_view data) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"c","namespace":"app",
                        "labels":{{{}}},"annotations":{{{}}}}},"data":{{{}}}}})",
                       labels, annotations, data);
  };
  place("w", {manifest(R"("stay":"1","go":"1")", R"("old":"1")", R"("a":"1","b":"1")")});
  merge("configmaps", "app/c", R"({"metadata":{"labels":{"stay":"theirs"}},"data":{"mine":"1","c":"theirs"}})");
  EXPECT_EQ(text("configmaps", "app/c", {"metadata", "labels", "stay"}), "1") << "case 124: put back at once";
  place("w", {manifest(R"("stay":"2")", R"("new":"1")", R"("a":"2","c":"ours")")});
  EXPECT_EQ(text("configmaps", "app/c", {"data"}), R"({"a":"2","c":"ours","mine":"1"})");
  EXPECT_EQ(text("configmaps", "app/c", {"metadata", "labels"}), R"({"stay":"2"})");
  EXPECT_EQ(text("configmaps", "app/c", {"metadata", "annotations", "new"}), "1");
  EXPECT_EQ(text("configmaps", "app/c", {"metadata", "annotations", "old"}), "");
  // Case 74.
  merge("configmaps", "app/c",
        R"({"metadata":{"annotations":{"kubernetes-fleet.io/last-applied-configuration":null}}})");
  EXPECT_NE(text("configmaps", "app/c", {"metadata", "annotations", "kubernetes-fleet.io/last-applied-configuration"}),
            "");
  EXPECT_EQ(state("w"), all_well);
}

TEST_F(Applier, Case75_ANamespaceThatIsMissingIsNotMadeAndNotMissedWhenItComes) {
  place("w", {config_map("later/c")});
  EXPECT_EQ(state("w"), "Applied=False/SomeManifestsAreNotApplied");
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_EQ(work("w").status.manifest_conditions[0].identifier.resource, "configmaps");
  EXPECT_FALSE(exists("namespaces", "later"));
  EXPECT_THAT(listed("w"), IsEmpty());
  put(space("later"));
  EXPECT_EQ(state("w"), all_well) << "no timer needed";
}

TEST_F(Applier, Case76And77_OrderAndEmptiness) {
  place("w", {space("app"), config_map("app/a"), config_map("app/b")});
  const auto uid = text("configmaps", "app/a", {"metadata", "uid"});
  place("w", {config_map("app/b"), space("app"), config_map("app/a")});
  EXPECT_EQ(text("configmaps", "app/a", {"metadata", "uid"}), uid);
  EXPECT_THAT(listed("w"), ElementsAre("ConfigMap app/b", "Namespace app", "ConfigMap app/a"));
  EXPECT_EQ(work("w").status.manifest_conditions[0].identifier.name, "b");
  place("empty", {});
  EXPECT_EQ(state("empty"), all_well);
  EXPECT_THAT(work("empty").status.manifest_conditions, IsEmpty());
}

TEST_F(Applier, Case78_WhatCannotBeTrackedIsSaidToBeSo) {
  place("w", {space("app"), R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"app"},
              "spec":{"type":"ExternalName","externalName":"example.org"}})"});
  EXPECT_EQ(state("w"), "Applied=True/AllManifestsApplied Available=True/WorkNotTrackable");
  EXPECT_EQ(state("w", 1), "Applied=True/Applied Available=True/NotTrackable");
}

TEST_F(Applier, Case73And80_CustomResourcesFollowTheirDefinition) {
  constexpr std::string_view definition = R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
    "metadata":{"name":"widgets.lab.io"},"spec":{"group":"lab.io","scope":"Namespaced",
    "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,
    "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}})";
  const auto widget = [](std::string_view list) {
    return fmt::format(R"({{"apiVersion":"lab.io/v1","kind":"Widget","metadata":{{"name":"x","namespace":"app"}},
                        "spec":{{"list":{}}}}})",
                       list);
  };
  place("w", {std::string(definition), space("app"), widget("[1,2]")});
  pass(5s);  // discovery may take a moment
  EXPECT_EQ(state("w"), "Applied=True/AllManifestsApplied Available=True/WorkNotTrackable");
  merge("widgets.lab.io", "app/x", R"({"spec":{"list":[7],"more":[8]}})");
  EXPECT_EQ(text("widgets.lab.io", "app/x", {"spec"}), R"({"list":[1,2],"more":[8]})");
  place("w", {std::string(definition), space("app"), widget("[3]")});
  EXPECT_EQ(text("widgets.lab.io", "app/x", {"spec"}), R"({"list":[3],"more":[8]})");
}

TEST_F(Applier, Case81To83_FinalizerAndAppliedWorkComeAndGoApart) {
  place("w", {space("app"), config_map("app/c")});
  ask("Leave");
  EXPECT_FALSE(work("w").metadata.has_finalizer("kubernetes-fleet.io/work-cleanup"));
  const auto uid = applied_work("w").metadata.uid;
  to_member->written.clear();
  ask("Join");
  EXPECT_TRUE(work("w").metadata.has_finalizer("kubernetes-fleet.io/work-cleanup"));
  EXPECT_EQ(applied_work("w").metadata.uid, uid);
  EXPECT_THAT(to_member->written, IsEmpty());
  // Case 83: somebody else was first.
  int refusals = 1;
  to_member->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (write.resource.resource != "appliedworks" || refusals-- <= 0) return std::nullopt;
    return error(Reason::already_exists);
  };
  place("v", {config_map("app/v")});
  EXPECT_EQ(state("v"), all_well);
}

TEST_F(Applier, Case84To90_ManifestsThatGoNoFurther) {
  struct Case {
    std::string_view name;
    std::string manifest;
    std::string_view state;
    api::WorkResourceIdentifier identifier;
  };
  put(space("app"));
  const Case cases[] = {
      {"85",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"g-","namespace":"app"}})",
       "Applied=False/FoundGenerateName",
       {.ordinal = 1, .version = "v1", .kind = "ConfigMap", .resource = "configmaps", .namespace_ = "app"}},
      {"86",
       R"({"apiVersion":"dummy/v10","kind":"Fake","metadata":{"name":"f","namespace":"app"}})",
       "Applied=False/DecodingErred",
       {.ordinal = 1, .group = "dummy", .version = "v10", .kind = "Fake", .namespace_ = "app", .name = "f"}},
      {"87",
       R"({"apiVersion":"v10","kind":"ConfigMap","metadata":{"name":"f","namespace":"app"}})",
       "Applied=False/DecodingErred",
       {.ordinal = 1, .version = "v10", .kind = "ConfigMap", .namespace_ = "app", .name = "f"}},
      {"88",
       config_map("app/a", "other"),
       "Applied=False/Duplicated",
       {.ordinal = 1,
        .version = "v1",
        .kind = "ConfigMap",
        .resource = "configmaps",
        .namespace_ = "app",
        .name = "a"}},
  };
  for (const auto& one : cases) {
    place(one.name, {config_map("app/a"), one.manifest, config_map("app/b")});
    EXPECT_EQ(state(one.name), "Applied=False/SomeManifestsAreNotApplied") << one.name;
    EXPECT_EQ(state(one.name, 0), fine) << one.name;
    EXPECT_EQ(state(one.name, 1), one.state) << one.name;
    EXPECT_EQ(state(one.name, 2), fine) << one.name;
    EXPECT_EQ(work(one.name).status.manifest_conditions[1].identifier, one.identifier) << one.name;
    EXPECT_THAT(listed(one.name), ElementsAre("ConfigMap app/a", "ConfigMap app/b")) << one.name;
    EXPECT_EQ(text("configmaps", "app/a", {"data", "key"}), "1") << one.name;
    const auto before = work(one.name).status;
    clock.advance(10s);
    merge("configmaps", "app/a", R"({"metadata":{"labels":{"x":"y"}}})");
    EXPECT_EQ(work(one.name).status, before) << one.name << " is stable";  // W18
    remove_work(one.name);
    pass(1s);
  }
  place("84", {R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"both","generateName":"b-"}})"});
  EXPECT_EQ(text("namespaces", "both", {"metadata", "generateName"}), "b-");
  place("90", {config_map("app/a"), cases[1].manifest}, R"({"type":"ReportDiff"})");
  EXPECT_EQ(state("90"), "DiffReported=False/SomeManifestsHaveNotReportedDiff");
  EXPECT_EQ(state("90", 0), "DiffReported=False/FailedToReportDiff");
  EXPECT_EQ(state("90", 1), "DiffReported=False/FailedToReportDiff");
}

// --- 11.5 ---

TEST_F(Applier, Case94To99_WavesComeInOrderAndNoneWaitsForSuccess) {
  refuse("secrets", Reason::invalid);
  place(
      "w",
      {deployment("app/d"), config_map("app/c"),
       R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"app"}})",
       R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"rb","namespace":"app"},
                  "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"}})",
       R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"app"}})",
       R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"app"}})",
       space("app")});
  EXPECT_THAT(to_member->written,
              ElementsAre("create appliedworks w", "create namespaces app", "create configmaps app/c",
                          "create roles app/r", "create rolebindings app/rb", "create deployments app/d",
                          "create leases app/l", "status appliedworks w"));
  EXPECT_EQ(state("w", 2), "Applied=False/ManifestApplyFailed");
  EXPECT_EQ(message("w", 2), "it is refused");
  EXPECT_EQ(state("w", 5), "Applied=True/Applied Available=True/NotTrackable");
}

// --- strategies of later versions ---

TEST_F(Applier, StrategiesThisVersionLacksAreRefusedAsAWhole) {
  put(space("app"));
  place("w", {config_map("app/before")});
  for (const std::string_view strategy :
       {R"({"type":"ServerSideApply"})", R"({"whenToApply":"IfNotDrifted"})",
        R"({"comparisonOption":"FullComparison"})", R"({"whenToTakeOver":"IfNoDiff"})"}) {
    place("w", {config_map("app/after")}, strategy);
    EXPECT_EQ(state("w"), "Applied=False/SomeManifestsAreNotApplied") << strategy;
    EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed") << strategy;
    EXPECT_THAT(message("w", 0), HasSubstr("does not support"));
    EXPECT_TRUE(exists("configmaps", "app/before")) << strategy;
    EXPECT_FALSE(exists("configmaps", "app/after")) << strategy;
  }
  place("w", {config_map("app/after")});  // case 149
  EXPECT_EQ(state("w"), all_well);
  EXPECT_FALSE(exists("configmaps", "app/before")) << "W3: not forgotten";
}

// --- 11.9 ---

TEST_F(Applier, Case155And163_WhatIsSent) {
  put(space("app"));
  place(
      "w",
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"app","uid":"u","resourceVersion":"7",
      "creationTimestamp":"2024-01-01T00:00:00Z","generation":3,"finalizers":["lab.io/keep"],
      "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x","deployment.kubernetes.io/revision":"3"}},
      "data":{"html":"<a>&</a>"},"status":{"phase":"x"}})"});
  ASSERT_EQ(state("w"), all_well);
  const auto live = object("configmaps", "app/c");
  EXPECT_EQ(live.find("status"), nullptr);
  EXPECT_EQ(text("configmaps", "app/c", {"metadata", "finalizers"}), R"(["lab.io/keep"])");  // case 164
  const auto* const annotations = live.find_path({"metadata", "annotations"})->object();
  ASSERT_EQ(annotations->size(), 2U);
  const std::string applied =
      text("configmaps", "app/c", {"metadata", "annotations", "kubernetes-fleet.io/last-applied-configuration"});
  EXPECT_EQ(applied.back(), '\n');
  EXPECT_THAT(applied, HasSubstr(R"("html":"\u003ca\u003e\u0026\u003c/a\u003e")"));
  const auto copy = testing::parsed(applied);
  EXPECT_EQ(copy.find("status"), nullptr);
  EXPECT_EQ(copy.find_path({"metadata", "annotations"})->object()->size(), 1U);
  EXPECT_EQ(copy.find_path({"metadata", "ownerReferences"})->array()->size(), 1U);
}

TEST_F(Applier, CanonicalForm) {  // 8.10.1
  const auto manifest =
      testing::parsed(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"n","namespace":"s",
      "labels":{"app.kubernetes.io/name":"x","keep":"1"},"annotations":{"example.k8s.io/x":"1"},"finalizers":["f"]},
      "spec":{"template":{"metadata":{"creationTimestamp":null,"labels":{"a":"b"}}}},"status":{"x":1}})");
  const auto form = applier::canonical_form(manifest);
  EXPECT_EQ(
      json::write(form),
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"finalizers":[],"labels":{"keep":"1"},)"
      R"("managedFields":[],"ownerReferences":[]},"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}})");
  EXPECT_EQ(applier::spec_hash(manifest), api::hash_of(form));
}

TEST_F(Applier, Case156_ManifestsTooLargeForClientSideApplyAreRefused) {
  put(space("app"));
  place("w", {config_map("app/c", std::string(300'000, 'x'))});
  EXPECT_EQ(state("w", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_THAT(message("w", 0), HasSubstr("too large"));
  EXPECT_FALSE(exists("configmaps", "app/c"));
  place("w", {config_map("app/c", "small")});  // case 157
  EXPECT_EQ(state("w"), all_well);
}

TEST_F(Applier, Case165To167_RefusalsAreReportedAndTriedAgain) {
  place("w", {space("app"), deployment("app/d"), config_map("app/c")});
  make_ready("app/d");
  auto changed = deployment("app/d");
  changed.replace(changed.find(R"("app":"a")"), 9, R"("app":"b")");  // the selector
  refuse("deployments", Reason::invalid);
  place("w", {space("app"), changed, config_map("app/c", "2")});
  EXPECT_EQ(state("w", 1), "Applied=False/ManifestApplyFailed");
  EXPECT_EQ(message("w", 1), "it is refused");
  EXPECT_EQ(text("configmaps", "app/c", {"data", "key"}), "2");
  EXPECT_THAT(listed("w"), ElementsAre("Namespace app", "ConfigMap app/c"));
  EXPECT_TRUE(exists("deployments.apps", "app/d"));
  // Retried ever more rarely, without a status write.
  const auto writes = statuses(*to_hub);
  pass(10min);
  EXPECT_EQ(statuses(*to_hub), writes);
  EXPECT_LT(to_member->refused, 20U);
  EXPECT_GT(to_member->refused, 3U);
  to_member->fault = nullptr;
  place("w", {space("app"), deployment("app/d"), config_map("app/c", "2")});
  EXPECT_EQ(state("w"), all_well);
  // Case 167, and its opposite.
  place("v", {R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","namespace":"app"}})",
              R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n"}})"});
  EXPECT_EQ(state("v", 0), "Applied=False/ManifestApplyFailed");
  EXPECT_EQ(state("v", 1), "Applied=False/ManifestApplyFailed");
}

TEST_F(Applier, ServersThatCannotAnswerAreWaitedFor) {
  for (const auto reason : {Reason::unavailable, Reason::too_many_requests, Reason::server_timeout, Reason::internal}) {
    const std::string name = fmt::format("w{}", static_cast<int>(reason));
    refuse("configmaps", reason);
    place(name, {space("app"), config_map("app/" + name)});
    EXPECT_EQ(state(name).find("Applied=True"), std::string::npos);
    to_member->fault = nullptr;
    pass(1min);
    EXPECT_EQ(state(name), all_well) << name;
    remove_work(name);
    pass(1s);
  }
}

TEST_F(Applier, NoiseOfApiServersIsNoReasonToWrite) {
  // Quantities are spelled anew, nulls vanish, secrets are rewritten.
  place("w",
        {space("app"), deployment("app/d"),
         R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"app"},"stringData":{"a":"b"}})"});
  make_ready("app/d");
  EXPECT_EQ(state("w"), all_well);
  to_member->written.clear();
  merge("deployments.apps", "app/d", R"({"metadata":{"labels":{"theirs":"1"}}})");
  merge("secrets", "app/s", R"({"metadata":{"labels":{"theirs":"1"}}})");
  const auto version = text("secrets", "app/s", {"metadata", "resourceVersion"});
  pass(1min);
  EXPECT_EQ(text("secrets", "app/s", {"metadata", "resourceVersion"}), version);
  EXPECT_LE(to_member->written.size(), 1U);  // at most one that the server finds to change nothing
  EXPECT_EQ(state("w"), all_well);
}

}  // namespace
}  // namespace slipway::member
