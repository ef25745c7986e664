#include "hub/placement/mirror.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::placement {
namespace {

bool is_namespace(std::string_view group, std::string_view version, std::string_view kind) {
  return group.empty() && version == "v1" && kind == "Namespace";
}

// The namespace that the mirror is in; null without a selector that names one.
const std::string* target_of(const api::Placement& placement) {
  for (const auto& selector : placement.spec.resource_selectors) {
    if (is_namespace(selector.group, selector.version, selector.kind) && !selector.name.empty()) return &selector.name;
  }
  return nullptr;
}

std::string synced_type() { return api::placement_condition(api::Scope::cluster, api::condition::status_synced); }

// The placement's own report about the mirror is not part of what is mirrored.
api::PlacementStatus mirrored(const api::Placement& placement) {
  api::PlacementStatus status = placement.status;
  kube::remove_condition(status.conditions, synced_type());
  return status;
}

engine::Plan report_synced(const api::Placement& placement, bool is_synced, std::string message, WallTime now) {
  api::Placement next = placement;
  kube::set_condition(next.status.conditions,
                      {.type = synced_type(),
                       .status = is_synced ? kube::ConditionStatus::true_ : kube::ConditionStatus::false_,
                       .observed_generation = placement.metadata.generation,
                       .last_transition_time = now,
                       .reason = std::string(is_synced ? api::placement_reason::status_sync_succeeded
                                                       : api::placement_reason::status_sync_failed),
                       .message = std::move(message)},
                      now);
  engine::Plan plan;
  if (next.status != placement.status)
    plan.report = update_status(next, "its status is mirrored", api::field_manager::placement);
  return plan;
}

}  // namespace

bool is_mirrored(const api::Placement& placement) {
  return placement.metadata.namespace_.empty() &&
         placement.spec.status_reporting_scope == api::StatusReportingScope::namespace_accessible;
}

std::optional<std::string> mirror_conflict(const api::Placement& placement) {
  const std::string* const target = target_of(placement);
  if (target == nullptr) return "a NamespaceAccessible placement needs a selector that names a namespace";
  const auto shown = std::ranges::find_if(placement.status.selected_resources, [](const auto& one) {
    return is_namespace(one.group, one.version, one.kind);
  });
  if (shown == placement.status.selected_resources.end() || shown->name == *target) return std::nullopt;
  return fmt::format(
      "the selectors name namespace {}, but the placement's status is mirrored into namespace {}, which cannot be "
      "changed",
      *target, shown->name);
}

engine::Plan mirror(const api::Placement& placement, const engine::View& view, WallTime now) {
  const std::string& target = *target_of(placement);
  const engine::Read read{.resource = {"", "v1", "namespaces"}, .key = {"", target}};
  const engine::Answer* const answer = view.answer(read);
  engine::Plan plan;
  if (answer == nullptr) {
    plan.reads.push_back(read);
    return plan;
  }
  if (!*answer)
    return report_synced(placement, false, fmt::format("namespace {}: {}", target, answer->error().message), now);
  if (answer->value().front()->metadata().is_deleting()) {
    return report_synced(placement, false, fmt::format("namespace {} is being deleted", target), now);
  }
  const kube::NamespacedName key{target, placement.metadata.name};
  const auto existing = view.get<api::ClusterResourcePlacementStatus>(key);
  api::ClusterResourcePlacementStatus wanted = existing != nullptr ? *existing : api::ClusterResourcePlacementStatus{};
  wanted.metadata.namespace_ = target;
  wanted.metadata.name = placement.metadata.name;
  wanted.metadata.owner_references = {
      api::owner_reference(api::gvk_of<api::Placement>(api::Scope::cluster), placement.metadata)};
  wanted.source_status = mirrored(placement);
  if (existing != nullptr && wanted == *existing)
    return report_synced(placement, true, fmt::format("The status is mirrored into namespace {}", target), now);
  wanted.last_updated_time = now;  // only on a change
  plan.chains.push_back({existing == nullptr
                             ? create(wanted, "the status is mirrored here", api::field_manager::placement)
                             : update(wanted, "the status has changed", api::field_manager::placement)});
  return plan;
}

}  // namespace slipway::hub::placement
