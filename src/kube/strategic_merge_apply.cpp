// Applying a strategic merge patch (kube-api 7.3).
#include <algorithm>

#include "kube/go_text.h"
#include "kube/strategic_merge.h"
#include "kube/strategic_merge_keys.h"

namespace slipway::kube {
namespace strategic {
namespace {

using json::Array;
using json::Object;
using json::Value;

bool is_directive(std::string_view name) {
  return name == kPatch || name == kRetainKeys || name.starts_with(kDeleteFrom) || name.starts_with(kSetElementOrder);
}

std::string_view patch_directive(const Value& patch) { return patch.text_at({kPatch}); }

std::unexpected<Error> without_key(const Value& element, std::string_view key) {
  return fail(Reason::internal, "map: {} does not contain declared merge key: {}", go_text(element), key);
}

// Position of the element that is the same as `wanted`: by key, or by value in a set.
std::optional<std::size_t> find_same(const Array& list, const Value& wanted, std::string_view key) {
  const Value* identity = key.empty() ? &wanted : wanted.find(key);
  if (identity == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value* candidate = key.empty() ? &list[i] : list[i].find(key);
    if (candidate != nullptr && *candidate == *identity) return i;
  }
  return std::nullopt;
}

// What tells the elements of a list from each other: themselves in a set, else only their keys.
Array identities(const Array& list, std::string_view key) {
  if (key.empty()) return list;
  Array out;
  out.reserve(list.size());
  for (const Value& element : list) {
    Object identity;
    if (const Value* value = element.find(key)) identity.set(key, *value);
    out.emplace_back(std::move(identity));
  }
  return out;
}

// Puts the elements of `list` that `order` names into that order. The others, which only the server knows, follow as
// late as they may: one stands before a named element only if it did so `before`. So a new element comes first, as in
// Kubernetes.
Array in_order(Array list, const Array& order, const Array& before, std::string_view key) {
  struct Named {
    std::size_t position;  // in `order`
    std::size_t sequence;  // in `list`
    Value element;
  };
  std::vector<Named> named;
  Array others;
  for (Value& element : list) {
    if (const auto position = find_same(order, element, key)) {
      named.push_back({*position, named.size(), std::move(element)});
    } else {
      others.push_back(std::move(element));
    }
  }
  std::ranges::sort(named, std::less<>{}, [](const Named& entry) { return std::pair(entry.position, entry.sequence); });
  Array out;
  out.reserve(named.size() + others.size());
  std::size_t next_other = 0;
  for (auto& [position, sequence, element] : named) {
    const auto was = find_same(before, element, key);
    for (; next_other < others.size(); ++next_other) {
      const auto other_was = find_same(before, others[next_other], key);
      if (!was || !other_was || *was < *other_was) break;
      out.push_back(std::move(others[next_other]));
    }
    out.push_back(std::move(element));
  }
  for (; next_other < others.size(); ++next_other) out.push_back(std::move(others[next_other]));
  return out;
}

class Merger {
 public:
  explicit Merger(const GroupKind& kind) : kind_(kind) {}

  Result<Object> merge(Object document, const Object& patch, const std::string& path) {
    const std::string_view directive = patch_directive_of(patch);
    if (directive == "delete") return Object();
    if (directive == "replace") return without_directives(patch, path);
    retain(document, patch);
    for (const auto& [name, value] : patch) {
      if (is_directive(name)) continue;
      if (value.is_null()) {
        document.erase(name);
        continue;
      }
      auto merged = merge_member(document.find(name), value, patch, name, path);
      if (!merged) return std::unexpected(std::move(merged.error()));
      document.set(name, std::move(*merged));
    }
    if (auto done = merge_lists_without_patch(document, patch, path); !done)
      return std::unexpected(std::move(done.error()));
    return document;
  }

 private:
  static std::string_view patch_directive_of(const Object& patch) {
    const Value* directive = patch.find(kPatch);
    return directive != nullptr && directive->is_string() ? std::string_view(*directive->string()) : std::string_view();
  }

  // $retainKeys: of the members only these stay.
  static void retain(Object& document, const Object& patch) {
    const Value* names = patch.find(kRetainKeys);
    if (names == nullptr || !names->is_array()) return;
    for (auto member = document.begin(); member != document.end();) {
      const bool stays = std::ranges::find(*names->array(), Value(member->first)) != names->array()->end();
      member = stays ? member + 1 : document.erase(member);
    }
  }

  static const Array* find_list(const Object& patch, std::string_view directive, std::string_view name) {
    const Value* list = patch.find(std::string(directive).append(name));
    return list != nullptr ? list->array() : nullptr;
  }

