// The three-way patches of client-side apply (member 8.9.4).
#include <algorithm>

#include "kube/go_text.h"
#include "kube/strategic_merge.h"
#include "kube/strategic_merge_keys.h"

namespace slipway::kube {
namespace {

using json::Array;
using json::Object;
using json::Value;
using strategic::find_strategy;
using strategic::member_path;
using strategic::Strategy;

const Object& object_or_nothing(const Value* value) {
  static const Object kNothing;
  return value != nullptr && value->is_object() ? *value->object() : kNothing;
}

// null for what `original` had, `modified` has not and `current` still has.
void add_deletions(Object& patch, const Object& original, const Object& modified, const Object& current) {
  for (const auto& [name, ignored] : original) {
    if (!modified.contains(name) && current.contains(name)) patch.set(name, Value());
  }
}

class ThreeWay {
 public:
  explicit ThreeWay(const GroupKind& kind) : kind_(kind) {}

  Result<Object> compare(const Object& original, const Object& modified, const Object& current,
                         const std::string& path) {
    Object patch;
    for (const auto& [name, wanted] : modified) {
      const Value* live = current.find(name);
      if (live == nullptr) {
        if (!wanted.is_null()) patch.set(name, wanted);
        continue;
      }
      if (*live == wanted) continue;
      const std::string place = member_path(path, name);
      const Strategy strategy = find_strategy(kind_, place);
      if (wanted.is_object() && live->is_object() && !strategy.replaces) {
        auto part =
            compare_objects(object_or_nothing(original.find(name)), *wanted.object(), *live->object(), place, strategy);
        if (!part) return part;
        if (!part->empty()) patch.set(name, std::move(*part));
      } else if (wanted.is_array() && live->is_array() && strategy.merge_key != nullptr) {
        const Value* had = original.find(name);
        const Array& had_list = had != nullptr && had->is_array() ? *had->array() : kEmpty;
        auto done = strategy.merge_key->empty()
                        ? compare_sets(patch, name, had_list, *wanted.array(), *live->array())
                        : compare_lists(patch, name, had_list, *wanted.array(), *live->array(), place, strategy);
        if (!done) return std::unexpected(std::move(done.error()));
      } else {
        patch.set(name, wanted);
      }
    }
    add_deletions(patch, original, modified, current);
    return patch;
  }

 private:
  // An object whose members exclude each other says which of them stay, when anything changes or too much is there.
  Result<Object> compare_objects(const Object& original, const Object& modified, const Object& current,
                                 const std::string& path, const Strategy& strategy) {
    auto patch = compare(original, modified, current, path);
    if (!patch || !strategy.retains_keys) return patch;
    const bool has_more = std::ranges::any_of(current, [&](const Object::Member& member) {
      return !member.second.is_null() && !modified.contains(member.first);
    });
    if (patch->empty() && !has_more) return patch;
    Array names;
    for (const auto& [name, ignored] : modified) names.emplace_back(name);
    patch->set(strategic::kRetainKeys, Value(std::move(names)));
    return patch;
  }

  static Result<void> compare_sets(Object& patch, std::string_view name, const Array& original, const Array& modified,
                                   const Array& current) {
    const auto has = [](const Array& list, const Value& element) {
      return std::ranges::find(list, element) != list.end();
    };
    Array additions;
    for (const Value& element : modified) {
      if (!has(current, element)) additions.push_back(element);
    }
    Array deletions;
    for (const Value& element : original) {
      if (!has(modified, element) && has(current, element)) deletions.push_back(element);
    }
    if (!additions.empty()) patch.set(name, Value(std::move(additions)));
    if (!deletions.empty()) patch.set(std::string(strategic::kDeleteFrom).append(name), Value(std::move(deletions)));
    patch.set(std::string(strategic::kSetElementOrder).append(name), Value(modified));
    return {};
  }

  // The element of `list` that has the same key as `element`; of several the one that comes as often after its equals.
  static const Value* find_same(const Array& list, const Value& element, std::string_view key, std::size_t skip) {
    const Value& identity = *element.find(key);
    for (const Value& candidate : list) {
      const Value* other = candidate.find(key);
      if (other == nullptr || *other != identity) continue;
      if (skip-- == 0) return &candidate;
    }
    return nullptr;
  }
  static std::size_t count_before(const Array& list, std::size_t position, std::string_view key) {
    const Value& identity = *list[position].find(key);
    return static_cast<std::size_t>(
        std::count_if(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(position),
                      [&](const Value& element) { return *element.find(key) == identity; }));
  }

