#include "apiserver/garbage_collector.h"

#include <algorithm>

#include "apiserver/memory_registry.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view orphan = "orphan";
constexpr std::string_view foreground = "foregroundDeletion";

bool has_collection_finalizer(const kube::ObjectMeta& metadata) {
  return metadata.has_finalizer(orphan) || metadata.has_finalizer(foreground);
}

const std::vector<kube::OwnerReference>& owners_of(const kube::ObjectPtr& object) {
  static const std::vector<kube::OwnerReference> none;
  return object != nullptr ? object->metadata().owner_references : none;
}

bool erase_finalizer(kube::ObjectMeta& metadata, std::string_view finalizer) {
  return std::erase(metadata.finalizers, finalizer) > 0;
}

}  // namespace

void GarbageCollector::on_change(const kube::GroupResource& id, const kube::ObjectPtr& before,
                                 const kube::ObjectPtr& after) {
  const kube::ObjectPtr& either = after != nullptr ? after : before;
  if (owners_of(before) != owners_of(after)) {
    const Member member{id, either->key()};
    for (const kube::OwnerReference& reference : owners_of(before)) {
      if (const auto found = dependents_.find(reference.uid); found != dependents_.end()) {
        found->second.erase(member);
        if (found->second.empty()) dependents_.erase(found);
      }
      Owner owner = find_owner(reference, member.key);
      if (owner.state == Owner::State::deleting_in_foreground) add_due(std::move(owner.member));
    }
    for (const kube::OwnerReference& reference : owners_of(after)) dependents_[reference.uid].insert(member);
    if (!owners_of(after).empty()) add_due(member);
  }
  if (after == nullptr) {
    add_dependents_due(before->metadata().uid);
    return;
  }
  const kube::ObjectMeta& metadata = after->metadata();
  if (!metadata.is_deleting() || !has_collection_finalizer(metadata)) return;
  const bool is_news =
      before == nullptr || !before->metadata().is_deleting() || before->metadata().finalizers != metadata.finalizers;
  if (!is_news) return;
  add_due({id, either->key()});
  if (metadata.has_finalizer(foreground)) add_dependents_due(metadata.uid);
}

void GarbageCollector::run() {
  while (!queue_.empty()) {
    const Member member = std::move(queue_.front());
    queue_.pop_front();
    queued_.erase(member);
    judge(member);
  }
}

void GarbageCollector::add_due(Member member) {
  if (queued_.insert(member).second) queue_.push_back(std::move(member));
}

void GarbageCollector::add_dependents_due(const std::string& uid) {
  const auto found = dependents_.find(uid);
  if (found == dependents_.end()) return;
  for (const Member& dependent : found->second) add_due(dependent);
}

// An owner is who has the name and the UID. One whose kind is not served, or that is out of a cluster-scoped
// dependent's sight, cannot be judged: as in Kubernetes, what depends on it stays.
GarbageCollector::Owner GarbageCollector::find_owner(const kube::OwnerReference& reference,
                                                     const kube::NamespacedName& dependent) const {
  using State = Owner::State;
  const auto version = kube::parse_group_version(reference.api_version);
  const auto resource = version ? registry_.find_kind({version->group, reference.kind}) : nullptr;
  if (resource == nullptr) return {.state = State::exists, .member = {}};
  if (resource->namespaced && dependent.namespace_.empty()) return {.state = State::exists, .member = {}};
  Member member{resource->id, {resource->namespaced ? dependent.namespace_ : "", reference.name}};
  const auto object = registry_.find_object(member.id, member.key);
  if (object == nullptr || object->metadata().uid != reference.uid)
    return {.state = State::absent, .member = std::move(member)};
  const bool in_foreground = object->metadata().is_deleting() && object->metadata().has_finalizer(foreground);
  return {.state = in_foreground ? State::deleting_in_foreground : State::exists, .member = std::move(member)};
}

void GarbageCollector::judge(const Member& member) {
  const auto resource = registry_.find(member.id);
  const auto object = registry_.find_object(member.id, member.key);
  if (resource == nullptr || object == nullptr) return;
  if (!object->metadata().is_deleting()) {
    judge_owners(*resource, object);
  } else if (object->metadata().has_finalizer(orphan)) {
    release_dependents(*resource, object);
  } else if (object->metadata().has_finalizer(foreground)) {
    finish_foreground(*resource, object);
  }
}

void GarbageCollector::release_dependents(const Resource& resource, const kube::ObjectPtr& owner) {
  const std::string uid = owner->metadata().uid;
  const auto found = dependents_.find(uid);
  const std::set<Member> dependents = found != dependents_.end() ? found->second : std::set<Member>();
  for (const Member& dependent : dependents) {
    const auto kind = registry_.find(dependent.id);
    if (kind == nullptr) continue;
    registry_.amend_metadata(*kind, dependent.key, [&](kube::ObjectMeta& metadata) {
      return std::erase_if(metadata.owner_references, [&](const auto& one) { return one.uid == uid; }) > 0;
    });
  }
  registry_.amend_metadata(resource, owner->key(),
                           [](kube::ObjectMeta& metadata) { return erase_finalizer(metadata, orphan); });
}

void GarbageCollector::finish_foreground(const Resource& resource, const kube::ObjectPtr& owner) {
  const std::string& uid = owner->metadata().uid;
  const auto blocks = [&](const Member& dependent) {
    const auto object = registry_.find_object(dependent.id, dependent.key);
    return std::ranges::any_of(owners_of(object), [&](const kube::OwnerReference& one) {
      return one.uid == uid && one.block_owner_deletion.value_or(false);
    });
  };
  const auto found = dependents_.find(uid);
  if (found != dependents_.end() && std::ranges::any_of(found->second, blocks)) return;  // judged again when one goes
  registry_.amend_metadata(resource, owner->key(),
                           [](kube::ObjectMeta& metadata) { return erase_finalizer(metadata, foreground); });
}

void GarbageCollector::judge_owners(const Resource& resource, const kube::ObjectPtr& object) {
  using State = Owner::State;
  std::vector<std::string> gone;
  bool has_solid = false;
  bool is_awaited = false;
  for (const kube::OwnerReference& reference : owners_of(object)) {
    const State state = find_owner(reference, object->key()).state;
    has_solid |= state == State::exists;
    is_awaited |= state == State::deleting_in_foreground;
    if (state != State::exists) gone.push_back(reference.uid);
  }
  if (gone.empty()) return;
  if (has_solid) {
    registry_.amend_metadata(resource, object->key(), [&](kube::ObjectMeta& metadata) {
      return std::erase_if(metadata.owner_references,
                           [&](const auto& one) { return std::ranges::find(gone, one.uid) != gone.end(); }) > 0;
    });
    return;
  }
  using client::Propagation;
  Propagation propagation = Propagation::background;
  if (object->metadata().has_finalizer(orphan)) {
    propagation = Propagation::orphan;
  } else if (object->metadata().has_finalizer(foreground) ||
             (is_awaited && dependents_.contains(object->metadata().uid))) {
    propagation = Propagation::foreground;
  }
  registry_.remove_internally(resource, object->key(), propagation);
}

}  // namespace slipway::apiserver
