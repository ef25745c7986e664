#include "api/description.h"

#include <algorithm>

#include "json/text.h"

namespace slipway::api::description {

Field& Field::required(Versions in) {
  required_in = in;
  return *this;
}

Field& Field::always() {
  always_in_go = true;
  return *this;
}

Field& Field::in(Versions served) {
  versions = served;
  return *this;
}

Field& Field::keyword(std::string_view key, json::Value value, Versions in) {
  keywords.push_back({key, std::move(value), in});
  return *this;
}

Field& Field::preset(json::Value value, Versions in) { return keyword("default", std::move(value), in); }

Field& Field::at_least(std::int64_t value) { return keyword("minimum", value); }

Field& Field::at_most(std::int64_t value) { return keyword("maximum", value); }

Field& Field::pattern(std::string_view text, Versions in) { return keyword("pattern", text, in); }

Field& Field::one_of(std::initializer_list<std::string_view> texts, Versions in) {
  json::Array allowed;
  for (const std::string_view text : texts) allowed.emplace_back(text);
  return keyword("enum", std::move(allowed), in);
}

Field& Field::length(std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
  if (min) keyword("minLength", *min);
  if (max) keyword("maxLength", *max);
  return *this;
}

Field& Field::items(std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
  if (min) keyword("minItems", *min);
  if (max) keyword("maxItems", *max);
  return *this;
}

Field& Field::properties(std::int64_t min, std::int64_t max) {
  return keyword("minProperties", min).keyword("maxProperties", max);
}

Field& Field::map_list(std::string_view key) {
  return keyword("x-kubernetes-list-type", "map").keyword("x-kubernetes-list-map-keys", json::Array{key});
}

Field& Field::atomic_list() { return keyword("x-kubernetes-list-type", "atomic"); }

Field& Field::shape(Shape of_value) {
  if (of_value != Shape::any_json) keywords.push_back({"type", "object", every_version, true});
  if (of_value == Shape::embedded) keywords.push_back({"x-kubernetes-embedded-resource", true, every_version, true});
  keywords.push_back({"x-kubernetes-preserve-unknown-fields", true, every_version, true});
  return *this;
}

Field& Field::rule(Rule one) {
  rules.push_back(one);
  return *this;
}

namespace {

// Fields by name, for structs of a few dozen at most.
const Field* find_field(const Struct& description, std::string_view name) {
  const auto found = std::ranges::find(description.fields, name, &Field::name);
  return found == description.fields.end() ? nullptr : &*found;
}

std::string_view name_of(json::Type type) {
  switch (type) {
    case json::Type::null:
      return "null";
    case json::Type::boolean:
      return "a boolean";
    case json::Type::integer:
      return "an integer";
    case json::Type::number:
      return "a number";
    case json::Type::string:
      return "text";
    case json::Type::array:
      return "a list";
    case json::Type::object:
      return "an object";
  }
  return "something else";
}

}  // namespace

std::unexpected<Mismatch> mismatch(std::string_view expected, const json::Value& found) {
  return std::unexpected(Mismatch{"", fmt::format("expected {}, found {}", expected, name_of(found.type()))});
}

Error to_error(const Mismatch& mismatch) {
  return {.reason = Reason::bad_request,
          .message = mismatch.path.empty() ? mismatch.problem : fmt::format("{}: {}", mismatch.path, mismatch.problem),
          .causes = {}};
}

Decoded decode_struct(const Struct& description, const json::Value& value, void* into) {
  const json::Object* object = value.object();
  if (object == nullptr) return mismatch("an object", value);
  for (const auto& [key, member] : *object) {
    const Field* field = find_field(description, key);
    if (field == nullptr) {
      const bool is_type_meta = description.is_root && (key == "apiVersion" || key == "kind");
      if (description.unknown != nullptr && !is_type_meta) description.unknown(into)->add(key, member);
      continue;
    }
    if (auto decoded = field->type->decode(member, field->at(into)); !decoded) {
      Mismatch problem = std::move(decoded.error());
      const bool needs_dot = !problem.path.empty() && problem.path.front() != '[';
      problem.path = fmt::format("{}{}{}", key, needs_dot ? "." : "", problem.path);
      return std::unexpected(std::move(problem));
    }
  }
  return {};
}

json::Value encode_struct(const Struct& description, const void* from) {
  std::vector<json::Object::Member> members;
  members.reserve(description.fields.size());
  for (const Field& field : description.fields) {
    const void* value = field.at(from);
    if (!field.is_required() && field.type->is_zero(value)) continue;
    members.emplace_back(std::string(field.name), field.type->encode(value));
  }
  if (description.unknown_const != nullptr) {
    if (const json::Object* unknown = description.unknown_const(from)->members()) {
      members.insert(members.end(), unknown->begin(), unknown->end());
    }
  }
  return json::Object::from_members(std::move(members));
}

void write_go_struct(std::string& out, const Struct& description, const void* from) {
  out += '{';
  bool is_first = true;
  for (const Field& field : description.fields) {
    const void* value = field.at(from);
    if (!field.is_required() && !field.always_in_go && field.type->is_zero(value)) continue;
    if (!is_first) out += ',';
    is_first = false;
    json::write_string_to(out, field.name);
    out += ':';
    field.type->write_go(out, value);
  }
  out += '}';
}

}  // namespace slipway::api::description
