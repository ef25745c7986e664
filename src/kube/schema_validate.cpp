// Structural validation in the words of kube-openapi (kube-api 8.4).
#include <cmath>
#include <limits>
#include <re2/re2.h>

#include "json/text.h"
#include "kube/go_text.h"
#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

using json::Value;

std::string_view type_name(const Value& value) {
  switch (value.type()) {
    case json::Type::null:
      return "null";
    case json::Type::boolean:
      return "boolean";
    case json::Type::integer:
      return "integer";
    case json::Type::number:
      return "number";
    case json::Type::string:
      return "string";
    case json::Type::array:
      return "array";
    case json::Type::object:
      return "object";
  }
  std::unreachable();
}

bool is_whole(const Value& value) {
  if (value.is_integer()) return true;
  const auto number = value.number();
  return number && std::isfinite(*number) && std::trunc(*number) == *number;
}

bool has_type(const Node& node, const Value& value) {
  if (node.is_int_or_string) return value.is_integer() || value.is_string();
  switch (node.type) {
    case NodeType::any:
      return true;
    case NodeType::object:
      return value.is_object();
    case NodeType::array:
      return value.is_array();
    case NodeType::string:
      return value.is_string();
    case NodeType::integer:
      return is_whole(value);
    case NodeType::number:
      return value.is_number();
    case NodeType::boolean:
      return value.is_boolean();
  }
  std::unreachable();
}

// Exact for two integers; otherwise as doubles.
std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (a.is_integer() && b.is_integer()) return *a.integer() <=> *b.integer();
  return *a.number() <=> *b.number();
}

bool is_multiple_of(const Value& value, const Value& factor) {
  if (value.is_integer() && factor.is_integer()) {
    return *factor.integer() == -1 || *value.integer() % *factor.integer() == 0;
  }
  const double quotient = *value.number() / *factor.number();
  return std::trunc(quotient) == quotient;
}

std::int64_t count_characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

class Validator {
 public:
  explicit Validator(std::vector<Cause>& causes) : causes_(causes) {}

  // `old`, when not null, is the value at the same place before: an unchanged value is not complained about (8.5).
  void check(const Node& node, const Value& value, const Value* old, const Path& path) {
    if (old != nullptr && *old == value) return;
    if (value.is_null() && (node.is_nullable || (node.type == NodeType::any && !node.is_int_or_string))) return;
    if (!has_type(node, value)) {
      wrong_type(path, node.is_int_or_string ? "integer,string" : type_name(node.type), type_name(value));
      return;
    }
    check_enumeration(node, value, path);
    if (const auto* text = value.string()) {
      check_text(node, *text, path);
    } else if (value.is_number()) {
      check_number(node, value, path);
    } else if (const auto* items = value.array()) {
      check_array(node, *items, old, path);
    } else if (const auto* object = value.object()) {
      check_object(node, *object, old, path);
    }
    check_alternatives(node, value, path);
  }

 private:
  void add(std::string reason, std::string field, std::string message) {
    causes_.push_back({std::move(reason), field_text(std::move(field)), std::move(message)});
  }
  // "Invalid value: 11: spec.replicas in body should be less than or equal to 10"
  void invalid(const Path& path, std::string_view shown, std::string_view should) {
    std::string field = path.text(Path::KeyStyle::dotted);
    std::string message = fmt::format("Invalid value: {}: {} in body {}", shown, field, should);
    add("FieldValueInvalid", std::move(field), std::move(message));
  }
  void wrong_type(const Path& path, std::string_view wanted, std::string_view shown) {
    std::string field = path.text(Path::KeyStyle::dotted);
    const std::string quoted = go_quoted(shown);
    std::string message =
        fmt::format("Invalid value: {}: {} in body must be of type {}: {}", quoted, field, wanted, quoted);
    add("FieldValueTypeInvalid", std::move(field), std::move(message));
  }

  void check_enumeration(const Node& node, const Value& value, const Path& path) {
    if (node.enumeration.empty() || std::ranges::find(node.enumeration, value) != node.enumeration.end()) return;
    std::string supported;
    for (const Value& option : node.enumeration) {
      if (!supported.empty()) supported += ", ";
      supported += go_quoted(option.is_string() ? *option.string() : json::write(option));
    }
    add("FieldValueNotSupported", path.text(Path::KeyStyle::dotted),
        fmt::format("Unsupported value: {}: supported values: {}", go_field_value(value), supported));
  }

  void check_text(const Node& node, const std::string& text, const Path& path) {
    if (node.length_max || node.length_min) {
      const std::int64_t length = count_characters(text);
      if (node.length_max && length > *node.length_max) {
        add("FieldValueTooLong", path.text(Path::KeyStyle::dotted),
            fmt::format("Too long: may not be longer than {}", *node.length_max));
      }
      if (node.length_min && length < *node.length_min) {
        invalid(path, go_quoted(text), fmt::format("should be at least {} chars long", *node.length_min));
      }
    }
    if (node.pattern != nullptr && !re2::RE2::PartialMatch(text, *node.pattern)) {
      invalid(path, go_quoted(text), fmt::format("should match '{}'", node.pattern_text));
    }
    if (!node.format.empty() && !has_format(text, node.format)) wrong_type(path, node.format, text);
  }

  void check_number(const Node& node, const Value& value, const Path& path) {
    const std::string shown = go_field_value(value);
    if (node.maximum) {
      const auto order = compare_numbers(value, *node.maximum);
      if (order > 0 || (node.is_maximum_exclusive && order == 0)) {
        invalid(path, shown,
                fmt::format("should be less than {}{}", node.is_maximum_exclusive ? "" : "or equal to ",
                            json::write(*node.maximum)));
      }
    }
    if (node.minimum) {
      const auto order = compare_numbers(value, *node.minimum);
      if (order < 0 || (node.is_minimum_exclusive && order == 0)) {
        invalid(path, shown,
                fmt::format("should be greater than {}{}", node.is_minimum_exclusive ? "" : "or equal to ",
                            json::write(*node.minimum)));
      }
    }
    if (node.multiple_of && !is_multiple_of(value, *node.multiple_of)) {
      invalid(path, shown, fmt::format("should be a multiple of {}", json::write(*node.multiple_of)));
    }
    check_integer_range(node, value, path);
  }

