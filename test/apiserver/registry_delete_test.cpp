// kube-api 17 I: deletion, garbage collection, namespaces.
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

class RegistryDeleteTest : public RegistryFixture {
 protected:
  RegistryDeleteTest() { EXPECT_THAT(create("namespaces", R"({"metadata":{"name":"ns"}})"), Ok()); }

  // A config map in `ns`; owners as "name/uid" or "!name/uid" for one that blocks its owner's deletion.
  kube::ObjectPtr config_map(std::string_view name, const std::vector<kube::ObjectPtr>& owners = {},
                             bool blocks = false, std::string_view finalizer = "") {
    json::Value body = json::Object{{"metadata", json::Object{{"name", name}, {"namespace", "ns"}}}};
    json::Array references;
    for (const auto& owner : owners) {
      references.emplace_back(json::Object{{"apiVersion", "v1"},
                                           {"kind", "ConfigMap"},
                                           {"name", owner->metadata().name},
                                           {"uid", owner->metadata().uid},
                                           {"blockOwnerDeletion", blocks}});
    }
    if (!references.empty()) body["metadata"]["ownerReferences"] = std::move(references);
    if (!finalizer.empty()) body["metadata"]["finalizers"] = json::Array{finalizer};
    auto created = create("configmaps", json::write(body));
    EXPECT_THAT(created, Ok());
    return created.value_or(nullptr);
  }
  static DeleteContext with(client::Propagation propagation) {
    DeleteContext context;
    context.propagation = propagation;
    return context;
  }
  bool has(std::string_view name) { return exists("configmaps", "ns/" + std::string(name)); }
};

using client::Propagation;

TEST_F(RegistryDeleteTest, I136And138_AtOnceWithPreconditions) {
  const auto object = config_map("a");
  DeleteContext context;
  context.preconditions.uid = "other";
  EXPECT_THAT(
      remove("configmaps", "ns/a", context),
      FailsWith(
          Reason::conflict,
          std::string(
              R"(Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match)")));
  context.preconditions = {.uid = object->metadata().uid, .resource_version = "1"};
  EXPECT_THAT(remove("configmaps", "ns/a", context),
              FailsWith(Reason::conflict, std::string("the ResourceVersion in the precondition (1)")));
  context.preconditions.resource_version.clear();
  context.write.dry_run = true;
  ASSERT_THAT(remove("configmaps", "ns/a", context), Ok()) << "I147";
  EXPECT_TRUE(has("a"));
  context.write.dry_run = false;
  const auto removed = remove("configmaps", "ns/a", context);
  ASSERT_THAT(removed, Ok());
  EXPECT_TRUE(removed->gone);
  EXPECT_EQ(removed->object->metadata().uid, object->metadata().uid);
  EXPECT_EQ(removed->object->revision(), registry_->revision());
  EXPECT_THAT(remove("configmaps", "ns/a"), FailsWith(Reason::not_found));
}

TEST_F(RegistryDeleteTest, I139_Finalizers) {
  config_map("a", {}, false, "lab.io/f");
  const auto marked = remove("configmaps", "ns/a");
  ASSERT_THAT(marked, Ok());
  EXPECT_FALSE(marked->gone);
  EXPECT_TRUE(marked->object->metadata().is_deleting());
  EXPECT_EQ(marked->object->metadata().deletion_grace_period_seconds, 0);
  const auto again = remove("configmaps", "ns/a");
  ASSERT_THAT(again, Ok());
  EXPECT_EQ(again->object, marked->object) << "idempotent";
  EXPECT_THAT(
      patch("configmaps", "ns/a", R"({"metadata":{"finalizers":["lab.io/f","lab.io/g"]}})"),
      FailsWith(Reason::invalid,
                std::string("metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
                            "deleted, found new finalizers []string{\"lab.io/g\"}")));
  std::uint64_t deleted_at = 0;
  const auto watch = registry_->watch(
      *resource("configmaps"), 0,
      {.on_change = [&](const Registry::ChangeEvent& event) { deleted_at = event.revision; }, .on_close = {}});
  const auto last = patch("configmaps", "ns/a", R"({"metadata":{"finalizers":null}})");
  ASSERT_THAT(last, Ok());
  EXPECT_EQ((*last)->revision(), marked->object->revision()) << "1.14 the answer has the old version";
  EXPECT_TRUE((*last)->metadata().finalizers.empty());
  EXPECT_FALSE(has("a"));
  EXPECT_GT(deleted_at, marked->object->revision());
}