  Result<Value> merge_member(Value* current, const Value& patch_value, const Object& patch, std::string_view name,
                             std::string_view path) {
    const std::string place = member_path(path, name);
    const Strategy strategy = find_strategy(kind_, place);
    if (patch_value.is_object()) {
      if (current == nullptr || !current->is_object() || strategy.replaces) {
        return as_value(merge(Object(), *patch_value.object(), place));
      }
      return as_value(merge(std::move(*current->object()), *patch_value.object(), place));
    }
    if (patch_value.is_array() && strategy.merge_key != nullptr) {
      Array before = current != nullptr && current->is_array() ? std::move(*current->array()) : Array();
      return merge_list(std::move(before), *patch_value.array(), find_list(patch, kDeleteFrom, name),
                        find_list(patch, kSetElementOrder, name), *strategy.merge_key, place);
    }
    return patch_value;
  }

  // Lists that the patch only deletes from or reorders.
  Result<void> merge_lists_without_patch(Object& document, const Object& patch, std::string_view path) {
    for (const auto& [directive, ignored] : patch) {
      std::string_view name = directive;
      if (directive.starts_with(kDeleteFrom)) {
        name.remove_prefix(kDeleteFrom.size());
      } else if (directive.starts_with(kSetElementOrder)) {
        name.remove_prefix(kSetElementOrder.size());
        if (patch.contains(std::string(kDeleteFrom).append(name))) continue;  // done with the deletion
      } else {
        continue;
      }
      Value* current = document.find(name);
      const std::string place = member_path(path, name);
      const std::string_view* key = find_strategy(kind_, place).merge_key;
      if (patch.contains(name) || current == nullptr || !current->is_array() || key == nullptr) continue;
      auto merged = merge_list(std::move(*current->array()), Array(), find_list(patch, kDeleteFrom, name),
                               find_list(patch, kSetElementOrder, name), *key, place);
      if (!merged) return std::unexpected(std::move(merged.error()));
      *current = std::move(*merged);
    }
    return {};
  }

  static Result<Value> as_value(Result<Object> object) {
    if (!object) return std::unexpected(std::move(object.error()));
    return Value(std::move(*object));
  }

  // The patch as a value of its own. Merging into nothing drops its directives and nulls.
  Result<Object> without_directives(const Object& patch, const std::string& path) {
    Object plain;
    for (const auto& [name, value] : patch) {
      if (name != kPatch) plain.set(name, value);
    }
    return merge(Object(), plain, path);
  }

  Result<Value> merge_list(Array list, const Array& patch, const Array* deletions, const Array* order,
                           std::string_view key, const std::string& path) {
    const Array before = identities(list, key);
    if (key.empty()) {
      if (deletions != nullptr) {
        std::erase_if(list,
                      [&](const Value& element) { return std::ranges::find(*deletions, element) != deletions->end(); });
      }
      for (const Value& element : patch) {
        if (std::ranges::find(list, element) == list.end()) list.push_back(element);
      }
      return Value(in_order(std::move(list), order != nullptr ? *order : patch, before, key));
    }
    const bool replaces =
        std::ranges::any_of(patch, [](const Value& element) { return patch_directive(element) == "replace"; });
    if (replaces) list.clear();
    for (const Value& element : patch) {
      if (patch_directive(element) == "replace") continue;
      if (auto done = merge_element(list, element, key, path); !done) return std::unexpected(std::move(done.error()));
    }
    if (replaces) return Value(std::move(list));
    return Value(in_order(std::move(list), order != nullptr ? *order : patch, before, key));
  }

  Result<void> merge_element(Array& list, const Value& element, std::string_view key, const std::string& path) {
    if (!element.is_object() || element.find(key) == nullptr) return without_key(element, key);
    auto position = find_same(list, element, key);
    if (patch_directive(element) == "delete") {
      for (; position; position = find_same(list, element, key)) {
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(*position));
      }
      return {};
    }
    Object current = position ? std::move(*list[*position].object()) : Object();
    auto merged = merge(std::move(current), *element.object(), path);
    if (!merged) return std::unexpected(std::move(merged.error()));
    if (position) {
      list[*position] = Value(std::move(*merged));
    } else {
      list.emplace_back(std::move(*merged));
    }
    return {};
  }

  const GroupKind& kind_;
};

}  // namespace
}  // namespace strategic

Result<json::Value> apply_strategic_merge_patch(const GroupKind& kind, json::Value document, const json::Value& patch) {
  if (!has_merge_strategy(kind)) {
    return fail(Reason::unsupported_media_type,
                "the body of the request was in an unknown format - accepted media types include: "
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
  }
  if (!patch.is_object()) return fail(Reason::bad_request, "json: cannot unmarshal the patch into an object");
  json::Object before = document.is_object() ? std::move(*document.object()) : json::Object();
  auto merged = strategic::Merger(kind).merge(std::move(before), *patch.object(), "");
  if (!merged) return std::unexpected(std::move(merged.error()));
  return json::Value(std::move(*merged));
}

}  // namespace slipway::kube
