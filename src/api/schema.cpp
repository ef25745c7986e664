#include <algorithm>

#include "api/description.h"

// Structural schemas (api 0) from descriptions.
namespace slipway::api::description {
namespace {

// The node that an on_leaf keyword belongs to: the element of a list or map, else the node itself.
json::Value& leaf_of(json::Value& node) {
  if (json::Value* items = node.find("items")) return *items;
  if (json::Value* values = node.find("additionalProperties")) return *values;
  return node;
}

void add_rules(json::Value& node, const std::vector<Rule>& rules, const Target& target) {
  json::Array added;
  for (const Rule& rule : rules) {
    if ((rule.versions & target.version) == 0) continue;
    if (rule.scope && *rule.scope != target.scope) continue;
    added.emplace_back(json::Object{{"message", rule.message}, {"rule", rule.rule}});
  }
  if (!added.empty()) node["x-kubernetes-validations"] = std::move(added);
}

json::Value schema_of_field(const Field& field, const Target& target) {
  json::Value node = field.type->schema(target);
  for (const Keyword& keyword : field.keywords) {
    if ((keyword.versions & target.version) == 0) continue;
    json::Value& owner = keyword.on_leaf ? leaf_of(node) : node;
    if (keyword.value.is_null()) {
      owner.object()->erase(keyword.key);
    } else {
      owner[keyword.key] = keyword.value;
    }
  }
  add_rules(node, field.rules, target);
  return node;
}

}  // namespace

json::Value schema_of_struct(const Struct& description, const Target& target) {
  json::Object properties;
  std::vector<std::string_view> required;
  if (description.is_root) {
    properties.set("apiVersion", json::Object{{"type", "string"}});
    properties.set("kind", json::Object{{"type", "string"}});
  }
  for (const Field& field : description.fields) {
    if ((field.versions & target.version) == 0) continue;
    properties.set(field.name, schema_of_field(field, target));
    if ((field.required_in & target.version) != 0) required.push_back(field.name);
  }
  std::ranges::sort(required);
  json::Value node = json::Object{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) node["required"] = json::Array(required.begin(), required.end());
  if (description.is_atomic) node["x-kubernetes-map-type"] = "atomic";
  add_rules(node, description.rules, target);
  return node;
}

}  // namespace slipway::api::description
