// Applying a decided write: revision, journal, window, indexes, listeners (kube-api 6.1 step 10).
#include "apiserver/conversion.h"
#include "apiserver/memory_registry.h"
#include "apiserver/row.h"
#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

constexpr std::chrono::hours event_kept{1};  // as kube-apiserver's --event-ttl

}  // namespace

kube::ObjectPtr MemoryRegistry::seal(const Resource& resource, Parts parts) {
  return std::make_shared<const kube::Object>(resource.gvk(resource.storage_version), std::move(parts.metadata),
                                              std::move(parts.body), std::move(parts.status));
}

kube::ObjectPtr MemoryRegistry::put(const Resource& resource, const kube::ObjectPtr& before, Parts after) {
  const std::uint64_t revision = journal_.next_revision();
  after.metadata.resource_version = revision;
  auto object = seal(resource, std::move(after));
  journal_.record(prefix_ + row_key(resource.id, object->key()), encode_row(*object, resource.schema_digest), revision);
  changed(resource, {.before = before, .after = object, .revision = revision});
  return object;
}

kube::ObjectPtr MemoryRegistry::erase(const Resource& resource, const kube::ObjectPtr& before) {
  const std::uint64_t revision = journal_.next_revision();
  journal_.record(prefix_ + row_key(resource.id, before->key()), std::nullopt, revision);
  changed(resource, {.before = before, .after = nullptr, .revision = revision});
  return stamped(*before, revision);
}

void MemoryRegistry::changed(const Resource& resource, ChangeEvent event) {
  Collection& objects = collection(resource.id);
  const kube::ObjectPtr before = event.before;
  const kube::ObjectPtr after = event.after;
  objects.apply(std::move(event), clock_.ticks());
  garbage_.on_change(resource.id, before, after);
  namespaces_.on_change(resource, before, after);
  claims_.on_change(resource, before, after);
  if (is_event(resource) && after != nullptr) note_event(*after);
  if (is_crd(resource)) {
    // What is written here was compiled when it was checked, so that this cannot fail.
    static_cast<void>(install_crd((after != nullptr ? after : before)->metadata().name, after));
  } else if (after == nullptr && custom_.is_terminating(resource.id)) {
    crds_due_.insert(resource.id.resource + "." + resource.id.group);
  }
  if (is_due()) schedule_settle();
  objects.deliver();
}

Result<void> MemoryRegistry::install_crd(const std::string& name, const kube::ObjectPtr& crd) {
  auto effect = custom_.install(name, crd);
  if (!effect) return fail(std::move(effect.error()));
  if (crd != nullptr && crd->metadata().is_deleting()) crds_due_.insert(name);
  if (effect->names_freed) {
    const std::string group = name.substr(std::min(name.size(), name.find('.') + 1));
    for (std::string& waiting : custom_.waiting_for_names(group)) crds_due_.insert(std::move(waiting));
  }
  if (effect->before == nullptr || effect->before == effect->after) return {};
  Collection& objects = collection(effect->before->id);
  if (effect->after == nullptr) {
    objects.close_watches();
  } else if (effect->after->schema_digest != effect->before->schema_digest) {
    normalize(*effect->after, objects.keys_in(""));
  }
  return {};
}

void MemoryRegistry::normalize(const Resource& resource, const std::vector<kube::NamespacedName>& keys) {
  Collection& objects = collection(resource.id);
  for (const kube::NamespacedName& key : keys) {
    const kube::ObjectPtr object = objects.get(key);
    if (object == nullptr) continue;
    json::Value value = object->to_value();
    const std::string storage_version = resource.gvk(resource.storage_version).api_version();
    json::Value normal = value;
    normal["apiVersion"] = storage_version;
    if (const auto& schema = resource.storage().schema; schema != nullptr) {
      schema->prune(normal);
      schema->apply_defaults(normal);
    } else if (resource.builtin != nullptr && resource.builtin->apply_defaults) {
      resource.builtin->apply_defaults(normal);
    }
    if (normal == value) continue;
    objects.put_quietly(
        seal(resource, split({.metadata = object->metadata(), .content = std::move(normal)}, journal_.segments())));
  }
}

void MemoryRegistry::note_event(const kube::Object& event) {
  events_.push_back({.due = clock_.ticks() + event_kept,
                     .key = event.key(),
                     .revision = event.revision(),
                     .group = event.kind().group});
}

Collection& MemoryRegistry::collection(const kube::GroupResource& id) {
  auto& found = collections_[id];
  if (found == nullptr) found = std::make_unique<Collection>(start_revision_);
  return *found;
}

const Collection* MemoryRegistry::find_collection(const kube::GroupResource& id) const {
  const auto found = collections_.find(id);
  return found == collections_.end() ? nullptr : found->second.get();
}

kube::ObjectPtr MemoryRegistry::find_object(const kube::GroupResource& id, const kube::NamespacedName& key) const {
  const Collection* objects = find_collection(id);
  return objects == nullptr ? nullptr : objects->get(key);
}

void MemoryRegistry::amend(const Resource& resource, const kube::NamespacedName& key,
                           const std::function<bool(Draft&)>& change) {
  const kube::ObjectPtr old = find_object(resource.id, key);
  if (old == nullptr) return;
  Draft draft = draft_of(resource, old, resource.storage_version);
  if (!change(draft)) return;
  if (is_deletion_complete(resource, draft.metadata, draft.content)) {
    erase(resource, old);
    return;
  }
  Parts parts = split(std::move(draft), journal_.segments());
  const bool is_unchanged =
      parts.metadata == old->metadata() && is_same(parts.body, old->body()) && is_same(parts.status, old->status());
  if (!is_unchanged) put(resource, old, std::move(parts));
}

void MemoryRegistry::amend_metadata(const Resource& resource, const kube::NamespacedName& key,
                                    const std::function<bool(kube::ObjectMeta&)>& change) {
  if (is_namespace(resource)) {  // whose spec has a say in when it ends
    return amend(resource, key, [&](Draft& draft) { return change(draft.metadata); });
  }
  const kube::ObjectPtr old = find_object(resource.id, key);
  if (old == nullptr) return;
  kube::ObjectMeta metadata = old->metadata();
  if (!change(metadata) || metadata == old->metadata()) return;
  if (is_deletion_complete(resource, metadata, {})) {
    erase(resource, old);
  } else {
    put(resource, old, {.metadata = std::move(metadata), .body = old->body(), .status = old->status()});
  }
}

}  // namespace slipway::apiserver
