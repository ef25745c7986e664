#include "hub/work/controller.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/override.h"
#include "hub/indexes.h"
#include "hub/work/binding_status.h"
#include "hub/work/desired_works.h"
#include "hub/writes.h"

namespace slipway::hub::work {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

constexpr Duration retry_after = std::chrono::seconds{2};

const kube::Condition* rollout_started(const api::ResourceBinding& binding) {
  return kube::find_condition(binding.status.conditions, api::condition::rollout_started);
}

// 6.1: True or False at the binding's generation; before that the content is not yet settled.
bool is_released(const api::ResourceBinding& binding) {
  const kube::Condition* const started = rollout_started(binding);
  return started != nullptr && started->observed_generation == binding.metadata.generation &&
         started->status != kube::ConditionStatus::unknown;
}

// What the binding asks for is found, or why not.
struct Group {
  std::vector<SnapshotPtr> parts{};   // complete, master first
  std::vector<engine::Read> reads{};  // make these first
  bool retry = false;                 // incomplete or unreadable for the moment
  bool is_gone = false;               // the snapshot does not exist
};

// The override snapshots that a binding names, or why they are not there.
struct Named {
  override::Snapshots snapshots{};
  std::vector<engine::Read> reads{};  // make these first
  bool retry = false;                 // unreadable for the moment
  std::string missing{};              // the first one that does not exist, or is not what its kind says
};

// What is to be done so that the Works are what the binding asks for.
struct Sync {
  std::vector<engine::Read> reads{};  // make these first
  bool retry = false;                 // it cannot be told for the moment
  std::optional<SyncFailure> failure{};
  engine::Chain writes{};
};

// 6.3: Works that say they were made of this snapshot and these overrides hold what the binding asks for, whoever made
// them: what KubeFleet has delivered stays good, and so does what is delivered when its overrides are pruned.
bool is_delivered(const api::ResourceBinding& binding, const std::vector<WorkPtr>& works) {
  return !works.empty() && std::ranges::all_of(works, [&](const WorkPtr& work) { return is_made_of(*work, binding); });
}

// One for each part of the snapshot, and one for each envelope in it (6.2 (5)).
std::size_t works_of(const std::vector<SnapshotPtr>& parts) {
  const auto envelopes =
      api::index_of(parts.front()->metadata.annotations, api::annotation::number_of_enveloped_object).value_or(0);
  return parts.size() + static_cast<std::size_t>(envelopes);
}

class WorkController final : public engine::Controller {
 public:
  explicit WorkController(api::Scope scope) : scope_(scope) {}
  [[nodiscard]] std::string_view name() const override {
    return scope_ == api::Scope::cluster ? "workgenerator" : "workgenerator-namespaced";
  }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {index::works_by_binding(), index::resource_snapshots_by_placement(scope_),
            index::bindings_by_cluster(scope_)};
  }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Group find_group(const api::ResourceBinding& binding, const View& view) const;
  [[nodiscard]] Named find_overrides(const api::ResourceBinding& binding, const View& view) const;
  [[nodiscard]] Sync sync(const api::ResourceBinding& binding, const api::MemberCluster& cluster,
                          const std::vector<WorkPtr>& works, const View& view) const;
  [[nodiscard]] Plan clean_up(const api::ResourceBinding& binding, const std::vector<WorkPtr>& works) const;

  api::Scope scope_;
};

std::vector<engine::Watch> WorkController::watches() const {
  const bool namespaced = scope_ == api::Scope::namespaced;
  const api::Scope scope = scope_;
  return {
      {.collection = View::collection_of<api::ResourceBinding>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const auto before = View::typed<api::ResourceBinding>(change.before);
             const auto after = View::typed<api::ResourceBinding>(change.after);
             if (after == nullptr) return;
             const auto state = [](const api::ResourceBinding& one) {
               const kube::Condition* const started = rollout_started(one);
               return started == nullptr ? std::pair{kube::ConditionStatus::unknown, std::int64_t{0}}
                                         : std::pair{started->status, started->observed_generation};
             };
             const bool same = before != nullptr && before->metadata.generation == after->metadata.generation &&
                               before->metadata.is_deleting() == after->metadata.is_deleting() &&
                               state(*before) == state(*after);
             if (!same) keys.push_back({after->metadata.namespace_, after->metadata.name});
           }},
      {.collection = View::collection_of<api::Work>(api::Scope::namespaced),
       .concerns =
           [namespaced](const Change& change, const View&, std::vector<Key>& keys) {
             Key binding = index::binding_of(change.either().metadata());
             if (!binding.name.empty() && binding.namespace_.empty() != namespaced) keys.push_back(std::move(binding));
           }},
      // Read, and nobody's reason to wake up.
      {.collection = View::collection_of<api::ResourceSnapshot>(scope_),
       .concerns = [](const Change&, const View&, std::vector<Key>&) {}},
      // A change of labels is no rollout. But it may bring what an override lacked, and lets that one go on.
      {.collection = View::collection_of<api::MemberCluster>(api::Scope::cluster),
       .concerns =
           [scope](const Change& change, const View& view, std::vector<Key>& keys) {
             if (change.before == nullptr || change.after == nullptr ||
                 change.before->metadata().labels == change.after->metadata().labels)
               return;
             for (const auto& binding :
                  view.indexed<api::ResourceBinding>(scope, index::by_cluster, change.after->metadata().name)) {
               if (kube::is_false_at(binding->status.conditions, api::condition::overridden,
                                     binding->metadata.generation))
                 keys.push_back({binding->metadata.namespace_, binding->metadata.name});
             }
           }},
      {.collection = View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster),
       .concerns = [](const Change&, const View&, std::vector<Key>&) {}},
      {.collection = View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced),
       .concerns = [](const Change&, const View&, std::vector<Key>&) {}},
  };
}

