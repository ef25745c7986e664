#include "json/patch.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "json/text.h"

namespace slipway::json {
namespace {

using Tokens = std::vector<std::string>;

// An array index as RFC 6901 section 4 writes it: no sign, no leading zero.
std::optional<std::size_t> index_of(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return index;
}

// The value one step below `value`, or null pointer.
template <class V>
V* child_of(V& value, std::string_view token) {
  if (auto* object = value.object()) return object->find(token);
  auto* array = value.array();
  if (array == nullptr) return nullptr;
  const auto index = index_of(token);
  return index && *index < array->size() ? &(*array)[*index] : nullptr;
}

template <class V>
V* walk(V& root, std::span<const std::string> tokens) {
  V* value = &root;
  for (const std::string& token : tokens) {
    value = child_of(*value, token);
    if (value == nullptr) return nullptr;
  }
  return value;
}

// A parser refuses deeper documents, and whoever walks one recurses; copies into copies must not build what could not
// be read.
constexpr std::size_t depth_max = 512;

bool is_deeper_than(const Value& value, std::size_t levels) {
  const auto deeper = [&](const Value& child) { return is_deeper_than(child, levels - 1); };
  if (const Array* array = value.array(); array != nullptr) {
    return levels == 0 || std::any_of(array->begin(), array->end(), deeper);
  }
  const Object* object = value.object();
  if (object == nullptr) return false;
  return levels == 0 || std::any_of(object->begin(), object->end(), [&](const auto& m) { return deeper(m.second); });
}

// Carries one patch document out, operation by operation.
class Patcher {
 public:
  Patcher(Value document, std::size_t copy_bytes_max)
      : document_(std::move(document)), copy_bytes_left_(copy_bytes_max) {}

  Result<void> apply(const Value& operation) {
    const auto path = pointer_at(operation, "path");
    if (!path) return std::unexpected(path.error());
    const std::string_view op = operation.text_at({"op"});
    if (op == "remove") {
      const auto taken = take(*path);
      return taken ? Result<void>() : std::unexpected(taken.error());
    }
    if (op == "move" || op == "copy") {
      const auto from = pointer_at(operation, "from");
      if (!from) return std::unexpected(from.error());
      return op == "move" ? move(*from, *path) : copy(*from, *path);
    }
    // Not a member at all is read as null, as Kubernetes does.
    const Value* given = operation.find("value");
    const Value value = given == nullptr ? Value() : *given;
    if (op == "add") return add(*path, value);
    if (op == "replace") return replace(*path, value);
    if (op == "test") return test(*path, value);
    return fail(Reason::invalid, "\"{}\" is not one of add, remove, replace, move, copy, test", op);
  }

  [[nodiscard]] Value take_document() { return std::move(document_); }

 private:
  static Result<Tokens> pointer_at(const Value& operation, std::string_view member) {
    const Value* value = operation.find(member);
    if (value == nullptr || !value->is_string())
      return fail(Reason::invalid, "\"{}\" is missing or not a string", member);
    auto tokens = parse_pointer(*value->string());
    if (!tokens) tokens.error().reason = Reason::invalid;
    return tokens;
  }

  static std::unexpected<Error> missing(const Tokens& path) {
    return fail(Reason::invalid, "there is no value at \"{}\"", write_pointer(path));
  }

  // The container that holds, or is to hold, the value at `path`, which is not the root.
  Value* parent_of(const Tokens& path) { return walk(document_, std::span(path).first(path.size() - 1)); }

  static Result<void> check_depth(const Tokens& path, const Value& value) {
    if (path.size() <= depth_max && !is_deeper_than(value, depth_max - path.size())) return {};
    return fail(Reason::invalid, "the document would be nested deeper than {} levels", depth_max);
  }

