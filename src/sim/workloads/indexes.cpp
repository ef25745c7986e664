#include "sim/workloads/indexes.h"

#include <algorithm>

#include "sim/workloads/facts.h"

namespace slipway::sim::workloads {
namespace {

using engine::Index;
using Values = std::vector<std::string>;

engine::Index index_by_controller(const Kind& kind) {
  return {.collection = kind.collection(),
          .name = std::string(index::by_controller),
          .values = [](const kube::Object& object, Values& values) {
            if (const auto* controller = object.metadata().controller()) values.push_back(controller->uid);
          }};
}

engine::Index index_orphans(const Kind& kind) {
  return {.collection = kind.collection(),
          .name = std::string(index::orphans),
          .values = [](const kube::Object& object, Values& values) {
            if (object.metadata().controller() == nullptr) values.push_back(object.metadata().namespace_);
          }};
}

// The first label that a selector asks for; "" when it asks in other ways.
std::string first_place(std::string_view namespace_, const kube::LabelSelector& selector) {
  for (const kube::Requirement& one : selector.requirements) {
    if (one.op == kube::Requirement::Operator::in && one.values.size() == 1)
      return place_of(namespace_, one.key, one.values.front());
  }
  return place_of(namespace_, "", "");
}

}  // namespace

std::string place_of(std::string_view namespace_, std::string_view label, std::string_view value) {
  return fmt::format("{}/{}={}", namespace_, label, value);
}

std::vector<Index> replica_set_indexes() {
  return {index_by_controller(replica_sets()), index_orphans(replica_sets()),
          Index{.collection = replica_sets().collection(),
                .name = std::string(index::by_selector),
                .values = [](const kube::Object& object, Values& values) {
                  values.push_back(first_place(object.metadata().namespace_, replica_set_facts(object).selector));
                }}};
}

std::vector<Index> pod_indexes() {
  return {index_by_controller(pods()), index_orphans(pods()),
          Index{.collection = pods().collection(),
                .name = std::string(index::by_label),
                .values =
                    [](const kube::Object& object, Values& values) {
                      for (const auto& [key, value] : object.metadata().labels)
                        values.push_back(place_of(object.metadata().namespace_, key, value));
                    }},
          Index{.collection = pods().collection(),
                .name = std::string(index::by_node),
                .values =
                    [](const kube::Object& object, Values& values) {
                      if (!pod_facts(object).is_over()) values.push_back(pod_facts(object).node);
                    }},
          Index{.collection = pods().collection(),
                .name = std::string(index::by_address),
                .values = [](const kube::Object& object, Values& values) {
                  if (!pod_facts(object).ip.empty()) values.push_back(pod_facts(object).ip);
                }}};
}

Index deployments_by_selector() {
  return {.collection = deployments().collection(),
          .name = std::string(index::by_selector),
          .values = [](const kube::Object& object, Values& values) {
            values.push_back(first_place(object.metadata().namespace_, deployment_facts(object).selector));
          }};
}

Index services_by_selector() {
  return {.collection = services().collection(),
          .name = std::string(index::by_selector),
          .values = [](const kube::Object& object, Values& values) {
            const kube::StringMap& selector = service_selector(object);
            if (selector.empty()) return;
            values.push_back(place_of(object.metadata().namespace_, selector.begin()->first, selector.begin()->second));
          }};
}

Index slices_by_service() {
  return {.collection = endpoint_slices().collection(),
          .name = std::string(index::by_service),
          .values = [](const kube::Object& object, Values& values) {
            if (const std::string* service = object.metadata().label("kubernetes.io/service-name"))
              values.push_back(kube::NamespacedName{object.metadata().namespace_, *service}.text());
          }};
}

void add_selecting(const Kind& kind, const kube::Object& object, const engine::View& view,
                   std::vector<engine::Key>& keys) {
  const kube::ObjectMeta& metadata = object.metadata();
  const auto add = [&](const std::string& place) {
    for (const auto& one : view.indexed(kind.collection(), index::by_selector, place)) keys.push_back(one->key());
  };
  for (const auto& [key, value] : metadata.labels) add(place_of(metadata.namespace_, key, value));
  add(place_of(metadata.namespace_, "", ""));
}

bool add_controller(const Kind& kind, const kube::Object& object, std::vector<engine::Key>& keys) {
  const kube::OwnerReference* controller = object.metadata().controller();
  if (controller == nullptr) return false;
  if (controller->kind == kind.kind.kind && controller->api_version == kind.kind.api_version())
    keys.push_back({object.metadata().namespace_, controller->name});
  return true;
}

std::vector<kube::ObjectPtr> controlled(const Kind& kind, const std::string& owner_uid, const engine::View& view) {
  auto found = view.indexed(kind.collection(), index::by_controller, owner_uid);
  std::ranges::sort(found, {}, [](const kube::ObjectPtr& object) {
    return std::pair(object->metadata().creation_timestamp.value_or(WallTime{}), object->metadata().name);
  });
  return found;
}

bool settle_ownership(const Kind& owner_kind, const kube::Object& owner, const kube::LabelSelector& selector,
                      const Kind& kind, const engine::View& view, engine::Plan& plan) {
  if (owner.metadata().is_deleting()) return false;
  for (const auto& object : view.indexed(kind.collection(), index::orphans, owner.metadata().namespace_)) {
    if (object->metadata().is_deleting() || !selector.matches(object->metadata().labels)) continue;
    plan.chains.push_back({set_controller(kind, *object, controller_reference(owner_kind, owner.metadata()),
                                          "its labels match and nobody controls it")});
  }
  for (const auto& object : view.indexed(kind.collection(), index::by_controller, owner.metadata().uid)) {
    if (object->metadata().is_deleting() || selector.matches(object->metadata().labels)) continue;
    plan.chains.push_back({set_controller(kind, *object, nullptr, "its labels no longer match")});
  }
  return !plan.chains.empty();
}

}  // namespace slipway::sim::workloads
