#include "hub/snapshot/resource_snapshots.h"

#include <algorithm>

#include "api/hash.h"
#include "api/names.h"
#include "hub/snapshot/split.h"
#include "hub/writes.h"

namespace slipway::hub::snapshot {
namespace {

constexpr std::int32_t default_revision_history_limit = 10;

bool is_envelope(const api::ResourceIdentifier& identifier) {
  return identifier.group == api::placement_group &&
         (identifier.kind == "ClusterResourceEnvelope" || identifier.kind == "ResourceEnvelope");
}

// What a snapshot of this placement and index has in common with its siblings.
api::ResourceSnapshot blank(const api::Placement& placement, std::int64_t index, std::string name) {
  api::ResourceSnapshot snapshot;
  snapshot.metadata.name = std::move(name);
  snapshot.metadata.namespace_ = placement.metadata.namespace_;
  snapshot.metadata.labels = {{std::string(api::label::parent_crp), placement.metadata.name},
                              {std::string(api::label::resource_index), std::to_string(index)}};
  snapshot.metadata.owner_references = {
      api::owner_reference(api::gvk_of<api::Placement>(api::scope_of(placement.metadata)), placement.metadata)};
  return snapshot;
}

// The whole group as it should be: master first, then by subindex.
std::vector<api::ResourceSnapshot> make_group(const api::Placement& placement,
                                              const selection::SelectedResources& selected, std::int64_t index) {
  auto parts = split(selected.manifests);
  const std::string& name = placement.metadata.name;
  std::vector<api::ResourceSnapshot> group;
  api::ResourceSnapshot master = blank(placement, index, api::master_resource_snapshot_name(name, index));
  master.metadata.labels.emplace(api::label::is_latest_snapshot, "true");
  master.metadata.annotations = {
      {std::string(api::annotation::resource_hash), api::resource_hash(selected.manifests)},
      {std::string(api::annotation::number_of_resource_snapshots), std::to_string(parts.size())},
      {std::string(api::annotation::number_of_enveloped_object),
       std::to_string(std::ranges::count_if(selected.identifiers, is_envelope))}};
  master.spec.selected_resources = std::move(parts.front());
  group.push_back(std::move(master));
  for (std::size_t part = 1; part < parts.size(); ++part) {
    const auto subindex = static_cast<std::int64_t>(part) - 1;
    api::ResourceSnapshot sub = blank(placement, index, api::sub_resource_snapshot_name(name, index, subindex));
    sub.metadata.annotations.emplace(api::annotation::subindex_of_resource_snapshot, std::to_string(subindex));
    sub.spec.selected_resources = std::move(parts[part]);
    group.push_back(std::move(sub));
  }
  return group;
}

// The latest group holds the selection: mend what a crash or a reverted change has left behind.
engine::Chain mend(const api::Placement& placement, const selection::SelectedResources& selected, const Group& group) {
  engine::Chain writes;
  api::ResourceSnapshot master = *group.master;
  master.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), "true");
  // A change that was noticed and taken back must not shorten the wait of the next one (1.10 (3)).
  master.metadata.annotations.erase(std::string(api::annotation::next_resource_snapshot_candidate_detection_time));
  if (master != *group.master) {
    writes.push_back(update(master, fmt::format("snapshot {} holds what is selected now", master.metadata.name),
                            api::field_manager::placement));
  }
  const auto count = api::index_of(group.master->metadata.annotations, api::annotation::number_of_resource_snapshots);
  if (count && group.members.size() == static_cast<std::size_t>(*count)) return writes;
  for (const auto& part : make_group(placement, selected, group.index)) {
    const bool exists = std::ranges::any_of(
        group.members, [&](const SnapshotPtr& member) { return member->metadata.name == part.metadata.name; });
    if (!exists)
      writes.push_back(
          create(part, fmt::format("a part of snapshot {} is missing", group.index), api::field_manager::placement));
  }
  return writes;
}

// The oldest groups go, so that with the new one as many remain as the placement keeps.
std::vector<const Group*> surplus(const api::Placement& placement, const std::vector<Group>& groups,
                                  const std::set<std::string>& in_use) {
  const auto limit = static_cast<std::size_t>(
      std::max(placement.spec.revision_history_limit.value_or(default_revision_history_limit), 1));
  std::vector<const Group*> removed;
  for (std::size_t i = 0; i + limit <= groups.size(); ++i) {
    const Group& group = groups[i];
    if (group.master == nullptr || !in_use.contains(group.master->metadata.name)) removed.push_back(&group);
  }
  return removed;
}

engine::Chain replace(const api::Placement& placement, const selection::SelectedResources& selected,
                      const std::vector<Group>& groups, const Group* latest, const std::set<std::string>& in_use) {
  engine::Chain writes;
  const std::int64_t index = groups.empty() ? 0 : groups.back().index + 1;
  const auto removed = surplus(placement, groups, in_use);
  // One "latest" at a time, also for readers that come in between.
  if (latest != nullptr && latest->master != nullptr && is_labelled_latest(*latest->master) &&
      std::ranges::find(removed, latest) == removed.end()) {
    api::ResourceSnapshot old = *latest->master;
    old.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), "false");
    writes.push_back(update(old, fmt::format("content has changed since snapshot {}", old.metadata.name),
                            api::field_manager::placement));
  }
  for (const Group* const group : removed) {
    for (const auto& member : group->members) {
      writes.push_back(remove(*member, "older than the revision history limit keeps"));
    }
  }
  for (const auto& part : make_group(placement, selected, index)) {
    writes.push_back(
        create(part, fmt::format("the selected resources as version {}", index), api::field_manager::placement));
  }
  return writes;
}

Result<void> check_labels(const std::vector<SnapshotPtr>& snapshots) {
  for (const auto& snapshot : snapshots) {
    if (!api::index_of(snapshot->metadata.labels, api::label::resource_index)) {
      return fail(Reason::internal, "resource snapshot {} has no valid label {}", snapshot->metadata.name,
                  api::label::resource_index);
    }
  }
  return {};
}

}  // namespace

Result<Ensured> ensure_latest(const api::Placement& placement, const selection::SelectedResources& selected,
                              const std::vector<SnapshotPtr>& existing, const std::set<std::string>& in_use) {
  if (auto valid = check_labels(existing); !valid) return fail(valid.error());
  const auto groups = group_by_index(existing);
  const auto latest = latest_group(groups);
  if (!latest) return fail(latest.error());
  if (*latest == nullptr)
    return Ensured{.writes = replace(placement, selected, groups, nullptr, in_use), .master = nullptr};
  const auto is_current = holds(**latest, selected);
  if (!is_current) return fail(is_current.error());
  Ensured ensured;
  ensured.writes =
      *is_current ? mend(placement, selected, **latest) : replace(placement, selected, groups, *latest, in_use);
  if (ensured.writes.empty()) ensured.master = (*latest)->master;
  return ensured;
}

}  // namespace slipway::hub::snapshot
