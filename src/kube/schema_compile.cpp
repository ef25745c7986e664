// Reads an OpenAPI v3 schema into nodes and refuses what is not structural (kube-api 8.2, 8.3).
#include <array>
#include <re2/re2.h>

#include "json/text.h"
#include "kube/go_text.h"
#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

using json::Value;

// Where a node stands; decides what it must and must not have.
enum class Place { root, property, items, additional, alternative };

// Keywords of JSON schema that Kubernetes does not allow in a CRD.
constexpr std::array<std::string_view, 12> kForbidden = {
    "$ref", "additionalItems",   "definitions", "dependencies", "deprecated", "discriminator",
    "id",   "patternProperties", "readOnly",    "writeOnly",    "xml",        "$id"};
// Keywords that a value validation (a part of allOf, anyOf, oneOf, not) must not have.
constexpr std::array<std::string_view, 12> kNotInAlternative = {"additionalProperties",
                                                                "default",
                                                                "description",
                                                                "nullable",
                                                                "title",
                                                                "x-kubernetes-embedded-resource",
                                                                "x-kubernetes-int-or-string",
                                                                "x-kubernetes-list-map-keys",
                                                                "x-kubernetes-list-type",
                                                                "x-kubernetes-map-type",
                                                                "x-kubernetes-preserve-unknown-fields",
                                                                "x-kubernetes-validations"};

std::optional<NodeType> parse_type(std::string_view text) {
  if (text == "object") return NodeType::object;
  if (text == "array") return NodeType::array;
  if (text == "string") return NodeType::string;
  if (text == "integer") return NodeType::integer;
  if (text == "number") return NodeType::number;
  if (text == "boolean") return NodeType::boolean;
  return std::nullopt;
}

class Compiler {
 public:
  explicit Compiler(std::vector<Cause>& causes) : causes_(causes) {}

  // `may_use_old_self`: new and old values at this place can be told to be the same one (8.5).
  std::unique_ptr<Node> compile(const Value& schema, const std::string& path, Place place, bool may_use_old_self) {
    auto node = std::make_unique<Node>();
    if (!schema.is_object()) {
      invalid(path, schema, "must be an object");
      return node;
    }
    refuse_keywords(schema, path, place);
    read_kind(schema, path, place, *node);
    read_bounds(schema, path, *node);
    read_list_and_map_types(schema, path, *node);
    read_children(schema, path, place, may_use_old_self, *node);
    read_alternatives(schema, path, *node);
    check_list_map_keys(path, *node);
    read_default(schema, path, *node);
    if (place != Place::alternative) {
      if (const Value* validations = schema.find("x-kubernetes-validations")) {
        compile_rules(*validations, path + ".x-kubernetes-validations", may_use_old_self, *node, causes_);
      }
      if (place == Place::root) check_root_metadata(path, *node);
    }
    summarize(*node);
    return node;
  }

 private:
  void add(std::string reason, std::string field, std::string message) {
    causes_.push_back({std::move(reason), std::move(field), std::move(message)});
  }
  void required(std::string field, std::string_view why) {
    add("FieldValueRequired", std::move(field), fmt::format("Required value: {}", why));
  }
  void forbidden(std::string field, std::string_view why) {
    add("FieldValueForbidden", std::move(field), fmt::format("Forbidden: {}", why));
  }
  void invalid(std::string field, const Value& value, std::string_view why) {
    add("FieldValueInvalid", std::move(field), fmt::format("Invalid value: {}: {}", go_field_value(value), why));
  }

  // The member, when it is there and of the type that `get` reads; another type is reported.
  template <class T>
  const T* read(const Value& schema, std::string_view name, const std::string& path, const T* (Value::*get)() const,
                std::string_view wanted) {
    const Value* value = schema.find(name);
    if (value == nullptr || value->is_null()) return nullptr;
    const T* content = (value->*get)();
    if (content == nullptr) invalid(fmt::format("{}.{}", path, name), *value, wanted);
    return content;
  }
  bool read_flag(const Value& schema, std::string_view name, const std::string& path) {
    const bool* flag = read<bool>(schema, name, path, &Value::boolean, "must be true or false");
    return flag != nullptr && *flag;
  }
  std::string read_text(const Value& schema, std::string_view name, const std::string& path) {
    const std::string* text = read<std::string>(schema, name, path, &Value::string, "must be a string");
    return text != nullptr ? *text : std::string();
  }
  std::optional<std::int64_t> read_count(const Value& schema, std::string_view name, const std::string& path) {
    const auto* count = read<std::int64_t>(schema, name, path, &Value::integer, "must be an integer");
    return count != nullptr ? std::optional(*count) : std::nullopt;
  }
  std::optional<Value> read_number(const Value& schema, std::string_view name, const std::string& path) {
    const Value* value = schema.find(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_number()) return *value;
    invalid(fmt::format("{}.{}", path, name), *value, "must be a number");
    return std::nullopt;
  }

