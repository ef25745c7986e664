#include "hub/scheduler/controller.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/indexes.h"
#include "hub/scheduler/algorithms.h"
#include "hub/scheduler/eligibility.h"
#include "hub/writes.h"

namespace slipway::hub::scheduler {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;
using SnapshotPtr = std::shared_ptr<const api::SchedulingPolicySnapshot>;

bool is_latest(const kube::ObjectMeta& metadata) {
  const std::string* const label = metadata.label(api::label::is_latest_snapshot);
  return label != nullptr && *label == "true";
}

std::string annotation(const kube::ObjectMeta& metadata, std::string_view key) {
  const std::string* const value = metadata.annotation(key);
  return value == nullptr ? std::string() : *value;
}

// 3.1: created, or one of the things that ask for a new cycle changed; and it is latest.
bool asks_for_cycle(const Change& change) {
  if (change.after == nullptr) return false;
  const auto& after = change.after->metadata();
  if (!is_latest(after) || after.is_deleting()) return false;
  if (change.before == nullptr) return true;
  const auto& before = change.before->metadata();
  return !is_latest(before) ||
         annotation(before, api::annotation::number_of_clusters) !=
             annotation(after, api::annotation::number_of_clusters) ||
         annotation(before, api::annotation::crp_generation) != annotation(after, api::annotation::crp_generation);
}

// Of a member's change, the moment of its newest heartbeat stands for now: watches have no clock.
WallTime moment_of(const api::MemberCluster* before, const api::MemberCluster* after) {
  WallTime moment{};
  for (const auto* const member : {before, after}) {
    if (member == nullptr) continue;
    const auto* const agent = member->status.agent(api::agent_type::member_agent);
    if (agent != nullptr && agent->last_received_heartbeat) moment = std::max(moment, *agent->last_received_heartbeat);
  }
  return moment;
}

class SchedulerController final : public engine::Controller {
 public:
  explicit SchedulerController(api::Scope scope) : scope_(scope) {}
  [[nodiscard]] std::string_view name() const override { return controller_name(scope_); }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {index::bindings_by_placement(scope_), index::policy_snapshots_by_placement(scope_)};
  }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] std::vector<BindingPtr> bindings_of(const Key& key, const View& view) const;
  [[nodiscard]] Plan clean_up(const api::Placement& placement, const View& view) const;
  void wake_candidates(const View& view, bool everything, std::vector<Key>& keys) const;

  api::Scope scope_;
};

// 3.1: PickAll always; others only while they lack clusters. `everything`: a cluster is gone, which concerns every
// placement.
void SchedulerController::wake_candidates(const View& view, bool everything, std::vector<Key>& keys) const {
  for (const auto& object : view.list(View::collection_of<api::Placement>(scope_), "")) {
    const auto placement = View::typed<api::Placement>(object);
    if (placement == nullptr) continue;
    const bool is_pick_all = placement->spec.placement_type() == api::PlacementType::pick_all;
    const auto scheduled = api::placement_condition(scope_, api::condition::scheduled);
    if (everything || is_pick_all ||
        !kube::is_true_at(placement->status.conditions, scheduled, placement->metadata.generation)) {
      keys.push_back(object->key());
    }
  }
}

std::vector<engine::Watch> SchedulerController::watches() const {
  return {
      {.collection = View::collection_of<api::SchedulingPolicySnapshot>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const Key placement = index::placement_of(change.either().metadata());
             if (!placement.name.empty() && asks_for_cycle(change)) keys.push_back(placement);
           }},
      {.collection = View::collection_of<api::Placement>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             if (change.after != nullptr && change.after->metadata().is_deleting()) keys.push_back(change.after->key());
           }},
      {.collection = View::collection_of<api::ResourceBinding>(scope_),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             const Key placement = index::placement_of(change.either().metadata());
             const bool begins_or_ends = change.after == nullptr || change.after->metadata().is_deleting();
             if (!placement.name.empty() && begins_or_ends) keys.push_back(placement);
           }},
      {.collection = View::collection_of<api::MemberCluster>(api::Scope::cluster),
       .concerns =
           [this](const Change& change, const View& view, std::vector<Key>& keys) {
             const auto before = View::typed<api::MemberCluster>(change.before);
             const auto after = View::typed<api::MemberCluster>(change.after);
             if (matters_to_scheduling(before.get(), after.get(), moment_of(before.get(), after.get()))) {
               wake_candidates(view, after == nullptr, keys);
             }
           }},
  };
}

std::vector<BindingPtr> SchedulerController::bindings_of(const Key& key, const View& view) const {
  auto bindings = view.indexed<api::ResourceBinding>(scope_, index::by_placement, index::value_of(key));
  std::ranges::sort(bindings, {}, [](const BindingPtr& one) -> const std::string& { return one->metadata.name; });
  return bindings;
}

