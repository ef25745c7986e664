#include "hub/placement/controller.h"

#include <algorithm>

#include "api/names.h"
#include "hub/indexes.h"
#include "hub/placement/cleanup.h"
#include "hub/placement/events.h"
#include "hub/placement/interest.h"
#include "hub/placement/mirror.h"
#include "hub/placement/policy_snapshots.h"
#include "hub/placement/status.h"
#include "hub/placement/steps.h"
#include "hub/placement/triggers.h"
#include "hub/selection/remembered_reads.h"
#include "hub/writes.h"

namespace slipway::hub::placement {
namespace {

constexpr std::chrono::minutes safety_period{30};  // of a placement that is not completed (1.3 (8))
constexpr std::chrono::seconds retry_period{5};    // something cannot be read, or two controllers are in mid-step
constexpr std::chrono::seconds inconsistency_period{60};  // objects contradict each other: a person has to mend them

engine::Plan look_again_after(Duration wait, Now now) {
  engine::Plan plan;
  plan.look_again = engine::Deadline{now.ticks + wait};
  return plan;
}

engine::Plan report_inconsistency(const api::Placement& placement, const Error& error, Now now) {
  engine::Plan plan = look_again_after(inconsistency_period, now);
  plan.events.push_back(broken(placement, error.message));
  return plan;
}

// One write of the status where it differs; when it no longer does, its mirror.
void publish(const api::Placement& placement, api::PlacementStatus status, const engine::View& view, Now now,
             engine::Plan& plan) {
  const std::string synced = api::placement_condition(api::scope_of(placement.metadata), api::condition::status_synced);
  const kube::Condition* const earlier = kube::find_condition(placement.status.conditions, synced);
  if (is_mirrored(placement) && earlier != nullptr && kube::find_condition(status.conditions, synced) == nullptr) {
    status.conditions.push_back(*earlier);
  }
  if (status != placement.status) {
    plan.events = progress(placement, status);
    api::Placement next = placement;
    next.status = std::move(status);
    plan.report = update_status(next, "what its clusters show has changed", api::field_manager::placement);
  } else if (is_mirrored(placement)) {
    engine::Plan rest = mirror(placement, view, now.wall);
    plan.reads = std::move(rest.reads);
    plan.chains = std::move(rest.chains);
    plan.report = std::move(rest.report);
  }
}

class PlacementController final : public engine::Controller {
 public:
  PlacementController(const selection::Rules& rules, const snapshot::Batching& batching)
      : rules_(rules), batching_(batching) {}

  [[nodiscard]] std::string_view name() const override { return "placement"; }

  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    std::vector<engine::Watch> watches;
    for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
      watches.push_back(
          {.collection = engine::View::collection_of<api::Placement>(scope),
           .concerns = [](const engine::Change& change, const engine::View&, std::vector<engine::Key>& keys) {
             const auto before = engine::View::typed<api::Placement>(change.before);
             const auto after = engine::View::typed<api::Placement>(change.after);
             if (is_news(before.get(), after.get())) keys.push_back(change.either().key());
           }});
      watches.push_back(
          {.collection = engine::View::collection_of<api::ResourceBinding>(scope),
           .concerns = [](const engine::Change& change, const engine::View&, std::vector<engine::Key>& keys) {
             const auto before = engine::View::typed<api::ResourceBinding>(change.before);
             const auto after = engine::View::typed<api::ResourceBinding>(change.after);
             if (is_news(before.get(), after.get())) add_parent(change, keys);
           }});
      for (const auto& collection : {engine::View::collection_of<api::SchedulingPolicySnapshot>(scope),
                                     engine::View::collection_of<api::ResourceSnapshot>(scope)}) {
        watches.push_back({.collection = collection,
                           .concerns = [](const engine::Change& change, const engine::View&,
                                          std::vector<engine::Key>& keys) { add_parent(change, keys); }});
      }
    }
    return watches;
  }

