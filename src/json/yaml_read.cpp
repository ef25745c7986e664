#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <yaml.h>

#include "base/bytes.h"
#include "json/position.h"
#include "json/text.h"
#include "json/yaml.h"
#include "json/yaml_scalar.h"

// Reads YAML from libyaml's events. Tags, anchors, aliases, merge keys and the meaning of scalars are decided here, in
// one pass, so that every limit is checked before anything is expanded.

namespace slipway::json {
namespace {

constexpr std::size_t depth_max = 512;  // as for JSON text
// Text that anchors and aliases copy counts as one node per this many bytes.
constexpr std::size_t bytes_per_node = 16;

// libyaml's parser, set to one text.
class Parser {
 public:
  explicit Parser(std::string_view text) : is_ready_(yaml_parser_initialize(&parser_) == 1) {
    if (!is_ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    if (is_ready_) yaml_parser_delete(&parser_);
  }
  [[nodiscard]] bool next(yaml_event_t& event) { return is_ready_ && yaml_parser_parse(&parser_, &event) == 1; }
  [[nodiscard]] const yaml_parser_t& state() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  bool is_ready_;
};

// The parser's next event, or one of type YAML_NO_EVENT when it failed.
class Event {
 public:
  explicit Event(Parser& parser) {
    if (!parser.next(event_)) event_.type = YAML_NO_EVENT;
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  [[nodiscard]] yaml_event_type_t type() const { return event_.type; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string place_of(const yaml_mark_t& mark) {
  return fmt::format("line {}, column {}", mark.line + 1, mark.column + 1);
}

std::string text_of(const yaml_char_t* text) { return text == nullptr ? "" : reinterpret_cast<const char*>(text); }

// How many nodes copying `value` costs.
std::size_t cost_of(const Value& value) {
  std::size_t cost = 1;
  if (const std::string* text = value.string(); text != nullptr) cost += text->size() / bytes_per_node;
  if (const Array* array = value.array(); array != nullptr) {
    for (const Value& element : *array) cost += cost_of(element);
  }
  if (const Object* object = value.object(); object != nullptr) {
    for (const auto& [key, member] : *object) cost += 1 + key.size() / bytes_per_node + cost_of(member);
  }
  return cost;
}

std::size_t depth_of(const Value& value) {
  std::size_t deepest = 0;
  if (const Array* array = value.array(); array != nullptr) {
    for (const Value& element : *array) deepest = std::max(deepest, 1 + depth_of(element));
    return std::max<std::size_t>(deepest, 1);
  }
  if (const Object* object = value.object(); object != nullptr) {
    for (const auto& [key, member] : *object) deepest = std::max(deepest, 1 + depth_of(member));
    return std::max<std::size_t>(deepest, 1);
  }
  return 0;
}

// A mapping key as sigs.k8s.io/yaml makes it text: numbers and booleans by their JSON form.
std::optional<std::string> key_text(const Value& key) {
  switch (key.type()) {
    case Type::string:
      return *key.string();
    case Type::boolean:
    case Type::integer:
    case Type::number:
      return write(key);
    case Type::null:
    case Type::array:
    case Type::object:
      return std::nullopt;
  }
  std::unreachable();
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t nodes_max) : text_(text), nodes_left_(nodes_max), parser_(text) {}

  Result<std::vector<Value>> read() {
    const std::size_t valid = valid_utf8_prefix(text_);
    if (valid < text_.size()) return fail(Reason::bad_request, "{}: the text is not valid UTF-8", place(text_, valid));
    const auto is_forbidden = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
    };
    if (const auto bad = std::find_if(text_.begin(), text_.end(), is_forbidden); bad != text_.end()) {
      return fail(Reason::bad_request, "{}: control characters are not allowed",
                  place(text_, static_cast<std::size_t>(bad - text_.begin())));
    }
    std::vector<Value> documents;
    for (;;) {
      const Event event(parser_);
      if (event.type() == YAML_NO_EVENT) return std::unexpected(syntax_error());
      if (event.type() == YAML_STREAM_END_EVENT) return documents;
      if (event.type() != YAML_DOCUMENT_START_EVENT) continue;
      anchors_.clear();
      is_empty_ = false;
      Value document;
      if (!read_next(document, 0)) return std::unexpected(std::move(*error_));
      if (!is_empty_) documents.push_back(std::move(document));
    }
  }

 private:
  bool read_next(Value& out, std::size_t depth) {
    const Event event(parser_);
    return read_node(event, out, depth);
  }

  bool read_node(const Event& event, Value& out, std::size_t depth) {
    switch (event.type()) {
      case YAML_ALIAS_EVENT:
        return read_alias(event, out, depth);
      case YAML_SCALAR_EVENT:
        return spend(1, event) && read_scalar(event, out, depth) && keep_anchor(event->data.scalar.anchor, event, out);
      case YAML_SEQUENCE_START_EVENT:
        return spend(1, event) && read_sequence(event, out, depth) &&
               keep_anchor(event->data.sequence_start.anchor, event, out);
      case YAML_MAPPING_START_EVENT:
        return spend(1, event) && read_mapping(event, out, depth) &&
               keep_anchor(event->data.mapping_start.anchor, event, out);
      default:
        return stop(syntax_error());
    }
  }

  bool read_sequence(const Event& event, Value& out, std::size_t depth) {
    if (depth >= depth_max) return stop_too_deep(event);
    Array array;
    for (;;) {
      const Event child(parser_);
      if (child.type() == YAML_SEQUENCE_END_EVENT) break;
      if (!read_node(child, array.emplace_back(), depth + 1)) return false;
    }
    out = Value(std::move(array));
    return true;
  }

  bool read_mapping(const Event& event, Value& out, std::size_t depth) {
    if (depth >= depth_max) return stop_too_deep(event);
    std::vector<Object::Member> members;
    std::vector<Object> merged;
    std::set<std::string> seen;
    for (;;) {
      const Event key_event(parser_);
      if (key_event.type() == YAML_MAPPING_END_EVENT) break;
      if (is_merge_key(key_event)) {
        Value value;
        if (!read_next(value, depth + 1) || !add_merged(key_event, value, merged)) return false;
        continue;
      }
      Value key;
      if (!read_node(key_event, key, depth + 1)) return false;
      auto name = key_text(key);
      if (!name) return stop(key_event, "a key must be text, a number or a boolean");
      if (!seen.insert(*name).second) return stop(key_event, fmt::format("duplicate key \"{}\"", *name));
      members.emplace_back(std::move(*name), Value());
      if (!read_next(members.back().second, depth + 1)) return false;
    }
    out = Value(with_merged(std::move(members), std::move(merged)));
    return true;
  }

  static bool is_merge_key(const Event& event) {
    return event.type() == YAML_SCALAR_EVENT && event->data.scalar.plain_implicit == 1 &&
           text_of(event->data.scalar.value) == "<<";
  }

  bool add_merged(const Event& event, Value& value, std::vector<Object>& merged) {
    if (Object* object = value.object(); object != nullptr) {
      merged.push_back(std::move(*object));
      return true;
    }
    Array* list = value.array();
    if (list == nullptr) return stop(event, "a merge key (<<) needs a mapping or a list of mappings");
    for (Value& element : *list) {
      if (!element.is_object()) return stop(event, "a merge key (<<) needs a mapping or a list of mappings");
      merged.push_back(std::move(*element.object()));
    }
    return true;
  }

  // A mapping's own members win over merged ones, earlier merged mappings over later ones.
  static Object with_merged(std::vector<Object::Member> own, std::vector<Object> merged) {
    if (merged.empty()) return Object::from_members(std::move(own));
    std::vector<Object::Member> all;
    for (auto object = merged.rbegin(); object != merged.rend(); ++object) {
      std::move(object->begin(), object->end(), std::back_inserter(all));
    }
    std::move(own.begin(), own.end(), std::back_inserter(all));
    return Object::from_members(std::move(all));
  }

  bool read_scalar(const Event& event, Value& out, std::size_t depth) {
    const auto& scalar = event->data.scalar;
    std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (scalar.tag != nullptr) return read_tagged(event, std::move(text), out);
    if (scalar.plain_implicit == 0) {
      out = Value(std::move(text));
      return true;
    }
    PlainScalar plain = resolve_plain(text);
    if (plain.kind == PlainKind::not_finite) return stop(event, fmt::format("JSON has no number {}", text));
    is_empty_ = depth == 0 && text.empty();
    out = std::move(plain.value);
    return true;
  }

  bool read_tagged(const Event& event, std::string text, Value& out) {
    const std::string tag = tag_of(event->data.scalar.tag);
    if (tag == "binary") {
      auto bytes = decode_base64(text);
      if (!bytes || valid_utf8_prefix(*bytes) != bytes->size())
        return stop(event, "!!binary text that is not base64 of UTF-8");
      out = Value(std::move(*bytes));
      return true;
    }
    const bool is_checked = tag == "null" || tag == "bool" || tag == "int" || tag == "float";
    if (!is_checked) {  // !!str, !!timestamp, and tags of applications, which mean nothing here
      out = Value(std::move(text));
      return true;
    }
    PlainScalar plain = resolve_plain(text);
    const bool fits = (tag == "null" && plain.kind == PlainKind::null) ||
                      (tag == "bool" && plain.kind == PlainKind::boolean) ||
                      (tag == "int" && plain.value.is_integer()) || (tag == "float" && plain.kind == PlainKind::number);
    if (!fits) return stop(event, fmt::format("{} does not fit its tag !!{}", write(text), tag));
    out = std::move(plain.value);
    return true;
  }

  bool read_alias(const Event& event, Value& out, std::size_t depth) {
    const std::string name = text_of(event->data.alias.anchor);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) return stop(event, fmt::format("unknown anchor \"{}\"", name));
    if (!spend(cost_of(found->second), event)) return false;
    if (depth + depth_of(found->second) > depth_max) return stop_too_deep(event);
    out = found->second;
    return true;
  }

