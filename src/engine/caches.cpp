#include "engine/caches.h"

#include <algorithm>

namespace slipway::engine {
namespace {

const std::string no_version;
constexpr std::string_view last_applied = "kubectl.kubernetes.io/last-applied-configuration";

}  // namespace

Cache& Caches::make(const Collection& collection) {
  Entry& entry = entries_[collection];
  if (entry.cache == nullptr) {
    entry.cache = std::make_unique<Cache>(clock_);
    for (const Index& index : indexes_) {
      if (index.collection == collection) entry.cache->add_index(index);
    }
  }
  return *entry.cache;
}

void Caches::add_index(const Index& index) {
  indexes_.push_back(index);
  if (Cache* cache = find(index.collection)) cache->add_index(index);
}

void Caches::put(Side side, const kube::GroupVersionResource& resource, kube::ObjectPtr object) {
  const Collection collection{side, resource.group_resource()};
  const auto entry = entries_.find(collection);
  // Another version of the same object may lack fields (kube-api 8.6): the watch will bring the right one.
  if (entry == entries_.end() || entry->second.version != resource.version) return;
  std::vector<Change> changes;
  entry->second.cache->put(entry->second.kept(std::move(object)), changes);
  tell(collection, changes);
}

void Caches::put_deleted(const Collection& collection, const kube::Object& last) {
  Cache* cache = find(collection);
  if (cache == nullptr) return;
  std::vector<Change> changes;
  cache->put_deleted(last, changes);
  tell(collection, changes);
}

void Caches::put_gone(const Collection& collection, const Key& key, const std::string& uid) {
  Cache* cache = find(collection);
  if (cache == nullptr) return;
  std::vector<Change> changes;
  cache->put_gone(key, uid, changes);
  tell(collection, changes);
}

void Caches::replace(const Collection& collection, std::vector<kube::ObjectPtr> items, std::uint64_t revision,
                     std::string_view namespace_, bool history_lost) {
  std::vector<Change> changes;
  Cache& cache = make(collection);
  Entry& entry = entries_[collection];
  entry.is_listed = true;
  if (entry.metadata_of) std::ranges::for_each(items, [&entry](auto& item) { item = entry.kept(std::move(item)); });
  cache.replace(std::move(items), revision, namespace_, history_lost, changes);
  tell(collection, changes);
}

void Caches::drop(const Collection& collection) {
  Cache* cache = find(collection);
  if (cache == nullptr) return;
  std::vector<Change> changes;
  cache->clear(changes);
  entries_.erase(collection);
  tell(collection, changes);
}

const std::string& Caches::version(const Collection& collection) const {
  const auto entry = entries_.find(collection);
  return entry == entries_.end() ? no_version : entry->second.version;
}

void Caches::set_version(const Collection& collection, std::string version) {
  make(collection);
  entries_[collection].version = std::move(version);
}

void Caches::keep_metadata_only(const Collection& collection, const kube::GroupVersionKind& kind) {
  make(collection);
  entries_[collection].metadata_of = kind;
}

bool Caches::is_followed(const Collection& collection) const {
  const auto entry = entries_.find(collection);
  return entry != entries_.end() && entry->second.is_listed;
}

std::uint64_t Caches::revision(const Collection& collection) const {
  const Cache* cache = find(collection);
  return cache == nullptr ? 0 : cache->revision();
}

kube::ObjectPtr Caches::Entry::kept(kube::ObjectPtr object) const {
  if (!metadata_of) return object;
  kube::ObjectMeta metadata = object->metadata();
  if (const auto noted = metadata.annotations.find(last_applied); noted != metadata.annotations.end())
    metadata.annotations.erase(noted);
  return std::make_shared<const kube::Object>(*metadata_of, std::move(metadata), nullptr, nullptr);
}

bool Caches::set_discovery(Side side, std::vector<client::ApiResource> resources) {
  auto& known = discovery_[static_cast<std::size_t>(side)];
  const auto same = [](const client::ApiResource& a, const client::ApiResource& b) {
    return a.resource == b.resource && a.kind == b.kind && a.namespaced == b.namespaced && a.verbs == b.verbs &&
           a.preferred == b.preferred;
  };
  if (std::ranges::equal(known, resources, same)) return false;
  known = std::move(resources);
  return true;
}

kube::ObjectPtr Caches::get(const Collection& collection, const kube::NamespacedName& key) const {
  const Cache* cache = find(collection);
  return cache == nullptr ? nullptr : cache->get(key);
}

std::vector<kube::ObjectPtr> Caches::indexed(const Collection& collection, std::string_view index,
                                             std::string_view value) const {
  const Cache* cache = find(collection);
  return cache == nullptr ? std::vector<kube::ObjectPtr>() : cache->indexed(index, value);
}

std::vector<kube::ObjectPtr> Caches::list(const Collection& collection, std::string_view namespace_) const {
  const Cache* cache = find(collection);
  return cache == nullptr ? std::vector<kube::ObjectPtr>() : cache->list(namespace_);
}

const Cache* Caches::find(const Collection& collection) const {
  const auto entry = entries_.find(collection);
  return entry == entries_.end() ? nullptr : entry->second.cache.get();
}

Cache* Caches::find(const Collection& collection) {
  const auto entry = entries_.find(collection);
  return entry == entries_.end() ? nullptr : entry->second.cache.get();
}

void Caches::tell(const Collection& collection, const std::vector<Change>& changes) {
  if (!changes.empty() && on_change_) on_change_(collection, changes);
}

}  // namespace slipway::engine