  Result<void> add(const Tokens& path, Value value) {
    if (auto fits = check_depth(path, value); !fits) return fits;
    if (path.empty()) {
      document_ = std::move(value);
      return {};
    }
    Value* parent = parent_of(path);
    if (parent == nullptr) return missing(path);
    const std::string& last = path.back();
    if (Object* object = parent->object(); object != nullptr) {
      object->set(last, std::move(value));
      return {};
    }
    Array* array = parent->array();
    if (array == nullptr) return missing(path);
    const auto index = last == "-" ? std::optional(array->size()) : index_of(last);
    if (!index || *index > array->size()) {
      return fail(Reason::invalid, "\"{}\" is no place in an array of {}", write_pointer(path), array->size());
    }
    array->insert(array->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }

  Result<void> replace(const Tokens& path, Value value) {
    if (auto fits = check_depth(path, value); !fits) return fits;
    Value* old = walk(document_, std::span<const std::string>(path));
    if (old == nullptr) return missing(path);
    *old = std::move(value);
    return {};
  }

  // Removes the value at `path` and returns it.
  Result<Value> take(const Tokens& path) {
    if (path.empty()) return fail(Reason::invalid, "the whole document cannot be removed");
    Value* parent = parent_of(path);
    Value* found = parent == nullptr ? nullptr : child_of(*parent, path.back());
    if (found == nullptr) return missing(path);
    Value taken = std::move(*found);
    if (Object* object = parent->object(); object != nullptr) {
      object->erase(path.back());
    } else {
      Array& array = *parent->array();
      array.erase(array.begin() + (found - array.data()));
    }
    return taken;
  }

  Result<void> move(const Tokens& from, const Tokens& to) {
    if (from.size() < to.size() && std::equal(from.begin(), from.end(), to.begin())) {
      return fail(Reason::invalid, "\"{}\" cannot be moved into itself", write_pointer(from));
    }
    if (from == to) return resolve(document_, from) == nullptr ? Result<void>(missing(from)) : Result<void>();
    auto value = take(from);
    if (!value) return std::unexpected(value.error());
    return add(to, std::move(*value));
  }

  Result<void> copy(const Tokens& from, const Tokens& to) {
    const Value* value = resolve(document_, from);
    if (value == nullptr) return missing(from);
    const std::size_t bytes = write(*value).size();
    if (bytes > copy_bytes_left_) return fail(Reason::invalid, "the copies of this patch are too large together");
    copy_bytes_left_ -= bytes;
    return add(to, *value);
  }

  // A test for null also holds where nothing is: how Kubernetes' users assert absence.
  Result<void> test(const Tokens& path, const Value& value) {
    const Value* found = resolve(document_, path);
    if (found == nullptr && !value.is_null()) return missing(path);
    if (found != nullptr && *found != value) {
      return fail(Reason::invalid, "testing value \"{}\" failed", write_pointer(path));
    }
    return {};
  }

  Value document_;
  std::size_t copy_bytes_left_;
};

std::string_view go_name_of(Type type) {
  switch (type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "bool";
    case Type::integer:
    case Type::number:
      return "number";
    case Type::string:
      return "string";
    case Type::array:
      return "array";
    case Type::object:
      return "object";
  }
  std::unreachable();
}

void merge(Value& target, const Value& patch) {
  const Object* members = patch.object();
  if (members == nullptr) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = Object();
  for (const auto& [key, value] : *members) {
    if (value.is_null()) {
      target.object()->erase(key);
    } else {
      merge((*target.object())[key], value);
    }
  }
}

class Differ {
 public:
  explicit Differ(std::size_t count_max) : count_max_(count_max) {}

  void compare(const Value* left, const Value* right) {
    if (found_.size() >= count_max_) return;
    if (left != nullptr && right != nullptr) {
      if (left->is_object() && right->is_object()) return compare_objects(*left->object(), *right->object());
      if (left->is_array() && right->is_array()) return compare_arrays(*left->array(), *right->array());
      if (*left == *right) return;
    }
    found_.push_back({write_pointer(path_), left, right});
  }