  bool keep_anchor(const yaml_char_t* anchor, const Event& event, const Value& value) {
    if (anchor == nullptr) return true;
    if (!spend(cost_of(value), event)) return false;
    anchors_[text_of(anchor)] = value;
    return true;
  }

  bool spend(std::size_t nodes, const Event& event) {
    if (nodes > nodes_left_) return stop(event, "the document contains too many values, or its anchors expand too far");
    nodes_left_ -= nodes;
    return true;
  }

  // "str" for !!str, "!x" for a tag of an application.
  static std::string tag_of(const yaml_char_t* given) {
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    std::string tag = text_of(given);
    if (tag.starts_with(standard)) return tag.substr(standard.size());
    return tag.starts_with('!') ? tag : "!" + tag;
  }

  // The parser's own words for what it did not understand.
  [[nodiscard]] Error syntax_error() const {
    const yaml_parser_t& state = parser_.state();
    std::string message =
        place_of(state.problem_mark) + ": " + (state.problem == nullptr ? "not valid YAML" : state.problem);
    if (state.context != nullptr) message += fmt::format(" ({}, {})", state.context, place_of(state.context_mark));
    return {.reason = Reason::bad_request, .message = std::move(message), .causes = {}};
  }

  bool stop(Error error) {
    error_ = std::move(error);
    return false;
  }
  bool stop(const Event& event, std::string_view what) {
    return stop(Error{.reason = Reason::bad_request,
                      .message = fmt::format("{}: {}", place_of(event->start_mark), what),
                      .causes = {}});
  }
  bool stop_too_deep(const Event& event) { return stop(event, fmt::format("nested deeper than {} levels", depth_max)); }

  std::string_view text_;
  std::size_t nodes_left_;
  Parser parser_;
  std::map<std::string, Value> anchors_;
  bool is_empty_ = false;  // the document just read holds nothing at all
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Value>> parse_yaml(std::string_view text, std::size_t nodes_max) {
  // What looks like a JSON object is read as one: quicker, and with JSON's own escapes. What is not falls through.
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && text[start] == '{') {
    if (auto value = parse(text)) {
      std::vector<Value> documents;
      documents.push_back(std::move(*value));
      return documents;
    }
  }
  return Reader(text, nodes_max).read();
}

Result<Value> parse_yaml_document(std::string_view text) {
  auto documents = parse_yaml(text);
  if (!documents) return std::unexpected(std::move(documents.error()));
  if (documents->size() != 1) {
    return fail(Reason::bad_request, "exactly one YAML document is expected, not {}", documents->size());
  }
  return std::move(documents->front());
}

}  // namespace slipway::json
