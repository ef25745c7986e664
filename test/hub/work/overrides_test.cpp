#include <gmock/gmock.h>

#include "api/hash.h"
#include "api/kinds.h"
#include "json/text.h"
#include "test/hub/work/work_generator.h"

// placement 6.2 to 6.4 with overrides and envelopes; the numbers are those of 12.12 and 12.13.
namespace slipway::hub::work {
namespace {

using kube::ConditionStatus;
using testing::concerned;
using ::testing::HasSubstr;

constexpr std::string_view role_x =
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"}})";
constexpr std::string_view role_y =
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"y"}})";
constexpr std::string_view cfg =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}})";
constexpr std::string_view namespace_of_part =
    R"({"group":"","version":"v1","kind":"Namespace","name":"p-0-snapshot"})";

class Overridden : public WorkGenerator {
 protected:
  static std::string rule_of(std::string_view patches) {
    return fmt::format(R"({{"clusterSelector":{{"clusterSelectorTerms":[]}},"jsonPatchOverrides":[{}]}})", patches);
  }
  static std::string label(std::string_view value) {
    return rule_of(fmt::format(R"({{"op":"add","path":"/metadata/labels","value":{{"l":"{}"}}}})", value));
  }
  void put_override(std::string_view name, std::string_view selector, std::string_view rules) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceOverrideSnapshot","metadata":{{"name":"{}"}},
            "spec":{{"overrideHash":"","overrideSpec":{{"clusterResourceSelectors":[{}],"policy":{{"overrideRules":[{}]}}}}}}}})",
        name, selector, rules));
  }
  void put_namespaced_override(std::string_view namespace_, std::string_view name, std::string_view selector,
                               std::string_view rules) {
    hub.put_json(fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceOverrideSnapshot","metadata":{{"name":"{}","namespace":"{}"}},
            "spec":{{"overrideHash":"","overrideSpec":{{"resourceSelectors":[{}],"policy":{{"overrideRules":[{}]}}}}}}}})",
        name, namespace_, selector, rules));
  }
  void name_overrides(std::vector<std::string> names, std::vector<kube::NamespacedName> namespaced = {}) {
    edit([&](auto& one) {
      one.spec.cluster_resource_override_snapshots = names;
      one.spec.resource_override_snapshots = namespaced;
    });
  }
  void label_cluster(kube::StringMap labels) {
    auto member = *hub.get<api::MemberCluster>({"", "m"});
    member.metadata.labels = std::move(labels);
    member.metadata.resource_version = 0;
    hub.put(member);
  }
  // Also takes the place of what else the snapshot holds.
  void put_content(std::initializer_list<std::string_view> manifests, std::string_view envelopes) {
    auto part = *hub.get<api::ResourceSnapshot>({"", "p-0-snapshot"});
    part.metadata.resource_version = 0;
    part.metadata.annotations["kubernetes-fleet.io/number-of-enveloped-object"] = envelopes;
    part.spec.selected_resources.clear();
    for (const auto text : manifests) part.spec.selected_resources.push_back(*json::parse(text));
    hub.put(part);
  }
  static std::string cluster_envelope(std::string_view name, std::string_view data) {
    return fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceEnvelope","metadata":{{"name":"{}"}},"data":{{{}}}}})",
        name, data);
  }
  static std::string envelope(std::string_view namespace_, std::string_view name, std::string_view data) {
    return fmt::format(
        R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceEnvelope","metadata":{{"name":"{}","namespace":"{}"}},"data":{{{}}}}})",
        name, namespace_, data);
  }
  static std::string entry(std::string_view name, std::string_view manifest) {
    return fmt::format(R"("{}":{})", name, manifest);
  }
  // The manifests of a Work, one a line.
  std::string manifests_of(std::string_view name) {
    const auto work = hub.get<api::Work>({"fleet-member-m", std::string(name)});
    if (work == nullptr) return "no Work";
    std::string text;
    for (const auto& manifest : work->spec.workload.manifests)
      text += (text.empty() ? "" : "\n") + json::write(manifest);
    return text;
  }
  std::string message_of(std::string_view type) {
    const auto binding = hub.get<api::ResourceBinding>(key);
    const auto* const condition = kube::find_condition(binding->status.conditions, type);
    return condition == nullptr ? "" : condition->message;
  }
  // As another hub agent may have left it: of the binding's snapshot, and of its overrides or of none.
  void put_work(const std::string& name, bool with_overrides, kube::StringMap labels = {}) {
    const auto of = hub.get<api::ResourceBinding>(key);
    std::vector<std::string> overrides;
    if (with_overrides) overrides = of->spec.cluster_resource_override_snapshots;
    api::Work work;
    work.metadata.name = name;
    work.metadata.namespace_ = "fleet-member-m";
    work.metadata.labels = std::move(labels);
    work.metadata.labels.emplace("kubernetes-fleet.io/parent-CRP", "p");
    work.metadata.labels.emplace("kubernetes-fleet.io/parent-resource-binding", "p-m");
    work.metadata.labels.emplace("kubernetes-fleet.io/parent-resource-snapshot-index", "0");
    work.metadata.annotations = {{"kubernetes-fleet.io/parent-resource-snapshot-name", "p-0-snapshot"},
                                 {"kubernetes-fleet.io/parent-resource-override-snapshot-hash",
                                  api::override_snapshots_hash(of->spec.resource_override_snapshots)},
                                 {"kubernetes-fleet.io/parent-cluster-resource-override-snapshot-hash",
                                  api::override_snapshots_hash(overrides)}};
    work.spec.apply_strategy = of->spec.apply_strategy;
    work.spec.workload.manifests = {*json::parse(role_y)};
    work.status.conditions = {condition("Applied", ConditionStatus::true_, 1),
                              condition("Available", ConditionStatus::true_, 1, "AllManifestsAvailable")};
    hub.put(work);
  }
};