// 3.3.
Plan SchedulerController::clean_up(const api::Placement& placement, const View& view) const {
  if (!placement.metadata.has_finalizer(api::finalizer::scheduler_cleanup)) return {};
  Plan plan;
  for (const auto& binding : bindings_of({placement.metadata.namespace_, placement.metadata.name}, view)) {
    engine::Chain chain;
    if (binding->metadata.has_finalizer(api::finalizer::scheduler_crb_cleanup)) {
      chain.push_back(release(*binding, "its placement is being deleted"));
    }
    if (!binding->metadata.is_deleting()) chain.push_back(remove(*binding, "its placement is being deleted"));
    if (!chain.empty()) plan.chains.push_back(std::move(chain));
  }
  if (plan.chains.empty()) {
    plan.chains.push_back({hub::remove_finalizer(placement, api::finalizer::scheduler_cleanup,
                                                 "the scheduler has no binding left of it")});
  }
  return plan;
}

// 3.2.
Plan SchedulerController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto placement = view.get<api::Placement>(key);
  if (placement == nullptr) return {};
  if (placement->metadata.is_deleting()) return clean_up(*placement, view);

  std::vector<SnapshotPtr> latest =
      view.indexed<api::SchedulingPolicySnapshot>(scope_, index::by_placement, index::value_of(key));
  std::erase_if(latest, [](const SnapshotPtr& one) { return !is_latest(one->metadata); });
  if (latest.size() != 1) return {};  // a snapshot's change brings us back
  const api::SchedulingPolicySnapshot& snapshot = *latest.front();

  if (!placement->metadata.has_finalizer(api::finalizer::scheduler_cleanup)) {
    return {.chains = {{add_finalizer(*placement, api::finalizer::scheduler_cleanup,
                                      "bindings must be removed before the placement goes")}}};
  }

  Members members;
  for (const auto& object : view.list(View::collection_of<api::MemberCluster>(api::Scope::cluster), "")) {
    if (auto member = View::typed<api::MemberCluster>(object))
      members.emplace(member->metadata.name, std::move(member));
  }
  const Classified classified = classify(bindings_of(key, view), members, snapshot.metadata.name);
  Plan plan;
  for (const auto& binding : classified.deleting) {
    if (binding->metadata.has_finalizer(api::finalizer::scheduler_crb_cleanup)) {
      plan.chains.push_back({release(*binding, "the scheduler has taken note of its deletion")});
    }
  }
  for (const auto& binding : classified.dangling) {
    plan.chains.push_back(
        {mark_unscheduled(*binding, fmt::format("the cluster {} is gone or leaving", binding->spec.target_cluster))});
  }

  const CycleInput input{
      .placement = *placement, .snapshot = snapshot, .members = members, .classified = classified, .now = now.wall};
  Result<Cycle> cycle;
  switch (snapshot.spec.policy ? snapshot.spec.policy->placement_type : api::PlacementType::pick_all) {
    case api::PlacementType::pick_all:
      cycle = pick_all(input);
      break;
    case api::PlacementType::pick_fixed:
      cycle = pick_fixed(input);
      break;
    case api::PlacementType::pick_n:
      cycle = pick_n(input);
      break;
  }
  if (!cycle) {
    plan.events.push_back({.kind = api::gvk_of<api::Placement>(scope_),
                           .key = key,
                           .uid = placement->metadata.uid,
                           .warning = true,
                           .reason = "SchedulingFailed",
                           .message = cycle.error().message});
    return plan;
  }
  for (auto& chain : cycle->writes) plan.chains.push_back(std::move(chain));
  api::SchedulingPolicySnapshot next = snapshot;
  next.status = report(snapshot, cycle->outcome, now.wall);
  if (next.status != snapshot.status) plan.report = update_status(next, "the scheduling cycle has ended");
  return plan;
}

}  // namespace

bool matters_to_scheduling(const api::MemberCluster* before, const api::MemberCluster* after, WallTime now) {
  if (after == nullptr) return true;
  if (after->metadata.is_deleting())
    return before == nullptr || !before->metadata.is_deleting();      // its bindings dangle now
  if (before == nullptr) return why_ineligible(*after, now).empty();  // at start; a new cluster is not eligible yet
  if (before->metadata.labels != after->metadata.labels) return true;
  const auto& taints = after->spec.taints;
  if (!std::ranges::all_of(before->spec.taints,
                           [&](const auto& old) { return std::ranges::find(taints, old) != taints.end(); }))
    return true;
  const auto& a = before->status;
  const auto& b = after->status;
  const auto same_value = [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.value == y.second.value;
  };
  if (!std::ranges::equal(a.properties, b.properties, same_value)) return true;
  if (a.namespaces != b.namespaces) return true;
  if (a.resource_usage.capacity != b.resource_usage.capacity ||
      a.resource_usage.allocatable != b.resource_usage.allocatable ||
      a.resource_usage.available != b.resource_usage.available) {
    return true;
  }
  return !why_ineligible(*before, now).empty() && why_ineligible(*after, now).empty();
}

std::unique_ptr<engine::Controller> make_controller(api::Scope scope) {
  return std::make_unique<SchedulerController>(scope);
}

}  // namespace slipway::hub::scheduler