  [[nodiscard]] std::vector<Difference> take() { return std::move(found_); }

 private:
  void compare_at(std::string token, const Value* left, const Value* right) {
    path_.push_back(std::move(token));
    compare(left, right);
    path_.pop_back();
  }

  void compare_objects(const Object& left, const Object& right) {
    auto l = left.begin();
    auto r = right.begin();
    while (l != left.end() || r != right.end()) {
      if (r == right.end() || (l != left.end() && l->first < r->first)) {
        compare_at(l->first, &l->second, nullptr);
        ++l;
      } else if (l == left.end() || r->first < l->first) {
        compare_at(r->first, nullptr, &r->second);
        ++r;
      } else {
        compare_at(l->first, &l->second, &r->second);
        ++l, ++r;
      }
    }
  }

  void compare_arrays(const Array& left, const Array& right) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      compare_at(std::to_string(i), i < left.size() ? &left[i] : nullptr, i < right.size() ? &right[i] : nullptr);
    }
  }

  std::size_t count_max_;
  Tokens path_;
  std::vector<Difference> found_;
};

}  // namespace

Result<Tokens> parse_pointer(std::string_view text) {
  Tokens tokens;
  if (text.empty()) return tokens;
  if (text.front() != '/') return fail(Reason::bad_request, "the JSON pointer \"{}\" does not start with /", text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      tokens.emplace_back();
    } else if (text[i] != '~') {
      tokens.back() += text[i];
    } else if (i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1')) {
      tokens.back() += text[++i] == '0' ? '~' : '/';
    } else {
      return fail(Reason::bad_request, "the JSON pointer \"{}\" has a ~ that is not ~0 or ~1", text);
    }
  }
  return tokens;
}

std::string write_pointer(const Tokens& tokens) {
  std::string text;
  for (const std::string& token : tokens) {
    text += '/';
    for (const char c : token) {
      if (c == '~') {
        text += "~0";
      } else if (c == '/') {
        text += "~1";
      } else {
        text += c;
      }
    }
  }
  return text;
}

const Value* resolve(const Value& root, const Tokens& tokens) { return walk(root, std::span(tokens)); }

Result<Value> apply_json_patch(Value document, const Value& operations, std::size_t copy_bytes_max) {
  const Array* list = operations.array();
  if (list == nullptr) {
    return fail(Reason::bad_request,
                "error decoding patch: json: cannot unmarshal {} into Go value of type []handlers.jsonPatchOp",
                go_name_of(operations.type()));
  }
  for (const Value& operation : *list) {
    if (operation.is_object()) continue;
    return fail(Reason::bad_request,
                "error decoding patch: json: cannot unmarshal {} into Go value of type handlers.jsonPatchOp",
                go_name_of(operation.type()));
  }
  Patcher patcher(std::move(document), copy_bytes_max);
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto done = patcher.apply((*list)[i]); !done) {
      return fail(with_context(std::move(done.error()), fmt::format("operation {} of the JSON patch", i)));
    }
  }
  return patcher.take_document();
}

Value apply_merge_patch(Value document, const Value& patch) {
  merge(document, patch);
  return document;
}

Value make_merge_patch(const Value& from, const Value& to) {
  if (!from.is_object() || !to.is_object()) return to;
  Object patch;
  for (const auto& [key, value] : *from.object()) {
    if (!to.object()->contains(key)) patch.set(key, nullptr);
  }
  for (const auto& [key, value] : *to.object()) {
    const Value* old = from.find(key);
    if (old == nullptr) {
      patch.set(key, value);
    } else if (*old != value) {
      patch.set(key, make_merge_patch(*old, value));
    }
  }
  return patch;
}

std::vector<Difference> diff(const Value& left, const Value& right, std::size_t count_max) {
  Differ differ(count_max);
  differ.compare(&left, &right);
  return differ.take();
}

}  // namespace slipway::json