TEST_F(Overridden, S6_3_TheWorkIsWhatOverridesMakeOfTheSnapshot) {
  put_content({R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})", cfg, role_x}, "0");
  put_override("o-0", R"({"group":"","version":"v1","kind":"Namespace","name":"app"})", label("c"));
  put_override("o-1", R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"x"})",
               R"({"clusterSelector":{"clusterSelectorTerms":[]},"overrideType":"Delete"})");
  put_namespaced_override("app", "r-0", R"({"group":"","version":"v1","kind":"ConfigMap","name":"cfg"})", label("r"));
  name_overrides({"o-0", "o-1"}, {{"app", "r-0"}});
  EXPECT_EQ(said(), "Overridden=T:OverriddenSucceeded WorkSynchronized=T:AllWorkSynced Applied=F:ApplyInProgress");
  EXPECT_EQ(manifests_of("p-work"),  // 271, 274, 281
            R"({"apiVersion":"v1","kind":"Namespace","metadata":{"labels":{"l":"c"},"name":"app"}})"
            "\n"
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"l":"r"},"name":"cfg","namespace":"app"}})");
  const auto work = hub.get<api::Work>({"fleet-member-m", "p-work"});
  EXPECT_EQ(*work->metadata.annotation(api::annotation::parent_cluster_resource_override_snapshot_hash),
            api::override_snapshots_hash(std::vector<std::string>{"o-0", "o-1"}));
  EXPECT_EQ(*work->metadata.annotation(api::annotation::parent_resource_override_snapshot_hash),
            api::override_snapshots_hash(std::vector<kube::NamespacedName>{{"app", "r-0"}}));
  EXPECT_EQ(settle().writes, 0U);  // 304

  name_overrides({"o-0"});  // 306
  settle();
  EXPECT_THAT(manifests_of("p-work"), ::testing::AllOf(HasSubstr("ClusterRole"), HasSubstr(R"("l":"c")"),
                                                       ::testing::Not(HasSubstr(R"("l":"r")"))));
  name_overrides({});
  EXPECT_THAT(said(), HasSubstr("Overridden=T:NoOverrideSpecified"));
  EXPECT_THAT(manifests_of("p-work"), ::testing::Not(HasSubstr("labels")));
}

