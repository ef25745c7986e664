#include "kube/schema_node.h"

#include "json/text.h"

namespace slipway::kube::structural {

void Path::write_to(std::string& out, KeyStyle style) const {
  if (parent_ != nullptr) parent_->write_to(out, style);
  switch (kind_) {
    case Kind::root:
      return;
    case Kind::index:
      out += '[';
      out += std::to_string(position_);
      out += ']';
      return;
    case Kind::key:
      if (style == KeyStyle::bracketed) {
        out += '[';
        out += name_;
        out += ']';
        return;
      }
      [[fallthrough]];
    case Kind::field:
      if (!out.empty()) out += '.';
      out += name_;
      return;
  }
}

std::string Path::text(KeyStyle style) const {
  std::string out;
  write_to(out, style);
  return out;
}

std::string field_text(std::string path) { return path.empty() ? std::string("<nil>") : std::move(path); }

std::optional<std::string> list_key(const Node& list, const json::Value& item) {
  if (!item.is_object()) return std::nullopt;
  std::string key;
  for (const std::string& name : list.list_map_keys) {
    const json::Value* value = item.find(name);
    if (value == nullptr && list.items != nullptr) {
      const Node* property = list.items->find_property(name);
      if (property != nullptr && property->default_value.has_value()) value = &*property->default_value;
    }
    if (value != nullptr) json::write_to(key, *value);
    key += '\n';
  }
  return key;
}

OldItems::OldItems(const Node& list, const json::Value* old_list) : list_(&list) {
  const json::Array* items = old_list != nullptr ? old_list->array() : nullptr;
  if (items == nullptr || list.list_type != ListType::map) return;
  by_key_.reserve(items->size());
  for (const json::Value& item : *items) {
    if (auto key = list_key(list, item)) by_key_.emplace_back(std::move(*key), &item);
  }
  std::ranges::sort(by_key_, std::less<>{}, [](const auto& entry) { return std::string_view(entry.first); });
}

const json::Value* OldItems::find(const json::Value& item) const {
  if (by_key_.empty()) return nullptr;
  const auto key = list_key(*list_, item);
  if (!key) return nullptr;
  const auto found = std::ranges::lower_bound(by_key_, std::string_view(*key), std::less<>{},
                                              [](const auto& entry) { return std::string_view(entry.first); });
  return found != by_key_.end() && found->first == *key ? found->second : nullptr;
}

const json::Value* old_member(const Node& node, const json::Value* old, std::string_view name) {
  if (old == nullptr || node.has_atomic_map) return nullptr;
  return old->find(name);
}

std::string_view type_name(NodeType type) {
  switch (type) {
    case NodeType::any:
      return "";
    case NodeType::object:
      return "object";
    case NodeType::array:
      return "array";
    case NodeType::string:
      return "string";
    case NodeType::integer:
      return "integer";
    case NodeType::number:
      return "number";
    case NodeType::boolean:
      return "boolean";
  }
  std::unreachable();
}

}  // namespace slipway::kube::structural