  // int32 and int64. Kubernetes reports these on the object, with the place only in the sentence.
  void check_integer_range(const Node& node, const Value& value, const Path& path) {
    if (node.type != NodeType::integer || !is_whole(value)) return;
    const bool is_int32 = node.format == "int32";
    const double limit =
        is_int32 ? 0x1p31 : 0x1p63;  // exact as doubles; an int64 that is near them is compared with int32 only
    const double number = *value.number();
    if ((number >= -limit && number < limit) || (!is_int32 && value.is_integer())) return;
    add("FieldValueInvalid", "",
        fmt::format("Invalid value: \"\": Checked value must be of type integer {} in {}",
                    node.format.empty() ? std::string("(default format)") : "with format " + node.format,
                    path.text(Path::KeyStyle::dotted)));
  }

  void check_array(const Node& node, const json::Array& items, const Value* old, const Path& path) {
    const auto count = static_cast<std::int64_t>(items.size());
    if (node.items_max && count > *node.items_max) {
      add("FieldValueTooMany", path.text(Path::KeyStyle::dotted),
          fmt::format("Too many: {}: must have at most {} items", count, *node.items_max));
    }
    if (node.items_min && count < *node.items_min) {
      invalid(path, std::to_string(count), fmt::format("should have at least {} items", *node.items_min));
    }
    if (node.items == nullptr) return;
    const OldItems old_items(node, old);
    for (std::size_t i = 0; i < items.size(); ++i)
      check(*node.items, items[i], old_items.find(items[i]), path.index(i));
  }

  void check_object(const Node& node, const json::Object& object, const Value* old, const Path& path) {
    const auto count = static_cast<std::int64_t>(object.size());
    if (node.properties_min && count < *node.properties_min) {
      invalid(path, std::to_string(count), fmt::format("should have at least {} properties", *node.properties_min));
      return;
    }
    if (node.properties_max && count > *node.properties_max) {
      add("FieldValueTooMany", path.text(Path::KeyStyle::dotted),
          fmt::format("Too many: {}: must have at most {} items", count, *node.properties_max));
      return;
    }
    if (!node.properties.empty() || node.additional != nullptr) {
      for (const auto& [name, value] : object) {
        const Node* member = node.find_member(name);
        if (member != nullptr) check(*member, value, old_member(node, old, name), path.member(node, name));
      }
    }
    for (const std::string& name : node.required) {
      if (object.contains(name)) continue;
      add("FieldValueRequired", path.field(name).text(Path::KeyStyle::dotted), "Required value");
    }
  }

  // How many of `alternatives` hold; the causes of the first that does not are kept in `first_failure`.
  static std::size_t count_valid(const std::vector<std::unique_ptr<Node>>& alternatives, const Value& value,
                                 const Path& path, std::vector<Cause>& first_failure) {
    std::size_t valid = 0;
    bool has_failed = false;
    for (const auto& alternative : alternatives) {
      std::vector<Cause> failure;
      Validator(failure).check(*alternative, value, nullptr, path);
      if (failure.empty()) {
        ++valid;
      } else if (!has_failed) {
        has_failed = true;
        first_failure = std::move(failure);
      }
    }
    return valid;
  }

  void add_alternative(const Path& path, std::string_view rest, std::vector<Cause> details) {
    add("FieldValueInvalid", "",
        fmt::format("Invalid value: \"\": \"{}\" {}", path.text(Path::KeyStyle::dotted), rest));
    std::ranges::move(details, std::back_inserter(causes_));
  }

  void check_alternatives(const Node& node, const Value& value, const Path& path) {
    if (!node.any_of.empty()) {
      std::vector<Cause> failure;
      if (count_valid(node.any_of, value, path, failure) == 0) {
        add_alternative(path, "must validate at least one schema (anyOf)", std::move(failure));
      }
    }
    if (!node.one_of.empty()) {
      std::vector<Cause> failure;
      const std::size_t valid = count_valid(node.one_of, value, path, failure);
      if (valid == 0) {
        add_alternative(path, "must validate one and only one schema (oneOf). Found none valid", std::move(failure));
      } else if (valid > 1) {
        add_alternative(
            path, fmt::format("must validate one and only one schema (oneOf). Found {} valid alternatives", valid), {});
      }
    }
    if (!node.all_of.empty()) {
      std::size_t valid = 0;
      std::vector<Cause> failures;
      for (const auto& part : node.all_of) {
        const std::size_t before = failures.size();
        Validator(failures).check(*part, value, nullptr, path);
        if (failures.size() == before) ++valid;
      }
      if (valid != node.all_of.size()) {
        add_alternative(path,
                        valid == 0 ? "must validate all the schemas (allOf). None validated"
                                   : "must validate all the schemas (allOf)",
                        std::move(failures));
      }
    }
    if (node.not_node != nullptr) {
      std::vector<Cause> failure;
      Validator(failure).check(*node.not_node, value, nullptr, path);
      if (failure.empty()) add_alternative(path, "must not validate the schema (not)", {});
    }
  }

  std::vector<Cause>& causes_;
};

}  // namespace

void validate_structure(const Node& root, const Value& object, const Value* old, std::vector<Cause>& causes) {
  Validator(causes).check(root, object, old, Path());
}

}  // namespace slipway::kube::structural
