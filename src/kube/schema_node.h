#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cel.h"
#include "kube/schema.h"

namespace re2 {
class RE2;
}

// The compiled form behind Schema. Private to the schema_*.cpp files.
namespace slipway::kube::structural {

enum class NodeType { any, object, array, string, integer, number, boolean };
// As a schema spells it; "" for any.
[[nodiscard]] std::string_view type_name(NodeType type);
enum class ListType { none, atomic, set, map };

// One entry of x-kubernetes-validations (8.5).
struct Rule {
  std::shared_ptr<const cel::Program> program;
  std::shared_ptr<const cel::Program> message_program;  // messageExpression, or null
  std::string text;
  std::string message;
  std::string reason = "FieldValueInvalid";
  std::string field_path;  // ".name" or "[key]" appended to the node's path, or ""
  bool has_optional_old_self = false;
};

struct Node;

struct Property {
  std::string name;
  std::unique_ptr<Node> node;
};

// One node of the schema tree. Alternatives (allOf, anyOf, oneOf, not) are nodes too, without type, default or
// extensions.
struct Node {
  NodeType type = NodeType::any;
  bool is_nullable = false;
  bool preserves_unknown = false;
  bool is_embedded_resource = false;
  bool is_int_or_string = false;
  bool has_atomic_map = false;

  std::vector<Property> properties;  // sorted by name
  std::unique_ptr<Node> additional;  // additionalProperties as a schema
  bool allows_additional = false;    // additionalProperties: true
  std::unique_ptr<Node> items;
  std::vector<std::string> required;
  std::optional<json::Value> default_value;

  std::vector<json::Value> enumeration;
  std::string format;
  std::string pattern_text;
  std::shared_ptr<const re2::RE2> pattern;
  std::optional<json::Value> minimum, maximum, multiple_of;  // numbers, kept as written for the messages
  bool is_minimum_exclusive = false;
  bool is_maximum_exclusive = false;
  std::optional<std::int64_t> length_min, length_max, items_min, items_max, properties_min, properties_max;

  ListType list_type = ListType::none;
  std::vector<std::string> list_map_keys;

  std::vector<std::unique_ptr<Node>> all_of, any_of, one_of;
  std::unique_ptr<Node> not_node;

  std::vector<Rule> rules;

  // What this node or any node below it has: subtrees without are not walked.
  bool has_defaults = false;
  bool has_rules = false;
  bool has_list_types = false;  // sets or maps
  bool has_embedded_resources = false;

  [[nodiscard]] const Node* find_property(std::string_view name) const {
    const auto found = std::ranges::lower_bound(properties, name, std::less<>{}, &Property::name);
    return found != properties.end() && found->name == name ? found->node.get() : nullptr;
  }
  // The schema of the member `name`, or null when the schema says nothing about it.
  [[nodiscard]] const Node* find_member(std::string_view name) const {
    const Node* property = find_property(name);
    return property != nullptr ? property : additional.get();
  }
};

// A place in an object, as a chain towards the root on the stack: no text is built while nothing is wrong.
class Path {
 public:
  enum class Kind { root, field, index, key };
  // How a map key is shown: OpenAPI validation and pruning say "spec.m.key", everything else "spec.m[key]".
  enum class KeyStyle { dotted, bracketed };

  Path() = default;
  [[nodiscard]] Path field(std::string_view name) const { return {this, Kind::field, name, 0}; }
  [[nodiscard]] Path key(std::string_view name) const { return {this, Kind::key, name, 0}; }
  [[nodiscard]] Path index(std::size_t position) const { return {this, Kind::index, {}, position}; }
  // The member `name` of an object that `node` describes: a property is a field, everything else a map key.
  [[nodiscard]] Path member(const Node& node, std::string_view name) const {
    return node.find_property(name) != nullptr ? field(name) : key(name);
  }
  // "spec.items[0].name"; "" for the root.
  [[nodiscard]] std::string text(KeyStyle style) const;

 private:
  Path(const Path* parent, Kind kind, std::string_view name, std::size_t position)
      : parent_(parent), kind_(kind), name_(name), position_(position) {}
  void write_to(std::string& out, KeyStyle style) const;

  const Path* parent_ = nullptr;
  Kind kind_ = Kind::root;
  std::string_view name_;
  std::size_t position_ = 0;
};

// The field of a cause: Kubernetes writes "<nil>" for the object itself.
[[nodiscard]] std::string field_text(std::string path);

// Finds, for the elements of a new list, the same elements of the old one by their map keys. Elements of other lists
// have no old value that they could be compared with (8.5).
class OldItems {
 public:
  OldItems(const Node& list, const json::Value* old_list);
  [[nodiscard]] const json::Value* find(const json::Value& item) const;

 private:
  const Node* list_ = nullptr;
  std::vector<std::pair<std::string, const json::Value*>> by_key_;  // sorted
};

// The values of the list map keys of one element as one text; nullopt when it is no object.
[[nodiscard]] std::optional<std::string> list_key(const Node& list, const json::Value& item);
// The old value of a member, where old and new can be compared.
[[nodiscard]] const json::Value* old_member(const Node& node, const json::Value* old, std::string_view name);

// schema_compile.cpp: adds what is wrong to `causes`; the node is usable only if nothing was added.
[[nodiscard]] std::unique_ptr<Node> compile_root(const json::Value& open_api, std::string_view path,
                                                 std::vector<Cause>& causes);
// schema_rules.cpp: reads x-kubernetes-validations into `node`.
void compile_rules(const json::Value& validations, const std::string& path, bool may_use_old_self, Node& node,
                   std::vector<Cause>& causes);

// schema_prune.cpp
void prune(const Node& root, json::Value& object, std::vector<std::string>* unknown);
// schema_default.cpp
void apply_defaults(const Node& node, json::Value& value);
// schema_validate.cpp: types, bounds, patterns, formats, alternatives. With `old`, what is unchanged is not complained
// about.
void validate_structure(const Node& root, const json::Value& object, const json::Value* old,
                        std::vector<Cause>& causes);
// schema_lists.cpp: duplicates in sets and maps; apiVersion, kind and metadata of embedded resources.
void validate_lists(const Node& root, const json::Value& object, const json::Value* old, std::vector<Cause>& causes);
void validate_embedded_resources(const Node& root, const json::Value& object, const json::Value* old,
                                 std::vector<Cause>& causes);
// schema_rules.cpp: CEL.
void validate_rules(const Node& root, const json::Value& object, const json::Value* old, std::vector<Cause>& causes);

// schema_format.cpp: whether `text` is of `format` ("date-time", "byte"); other formats are not checked.
[[nodiscard]] bool has_format(std::string_view text, std::string_view format);

}  // namespace slipway::kube::structural
