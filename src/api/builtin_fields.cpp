#include "api/builtin_fields.h"

#include <algorithm>
#include <limits>

#include "api/builtin_types.h"
#include "base/bytes.h"
#include "base/time.h"
#include "json/text.h"
#include "kube/go_text.h"
#include "kube/quantity.h"

namespace slipway::api {
namespace {

using fields::Container;
using fields::Field;
using fields::Message;
using fields::Scalar;

// Where the walk is: a chain of stack frames.
struct Place {
  const Place* parent = nullptr;
  std::string_view member = "";    // of a struct, or the key of a map
  std::ptrdiff_t index = -1;       // of a list
  const Message* owner = nullptr;  // the struct whose member this is; null for keys and indexes

  // "spec.containers[0].image", as unknown members are reported.
  [[nodiscard]] std::string text() const {
    std::string out = parent == nullptr ? "" : parent->text();
    if (index >= 0) return out + fmt::format("[{}]", index);
    if (member.empty()) return out;
    return out.empty() ? std::string(member) : out + "." + std::string(member);
  }
  // "spec.containers.image", as Go's decoder names a field.
  [[nodiscard]] std::string go_field() const {
    std::string out = parent == nullptr ? "" : parent->go_field();
    if (owner == nullptr) return out;
    return out.empty() ? std::string(member) : out + "." + std::string(member);
  }
  [[nodiscard]] const Message* go_struct() const {
    if (owner != nullptr) return owner;
    return parent == nullptr ? nullptr : parent->go_struct();
  }
};

std::string go_type(Scalar scalar, const Message* message) {
  switch (scalar) {
    case Scalar::text:
      return "string";
    case Scalar::boolean:
      return "bool";
    case Scalar::int32:
      return "int32";
    case Scalar::int64:
      return "int64";
    case Scalar::real:
      return "float64";
    case Scalar::bytes:
      return "[]uint8";
    case Scalar::time:
    case Scalar::micro_time:
      return "string";
    case Scalar::quantity:
      return "resource.Quantity";
    case Scalar::int_or_string:
      return "int32";
    case Scalar::any:
      return "interface {}";
    case Scalar::schema_or_bool:
    case Scalar::schema_or_array:
    case Scalar::schema_or_strings:
      return "v1.JSONSchemaProps";
    case Scalar::message:
      break;
  }
  return message == nullptr ? "struct" : "v1." + std::string(message->struct_name());
}

std::string go_element_type(const Field& field) {
  return go_type(field.scalar, field.scalar == Scalar::message ? &fields::message_at(field.message) : nullptr);
}

std::string go_type(const Field& field) {
  std::string element = go_element_type(field);
  switch (field.container) {
    case Container::none:
      return element;
    case Container::list:
      return "[]" + element;
    case Container::map:
      return "map[string]" + element;
    case Container::map_of_lists:
      return "map[string][]" + element;
  }
  std::unreachable();
}

std::unexpected<Error> mismatch(const json::Value& value, std::string_view type, const Place& place) {
  std::string kind(kube::go_kind(value));
  if (value.is_number() && (type == "int32" || type == "int64")) kind += " " + json::write(value);
  if (const Message* owner = place.go_struct()) {
    return fail(Reason::bad_request, "json: cannot unmarshal {} into Go struct field {}.{} of type {}", kind,
                owner->struct_name(), place.go_field(), type);
  }
  return fail(Reason::bad_request, "json: cannot unmarshal {} into Go value of type {}", kind, type);
}

constexpr std::string_view time_layout = "2006-01-02T15:04:05Z07:00";
constexpr std::string_view micro_time_layout = "2006-01-02T15:04:05.000000Z07:00";

Result<void> canonical_time(json::Value& value, bool micro, const Place& place) {
  const std::string* text = value.string();
  if (text == nullptr) return mismatch(value, "string", place);
  const auto time = parse_rfc3339(*text);
  const std::string_view layout = micro ? micro_time_layout : time_layout;
  if (!time) {
    return fail(Reason::bad_request, "parsing time {0} as \"{1}\": cannot parse {0} as \"2006\"", json::write(value),
                layout);
  }
  if (!micro) {
    value = to_rfc3339(*time);
    return {};
  }
  // MicroTime wants its six digits: Go's layout says so.
  const std::size_t point = text->find('.');
  const std::size_t end = point == std::string::npos ? 0 : text->find_first_not_of("0123456789", point + 1);
  if (point == std::string::npos || end != point + 7) {
    const std::string rest = text->size() > 19 ? text->substr(19) : "";
    return fail(Reason::bad_request, "parsing time {} as \"{}\": cannot parse \"{}\" as \".000000\"",
                json::write(value), layout, rest);
  }
  std::int64_t micros = 0;
  for (std::size_t i = point + 1; i < end; ++i) micros = micros * 10 + ((*text)[i] - '0');
  value = to_rfc3339_micro(std::chrono::seconds{time->seconds} + std::chrono::microseconds{micros});
  return {};
}

// Text or a number; what is neither is refused in the same words as text that is no quantity.
Result<void> canonical_quantity(json::Value& value) {
  const std::string text = value.string() != nullptr ? *value.string() : json::write(value);
  const auto quantity = kube::parse_quantity(text);
  if (!quantity) return fail(Reason::bad_request, "{}", quantity.error().message);
  value = quantity->text();
  return {};
}

class RoundTrip {
 public:
  explicit RoundTrip(std::vector<std::string>* unknown) : unknown_(unknown) {}