TEST_F(RegistryDeleteTest, I140_Propagation) {
  struct {
    std::string_view rule;
    Propagation propagation;
    bool child_stays;
  } const rows[] = {{"background", Propagation::background, false},
                    {"foreground", Propagation::foreground, false},
                    {"orphan", Propagation::orphan, true}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto owner = config_map("owner");
    const auto child = config_map("child", {owner}, true);
    config_map("grandchild", {child});
    ASSERT_THAT(remove("configmaps", "ns/owner", with(row.propagation)), Ok());
    EXPECT_FALSE(has("owner"));
    EXPECT_EQ(has("child"), row.child_stays);
    EXPECT_EQ(has("grandchild"), row.child_stays);
    if (!row.child_stays) continue;
    EXPECT_TRUE(get("configmaps", "ns/child")->metadata().owner_references.empty());
    EXPECT_EQ(get("configmaps", "ns/grandchild")->metadata().owner_references.size(), 1U);
  }
}

TEST_F(RegistryDeleteTest, I141_ForegroundWaitsForWhatBlocks) {
  const auto owner = config_map("owner");
  config_map("blocking", {owner}, true, "lab.io/f");
  config_map("free", {owner}, false, "lab.io/f");
  ASSERT_THAT(remove("configmaps", "ns/owner", with(Propagation::foreground)), Ok());
  EXPECT_TRUE(has("owner"));
  EXPECT_TRUE(get("configmaps", "ns/blocking")->metadata().is_deleting());
  EXPECT_TRUE(get("configmaps", "ns/free")->metadata().is_deleting());
  ASSERT_THAT(patch("configmaps", "ns/blocking", R"({"metadata":{"finalizers":null}})"), Ok());
  EXPECT_FALSE(has("owner"));
  EXPECT_TRUE(has("free"));
}

TEST_F(RegistryDeleteTest, I141_OwnersAreKnownByUid) {
  const auto one = config_map("one");
  const auto two = config_map("two");
  config_map("both", {one, two});
  ASSERT_THAT(remove("configmaps", "ns/one"), Ok());
  ASSERT_TRUE(has("both"));
  EXPECT_EQ(get("configmaps", "ns/both")->metadata().owner_references.size(), 1U) << "an absent owner is pruned";
  ASSERT_THAT(remove("configmaps", "ns/two"), Ok());
  EXPECT_FALSE(has("both"));

  config_map("one");
  config_map("stale", {one});
  EXPECT_FALSE(has("stale")) << "the name is there, the UID is not";

  ASSERT_THAT(create("configmaps", R"({"metadata":{"name":"foreign","namespace":"ns","ownerReferences":[
      {"apiVersion":"nobody.io/v1","kind":"Unknown","name":"x","uid":"1"}]}})"),
              Ok());
  EXPECT_TRUE(has("foreign")) << "a kind that is not served cannot be judged";
  ASSERT_THAT(create("namespaces", R"({"metadata":{"name":"other","ownerReferences":[
      {"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"1"}]}})"),
              Ok());
  EXPECT_TRUE(exists("namespaces", "other")) << "nor an owner in a namespace by something outside";
}

