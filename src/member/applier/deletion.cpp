#include "member/applier/deletion.h"

#include "api/names.h"
#include "api/work.h"
#include "member/applier/ownership.h"
#include "member/writes.h"

namespace slipway::member::applier {
namespace {

using engine::Plan;
using engine::Side;

constexpr Duration unblock_again_after = std::chrono::seconds{30};

// Objects with other owners no longer hold back the deletion. One that cannot be read does not hold back the others.
void unblock(const api::Work& work, const kube::OwnerReference& owner, const engine::View& view, Plan& plan) {
  for (const auto& entry : work.status.manifest_conditions) {
    const auto& id = entry.identifier;
    if (id.name.empty() || id.resource.empty()) continue;
    const kube::GroupVersionResource resource{id.group, id.version, id.resource};
    const engine::Read read{.side = Side::member, .resource = resource, .key = {id.namespace_, id.name}};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) {
      plan.reads.push_back(read);
      continue;
    }
    if (!*answer || (*answer)->empty()) continue;
    const kube::Object& live = *(*answer)->front();
    auto owners = live.metadata().owner_references;
    if (owners.size() < 2) continue;
    for (auto& reference : owners) {
      if (is_same_owner(reference, owner)) reference.block_owner_deletion = false;
    }
    if (owners == live.metadata().owner_references) continue;
    plan.chains.push_back({change_object(client::Write::Verb::merge_patch, resource, live,
                                         json::Object{{"metadata", json::Object{{"ownerReferences", to_json(owners)}}}},
                                         "others own it too: it must not hold back the deletion of the Work")});
  }
}

}  // namespace

Plan remove_work(const api::Work& work, const engine::View& view, const Options& options, Now now) {
  if (!work.metadata.has_finalizer(api::finalizer::work_cleanup)) return {};
  Plan plan;
  const kube::NamespacedName key{"", work.metadata.name};
  const auto resource = api::storage_resource_of<api::AppliedWork>(api::Scope::cluster);
  const auto applied_work = view.get<api::AppliedWork>(key, Side::member);
  if (applied_work == nullptr) {
    const engine::Read read{.side = Side::member, .resource = resource, .key = key};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) return {.reads = {read}};
    if (*answer) return {};  // the watch is about to bring it
    if (answer->error().reason != Reason::not_found)
      return {.look_again = engine::Deadline{now.ticks + unblock_again_after}};
    plan.chains.push_back(
        {remove_finalizer(Side::hub, work, api::finalizer::work_cleanup, "nothing of the Work is left on the member")});
    return plan;
  }
  if (!applied_work->metadata.is_deleting()) {
    plan.chains.push_back({{.side = Side::member,
                            .request = {.verb = client::Write::Verb::remove,
                                        .resource = resource,
                                        .key = key,
                                        .uid = applied_work->metadata.uid,
                                        .propagation = client::Propagation::foreground},
                            .why = "its Work is being deleted"}});
    return plan;
  }
  const WallTime patience_ends = *applied_work->metadata.deletion_timestamp + options.deletion_wait;
  if (now.wall < patience_ends) return {.look_again = engine::Deadline{patience_ends}};
  unblock(work, owner_of(applied_work->metadata), view, plan);
  plan.look_again = engine::Deadline{now.ticks + unblock_again_after};
  return plan;
}

}  // namespace slipway::member::applier
