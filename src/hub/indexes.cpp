#include "hub/indexes.h"

#include "api/binding.h"
#include "api/eviction.h"
#include "api/names.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "api/staged_update.h"
#include "api/work.h"

namespace slipway::hub::index {
namespace {

using engine::View;

void add_placement(const kube::Object& object, std::vector<std::string>& values) {
  const auto placement = placement_of(object.metadata());
  if (!placement.name.empty()) values.push_back(value_of(placement));
}

template <class T>
engine::Index by_placement_label(api::Scope scope) {
  return {.collection = View::collection_of<T>(scope), .name = std::string(by_placement), .values = add_placement};
}

}  // namespace

kube::NamespacedName placement_of(const kube::ObjectMeta& metadata) {
  const std::string* const parent = metadata.label(api::label::parent_crp);
  if (parent == nullptr) return {};
  return {metadata.namespace_, *parent};
}

kube::NamespacedName binding_of(const kube::ObjectMeta& work_metadata) {
  const std::string* const binding = work_metadata.label(api::label::parent_resource_binding);
  if (binding == nullptr) return {};
  const std::string* const namespace_ = work_metadata.label(api::label::parent_placement_namespace);
  return {namespace_ == nullptr ? "" : *namespace_, *binding};
}

engine::Index bindings_by_placement(api::Scope scope) { return by_placement_label<api::ResourceBinding>(scope); }
engine::Index policy_snapshots_by_placement(api::Scope scope) {
  return by_placement_label<api::SchedulingPolicySnapshot>(scope);
}
engine::Index resource_snapshots_by_placement(api::Scope scope) {
  return by_placement_label<api::ResourceSnapshot>(scope);
}

engine::Index bindings_by_cluster(api::Scope scope) {
  return {.collection = View::collection_of<api::ResourceBinding>(scope),
          .name = std::string(by_cluster),
          .values = [](const kube::Object& object, std::vector<std::string>& values) {
            const auto* const binding = api::as<api::ResourceBinding>(object);
            if (binding != nullptr && !binding->spec.target_cluster.empty())
              values.push_back(binding->spec.target_cluster);
          }};
}

engine::Index runs_by_placement(api::Scope scope) {
  return {.collection = View::collection_of<api::StagedUpdateRun>(scope),
          .name = std::string(by_placement),
          .values = [](const kube::Object& object, std::vector<std::string>& values) {
            const auto* const run = api::as<api::StagedUpdateRun>(object);
            if (run != nullptr) values.push_back(value_of({run->metadata.namespace_, run->spec.placement_name}));
          }};
}

engine::Index approval_requests_by_run(api::Scope scope) {
  return {.collection = View::collection_of<api::ApprovalRequest>(scope),
          .name = std::string(by_run),
          .values = [](const kube::Object& object, std::vector<std::string>& values) {
            const std::string* const run = object.metadata().label(api::label::target_update_run);
            if (run != nullptr) values.push_back(value_of({object.metadata().namespace_, *run}));
          }};
}

engine::Index works_by_binding() {
  return {.collection = View::collection_of<api::Work>(api::Scope::namespaced),
          .name = std::string(by_binding),
          .values = [](const kube::Object& object, std::vector<std::string>& values) {
            const auto binding = binding_of(object.metadata());
            if (!binding.name.empty()) values.push_back(value_of(binding));
          }};
}

engine::Index evictions_by_placement() {
  return {.collection = View::collection_of<api::PlacementEviction>(api::Scope::cluster),
          .name = std::string(by_placement),
          .values = [](const kube::Object& object, std::vector<std::string>& values) {
            const auto* const eviction = api::as<api::PlacementEviction>(object);
            if (eviction != nullptr) values.push_back(value_of({"", eviction->spec.placement_name}));
          }};
}

}  // namespace slipway::hub::index
