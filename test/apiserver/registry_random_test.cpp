// kube-api 17 K177, J154, N200 at random: what a watcher heard, what lists of the past show and what a restart finds
// agree.
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

using Snapshot = std::map<std::string, std::string>;  // by key, the whole object

class RegistryRandomTest : public RegistryFixture {
 protected:
  Snapshot snapshot(std::optional<std::uint64_t> exact = {}) {
    Snapshot out;
    const auto page = registry_->list(*resource("configmaps"), {}, 0, "", exact);
    EXPECT_THAT(page, Ok());
    if (!page) return out;
    for (const auto& item : page->items) out[item->key().text()] = item->to_json("v1");
    return out;
  }

  // One random write; refusals are part of the play.
  void step(Rng& rng) {
    const std::string name = fmt::format("c{}", rng.below(8));
    const kube::NamespacedName key{"ns", name};
    const auto maps = resource("configmaps");
    switch (rng.below(6)) {
      case 0:
      case 1: {
        json::Value body = json::Object{{"metadata", json::Object{{"name", name}}},
                                        {"data", json::Object{{"k", fmt::format("{}", rng.below(3))}}}};
        if (const auto owner = get("configmaps", fmt::format("ns/c{}", rng.below(8)));
            owner != nullptr && rng.one_in(2)) {
          body["metadata"]["ownerReferences"] = json::Array{json::Object{{"apiVersion", "v1"},
                                                                         {"kind", "ConfigMap"},
                                                                         {"name", owner->metadata().name},
                                                                         {"uid", owner->metadata().uid},
                                                                         {"blockOwnerDeletion", rng.one_in(2)}}};
        }
        if (rng.one_in(3)) body["metadata"]["finalizers"] = json::Array{"lab.io/f"};
        static_cast<void>(registry_->create(*maps, "ns", std::move(body), {}));
        return;
      }
      case 2:
      case 3: {
        const json::Value patch = json::Object{{"data", json::Object{{"k", fmt::format("{}", rng.below(3))}}}};
        static_cast<void>(registry_->patch(*maps, key, PatchType::merge, patch, {}));
        return;
      }
      case 4: {
        DeleteContext context;
        context.propagation = static_cast<client::Propagation>(rng.below(3));
        static_cast<void>(registry_->remove(*maps, key, std::move(context)));
        return;
      }
      default: {
        const json::Value patch = json::Object{{"metadata", json::Object{{"finalizers", nullptr}}}};
        static_cast<void>(registry_->patch(*maps, key, PatchType::merge, patch, {}));
        return;
      }
    }
  }
};

TEST_F(RegistryRandomTest, WatchersListsAndRestartsAgree) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Rng rng(seed);
    static_cast<void>(create("namespaces", R"({"metadata":{"name":"ns"}})"));
    Snapshot heard = snapshot();
    std::uint64_t last = 0;
    const auto watch = registry_->watch(*resource("configmaps"), 0,
                                        {.on_change =
                                             [&](const Registry::ChangeEvent& event) {
                                               EXPECT_GT(event.revision, last);
                                               last = event.revision;
                                               const std::string key =
                                                   (event.after != nullptr ? event.after : event.before)->key().text();
                                               EXPECT_EQ(heard.contains(key), event.before != nullptr);
                                               if (event.after != nullptr) {
                                                 heard[key] = event.after->to_json("v1");
                                               } else {
                                                 heard.erase(key);
                                               }
                                             },
                                         .on_close = {}});
    std::map<std::uint64_t, Snapshot> past;
    for (int i = 0; i < 200; ++i) {
      step(rng);
      if (rng.one_in(4)) loop_.run_until_idle();
      if (rng.one_in(20)) past[registry_->revision()] = snapshot();
    }
    loop_.run_until_idle();
    EXPECT_EQ(heard, snapshot());
    for (const auto& [revision, objects] : past) EXPECT_EQ(snapshot(revision), objects) << revision;
    for (const auto& [key, object] : heard) {  // GC left nothing behind
      const auto present = get("configmaps", key);
      if (present == nullptr || present->metadata().is_deleting() || present->metadata().owner_references.empty())
        continue;
      bool has_owner = false;
      for (const auto& owner : present->metadata().owner_references) {
        const auto found = get("configmaps", "ns/" + owner.name);
        has_owner |= found != nullptr && found->metadata().uid == owner.uid;
      }
      EXPECT_TRUE(has_owner) << key;
    }
    const std::uint64_t revision = registry_->revision();
    start({});
    EXPECT_EQ(snapshot(), heard);
    EXPECT_EQ(registry_->revision(), revision);
  }
}

}  // namespace
}  // namespace slipway::apiserver