  // A struct: known members in, zero ones out.
  Result<void> message(const Message& type, json::Value& value, const Place& place, bool outermost) {
    if (value.is_null()) value = json::Object{};
    json::Object* object = value.object();
    if (object == nullptr) return mismatch(value, go_type(Scalar::message, &type), place);
    for (auto member = object->begin(); member != object->end();) {
      if (outermost && (member->first == "apiVersion" || member->first == "kind")) {
        if (!member->second.is_string() && !member->second.is_null()) {
          return mismatch(member->second, "string", {.parent = &place, .member = member->first, .owner = &type});
        }
        ++member;
        continue;
      }
      const Place here{.parent = &place, .member = member->first, .owner = &type};
      const Field* field = type.find(member->first);
      if (field == nullptr) {
        if (unknown_ != nullptr) unknown_->push_back(here.text());
        member = object->erase(member);
        continue;
      }
      if (!member->second.is_null()) {
        if (auto done = whole_field(*field, member->second, here); !done) return done;
      }
      if (member->second.is_null() || (is_empty(member->second) && goes_when_empty(*field))) {
        member = object->erase(member);
      } else {
        ++member;
      }
    }
    return write_zeros(type, *object, place);
  }

 private:
  static bool is_empty(const json::Value& value) {
    switch (value.type()) {
      case json::Type::null:
        return true;
      case json::Type::boolean:
        return !*value.boolean();
      case json::Type::integer:
        return *value.integer() == 0;
      case json::Type::number:
        return *value.number() == 0;
      case json::Type::string:
        return value.string()->empty();
      case json::Type::array:
        return value.array()->empty();
      case json::Type::object:
        return value.object()->empty();
    }
    std::unreachable();
  }

  // Go's omitempty leaves out empty text, numbers, lists and maps; never structs, nor what a pointer points to.
  static bool goes_when_empty(const Field& field) {
    if (field.always || field.pointer) return false;
    if (field.container != Container::none) return true;
    switch (field.scalar) {
      case Scalar::text:
      case Scalar::boolean:
      case Scalar::int32:
      case Scalar::int64:
      case Scalar::real:
      case Scalar::bytes:
        return true;
      default:
        return false;
    }
  }

  // Members that Go writes though nobody set them: structs, and scalars without omitempty. Lists, maps and times would
  // be null there; null says nothing, so they are left out.
  Result<void> write_zeros(const Message& type, json::Object& object, const Place& place) {
    for (const Field& field : type.fields) {
      if (field.pointer || field.container != Container::none || object.contains(field.name)) continue;
      switch (field.scalar) {
        case Scalar::message: {
          json::Value zero = json::Object{};
          const Place here{.parent = &place, .member = field.name, .owner = &type};
          if (auto done = message(fields::message_at(field.message), zero, here, false); !done) return done;
          object.set(field.name, std::move(zero));
          break;
        }
        case Scalar::quantity:
          object.set(field.name, "0");
          break;
        case Scalar::int_or_string:
          object.set(field.name, 0);
          break;
        case Scalar::text:
          if (field.always) object.set(field.name, "");
          break;
        case Scalar::boolean:
          if (field.always) object.set(field.name, false);
          break;
        case Scalar::int32:
        case Scalar::int64:
        case Scalar::real:
          if (field.always) object.set(field.name, 0);
          break;
        default:
          break;
      }
    }
    return {};
  }

