// Defaulting (kube-api 8.3): a default is set where its parent exists and it is absent, or null though it may not be.
#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

void fill(const Node& member, json::Value& value) {
  if (value.is_null() && !member.is_nullable && member.default_value.has_value()) value = *member.default_value;
  apply_defaults(member, value);
}

}  // namespace

void apply_defaults(const Node& node, json::Value& value) {
  if (!node.has_defaults) return;
  if (json::Array* items = value.array()) {
    if (node.items == nullptr) return;
    for (json::Value& item : *items) fill(*node.items, item);
    return;
  }
  json::Object* object = value.object();
  if (object == nullptr) return;
  for (const Property& property : node.properties) {
    if (!property.node->has_defaults) continue;
    json::Value* member = object->find(property.name);
    if (member == nullptr) {
      if (!property.node->default_value.has_value()) continue;
      member = &(*object)[property.name];
      *member = *property.node->default_value;
    }
    fill(*property.node, *member);
  }
  if (node.additional == nullptr || !node.additional->has_defaults) return;
  for (auto& [name, member] : *object) {
    if (node.find_property(name) == nullptr) fill(*node.additional, member);
  }
}

}  // namespace slipway::kube::structural