Group WorkController::find_group(const api::ResourceBinding& binding, const View& view) const {
  const kube::NamespacedName key{binding.metadata.namespace_, binding.spec.resource_snapshot_name};
  const auto resource = api::storage_resource_of<api::ResourceSnapshot>(scope_);
  auto master = view.get<api::ResourceSnapshot>(key);
  if (master == nullptr) {
    const engine::Read read{.resource = resource, .key = key};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) return {.reads = {read}};
    if (!*answer)
      return {.retry = answer->error().reason != Reason::not_found,
              .is_gone = answer->error().reason == Reason::not_found};
    master = View::typed<api::ResourceSnapshot>(answer->value().front());
    if (master == nullptr) return {.is_gone = true};
  }
  const std::string* const resource_index = master->metadata.label(api::label::resource_index);
  const auto count = api::index_of(master->metadata.annotations, api::annotation::number_of_resource_snapshots);
  if (resource_index == nullptr || !count) return {.is_gone = true};
  Group group{.parts = {master}};
  const kube::NamespacedName placement = index::placement_of(binding.metadata);
  const auto add_part = [&](const SnapshotPtr& part) {
    const std::string* const label = part->metadata.label(api::label::resource_index);
    if (label != nullptr && *label == *resource_index && part->metadata.name != master->metadata.name)
      group.parts.push_back(part);
  };
  for (const auto& part : view.indexed<api::ResourceSnapshot>(scope_, index::by_placement, index::value_of(placement)))
    add_part(part);
  if (static_cast<std::int64_t>(group.parts.size()) < *count) {
    const engine::Read read{.kind = engine::Read::Kind::list,
                            .resource = resource,
                            .key = {placement.namespace_, ""},
                            .label_selector = fmt::format("{}={}", api::label::parent_crp, placement.name)};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) return {.reads = {read}};
    group.parts = {master};
    if (*answer) {
      for (const auto& object : **answer) {
        if (const auto part = View::typed<api::ResourceSnapshot>(object)) add_part(part);
      }
    }
  }
  group.retry = static_cast<std::int64_t>(group.parts.size()) != *count;
  std::ranges::sort(group.parts.begin() + 1, group.parts.end(), {}, [](const SnapshotPtr& part) {
    return api::index_of(part->metadata.annotations, api::annotation::subindex_of_resource_snapshot).value_or(-1);
  });
  return group;
}

// 6.2 (4). They never change, so that the cache's are as good as the server's; but only the server knows that one is
// gone.
template <class T>
void find_snapshot(const View& view, const kube::NamespacedName& key, api::Scope scope,
                   std::vector<std::shared_ptr<const T>>& found, Named& named) {
  auto snapshot = view.get<T>(key);
  if (snapshot == nullptr) {
    const engine::Read read{.resource = api::storage_resource_of<T>(scope), .key = key};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) {
      named.reads.push_back(read);
      return;
    }
    if (!*answer && answer->error().reason != Reason::not_found) {
      named.retry = true;
      return;
    }
    if (*answer) snapshot = View::typed<T>(answer->value().front());
  }
  if (snapshot != nullptr) {
    found.push_back(std::move(snapshot));
  } else if (named.missing.empty()) {
    named.missing = key.text();
  }
}

Named WorkController::find_overrides(const api::ResourceBinding& binding, const View& view) const {
  Named named;
  for (const auto& name : binding.spec.cluster_resource_override_snapshots)
    find_snapshot(view, {"", name}, api::Scope::cluster, named.snapshots.cluster, named);
  for (const auto& key : binding.spec.resource_override_snapshots)
    find_snapshot(view, key, api::Scope::namespaced, named.snapshots.in_namespace, named);
  return named;
}

