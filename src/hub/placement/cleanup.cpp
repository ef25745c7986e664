#include "hub/placement/cleanup.h"

#include <algorithm>

#include "api/names.h"
#include "api/snapshot.h"
#include "hub/placement/events.h"
#include "hub/writes.h"

namespace slipway::hub::placement {
namespace {

constexpr std::chrono::seconds look_again_after{5};  // when snapshots cannot be listed

template <class T>
engine::Read list_of(const api::Placement& placement) {
  return {.kind = engine::Read::Kind::list,
          .resource = api::storage_resource_of<T>(api::scope_of(placement.metadata)),
          .key = {placement.metadata.namespace_, ""},
          .label_selector = fmt::format("{}={}", api::label::parent_crp, placement.metadata.name)};
}

template <class T>
void remove_all(const engine::Answer& answer, engine::Chain& writes) {
  for (const auto& object : *answer) {
    T named;
    named.metadata = object->metadata();
    if (!named.metadata.is_deleting()) writes.push_back(remove(named, "its placement is being deleted"));
  }
}

}  // namespace

engine::Plan clean_up(const api::Placement& placement, const engine::View& view, Now now) {
  engine::Plan plan;
  if (!placement.metadata.has_finalizer(api::finalizer::crp_cleanup)) return plan;
  engine::Chain writes;
  // A name that is no label value has never had snapshots.
  if (kube::check_label_value(placement.metadata.name).empty()) {
    const engine::Read policies = list_of<api::SchedulingPolicySnapshot>(placement);
    const engine::Read resources = list_of<api::ResourceSnapshot>(placement);
    for (const auto& read : {policies, resources}) {
      if (view.answer(read) == nullptr) plan.reads.push_back(read);
    }
    if (!plan.reads.empty()) return plan;
    if (!*view.answer(policies) || !*view.answer(resources)) {
      plan.look_again = engine::Deadline{now.ticks + look_again_after};
      return plan;
    }
    remove_all<api::SchedulingPolicySnapshot>(*view.answer(policies), writes);
    remove_all<api::ResourceSnapshot>(*view.answer(resources), writes);
  }
  api::Placement next = placement;
  std::erase(next.metadata.finalizers, api::finalizer::crp_cleanup);
  writes.push_back(update(next, "its snapshots are gone", api::field_manager::placement));
  plan.chains.push_back(std::move(writes));
  plan.events.push_back(cleaned_up(placement));
  return plan;
}

}  // namespace slipway::hub::placement