TEST_F(Overridden, S6_4_WhatFailsAndWhatItSays) {
  const auto variable =
      rule_of(R"({"op":"add","path":"/metadata/labels","value":{"l":"${MEMBER-CLUSTER-LABEL-KEY-region}"}})");
  put_override("missing-path-0", namespace_of_part, rule_of(R"({"op":"remove","path":"/metadata/labels/l"})"));
  put_override("variable-0", namespace_of_part, variable);
  struct Row {
    std::string_view rule, name, message;
  };
  const Row rows[] = {
      {"287", "missing-path-0",
       R"(the override snapshot missing-path-0 cannot be applied to Namespace p-0-snapshot: operation 0 of the JSON patch: there is no value at "/metadata/labels/l")"},
      {"284", "variable-0",
       "the override snapshot variable-0 cannot be applied to Namespace p-0-snapshot: the cluster m has no label "
       "region"},
      {"313", "gone-0", "the override snapshot gone-0 does not exist; a new rollout takes those that do"},
  };
  settle();
  const std::string before = manifests_of("p-work");
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    name_overrides({std::string(row.name)});
    EXPECT_EQ(said(), "Overridden=F:OverriddenFailed");
    EXPECT_EQ(message_of("Overridden"), row.message);
    EXPECT_EQ(manifests_of("p-work"), before);  // untouched
    const auto rest = settle();
    EXPECT_EQ(rest.writes, 0U);
    EXPECT_FALSE(rest.plan.look_again);
  }

  // What the cluster lacks may come; nothing else about it wakes anybody.
  name_overrides({"variable-0"});
  settle();
  const auto members = engine::View::collection_of<api::MemberCluster>(api::Scope::cluster);
  const auto bare = hub.get(members, {"", "m"});
  EXPECT_TRUE(concerned(*controller, members, {bare, bare}, hub).empty());
  label_cluster({{"region", "east"}});
  const auto labelled = hub.get(members, {"", "m"});
  EXPECT_EQ(concerned(*controller, members, {bare, labelled}, hub), (std::set<engine::Key>{key}));
  EXPECT_THAT(said(), HasSubstr("Overridden=T:OverriddenSucceeded"));
  EXPECT_THAT(manifests_of("p-work"), HasSubstr(R"("l":"east")"));
  EXPECT_TRUE(concerned(*controller, members, {labelled, bare}, hub).empty());

  // A change of labels is no rollout, whatever else wakes the binding.
  label_cluster({{"region", "west"}});
  EXPECT_EQ(settle().writes, 0U);
  put_content({R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"p-0-snapshot"}})"}, "1");  // one is missing
  EXPECT_EQ(settle().writes, 0U);
  EXPECT_THAT(manifests_of("p-work"), HasSubstr(R"("l":"east")"));
}

// The cache may lack what is there.
TEST_F(Overridden, ASnapshotThatTheCacheLacksIsRead) {
  name_overrides({"o-0"});
  const engine::Read read{
      .resource = api::storage_resource_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster),
      .key = {"", "o-0"}};
  engine::Memo memo;
  EXPECT_EQ(controller->reconcile(key, hub, memo, hub.now).reads, std::vector<engine::Read>{read});
  put_override("o-0", namespace_of_part, label("late"));
  const auto collection_of_overrides =
      engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster);
  const auto object = hub.get(collection_of_overrides, {"", "o-0"});
  hub.erase(collection_of_overrides, {"", "o-0"});
  hub.set_answer(read, std::vector<kube::ObjectPtr>{object});
  const auto plan = controller->reconcile(key, hub, memo, hub.now);
  EXPECT_TRUE(plan.reads.empty());
  ASSERT_EQ(plan.chains.size(), 1U);
  EXPECT_THAT(json::write(plan.chains.front().back().request.body), HasSubstr(R"("l":"late")"));
  hub.set_answer(read, fail(Reason::forbidden, "no"));  // not a word about the override
  EXPECT_TRUE(controller->reconcile(key, hub, memo, hub.now).look_again);
}

