#include "hub/work/desired_works.h"

#include <algorithm>

#include "api/hash.h"
#include "api/names.h"
#include "hub/indexes.h"
#include "hub/writes.h"

namespace slipway::hub::work {
namespace {

bool is_envelope(const json::Value& manifest) {
  const auto kind = manifest.text_at({"kind"});
  return manifest.text_at({"apiVersion"}).starts_with(api::placement_group) &&
         (kind == "ClusterResourceEnvelope" || kind == "ResourceEnvelope");
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

Result<std::vector<api::Work>> desired_works(const api::ResourceBinding& binding,
                                             const std::vector<SnapshotPtr>& group) {
  const kube::NamespacedName placement = index::placement_of(binding.metadata);
  std::vector<api::Work> works;
  for (const SnapshotPtr& part : group) {
    const auto subindex = api::index_of(part->metadata.annotations, api::annotation::subindex_of_resource_snapshot);
    const std::string* const resource_index = part->metadata.label(api::label::resource_index);
    api::Work work;
    work.metadata.name = subindex ? api::sub_work_name(placement, *subindex) : api::master_work_name(placement);
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
    for (const auto& manifest : part->spec.selected_resources) {
      if (is_envelope(manifest)) {
        return fail(Reason::invalid,
                    "{} {} is an envelope, and envelopes are not delivered by this version: place its content directly",
                    manifest.text_at({"kind"}), manifest.text_at({"metadata", "name"}));
      }
      work.spec.workload.manifests.push_back(manifest);
    }
    works.push_back(std::move(work));
  }
  return works;
}

engine::Chain sync_writes(const std::vector<api::Work>& desired, const std::vector<WorkPtr>& existing) {
  engine::Chain writes;
  for (const api::Work& wanted : desired) {
    const auto present = std::ranges::find(existing, wanted.metadata.name,
                                           [](const WorkPtr& one) -> const std::string& { return one->metadata.name; });
    if (present == existing.end()) {
      writes.push_back(create(wanted, fmt::format("the cluster needs the Work {}", wanted.metadata.name)));
    } else if (api::Work next = updated(**present, wanted); next != **present) {
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