  void refuse_keywords(const Value& schema, const std::string& path, Place place) {
    for (const std::string_view keyword : kForbidden) {
      if (schema.find(keyword) != nullptr)
        forbidden(fmt::format("{}.{}", path, keyword), fmt::format("{} is not supported", keyword));
    }
    if (read_flag(schema, "uniqueItems", path)) {
      forbidden(path + ".uniqueItems",
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    if (place != Place::alternative) return;
    for (const std::string_view keyword : kNotInAlternative) {
      if (schema.find(keyword) != nullptr) {
        forbidden(fmt::format("{}.{}", path, keyword), "must be empty to be structural");
      }
    }
  }

  void read_kind(const Value& schema, const std::string& path, Place place, Node& node) {
    const std::string type = read_text(schema, "type", path);
    if (!type.empty()) {
      if (const auto parsed = parse_type(type)) {
        node.type = *parsed;
      } else {
        add("FieldValueNotSupported", path + ".type",
            fmt::format("Unsupported value: {}: supported values: \"array\", \"boolean\", \"integer\", \"number\", "
                        "\"object\", \"string\"",
                        go_quoted(type)));
      }
    }
    node.format = read_text(schema, "format", path);
    if (place == Place::alternative) return;
    node.is_nullable = read_flag(schema, "nullable", path);
    node.is_int_or_string = read_flag(schema, "x-kubernetes-int-or-string", path);
    node.is_embedded_resource = read_flag(schema, "x-kubernetes-embedded-resource", path);
    const bool* preserves =
        read<bool>(schema, "x-kubernetes-preserve-unknown-fields", path, &Value::boolean, "must be true or undefined");
    node.preserves_unknown = preserves != nullptr && *preserves;
    if (preserves != nullptr && !*preserves) {
      invalid(path + ".x-kubernetes-preserve-unknown-fields", Value(false), "must be true or undefined");
    }
    check_kind(path, place, type, node);
  }

  void check_kind(const std::string& path, Place place, const std::string& type, const Node& node) {
    if (node.is_int_or_string) {
      if (!type.empty()) forbidden(path + ".type", "must be empty when x-kubernetes-int-or-string is true");
      if (node.is_embedded_resource)
        forbidden(path + ".x-kubernetes-embedded-resource", "must be false if x-kubernetes-int-or-string is true");
      if (node.preserves_unknown)
        forbidden(path + ".x-kubernetes-preserve-unknown-fields",
                  "must be false if x-kubernetes-int-or-string is true");
      return;
    }
    if (place == Place::root && node.is_embedded_resource) {
      forbidden(path + ".x-kubernetes-embedded-resource", "must not be used at the root");
    }
    if (place == Place::root && node.type != NodeType::object) {
      type.empty() ? required(path + ".type", "must not be empty at the root")
                   : invalid(path + ".type", Value(type), "must be object at the root");
    } else if (node.is_embedded_resource && node.type != NodeType::object) {
      type.empty() ? required(path + ".type", "must be object if x-kubernetes-embedded-resource is true")
                   : invalid(path + ".type", Value(type), "must be object if x-kubernetes-embedded-resource is true");
    } else if (type.empty() && !node.preserves_unknown) {
      required(path + ".type", place == Place::items ? "must not be empty for specified array items"
                                                     : "must not be empty for specified object fields");
    }
  }

  void read_bounds(const Value& schema, const std::string& path, Node& node) {
    node.minimum = read_number(schema, "minimum", path);
    node.maximum = read_number(schema, "maximum", path);
    node.multiple_of = read_number(schema, "multipleOf", path);
    if (node.multiple_of && *node.multiple_of->number() <= 0) {
      invalid(path + ".multipleOf", *node.multiple_of, "must be greater than 0");
      node.multiple_of.reset();
    }
    node.is_minimum_exclusive = read_flag(schema, "exclusiveMinimum", path);
    node.is_maximum_exclusive = read_flag(schema, "exclusiveMaximum", path);
    node.length_min = read_count(schema, "minLength", path);
    node.length_max = read_count(schema, "maxLength", path);
    node.items_min = read_count(schema, "minItems", path);
    node.items_max = read_count(schema, "maxItems", path);
    node.properties_min = read_count(schema, "minProperties", path);
    node.properties_max = read_count(schema, "maxProperties", path);
    if (const auto* options = read<json::Array>(schema, "enum", path, &Value::array, "must be a list"))
      node.enumeration = *options;
    read_names(schema, "required", path, node.required);
    node.pattern_text = read_text(schema, "pattern", path);
    if (node.pattern_text.empty()) return;
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_shared<const re2::RE2>(node.pattern_text, options);
    if (!pattern->ok()) {
      invalid(path + ".pattern", Value(node.pattern_text),
              "must be a valid regular expression, but isn't: " + pattern->error());
      return;
    }
    node.pattern = std::move(pattern);
  }

  void read_names(const Value& schema, std::string_view keyword, const std::string& path,
                  std::vector<std::string>& names) {
    const auto* list = read<json::Array>(schema, keyword, path, &Value::array, "must be a list of strings");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (const std::string* name = (*list)[i].string()) {
        names.push_back(*name);
      } else {
        invalid(fmt::format("{}.{}[{}]", path, keyword, i), (*list)[i], "must be a string");
      }
    }
  }

  void read_list_and_map_types(const Value& schema, const std::string& path, Node& node) {
    const std::string list_type = read_text(schema, "x-kubernetes-list-type", path);
    if (list_type == "atomic") {
      node.list_type = ListType::atomic;
    } else if (list_type == "set") {
      node.list_type = ListType::set;
    } else if (list_type == "map") {
      node.list_type = ListType::map;
    } else if (!list_type.empty()) {
      add("FieldValueNotSupported", path + ".x-kubernetes-list-type",
          fmt::format("Unsupported value: {}: supported values: \"atomic\", \"map\", \"set\"", go_quoted(list_type)));
    }
    if (!list_type.empty() && node.type != NodeType::array)
      invalid(path + ".type", Value(type_text(schema)), "must be array if x-kubernetes-list-type is specified");
    read_names(schema, "x-kubernetes-list-map-keys", path, node.list_map_keys);
    if (node.list_type == ListType::map && node.list_map_keys.empty()) {
      required(path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
    } else if (node.list_type != ListType::map && !node.list_map_keys.empty()) {
      forbidden(path + ".x-kubernetes-list-map-keys", "must not be specified if x-kubernetes-list-type is not map");
    }
    const std::string map_type = read_text(schema, "x-kubernetes-map-type", path);
    node.has_atomic_map = map_type == "atomic";
    if (!map_type.empty() && map_type != "atomic" && map_type != "granular") {
      add("FieldValueNotSupported", path + ".x-kubernetes-map-type",
          fmt::format("Unsupported value: {}: supported values: \"atomic\", \"granular\"", go_quoted(map_type)));
    }
  }

  static std::string type_text(const Value& schema) { return std::string(schema.text_at({"type"})); }

  void read_children(const Value& schema, const std::string& path, Place place, bool may_use_old_self, Node& node) {
    const Place below = place == Place::alternative ? Place::alternative : Place::property;
    const bool may_below = may_use_old_self && !node.has_atomic_map;
    if (const auto* properties = read<json::Object>(schema, "properties", path, &Value::object, "must be an object")) {
      node.properties.reserve(properties->size());
      for (const auto& [name, child] : *properties) {
        node.properties.push_back(
            {name, compile(child, fmt::format("{}.properties[{}]", path, name), below, may_below)});
      }
    }
    read_additional(schema, path, place, may_below, node);
    const Value* items = schema.find("items");
    if (items != nullptr && items->is_array()) {
      forbidden(path + ".items", "items must be a schema object and not an array");
    } else if (items != nullptr) {
      node.items = compile(*items, path + ".items", place == Place::alternative ? place : Place::items,
                           may_use_old_self && node.list_type == ListType::map);
    } else if (node.type == NodeType::array && place != Place::alternative) {
      required(path + ".items", "must be specified");
    }
  }

  void read_additional(const Value& schema, const std::string& path, Place place, bool may_use_old_self, Node& node) {
    const Value* additional = schema.find("additionalProperties");
    if (additional == nullptr || place == Place::alternative) return;
    if (const bool* flag = additional->boolean()) {
      node.allows_additional = *flag;
      if (!*flag) forbidden(path + ".additionalProperties", "additionalProperties cannot be set to false");
      return;
    }
    if (place == Place::root) {
      forbidden(path + ".additionalProperties", "must not be used at the root");
    }
    if (!node.properties.empty()) {
      forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
    }
    node.additional = compile(*additional, path + ".additionalProperties", Place::additional, may_use_old_self);
  }

  void read_alternatives(const Value& schema, const std::string& path, Node& node) {
    read_parts(schema, "allOf", path, node, node.all_of);
    read_parts(schema, "anyOf", path, node, node.any_of);
    read_parts(schema, "oneOf", path, node, node.one_of);
    if (const Value* part = schema.find("not")) node.not_node = read_part(*part, path + ".not", node);
    // An int-or-string is checked as such; its anyOf says the same again.
    if (node.is_int_or_string && node.any_of.size() == 2 && is_plain(*node.any_of[0], NodeType::integer) &&
        is_plain(*node.any_of[1], NodeType::string)) {
      node.any_of.clear();
    }
  }

  static bool is_plain(const Node& node, NodeType type) {
    return node.type == type && node.properties.empty() && node.enumeration.empty() && node.pattern == nullptr &&
           !node.minimum && !node.maximum && !node.multiple_of && !node.length_min && !node.length_max &&
           node.all_of.empty() && node.any_of.empty() && node.one_of.empty() && node.not_node == nullptr &&
           node.format.empty();
  }

  void read_parts(const Value& schema, std::string_view keyword, const std::string& path, const Node& node,
                  std::vector<std::unique_ptr<Node>>& parts) {
    const auto* list = read<json::Array>(schema, keyword, path, &Value::array, "must be a list of schemas");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      parts.push_back(read_part((*list)[i], fmt::format("{}.{}[{}]", path, keyword, i), node));
    }
  }

  std::unique_ptr<Node> read_part(const Value& schema, const std::string& path, const Node& owner) {
    auto part = compile(schema, path, Place::alternative, false);
    check_part(*part, path, owner);
    return part;
  }

  // A part may only restrict what the node itself describes.
  void check_part(const Node& part, const std::string& path, const Node& owner) {
    if (part.type != NodeType::any && !owner.is_int_or_string && owner.type != NodeType::any) {
      forbidden(path + ".type", "must be empty to be structural");
    }
    for (const Property& property : part.properties) {
      const std::string place = fmt::format("{}.properties[{}]", path, property.name);
      const Node* described = owner.find_property(property.name);
      if (described != nullptr) {
        check_part(*property.node, place, *described);
      } else if (!owner.preserves_unknown && owner.type != NodeType::any) {
        required(place, "must be specified in the structural schema because it is restricted here");
      }
    }
    if (part.items != nullptr && owner.items != nullptr) check_part(*part.items, path + ".items", *owner.items);
  }

  void check_list_map_keys(const std::string& path, const Node& node) {
    if (node.list_type != ListType::map || node.items == nullptr) return;
    const Node& item = *node.items;
    if (item.type != NodeType::object)
      invalid(path + ".items.type", Value(""), "must be object if parent array's x-kubernetes-list-type is map");
    for (const std::string& key : node.list_map_keys) {
      const Node* property = item.find_property(key);
      if (property == nullptr) {
        invalid(path + ".x-kubernetes-list-map-keys", Value(key), "entries must all be names of item properties");
      } else if (property->type == NodeType::object || property->type == NodeType::array) {
        invalid(fmt::format("{}.items.properties[{}].type", path, key), Value(""),
                "must be a scalar type if parent array's x-kubernetes-list-type is map");
      } else if (!property->default_value && std::ranges::find(item.required, key) == item.required.end()) {
        required(fmt::format("{}.items.properties[{}].default", path, key),
                 "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
      }
    }
  }

  void read_default(const Value& schema, const std::string& path, Node& node) {
    const Value* value = schema.find("default");
    if (value == nullptr) return;
    if (value->is_null() && !node.is_nullable) {
      invalid(path + ".default", *value, "must not be null unless nullable");
      return;
    }
    std::vector<Cause> causes;
    validate_structure(node, *value, nullptr, causes);
    for (const Cause& cause : causes) {
      add(cause.reason, path + ".default" + (cause.field == "<nil>" ? "" : "." + cause.field), cause.message);
    }
    node.default_value = *value;
  }

  // Every object has metadata; a schema may only restrict its names.
  void check_root_metadata(const std::string& path, const Node& root) {
    const Node* metadata = root.find_property("metadata");
    if (metadata == nullptr) return;
    for (const Property& property : metadata->properties) {
      if (property.name == "name" || property.name == "generateName") continue;
      forbidden(path + ".properties[metadata]",
                "must not specify anything other than name and generateName, but metadata is implicitly specified");
    }
  }

  static void include(Node& node, const Node* child) {
    if (child == nullptr) return;
    node.has_defaults |= child->has_defaults;
    node.has_rules |= child->has_rules;
    node.has_list_types |= child->has_list_types;
    node.has_embedded_resources |= child->has_embedded_resources;
  }

  static void summarize(Node& node) {
    node.has_defaults = node.default_value.has_value();
    node.has_rules = !node.rules.empty();
    node.has_list_types = node.list_type == ListType::set || node.list_type == ListType::map;
    node.has_embedded_resources = node.is_embedded_resource;
    for (const Property& property : node.properties) include(node, property.node.get());
    include(node, node.additional.get());
    include(node, node.items.get());
  }

  std::vector<Cause>& causes_;
};

}  // namespace

std::unique_ptr<Node> compile_root(const Value& open_api, std::string_view path, std::vector<Cause>& causes) {
  return Compiler(causes).compile(open_api, std::string(path), Place::root, true);
}

}  // namespace slipway::kube::structural