  Result<void> whole_field(const Field& field, json::Value& value, const Place& place) {
    switch (field.container) {
      case Container::none:
        return element(field, value, place);
      case Container::list:
        return list(field, value, place);
      case Container::map:
      case Container::map_of_lists:
        break;
    }
    json::Object* object = value.object();
    if (object == nullptr) return mismatch(value, go_type(field), place);
    for (auto& [key, member] : *object) {
      const Place here{.parent = &place, .member = key};
      auto done = field.container == Container::map ? element(field, member, here) : list(field, member, here);
      if (!done) return done;
    }
    return {};
  }

  Result<void> list(const Field& field, json::Value& value, const Place& place) {
    json::Array* array = value.array();
    if (array == nullptr) return mismatch(value, "[]" + go_element_type(field), place);
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (auto done = element(field, (*array)[i], {.parent = &place, .index = static_cast<std::ptrdiff_t>(i)}); !done)
        return done;
    }
    return {};
  }

  // One value; null (in a list or map) is the zero value.
  Result<void> element(const Field& field, json::Value& value, const Place& place) {
    switch (field.scalar) {
      case Scalar::message:
        return message(fields::message_at(field.message), value, place, false);
      case Scalar::any:
        return {};
      case Scalar::time:
        return value.is_null() ? Result<void>{} : canonical_time(value, false, place);
      case Scalar::micro_time:
        return value.is_null() ? Result<void>{} : canonical_time(value, true, place);
      case Scalar::quantity:
        if (value.is_null()) value = "0";
        return canonical_quantity(value);
      case Scalar::schema_or_bool:
      case Scalar::schema_or_array:
      case Scalar::schema_or_strings:
        return schema_union(field.scalar, value, place);
      case Scalar::text:
      case Scalar::bytes:
        if (value.is_null()) value = "";
        if (!value.is_string()) return mismatch(value, go_type(field.scalar, nullptr), place);
        if (field.scalar == Scalar::bytes) {
          const auto bytes = decode_base64(*value.string());
          if (!bytes) return fail(bytes.error());
        }
        return {};
      case Scalar::boolean:
        if (value.is_null()) value = false;
        return value.is_boolean() ? Result<void>{} : mismatch(value, "bool", place);
      case Scalar::real:
        if (value.is_null()) value = 0;
        return value.is_number() ? Result<void>{} : mismatch(value, "float64", place);
      case Scalar::int32:
      case Scalar::int64:
        return integer(field.scalar, value, place);
      case Scalar::int_or_string:
        if (value.is_null()) value = 0;
        if (value.is_string()) return {};
        if (const auto* number = value.integer(); number != nullptr && fits_int32(*number)) return {};
        return mismatch(value, "int32", place);
    }
    std::unreachable();
  }

  static bool fits_int32(std::int64_t number) {
    return number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max();
  }

  static Result<void> integer(Scalar scalar, json::Value& value, const Place& place) {
    if (value.is_null()) value = 0;
    const std::int64_t* number = value.integer();
    if (number != nullptr && (scalar == Scalar::int64 || fits_int32(*number))) return {};
    return mismatch(value, scalar == Scalar::int32 ? "int32" : "int64", place);
  }

  Result<void> schema_union(Scalar scalar, json::Value& value, const Place& place) {
    const Message& schema = *fields::find_message("apiextensions.v1.JSONSchemaProps");
    if (value.is_object()) return message(schema, value, place, false);
    if (scalar == Scalar::schema_or_bool) {
      if (value.is_boolean()) return {};
      return fail(Reason::bad_request, "boolean or JSON schema expected");
    }
    json::Array* array = value.array();
    if (array == nullptr)
      return fail(Reason::bad_request, "JSON schema or array expected, not {}", kube::go_kind(value));
    for (std::size_t i = 0; i < array->size(); ++i) {
      const Place here{.parent = &place, .index = static_cast<std::ptrdiff_t>(i)};
      if (scalar == Scalar::schema_or_array) {
        if (auto done = message(schema, (*array)[i], here, false); !done) return done;
      } else if (!(*array)[i].is_string()) {
        return mismatch((*array)[i], "string", here);
      }
    }
    return {};
  }

  std::vector<std::string>* unknown_;
};

}  // namespace

Result<void> round_trip(std::string_view type, json::Value& value, std::vector<std::string>* unknown) {
  const Message* message = fields::find_message(type);
  if (message == nullptr) return {};
  return RoundTrip(unknown).message(*message, value, Place{}, true);
}

bool is_known_type(std::string_view type) { return fields::find_message(type) != nullptr; }

}  // namespace slipway::api
