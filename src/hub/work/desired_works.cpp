#include "hub/work/desired_works.h"

#include <algorithm>
#include <fmt/ranges.h>
#include <iterator>

#include "api/hash.h"
#include "api/names.h"
#include "hub/indexes.h"
#include "hub/override/target.h"
#include "hub/work/envelope.h"
#include "hub/writes.h"

namespace slipway::hub::work {
namespace {

// Everything of a Work but its name and manifests.
api::Work blank(const api::ResourceBinding& binding, const api::ResourceSnapshot& part) {
  const kube::NamespacedName placement = index::placement_of(binding.metadata);
  const std::string* const resource_index = part.metadata.label(api::label::resource_index);
  api::Work work;
  work.metadata.namespace_ = api::member_namespace(binding.spec.target_cluster);
  work.metadata.labels = {
      {std::string(api::label::parent_crp), placement.name},
      {std::string(api::label::parent_resource_binding), binding.metadata.name},
      {std::string(api::label::parent_resource_snapshot_index), resource_index == nullptr ? "" : *resource_index}};
  if (!placement.namespace_.empty()) {
    work.metadata.labels.emplace(api::label::parent_placement_namespace, placement.namespace_);
  }
  work.metadata.annotations = {
      {std::string(api::annotation::parent_resource_snapshot_name), binding.spec.resource_snapshot_name},
      {std::string(api::annotation::parent_resource_override_snapshot_hash),
       api::override_snapshots_hash(binding.spec.resource_override_snapshots)},
      {std::string(api::annotation::parent_cluster_resource_override_snapshot_hash),
       api::override_snapshots_hash(binding.spec.cluster_resource_override_snapshots)}};
  work.spec.apply_strategy = binding.spec.apply_strategy;
  return work;
}

// Adds what is left of `manifest` on this cluster.
std::expected<void, SyncFailure> add(const Content& content, const json::Value& manifest, api::Work& work) {
  auto overridden = override::apply(manifest, content.overrides, content.cluster);
  if (!overridden)
    return std::unexpected(SyncFailure{.at_overrides = true, .cause = std::move(overridden.error().message)});
  if (*overridden) work.spec.workload.manifests.push_back(**std::move(overridden));
  return {};
}

// The name of the Work for an envelope that the Work `parent` would hold. Older releases of KubeFleet gave others: the
// labels tell.
std::expected<std::string, SyncFailure> name_of(const Envelope& envelope, const std::string& parent,
                                                const std::vector<WorkPtr>& existing) {
  std::vector<std::string> names;
  for (const WorkPtr& work : existing) {
    const auto says = [&](std::string_view label, std::string_view value) {
      const std::string* const said = work->metadata.label(label);
      return said == nullptr ? value.empty() : *said == value;
    };
    if (says(api::label::envelope_work, api::text(envelope.type)) && says(api::label::envelope_name, envelope.name) &&
        says(api::label::envelope_namespace, envelope.namespace_))
      names.push_back(work->metadata.name);
  }
  if (names.size() == 1) return std::move(names.front());
  if (names.empty()) return api::envelope_work_name(parent, envelope.type, envelope.namespace_, envelope.name);
  return std::unexpected(SyncFailure{
      .cause = fmt::format("the {} has more than one Work in the namespace {}: {}. Delete all but the oldest",
                           envelope.text(), existing.front()->metadata.namespace_, fmt::join(names, ", ")),
      .is_about_doubles = true});
}

std::expected<api::Work, SyncFailure> envelope_work(const Content& content, const api::Work& parent,
                                                    const json::Value& manifest, const std::vector<WorkPtr>& existing) {
  auto envelope = open_envelope(manifest);
  if (!envelope) return std::unexpected(SyncFailure{.cause = std::move(envelope.error().message)});
  api::Work work = parent;
  work.spec.workload.manifests.clear();
  for (auto& [key, value] : envelope->labels()) work.metadata.labels.insert_or_assign(key, value);
  for (const json::Value& wrapped : envelope->manifests) {
    if (auto added = add(content, wrapped, work); !added) return std::unexpected(std::move(added.error()));
  }
  auto name = name_of(*envelope, parent.metadata.name, existing);
  if (!name) return std::unexpected(std::move(name.error()));
  work.metadata.name = *std::move(name);
  return work;
}

// Labels, annotations, manifests and apply strategy are ours; anything else on the object is not.
api::Work updated(const api::Work& present, const api::Work& wanted) {
  api::Work next = present;
  for (const auto& [key, value] : wanted.metadata.labels) next.metadata.labels.insert_or_assign(key, value);
  for (const auto& [key, value] : wanted.metadata.annotations) next.metadata.annotations.insert_or_assign(key, value);
  next.spec.workload.manifests = wanted.spec.workload.manifests;
  next.spec.apply_strategy = wanted.spec.apply_strategy;
  return next;
}

}  // namespace

bool has_overrides(const api::ResourceBinding& binding) {
  return !binding.spec.cluster_resource_override_snapshots.empty() || !binding.spec.resource_override_snapshots.empty();
}

bool is_made_of(const api::Work& work, const api::ResourceBinding& binding) {
  const auto says = [&](std::string_view annotation, const std::string& value) {
    const std::string* const said = work.metadata.annotation(annotation);
    return said != nullptr && *said == value;
  };
  return says(api::annotation::parent_resource_snapshot_name, binding.spec.resource_snapshot_name) &&
         says(api::annotation::parent_resource_override_snapshot_hash,
              api::override_snapshots_hash(binding.spec.resource_override_snapshots)) &&
         says(api::annotation::parent_cluster_resource_override_snapshot_hash,
              api::override_snapshots_hash(binding.spec.cluster_resource_override_snapshots));
}

std::expected<std::vector<api::Work>, SyncFailure> desired_works(const Content& content,
                                                                 const std::vector<WorkPtr>& existing) {
  const kube::NamespacedName placement = index::placement_of(content.binding.metadata);
  std::vector<api::Work> works;
  std::vector<api::Work> of_envelopes;
  std::optional<SyncFailure> failure;  // of an envelope: what goes wrong with overrides is told first (6.4)
  for (const SnapshotPtr& part : content.group) {
    const auto subindex = api::index_of(part->metadata.annotations, api::annotation::subindex_of_resource_snapshot);
    api::Work work = blank(content.binding, *part);
    work.metadata.name = subindex ? api::sub_work_name(placement, *subindex) : api::master_work_name(placement);
    for (const auto& manifest : part->spec.selected_resources) {
      if (override::is_envelope(manifest)) {
        auto of_envelope = envelope_work(content, work, manifest, existing);
        if (of_envelope) {
          of_envelopes.push_back(*std::move(of_envelope));
        } else if (of_envelope.error().at_overrides) {
          return std::unexpected(std::move(of_envelope.error()));
        } else if (!failure) {
          failure = std::move(of_envelope.error());
        }
      } else if (auto added = add(content, manifest, work); !added) {
        return std::unexpected(std::move(added.error()));
      }
    }
    works.push_back(std::move(work));
  }
  if (failure) return std::unexpected(*std::move(failure));
  std::ranges::move(of_envelopes, std::back_inserter(works));
  return works;
}

engine::Chain sync_writes(const api::ResourceBinding& binding, const std::vector<api::Work>& desired,
                          const std::vector<WorkPtr>& existing) {
  engine::Chain writes;
  for (const api::Work& wanted : desired) {
    const auto present = std::ranges::find(existing, wanted.metadata.name,
                                           [](const WorkPtr& one) -> const std::string& { return one->metadata.name; });
    if (present == existing.end()) {
      writes.push_back(create(wanted, fmt::format("the cluster needs the Work {}", wanted.metadata.name)));
      continue;
    }
    api::Work next = updated(**present, wanted);
    if (has_overrides(binding) && is_made_of(**present, binding)) {
      next.spec.workload.manifests = (*present)->spec.workload.manifests;
    }
    if (next != **present) {
      writes.push_back(update(next, fmt::format("the content of the Work {} has changed", wanted.metadata.name)));
    }
  }
  for (const WorkPtr& work : existing) {
    if (std::ranges::find(desired, work->metadata.name, [](const api::Work& one) -> const std::string& {
          return one.metadata.name;
        }) == desired.end()) {
      writes.push_back(
          remove(*work, fmt::format("nothing of the snapshot is in the Work {} any more", work->metadata.name)));
    }
  }
  return writes;
}

engine::Chain apply_strategy_writes(const api::ResourceBinding& binding, const std::vector<WorkPtr>& existing) {
  engine::Chain writes;
  for (const WorkPtr& work : existing) {
    if (work->spec.apply_strategy == binding.spec.apply_strategy) continue;
    api::Work next = *work;
    next.spec.apply_strategy = binding.spec.apply_strategy;
    writes.push_back(update(next, "the apply strategy has changed"));
  }
  return writes;
}

}  // namespace slipway::hub::work