// 6.6.
Plan WorkController::clean_up(const api::ResourceBinding& binding, const std::vector<WorkPtr>& works) const {
  if (!binding.metadata.has_finalizer(api::finalizer::work_cleanup)) return {};
  Plan plan;
  for (const WorkPtr& work : works) plan.chains.push_back({remove(*work, "its binding is being deleted")});
  if (plan.chains.empty()) {
    plan.chains.push_back(
        {remove_finalizer(binding, api::finalizer::work_cleanup, "no Work of the deleted binding is left")});
  }
  return plan;
}

// 6.2.
Sync WorkController::sync(const api::ResourceBinding& binding, const api::MemberCluster& cluster,
                          const std::vector<WorkPtr>& works, const View& view) const {
  Group group = find_group(binding, view);
  if (!group.reads.empty() || group.retry) return {.reads = std::move(group.reads), .retry = group.retry};
  if (group.is_gone) {
    // The history limit may have pruned the snapshot after its Works were made (6.2 (3)).
    const bool delivered = !works.empty() && std::ranges::all_of(works, [&](const WorkPtr& work) {
      const std::string* const name = work->metadata.annotation(api::annotation::parent_resource_snapshot_name);
      return name != nullptr && *name == binding.spec.resource_snapshot_name;
    });
    if (has_overrides(binding) ? is_delivered(binding, works) : delivered)
      return {.writes = apply_strategy_writes(binding, works)};
    return {.failure = SyncFailure{
                .at_overrides = true,
                .cause = fmt::format("the resource snapshot {} does not exist", binding.spec.resource_snapshot_name)}};
  }
  if (has_overrides(binding) && works.size() == works_of(group.parts) && is_delivered(binding, works))
    return {.writes = apply_strategy_writes(binding, works)};
  Named named = find_overrides(binding, view);
  if (!named.reads.empty() || named.retry) return {.reads = std::move(named.reads), .retry = named.retry};
  if (!named.missing.empty()) {
    return {.failure = SyncFailure{
                .at_overrides = true,
                .cause = fmt::format("the override snapshot {} does not exist; a new rollout takes those that do",
                                     named.missing)}};
  }
  auto desired = desired_works(
      {.binding = binding, .group = group.parts, .overrides = named.snapshots, .cluster = cluster}, works);
  if (!desired) return {.failure = std::move(desired.error())};
  return {.writes = sync_writes(binding, *desired, works)};
}

Plan WorkController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto binding = view.get<api::ResourceBinding>(key);
  if (binding == nullptr) return {};
  std::vector<WorkPtr> works = view.indexed<api::Work>(api::Scope::namespaced, index::by_binding, index::value_of(key));
  std::erase_if(works, [&](const WorkPtr& work) {
    return work->metadata.is_deleting() ||
           work->metadata.namespace_ != api::member_namespace(binding->spec.target_cluster);
  });
  if (binding->metadata.is_deleting()) return clean_up(*binding, works);
  const std::string& state = binding->spec.state;
  if (state != api::binding_state::bound && state != api::binding_state::unscheduled) return {};
  if (state == api::binding_state::bound && !is_released(*binding)) return {};
  const auto cluster = view.get<api::MemberCluster>({"", binding->spec.target_cluster});
  if (cluster == nullptr) return {};                            // the scheduler takes care
  if (binding->spec.resource_snapshot_name.empty()) return {};  // was never rolled out

  Sync synced = sync(*binding, *cluster, works, view);
  if (!synced.reads.empty()) return {.reads = std::move(synced.reads)};
  if (synced.retry) return {.look_again = engine::Deadline{now.ticks + retry_after}};
  const std::optional<SyncFailure>& failure = synced.failure;
  engine::Chain& writes = synced.writes;
  Plan plan;
  if (!failure && !binding->metadata.has_finalizer(api::finalizer::work_cleanup)) {
    writes.insert(writes.begin(),
                  add_finalizer(*binding, api::finalizer::work_cleanup, "its Works must be deleted before it"));
  }
  if (!writes.empty()) plan.chains.push_back(std::move(writes));
  api::ResourceBinding next = *binding;
  next.status = failure ? status_failed(*binding, *failure, now.wall) : status_in_sync(*binding, works, now.wall);
  if (next.status != binding->status && failure && failure->is_about_doubles) {
    plan.events.push_back({.kind = api::gvk_of<api::ResourceBinding>(scope_),
                           .key = key,
                           .uid = binding->metadata.uid,
                           .warning = true,
                           .reason = std::string(api::event_reason::duplicate_envelope_works),
                           .message = failure->cause});
  }
  if (next.status != binding->status) plan.report = update_status(next, "the binding's Works have changed");
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(api::Scope scope) {
  return std::make_unique<WorkController>(scope);
}

}  // namespace slipway::hub::work