  static Result<void> check_keys(const Array& list, std::string_view key) {
    for (const Value& element : list) {
      if (element.is_object() && element.find(key) != nullptr) continue;
      return fail(Reason::internal, "map: {} does not contain declared merge key: {}", go_text(element), key);
    }
    return {};
  }

  static Value only_key(const Value& element, std::string_view key) {
    Object identity;
    identity.set(key, *element.find(key));
    return Value(std::move(identity));
  }

  static bool has_same_order(const Array& a, const Array& b, std::string_view key) {
    return std::ranges::equal(a, b, [key](const Value& x, const Value& y) { return *x.find(key) == *y.find(key); });
  }

  Result<void> compare_lists(Object& patch, std::string_view name, const Array& original, const Array& modified,
                             const Array& current, const std::string& path, const Strategy& strategy) {
    const std::string_view key = *strategy.merge_key;
    for (const Array* list : {&original, &modified, &current}) {
      if (auto checked = check_keys(*list, key); !checked) return checked;
    }
    Array changes;
    for (std::size_t i = 0; i < modified.size(); ++i) {
      const Value& wanted = modified[i];
      const std::size_t skip = count_before(modified, i, key);
      const Value* live = find_same(current, wanted, key, skip);
      if (live == nullptr) {
        changes.push_back(wanted);
        continue;
      }
      auto part = compare_objects(object_or_nothing(find_same(original, wanted, key, skip)), *wanted.object(),
                                  *live->object(), path, strategy);
      if (!part) return std::unexpected(std::move(part.error()));
      if (part->empty()) continue;
      part->set(key, *wanted.find(key));
      changes.emplace_back(std::move(*part));
    }
    for (const Value& had : original) {
      if (find_same(modified, had, key, 0) != nullptr || find_same(current, had, key, 0) == nullptr) continue;
      Value deletion = only_key(had, key);
      deletion[strategic::kPatch] = "delete";
      changes.push_back(std::move(deletion));
    }
    if (changes.empty() && has_same_order(modified, current, key)) return {};
    Array order;
    for (const Value& element : modified) order.push_back(only_key(element, key));
    if (!changes.empty()) patch.set(name, Value(std::move(changes)));
    patch.set(std::string(strategic::kSetElementOrder).append(name), Value(std::move(order)));
    return {};
  }

  const Array kEmpty;
  const GroupKind& kind_;
};

Object merge_patch(const Object& original, const Object& modified, const Object& current) {
  Object patch;
  for (const auto& [name, wanted] : modified) {
    const Value* live = current.find(name);
    if (live != nullptr && *live == wanted) continue;
    if (live != nullptr && live->is_object() && wanted.is_object()) {
      Object part = merge_patch(object_or_nothing(original.find(name)), *wanted.object(), *live->object());
      if (!part.empty()) patch.set(name, Value(std::move(part)));
    } else if (!wanted.is_null()) {
      patch.set(name, wanted);
    }
  }
  add_deletions(patch, original, modified, current);
  return patch;
}

}  // namespace

Result<json::Value> make_three_way_strategic_patch(const GroupKind& kind, const Value& original, const Value& modified,
                                                   const Value& current) {
  if (!has_merge_strategy(kind)) {
    return fail(Reason::unsupported_media_type, "{} of group \"{}\" has no strategic merge patch", kind.kind,
                kind.group);
  }
  auto patch = ThreeWay(kind).compare(object_or_nothing(&original), object_or_nothing(&modified),
                                      object_or_nothing(&current), "");
  if (!patch) return std::unexpected(std::move(patch.error()));
  return Value(std::move(*patch));
}

Value make_three_way_merge_patch(const Value& original, const Value& modified, const Value& current) {
  return Value(merge_patch(object_or_nothing(&original), object_or_nothing(&modified), object_or_nothing(&current)));
}

}  // namespace slipway::kube
