#include "kube/go_text.h"

#include "json/text.h"

namespace slipway::kube {
namespace {

void write_plain(std::string& out, const json::Value& value) {
  if (const auto* text = value.string()) {
    out += *text;
  } else if (const auto* array = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ' ';
      write_plain(out, (*array)[i]);
    }
    out += ']';
  } else if (const auto* object = value.object()) {
    out += "map[";
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!first) out += ' ';
      first = false;
      out += key;
      out += ':';
      write_plain(out, member);
    }
    out += ']';
  } else if (value.is_null()) {
    out += "<nil>";
  } else {
    json::write_to(out, value);
  }
}

void write_syntax(std::string& out, const json::Value& value) {
  if (const auto* array = value.array()) {
    out += "[]interface {}{";
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      write_syntax(out, (*array)[i]);
    }
    out += '}';
  } else if (const auto* object = value.object()) {
    out += "map[string]interface {}{";
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!first) out += ", ";
      first = false;
      json::write_string_to(out, key);
      out += ':';
      write_syntax(out, member);
    }
    out += '}';
  } else if (value.is_null()) {
    out += "interface {}(nil)";
  } else {
    json::write_to(out, value);
  }
}

}  // namespace

std::string go_text(const json::Value& value) {
  std::string out;
  write_plain(out, value);
  return out;
}

std::string go_syntax(const json::Value& value) {
  std::string out;
  write_syntax(out, value);
  return out;
}

std::string go_field_value(const json::Value& value) {
  return value.is_null() ? std::string("\"null\"") : go_syntax(value);
}

std::string go_quoted(std::string_view text) {
  std::string out;
  json::write_string_to(out, text);
  return out;
}

std::string_view go_kind(const json::Value& value) {
  switch (value.type()) {
    case json::Type::null:
      return "null";
    case json::Type::boolean:
      return "bool";
    case json::Type::integer:
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

}  // namespace slipway::kube
