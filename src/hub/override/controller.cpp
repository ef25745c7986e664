#include "hub/override/controller.h"

#include <algorithm>

#include "api/hash.h"
#include "api/names.h"
#include "api/override.h"
#include "hub/override/content.h"
#include "hub/writes.h"

namespace slipway::hub::override {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

// Fixed by the API: an override has no revisionHistoryLimit.
constexpr std::size_t history_max = 10;
// Override snapshots by the override they are of (label parent-resource-override); value: its NamespacedName text.
constexpr std::string_view by_override = "override";

Key override_of(const kube::ObjectMeta& snapshot) {
  const std::string* const parent = snapshot.label(api::label::parent_resource_override);
  return parent == nullptr ? Key{} : Key{snapshot.namespace_, *parent};
}

std::optional<std::int64_t> index_of(const kube::ObjectMeta& snapshot) {
  return api::index_of(snapshot.labels, api::label::override_index);
}

bool is_labelled_latest(const kube::ObjectMeta& snapshot) {
  const std::string* const latest = snapshot.label(api::label::is_latest_snapshot);
  return latest != nullptr && *latest == "true";
}

template <class Override, class Snapshot>
class OverrideController final : public engine::Controller {
  using SnapshotPtr = std::shared_ptr<const Snapshot>;

 public:
  explicit OverrideController(api::Scope scope) : scope_(scope) {}
  [[nodiscard]] std::string_view name() const override {
    return scope_ == api::Scope::cluster ? "clusterresourceoverride" : "resourceoverride";
  }
  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    return {{.collection = View::collection_of<Override>(scope_),
             .concerns =
                 [](const Change& change, const View&, std::vector<Key>& keys) {
                   const auto is_same = [](const kube::ObjectMeta& a, const kube::ObjectMeta& b) {
                     return a.generation == b.generation && a.is_deleting() == b.is_deleting() &&
                            a.finalizers == b.finalizers;
                   };
                   if (change.after == nullptr) return;
                   if (change.before == nullptr || !is_same(change.before->metadata(), change.after->metadata()))
                     keys.push_back(change.after->key());
                 }},
            {.collection = View::collection_of<Snapshot>(scope_),
             .concerns = [](const Change& change, const View&, std::vector<Key>& keys) {
               Key key = override_of(change.either().metadata());
               if (!key.name.empty()) keys.push_back(std::move(key));
             }}};
  }
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {{.collection = View::collection_of<Snapshot>(scope_),
             .name = std::string(by_override),
             .values = [](const kube::Object& object, std::vector<std::string>& values) {
               const Key key = override_of(object.metadata());
               if (!key.name.empty()) values.push_back(key.text());
             }}};
  }

  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo&, Now) const override {
    const auto object = view.get<Override>(key);
    if (object == nullptr) return {};
    auto snapshots = view.indexed<Snapshot>(scope_, by_override, key.text());
    if (object->metadata.is_deleting()) return clean_up(*object, snapshots);
    std::erase_if(snapshots, [](const SnapshotPtr& one) { return !index_of(one->metadata); });
    std::ranges::sort(snapshots, {}, [](const SnapshotPtr& one) { return *index_of(one->metadata); });
    Plan plan;
    if (auto chain = keep(*object, std::move(snapshots)); !chain.empty()) plan.chains.push_back(std::move(chain));
    return plan;
  }

 private:
  // The snapshots first, then the finalizer that stood for them.
  static Plan clean_up(const Override& object, const std::vector<SnapshotPtr>& snapshots) {
    Plan plan;
    if (!object.metadata.has_finalizer(api::finalizer::override_cleanup)) return plan;
    for (const SnapshotPtr& one : snapshots) {
      if (!one->metadata.is_deleting()) plan.chains.push_back({remove(*one, "its override is being deleted")});
    }
    if (snapshots.empty()) {
      plan.chains.push_back(
          {remove_finalizer(object, api::finalizer::override_cleanup, "no snapshot of the deleted override is left",
                            api::field_manager::override)});
    }
    return plan;
  }

  // `snapshots`, oldest first. The new one is there before the old one is demoted, so that no rollout falls into a
  // moment without any (13.3 F15); matching takes the newer.
  engine::Chain keep(const Override& object, std::vector<SnapshotPtr> snapshots) const {
    engine::Chain chain;
    if (!object.metadata.has_finalizer(api::finalizer::override_cleanup)) {
      chain.push_back(add_finalizer(object, api::finalizer::override_cleanup, "its snapshots must be deleted before it",
                                    api::field_manager::override));
    }
    const std::int64_t next_index = snapshots.empty() ? 0 : *index_of(snapshots.back()->metadata) + 1;
    std::erase_if(snapshots, [](const SnapshotPtr& one) { return one->metadata.is_deleting(); });
    const bool is_current = !snapshots.empty() && is_same_content(snapshots.back()->spec.override_spec, object.spec);
    const std::size_t count = snapshots.size() + (is_current ? 0 : 1);
    const std::size_t surplus = count > history_max ? count - history_max : 0;
    if (!is_current) {
      chain.push_back(create(snapshot_of(object, next_index), fmt::format("the override as version {}", next_index),
                             api::field_manager::override));
    }
    for (std::size_t i = surplus; i < snapshots.size(); ++i) {
      const bool is_latest = is_current && i + 1 == snapshots.size();
      if (is_labelled_latest(snapshots[i]->metadata) == is_latest) continue;
      Snapshot next = *snapshots[i];
      next.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), is_latest ? "true" : "false");
      chain.push_back(update(next, is_latest ? "it is what the override says now" : "the override has changed since",
                             api::field_manager::override));
    }
    for (std::size_t i = 0; i < surplus; ++i)
      chain.push_back(remove(*snapshots[i], fmt::format("only {} versions of an override are kept", history_max)));
    return chain;
  }

  [[nodiscard]] Snapshot snapshot_of(const Override& object, std::int64_t index) const {
    Snapshot snapshot;
    snapshot.metadata.name = api::override_snapshot_name(object.metadata.name, index);
    snapshot.metadata.namespace_ = object.metadata.namespace_;
    snapshot.metadata.labels = {{std::string(api::label::parent_resource_override), object.metadata.name},
                                {std::string(api::label::is_latest_snapshot), "true"},
                                {std::string(api::label::override_index), std::to_string(index)}};
    snapshot.metadata.owner_references = {api::owner_reference(api::gvk_of<Override>(scope_), object.metadata)};
    snapshot.spec.override_spec = object.spec;
    snapshot.spec.override_hash = api::override_hash(object.spec);
    return snapshot;
  }

  api::Scope scope_;
};

}  // namespace

std::unique_ptr<engine::Controller> make_controller(api::Scope scope) {
  if (scope == api::Scope::cluster) {
    return std::make_unique<OverrideController<api::ClusterResourceOverride, api::ClusterResourceOverrideSnapshot>>(
        scope);
  }
  return std::make_unique<OverrideController<api::ResourceOverride, api::ResourceOverrideSnapshot>>(scope);
}

}  // namespace slipway::hub::override