// What another hub agent has delivered stays as it is and counts, also when the override snapshots are gone.
TEST_F(Overridden, S6_3_WhatIsDeliveredAlready) {
  const kube::StringMap of_envelope{{"kubernetes-fleet.io/envelope-work", "ClusterResourceEnvelope"},
                                    {"kubernetes-fleet.io/envelope-name", "e"}};
  struct Row {
    const char* rule;
    std::string_view envelopes;
    bool envelope_work, works_are_of_these_overrides;
    const char* said;
  };
  const Row rows[] = {
      {"overrides, delivered", "0", false, true, "Overridden=T:OverriddenSucceeded WorkSynchronized=T"},
      {"other overrides than delivered", "0", false, false, "Overridden=F:OverriddenFailed"},
      {"with an envelope, delivered", "1", true, true, "Overridden=T:OverriddenSucceeded WorkSynchronized=T"},
      {"the envelope's Work is missing", "1", false, true, "Overridden=F:OverriddenFailed"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    for (const auto& object : hub.list(collection, "")) hub.erase(collection, object->key());
    if (row.envelopes == "0") put_content({role_x}, "0");
    if (row.envelopes == "1") put_content({role_x, cluster_envelope("e", entry("a", role_x))}, "1");
    name_overrides({"gone-0"});
    put_work("p-work", row.works_are_of_these_overrides);
    if (row.envelope_work) put_work("p-work-envelope-0123", row.works_are_of_these_overrides, of_envelope);
    EXPECT_THAT(said(), HasSubstr(row.said));
    EXPECT_EQ(manifests_of("p-work"), role_y);
    EXPECT_EQ(hub.list(collection, "").size(), row.envelope_work ? 2U : 1U);
  }
}

TEST_F(Overridden, S6_3_EnvelopesHaveWorksOfTheirOwn) {
  put_content(
      {role_y, cluster_envelope("env1", entry("a", role_x) + "," + entry("b", role_y)),
       envelope("ns1", "env1",
                entry("a", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"ns1"}})"))},
      "2");
  EXPECT_EQ(said(), "Overridden=T:NoOverrideSpecified WorkSynchronized=T:AllWorkSynced Applied=F:ApplyInProgress");
  EXPECT_EQ(works(), "p-work@0 p-work-envelope-2140ba2acac1cf70@0 p-work-envelope-706715ce411cc776@0");  // 326, 327
  EXPECT_EQ(manifests_of("p-work"), role_y);
  EXPECT_EQ(manifests_of("p-work-envelope-706715ce411cc776"), fmt::format("{}\n{}", role_y, role_x));  // 331
  const auto labels = [&](std::string_view name) {
    const auto work = hub.get<api::Work>({"fleet-member-m", std::string(name)});
    EXPECT_EQ(*work->metadata.label(api::label::parent_resource_binding), "p-m");
    const std::string* const space = work->metadata.label(api::label::envelope_namespace);
    return fmt::format("{} {} {}", *work->metadata.label(api::label::envelope_work),
                       *work->metadata.label(api::label::envelope_name), space == nullptr ? "-" : *space);
  };
  EXPECT_EQ(labels("p-work-envelope-706715ce411cc776"), "ClusterResourceEnvelope env1 -");
  EXPECT_EQ(labels("p-work-envelope-2140ba2acac1cf70"), "ResourceEnvelope env1 ns1");
  EXPECT_EQ(settle().writes, 0U);

  // 331: other names of the entries, another order, the same Work
  put_content(
      {role_y, cluster_envelope("env1", entry("b", role_x) + "," + entry("a", role_y)),
       envelope("ns1", "env1",
                entry("z", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"ns1"}})"))},
      "2");
  EXPECT_EQ(settle().writes, 0U);

  // 334
  report("p-work-envelope-2140ba2acac1cf70", {condition("Applied", ConditionStatus::false_, 0)},
         {{.identifier = {.version = "v1", .kind = "ConfigMap", .namespace_ = "ns1", .name = "c"},
           .conditions = {condition("Applied", ConditionStatus::false_, 0)}}});
  report("p-work-envelope-706715ce411cc776", {condition("Applied", ConditionStatus::true_, 0)});
  report("p-work", {condition("Applied", ConditionStatus::true_, 0)});
  settle();
  const auto failed = hub.get<api::ResourceBinding>(key)->status.failed_placements;
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].resource.envelope->namespace_, "ns1");
  EXPECT_EQ(failed[0].resource.envelope->type, api::EnvelopeType::resource_envelope);

  // 332; and the snapshot's Work is there although nothing is in it
  put_content({cluster_envelope("env1", entry("a", role_x))}, "1");
  settle();
  EXPECT_EQ(works(), "p-work@0 p-work-envelope-706715ce411cc776@0");
  EXPECT_EQ(manifests_of("p-work"), "");
}