  [[nodiscard]] std::vector<engine::DynamicWatch> dynamic_watches() const override {
    return {{.metadata_only = true,
             .wanted = [rules = rules_](const client::ApiResource& resource) { return is_watched(resource, rules); },
             .concerns = [rules = rules_](
                             const client::ApiResource&, const engine::Change& change, const engine::View& view,
                             std::vector<engine::Key>& keys) { add_interested(change, view, rules, keys); }}};
  }

  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    std::vector<engine::Index> indexes;
    for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
      indexes.push_back(placements_by_interest(scope));
      indexes.push_back(index::bindings_by_placement(scope));
      indexes.push_back(index::policy_snapshots_by_placement(scope));
      indexes.push_back(index::resource_snapshots_by_placement(scope));
    }
    return indexes;
  }

  [[nodiscard]] engine::Plan reconcile(const engine::Key& key, const engine::View& view, engine::Memo& memo,
                                       Now now) const override {
    const auto placement = view.get<api::Placement>(key);
    if (placement == nullptr || placement->metadata.is_deleting()) memo.drop();
    if (placement == nullptr) return {};
    if (placement->metadata.is_deleting()) return clean_up(*placement, view, now);
    if (!placement->metadata.has_finalizer(api::finalizer::crp_cleanup)) return add_finalizer(*placement);

    if (const auto conflict = is_mirrored(*placement) ? mirror_conflict(*placement) : std::nullopt) {
      return refuse(*placement, *conflict, now);
    }
    selection::RememberingView reads(view, memo.get<selection::RememberedReads>());
    auto step = selection::select_resources(*placement, reads, rules_);
    if (!step.outcome) {
      engine::Plan plan;
      plan.reads = reads.reads_for(std::move(step.reads));
      return plan;
    }
    memo.emplace(reads.take());
    const auto& selected = *step.outcome;
    if (!selected && selected.error().reason != Reason::invalid) return look_again_after(retry_period, now);
    if (!selected) {
      engine::Plan plan = look_again_after(safety_period, now);
      publish(*placement, invalid_selectors_status(*placement, selected.error().message, now.wall), view, now, plan);
      return plan;
    }
    return keep(*placement, *selected, view, now);
  }

 private:
  static void add_parent(const engine::Change& change, std::vector<engine::Key>& keys) {
    auto placement = index::placement_of(change.either().metadata());
    if (!placement.name.empty()) keys.push_back(std::move(placement));
  }

  static engine::Plan add_finalizer(const api::Placement& placement) {
    api::Placement next = placement;
    next.metadata.finalizers.emplace_back(api::finalizer::crp_cleanup);
    engine::Plan plan;
    plan.chains.push_back({update(next, "its snapshots must go before it", api::field_manager::placement)});
    return plan;
  }

  // Neither snapshots nor mirror follow selectors that contradict the mirror (1.13).
  static engine::Plan refuse(const api::Placement& placement, const std::string& message, Now now) {
    engine::Plan plan;
    api::Placement next = placement;
    next.status = invalid_selectors_status(placement, message, now.wall);
    if (next.status != placement.status) plan.report = update_status(next, message, api::field_manager::placement);
    return plan;
  }

  // 1.3 (5) to (8): first the snapshots; when they are as they should be, the status.
  [[nodiscard]] engine::Plan keep(const api::Placement& placement, const selection::SelectedResources& selected,
                                  const engine::View& view, Now now) const {
    const auto scope = api::scope_of(placement.metadata);
    const std::string value = index::value_of({placement.metadata.namespace_, placement.metadata.name});
    const auto resources = view.indexed<api::ResourceSnapshot>(scope, index::by_placement, value);
    Observed observed;
    observed.bindings = view.indexed<api::ResourceBinding>(scope, index::by_placement, value);
    observed.groups = snapshot::group_by_index(resources);

    auto policy =
        ensure_policy(placement, view.indexed<api::SchedulingPolicySnapshot>(scope, index::by_placement, value));
    if (!policy) return report_inconsistency(placement, policy.error(), now);
    auto content = ensure_content(placement, selected, resources, observed, now);
    if (!content) return report_inconsistency(placement, content.error(), now);
    if (!policy->writes.empty() || !content->writes.empty()) {
      engine::Plan plan;
      plan.chains = {std::move(policy->writes), std::move(content->writes)};
      return plan;
    }
    observed.policy = policy->latest;
    observed.selected = selected.identifiers;
    auto status = compute_status(placement, observed, now.wall);
    if (!status) return look_again_after(retry_period, now);

    engine::Plan plan;
    if (content->until) {
      plan.look_again = engine::Deadline{*content->until};
    } else if (!is_completed(placement, *status)) {
      plan.look_again = engine::Deadline{now.ticks + safety_period};
    }
    publish(placement, *std::move(status), view, now, plan);
    return plan;
  }

  // 1.10, 1.11. Sets `observed.current` for RollingUpdate.
  [[nodiscard]] Result<snapshot::Wait> ensure_content(const api::Placement& placement,
                                                      const selection::SelectedResources& selected,
                                                      const std::vector<snapshot::SnapshotPtr>& resources,
                                                      Observed& observed, Now now) const {
    if (placement.spec.strategy_type() == api::RolloutStrategyType::external) return snapshot::Wait{};
    const auto latest = snapshot::latest_group(observed.groups);
    if (!latest) return fail(latest.error());
    observed.current = *latest;
    if (*latest != nullptr && (*latest)->master != nullptr) {
      const auto is_current = snapshot::holds(**latest, selected);
      if (!is_current) return fail(is_current.error());
      if (!*is_current) {
        auto wait = snapshot::wait_for_more(**latest, batching_, now.wall);
        if (!wait.writes.empty() || wait.until) return wait;
      }
    }
    std::set<std::string> in_use;
    for (const auto& binding : observed.bindings) in_use.insert(binding->spec.resource_snapshot_name);
    auto ensured = snapshot::ensure_latest(placement, selected, resources, in_use);
    if (!ensured) return fail(ensured.error());
    return snapshot::Wait{.writes = std::move(ensured->writes), .until = std::nullopt};
  }

  selection::Rules rules_;
  snapshot::Batching batching_;
};

}  // namespace

std::unique_ptr<engine::Controller> make_placement_controller(const selection::Rules& rules,
                                                              const snapshot::Batching& batching) {
  return std::make_unique<PlacementController>(rules, batching);
}

}  // namespace slipway::hub::placement
