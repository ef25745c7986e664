// What lists and embedded resources must be beyond their schema (kube-api 8.4): no duplicates in sets and maps;
// apiVersion and kind present and well-formed.
#include "json/text.h"
#include "kube/go_text.h"
#include "kube/metadata.h"
#include "kube/names.h"
#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

using json::Value;

// Calls `visit(node, value, old, path)` for every value under a node for which `is_wanted`, parents first.
template <class Wanted, class Visit>
void walk(const Node& node, const Value& value, const Value* old, const Path& path, const Wanted& is_wanted,
          const Visit& visit) {
  if (!is_wanted(node) || (old != nullptr && *old == value)) return;
  visit(node, value, path);
  if (const auto* items = value.array()) {
    if (node.items == nullptr || !is_wanted(*node.items)) return;
    const OldItems old_items(node, old);
    for (std::size_t i = 0; i < items->size(); ++i) {
      walk(*node.items, (*items)[i], old_items.find((*items)[i]), path.index(i), is_wanted, visit);
    }
  } else if (const auto* object = value.object()) {
    for (const auto& [name, member_value] : *object) {
      const Node* member = node.find_member(name);
      if (member == nullptr) continue;
      walk(*member, member_value, old_member(node, old, name), path.member(node, name), is_wanted, visit);
    }
  }
}

// What the message shows of a duplicate: the element of a set, the keys of an element of a map.
std::string shown(const Node& list, const Value& item) {
  if (list.list_type == ListType::set) return go_field_value(item);
  json::Object keys;
  for (const std::string& name : list.list_map_keys) {
    if (const Value* key = item.find(name)) keys.set(name, *key);
  }
  return go_syntax(Value(std::move(keys)));
}

void check_duplicates(const Node& node, const Value& value, const Path& path, std::vector<Cause>& causes) {
  const auto* items = value.array();
  if (items == nullptr || (node.list_type != ListType::set && node.list_type != ListType::map)) return;
  std::vector<std::pair<std::string, std::size_t>> keys;
  keys.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (node.list_type == ListType::set) {
      keys.emplace_back(json::write((*items)[i]), i);
    } else if (auto key = list_key(node, (*items)[i])) {
      keys.emplace_back(std::move(*key), i);
    }
  }
  std::ranges::sort(keys);
  std::vector<std::size_t> duplicates;  // every position but the first of its key
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i].first == keys[i - 1].first) duplicates.push_back(keys[i].second);
  }
  std::ranges::sort(duplicates);
  for (const std::size_t position : duplicates) {
    causes.push_back({"FieldValueDuplicate", path.index(position).text(Path::KeyStyle::bracketed),
                      "Duplicate value: " + shown(node, (*items)[position])});
  }
}

class EmbeddedResource {
 public:
  EmbeddedResource(const json::Object& object, const Path& path, std::vector<Cause>& causes)
      : object_(object), path_(path), causes_(causes) {}

  void check() {
    if (const std::string* api_version = check_text("apiVersion")) {
      if (const auto parsed = parse_group_version(*api_version); !parsed)
        invalid("apiVersion", *api_version, parsed.error().message);
    }
    if (const std::string* kind = check_text("kind")) {
      std::string lower = *kind;
      std::ranges::transform(lower, lower.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      const std::string wrong = check_dns1035_label(lower);
      if (!wrong.empty()) invalid("kind", *kind, "may have mixed case, but should otherwise match: " + wrong);
    }
    if (const Value* metadata = object_.find("metadata")) check_metadata(*metadata);
  }

 private:
  // The text of a member that must be there and not be empty; null when it is not, which is then reported.
  const std::string* check_text(std::string_view name) {
    const Value* value = object_.find(name);
    if (value == nullptr) {
      causes_.push_back({"FieldValueRequired", field(name), "Required value: must not be empty"});
      return nullptr;
    }
    const std::string* text = value->string();
    if (text == nullptr) {
      invalid(name, *value, "must be a string");
    } else if (text->empty()) {
      invalid(name, *value, "must not be empty");
      return nullptr;
    }
    return text;
  }

  void check_metadata(const Value& metadata) {
    const auto parsed = parse_metadata(metadata);
    if (!parsed) {
      causes_.push_back({"FieldValueInvalid", field("metadata"),
                         fmt::format("Invalid value: {}: {}", go_field_value(metadata), parsed.error().message)});
      return;
    }
    if (!parsed->name.empty()) {
      const std::string wrong = check_path_segment(parsed->name);
      if (!wrong.empty()) invalid("metadata.name", parsed->name, wrong);
    }
    for (const auto& [key, value] : parsed->labels) {
      const std::string wrong_key = check_qualified_name(key);
      if (!wrong_key.empty()) invalid("metadata.labels", key, wrong_key);
      const std::string wrong_value = check_label_value(value);
      if (!wrong_value.empty()) invalid("metadata.labels", value, wrong_value);
    }
  }

  [[nodiscard]] std::string field(std::string_view name) const {
    return path_.field(name).text(Path::KeyStyle::bracketed);
  }
  void invalid(std::string_view name, const Value& value, std::string_view why) {
    causes_.push_back(
        {"FieldValueInvalid", field(name), fmt::format("Invalid value: {}: {}", go_field_value(value), why)});
  }

  const json::Object& object_;
  const Path& path_;
  std::vector<Cause>& causes_;
};

}  // namespace

void validate_lists(const Node& root, const Value& object, const Value* old, std::vector<Cause>& causes) {
  walk(
      root, object, old, Path(), [](const Node& node) { return node.has_list_types; },
      [&causes](const Node& node, const Value& value, const Path& path) {
        check_duplicates(node, value, path, causes);
      });
}

void validate_embedded_resources(const Node& root, const Value& object, const Value* old, std::vector<Cause>& causes) {
  walk(
      root, object, old, Path(), [](const Node& node) { return node.has_embedded_resources; },
      [&causes](const Node& node, const Value& value, const Path& path) {
        if (!node.is_embedded_resource || !value.is_object()) return;
        EmbeddedResource(*value.object(), path, causes).check();
      });
}

}  // namespace slipway::kube::structural