TEST_F(Overridden, S6_3_AnEnvelopeKeepsItsWorkByItsLabels) {
  const kube::StringMap of_envelope{{"kubernetes-fleet.io/envelope-work", "ClusterResourceEnvelope"},
                                    {"kubernetes-fleet.io/envelope-name", "e"}};
  put_content({cluster_envelope("e", entry("a", role_x))}, "1");
  put_work("an-older-name", false, of_envelope);
  settle();
  EXPECT_EQ(works(), "an-older-name@0 p-work@0");
  EXPECT_EQ(manifests_of("an-older-name"), role_x);

  put_work("another", false, of_envelope);  // 333
  const auto rest = settle();
  EXPECT_EQ(said(), "Overridden=T:NoOverrideSpecified WorkSynchronized=F:SyncWorkFailed");
  ASSERT_EQ(rest.events.size(), 1U);
  EXPECT_EQ(rest.events[0].reason, "DuplicateEnvelopeWorks");
  EXPECT_EQ(
      rest.events[0].message,
      "the ClusterResourceEnvelope e has more than one Work in the namespace fleet-member-m: an-older-name, another. "
      "Delete all but the oldest");
  EXPECT_TRUE(settle().events.empty());  // said once
  hub.erase(collection, {"fleet-member-m", "another"});
  EXPECT_THAT(said(), HasSubstr("WorkSynchronized=T"));
}

TEST_F(Overridden, S6_3_WhatAnEnvelopeMayHold) {
  struct Row {
    std::string_view rule;
    std::string content;
    std::string_view message;
  };
  const Row rows[] = {
      {"328", cluster_envelope("e", entry("a", cfg)),
       "the entry a of the ClusterResourceEnvelope e is in the namespace app: such an envelope holds objects without a "
       "namespace only"},
      {"329: without a namespace", envelope("app", "e", entry("a", role_x)),
       "the entry a of the ResourceEnvelope app/e has no namespace: such an envelope holds objects of its own "
       "namespace only"},
      {"329: of another namespace", envelope("other", "e", entry("a", cfg)),
       "the entry a of the ResourceEnvelope other/e is in the namespace app: such an envelope holds objects of its own "
       "namespace only"},
      {"330", cluster_envelope("e", entry("a", R"({"kind":"Secret","data":{"p":"s3cret"}})")),
       "the entry a of the ClusterResourceEnvelope e is no manifest: it lacks apiVersion, kind or metadata.name"},
      {"330: no object", cluster_envelope("e", entry("a", R"("s3cret")")),
       "the entry a of the ClusterResourceEnvelope e is no manifest: it lacks apiVersion, kind or metadata.name"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    put_content({row.content}, "1");
    EXPECT_EQ(said(), "Overridden=T:NoOverrideSpecified WorkSynchronized=F:SyncWorkFailed");
    EXPECT_EQ(message_of("WorkSynchronized"), row.message);
    EXPECT_EQ(works(), "");
    EXPECT_FALSE(settle().plan.look_again);
  }
}

TEST_F(Overridden, EnvelopesWithOverrides) {
  put_content({cluster_envelope("e", entry("a", role_x) + "," + entry("b", role_y))}, "1");
  const auto role = [](std::string_view name) {
    return fmt::format(R"({{"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"{}"}})",
                       name);
  };
  put_override("x-0", role("x"), label("x"));
  put_override("y-0", role("y"), R"({"clusterSelector":{"clusterSelectorTerms":[]},"overrideType":"Delete"})");
  put_override("bad-0", role("y"), rule_of(R"({"op":"remove","path":"/none"})"));
  name_overrides({"x-0", "y-0"});
  EXPECT_THAT(said(), HasSubstr("Overridden=T:OverriddenSucceeded WorkSynchronized=T"));
  const std::string name = api::envelope_work_name("p-work", api::EnvelopeType::cluster_resource_envelope, "", "e");
  EXPECT_EQ(works(), fmt::format("p-work@0 {}@0", name));
  EXPECT_EQ(
      manifests_of(name),  // 290
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"labels":{"l":"x"},"name":"x"}})");
  name_overrides({"bad-0"});
  EXPECT_EQ(said(), "Overridden=F:OverriddenFailed");

  // What goes wrong with overrides is told first.
  put_content({cluster_envelope("e", entry("a", cfg)), cluster_envelope("f", entry("b", role_y))}, "2");
  EXPECT_EQ(said(), "Overridden=F:OverriddenFailed");
}

}  // namespace
}  // namespace slipway::hub::work