TEST_F(RegistryDeleteTest, I144And145_Namespaces) {
  for (const std::string name : {"default", "kube-system", "kube-public"}) {
    EXPECT_THAT(
        remove("namespaces", name),
        FailsWith(Reason::forbidden, "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted"));
  }
  ASSERT_THAT(create("customresourcedefinitions.apiextensions.k8s.io", widget_crd), Ok());
  ASSERT_THAT(
      create("widgets.lab.io", R"({"metadata":{"name":"w","namespace":"ns","finalizers":["lab.io/f"]},"spec":{}})"),
      Ok());
  config_map("a");
  const auto marked = registry_->remove(*resource("namespaces"), {"", "ns"}, {});
  ASSERT_THAT(marked, Ok());
  EXPECT_FALSE(marked->gone);
  EXPECT_EQ(marked->object->to_value().text_at({"status", "phase"}), "Terminating");
  registry_->settle();
  EXPECT_FALSE(has("a"));
  EXPECT_FALSE(exists("serviceaccounts", "ns/default"));
  const json::Value waiting = value("namespaces", "ns");
  std::map<std::string, std::string> conditions;
  for (const json::Value& one : *waiting.find_path({"status", "conditions"})->array()) {
    conditions[std::string(one.text_at({"type"}))] =
        fmt::format("{} {}", one.text_at({"status"}), one.text_at({"reason"}));
  }
  EXPECT_EQ(conditions["NamespaceContentRemaining"], "True SomeResourcesRemain");
  EXPECT_EQ(conditions["NamespaceFinalizersRemaining"], "True SomeFinalizersRemain");
  EXPECT_EQ(conditions["NamespaceDeletionContentFailure"], "False ContentDeleted");
  ASSERT_THAT(patch("widgets.lab.io", "ns/w", R"({"metadata":{"finalizers":null}})"), Ok());
  EXPECT_FALSE(exists("namespaces", "ns"));
}

TEST_F(RegistryDeleteTest, I146_FinalizeIsTheWayToNamespaceFinalizers) {
  ASSERT_THAT(patch("namespaces", "ns", R"({"spec":{"finalizers":["kubernetes","lab.io/x"]}})", PatchType::merge,
                    about("finalize")),
              Ok());
  EXPECT_EQ(value("namespaces", "ns").find_path({"spec", "finalizers"})->array()->size(), 2U);
  ASSERT_THAT(patch("namespaces", "ns", R"({"metadata":{"finalizers":["lab.io/f"]}})"), Ok());
  ASSERT_THAT(remove("namespaces", "ns"), Ok());
  ASSERT_TRUE(exists("namespaces", "ns"));
  ASSERT_THAT(patch("namespaces", "ns", R"({"metadata":{"finalizers":null}})"), Ok());
  EXPECT_FALSE(exists("namespaces", "ns"));
}

TEST_F(RegistryDeleteTest, PodsStopInTheirOwnTime) {
  const auto pod = [](std::string_view name, std::string_view node) {
    return fmt::format(
        R"({{"metadata":{{"name":"{}","namespace":"ns"}},"spec":{{"nodeName":"{}","containers":[{{"name":"c","image":"i"}}]}}}})",
        name, node);
  };
  ASSERT_THAT(create("pods", pod("waiting", "")), Ok());
  ASSERT_THAT(create("pods", pod("running", "node-1")), Ok());
  EXPECT_TRUE(remove("pods", "ns/waiting")->gone) << "no node runs it";
  const auto marked = remove("pods", "ns/running");
  ASSERT_THAT(marked, Ok());
  EXPECT_EQ(marked->object->metadata().deletion_grace_period_seconds, 30);
  EXPECT_EQ(*marked->object->metadata().deletion_timestamp - clock_.wall(), std::chrono::seconds{30});
  DeleteContext now;
  now.grace_period_seconds = 0;
  EXPECT_TRUE(remove("pods", "ns/running", now)->gone);
}

TEST_F(RegistryDeleteTest, EventsAreForgottenAfterAnHour) {
  const auto event = [](std::string_view name) {
    return fmt::format(R"({{"metadata":{{"name":"{}","namespace":"ns"}},"involvedObject":{{"namespace":"ns"}}}})",
                       name);
  };
  ASSERT_THAT(create("events", event("old")), Ok());
  ASSERT_THAT(create("events", event("repeated")), Ok());
  clock_.advance(std::chrono::minutes{59});
  ASSERT_THAT(patch("events", "ns/repeated", R"({"count":2})"), Ok());
  clock_.advance(std::chrono::minutes{2});
  ASSERT_THAT(create("events", event("new")), Ok());
  EXPECT_FALSE(exists("events", "ns/old"));
  EXPECT_TRUE(exists("events", "ns/repeated"));
}

}  // namespace
}  // namespace slipway::apiserver
