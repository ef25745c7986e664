#include <algorithm>
#include <map>

#include "api/hash.h"
#include "api/names.h"
#include "hub/snapshot/resource_snapshots.h"

namespace slipway::hub::snapshot {
namespace {

bool is_master(const api::ResourceSnapshot& snapshot) {
  const std::string* const hash = snapshot.metadata.annotation(api::annotation::resource_hash);
  return hash != nullptr && !hash->empty();
}

// The master before all others, then by subindex; names decide only where subindices are missing.
std::pair<std::int64_t, std::string_view> position_of(const SnapshotPtr& snapshot) {
  const std::string& name = snapshot->metadata.name;
  if (is_master(*snapshot)) return {-1, name};
  const auto subindex = api::index_of(snapshot->metadata.annotations, api::annotation::subindex_of_resource_snapshot);
  return {subindex.value_or(std::numeric_limits<std::int64_t>::max()), name};
}

}  // namespace

std::vector<json::Value> Group::manifests() const {
  std::vector<json::Value> all;
  for (const auto& member : members) {
    const auto& some = member->spec.selected_resources;
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<Group> group_by_index(const std::vector<SnapshotPtr>& snapshots) {
  std::map<std::int64_t, Group> by_index;
  for (const auto& snapshot : snapshots) {
    const auto index = api::index_of(snapshot->metadata.labels, api::label::resource_index);
    if (!index) continue;
    Group& group = by_index[*index];
    group.index = *index;
    if (is_master(*snapshot)) group.master = snapshot;
    group.members.push_back(snapshot);
  }
  std::vector<Group> groups;
  for (auto& [index, group] : by_index) {
    std::ranges::sort(group.members, {}, position_of);
    groups.push_back(std::move(group));
  }
  return groups;
}

bool is_labelled_latest(const api::ResourceSnapshot& snapshot) {
  const std::string* const latest = snapshot.metadata.label(api::label::is_latest_snapshot);
  return latest != nullptr && *latest == "true";
}

Result<const Group*> latest_group(const std::vector<Group>& groups) {
  const Group* latest = nullptr;
  for (const Group& group : groups) {
    for (const auto& member : group.members) {
      if (!is_labelled_latest(*member)) continue;
      if (!is_master(*member)) {
        return fail(Reason::internal, "resource snapshot {} is labelled latest but has no annotation {}",
                    member->metadata.name, api::annotation::resource_hash);
      }
      if (latest != nullptr) {
        return fail(Reason::internal, "resource snapshots {} and {} are both labelled latest",
                    latest->master->metadata.name, member->metadata.name);
      }
      latest = &group;
    }
  }
  if (latest == nullptr && !groups.empty()) latest = &groups.back();
  return latest;
}

Result<bool> holds(const Group& group, const selection::SelectedResources& selected) {
  if (group.master == nullptr) return false;
  const auto& metadata = group.master->metadata;
  const auto count = api::index_of(metadata.annotations, api::annotation::number_of_resource_snapshots);
  if (!count || *count < 1) {
    return fail(Reason::internal, "resource snapshot {} has no valid annotation {}", metadata.name,
                api::annotation::number_of_resource_snapshots);
  }
  if (group.members.size() == static_cast<std::size_t>(*count)) {
    auto wanted = selected.manifests.begin();
    for (const auto& member : group.members) {
      for (const auto& manifest : member->spec.selected_resources) {
        if (wanted == selected.manifests.end() || manifest != *wanted++) return false;
      }
    }
    return wanted == selected.manifests.end();
  }
  return *metadata.annotation(api::annotation::resource_hash) == api::resource_hash(selected.manifests);
}

}  // namespace slipway::hub::snapshot
