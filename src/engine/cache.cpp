#include "engine/cache.h"

#include <algorithm>
#include <unordered_set>

namespace slipway::engine {
namespace {

// A tombstone matters while an answer that was sent before the deletion may still arrive; requests give up long before.
constexpr Duration tombstone_kept = std::chrono::minutes{5};
constexpr std::size_t tombstones_max = 4096;

const kube::ObjectPtr absent;

std::vector<std::string> values_of(const std::function<void(const kube::Object&, std::vector<std::string>&)>& values,
                                   const kube::Object* object) {
  std::vector<std::string> found;
  if (object == nullptr) return found;
  values(*object, found);
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

template <class Group>
std::vector<kube::ObjectPtr> objects_of(const Group& group) {
  std::vector<kube::ObjectPtr> found;
  found.reserve(group.size());
  for (const auto* row : group) found.push_back(row->second);
  return found;
}

}  // namespace

void Cache::add_index(const Index& index) {
  if (has_index(index.name)) return;
  indexes_.push_back({.name = index.name, .values = index.values, .groups = {}});
  NamedIndex& made = indexes_.back();
  for (const Row& row : rows_) {
    for (std::string& value : values_of(made.values, row.second.get())) made.groups[std::move(value)].insert(&row);
  }
}

void Cache::put(kube::ObjectPtr object, std::vector<Change>& changes) {
  revision_ = std::max(revision_, object->revision());
  if (is_buried(*object)) return;
  const auto [row, is_new] = rows_.try_emplace(object->key());
  if (!is_new && row->second->revision() >= object->revision()) return;
  if (is_new) {
    namespaces_[row->first.namespace_].insert(&*row);
    tombstones_.erase(row->first);
  }
  const kube::ObjectPtr before = std::exchange(row->second, std::move(object));
  reindex(*row, before.get(), row->second.get());
  // A name that was used again while nobody looked is two changes: whoever waits for the first to go hears of it.
  if (before != nullptr && before->metadata().uid != row->second->metadata().uid) {
    changes.push_back({.before = before, .after = nullptr});
    changes.push_back({.before = nullptr, .after = row->second});
  } else {
    changes.push_back({.before = before, .after = row->second});
  }
}

void Cache::put_deleted(const kube::Object& last, std::vector<Change>& changes) {
  revision_ = std::max(revision_, last.revision());
  const Key key = last.key();
  const auto row = rows_.find(key);
  if (row != rows_.end() && row->second->revision() > last.revision()) return;  // a later object of that name
  bury(key, last.revision(), last.metadata().uid);
  if (row != rows_.end()) erase(row, changes);
}

void Cache::put_gone(const Key& key, const std::string& uid, std::vector<Change>& changes) {
  const auto row = rows_.find(key);
  if (row == rows_.end()) {
    if (!uid.empty() && !tombstones_.contains(key)) bury(key, 0, uid);
    return;
  }
  if (row->second->metadata().uid != uid) return;
  bury(key, row->second->revision(), uid);
  erase(row, changes);
}

void Cache::replace(std::vector<kube::ObjectPtr> items, std::uint64_t revision, std::string_view namespace_,
                    bool history_lost, std::vector<Change>& changes) {
  revision_ = history_lost ? revision : std::max(revision_, revision);
  if (history_lost) {
    tombstones_.clear();
    burials_.clear();
  }
  std::unordered_set<Key, KeyHash, KeyEqual> listed;
  listed.reserve(items.size());
  for (const auto& item : items) listed.insert(item->key());
  for (auto row = rows_.begin(); row != rows_.end();) {
    const auto current = row++;
    const Key& key = current->first;
    if (!namespace_.empty() && key.namespace_ != namespace_) continue;
    if (history_lost) {  // also what is listed: its version must win whatever its number
      erase(current, changes);
    } else if (!listed.contains(key) && current->second->revision() <= revision) {
      bury(key, current->second->revision(), current->second->metadata().uid);
      erase(current, changes);
    }
  }
  for (auto& item : items) put(std::move(item), changes);
}

void Cache::clear(std::vector<Change>& changes) {
  while (!rows_.empty()) erase(rows_.begin(), changes);
  tombstones_.clear();
  burials_.clear();
}

const kube::ObjectPtr& Cache::get(const Key& key) const {
  const auto row = rows_.find(key);
  return row == rows_.end() ? absent : row->second;
}

std::vector<kube::ObjectPtr> Cache::list(std::string_view namespace_) const {
  if (!namespace_.empty()) {
    const auto group = namespaces_.find(namespace_);
    return group == namespaces_.end() ? std::vector<kube::ObjectPtr>() : objects_of(group->second);
  }
  std::vector<kube::ObjectPtr> found;
  found.reserve(rows_.size());
  for (const auto& [name, group] : namespaces_) {
    for (const Row* row : group) found.push_back(row->second);
  }
  return found;
}

std::vector<kube::ObjectPtr> Cache::indexed(std::string_view index, std::string_view value) const {
  const NamedIndex* named = find_index(index);
  if (named == nullptr) return {};
  const auto group = named->groups.find(std::string(value));
  return group == named->groups.end() ? std::vector<kube::ObjectPtr>() : objects_of(group->second);
}

const Cache::NamedIndex* Cache::find_index(std::string_view name) const {
  const auto found = std::ranges::find(indexes_, name, &NamedIndex::name);
  return found == indexes_.end() ? nullptr : &*found;
}

bool Cache::is_buried(const kube::Object& object) const {
  if (tombstones_.empty()) return false;
  const auto tombstone = tombstones_.find(object.key());
  if (tombstone == tombstones_.end()) return false;
  return object.revision() <= tombstone->second.revision || object.metadata().uid == tombstone->second.uid;
}

void Cache::bury(const Key& key, std::uint64_t revision, const std::string& uid) {
  const Ticks now = clock_.ticks();
  while (!burials_.empty() && (burials_.size() >= tombstones_max || now - burials_.front().first > tombstone_kept)) {
    const auto oldest = tombstones_.find(burials_.front().second);
    if (oldest != tombstones_.end() && oldest->second.since == burials_.front().first) tombstones_.erase(oldest);
    burials_.pop_front();
  }
  tombstones_[key] = {.revision = revision, .uid = uid, .since = now};
  burials_.emplace_back(now, key);
}

void Cache::erase(Rows::iterator row, std::vector<Change>& changes) {
  reindex(*row, row->second.get(), nullptr);
  const auto group = namespaces_.find(row->first.namespace_);
  group->second.erase(&*row);
  if (group->second.empty()) namespaces_.erase(group);
  changes.push_back({.before = std::move(row->second), .after = nullptr});
  rows_.erase(row);
}

void Cache::reindex(const Row& row, const kube::Object* before, const kube::Object* after) {
  for (NamedIndex& index : indexes_) {
    const std::vector<std::string> old_values = values_of(index.values, before);
    const std::vector<std::string> new_values = values_of(index.values, after);
    if (old_values == new_values) continue;
    for (const std::string& value : old_values) {
      if (std::ranges::binary_search(new_values, value)) continue;
      const auto group = index.groups.find(value);
      group->second.erase(&row);
      if (group->second.empty()) index.groups.erase(group);
    }
    for (const std::string& value : new_values) {
      if (!std::ranges::binary_search(old_values, value)) index.groups[value].insert(&row);
    }
  }
}

}  // namespace slipway::engine
