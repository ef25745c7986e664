#include "kube/protobuf.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/bytes.h"
#include "base/time.h"
#include "json/position.h"
#include "json/text.h"
#include "kube/protobuf_fields.h"
#include "kube/protobuf_wire.h"
#include "kube/quantity.h"

namespace slipway::kube {
namespace {

using namespace protobuf;

constexpr std::string_view magic{"k8s\0", 4};

// Go's JSON carries only valid text: each bad byte becomes U+FFFD.
std::string to_text(std::string_view bytes) {
  std::string out;
  for (;;) {
    const std::size_t valid = json::valid_utf8_prefix(bytes);
    out.append(bytes, 0, valid);
    if (valid == bytes.size()) return out;
    out += "\xEF\xBF\xBD";
    bytes.remove_prefix(valid + 1);
  }
}

// The fields 1 and up of one of the small messages that have a JSON form of their own; what is absent is zero or "".
struct Parts {
  std::uint64_t number[3] = {};
  std::string_view bytes[3];
  bool present[3] = {};
};

Result<Parts> read_parts(std::string_view message) {
  Parts out;
  WireReader reader(message);
  for (;;) {
    const auto next = reader.next();
    if (!next) return fail(next.error());
    if (!*next) return out;
    if ((*next)->tag > std::size(out.number)) continue;
    const std::size_t index = (*next)->tag - 1;
    out.number[index] = (*next)->number;
    out.bytes[index] = (*next)->bytes;
    out.present[index] = true;
  }
}

Result<json::Value> read_quantity(std::string_view message) {
  const auto parts = read_parts(message);
  if (!parts) return fail(parts.error());
  if (!parts->present[0]) return json::Value("0");
  const auto quantity = parse_quantity(parts->bytes[0]);
  if (!quantity) return fail(quantity.error());
  return json::Value(quantity->text());
}

Result<json::Value> read_int_or_string(std::string_view message) {
  const auto parts = read_parts(message);
  if (!parts) return fail(parts.error());
  switch (parts->number[0]) {
    case 0:
      return json::Value(static_cast<std::int32_t>(parts->number[1]));
    case 1:
      return json::Value(to_text(parts->bytes[2]));
    default:
      return fail(Reason::bad_request, "impossible IntOrString.Type");
  }
}

// Null for the zero time: absent, or Go's own zero (the start of year 1).
Result<json::Value> read_time(std::string_view message, bool micro) {
  constexpr std::int64_t zero = -62'135'596'800;
  constexpr std::int64_t end_of_9999 = 253'402'300'799;
  const auto parts = read_parts(message);
  if (!parts) return fail(parts.error());
  if (message.empty()) return json::Value();
  const auto seconds = static_cast<std::int64_t>(parts->number[0]);
  const auto nanos = static_cast<std::int32_t>(parts->number[1]);
  if (seconds < zero || seconds > end_of_9999 || nanos < 0 || nanos > 999'999'999) {
    return fail(Reason::bad_request, "a time is outside of the years 1 to 9999");
  }
  if (seconds == zero) return json::Value();
  std::string text = to_rfc3339(WallTime{seconds});
  if (micro) {
    text.pop_back();  // the Z
    text += fmt::format(".{:06}Z", nanos / 1000);
  }
  return json::Value(std::move(text));
}

Result<json::Value> read_raw_json(std::string_view message) {
  const auto parts = read_parts(message);
  if (!parts) return fail(parts.error());
  if (parts->bytes[0].empty()) return json::Value();
  return json::parse(parts->bytes[0]);
}

bool is_varint(Kind kind) { return kind == Kind::boolean || kind == Kind::int32 || kind == Kind::int64; }

json::Value from_varint(Kind kind, std::uint64_t number) {
  if (kind == Kind::boolean) return number != 0;
  if (kind == Kind::int32) return static_cast<std::int32_t>(number);
  return static_cast<std::int64_t>(number);
}

// What omitempty leaves out.
bool is_zero(const json::Value& value) {
  switch (value.type()) {
    case json::Type::null:
      return true;
    case json::Type::boolean:
      return !*value.boolean();
    case json::Type::integer:
      return *value.integer() == 0;
    case json::Type::string:
      return value.string()->empty();
    case json::Type::number:
    case json::Type::array:
    case json::Type::object:
      return false;
  }
  std::unreachable();
}

// Decodes messages by table. The messages of the table nest a few levels deep and never in themselves, so that
// recursion follows the table, not the input.
class Decoder {
 public:
  explicit Decoder(std::size_t values_max) : values_max_(values_max) {}

  Result<void> read_message(std::uint16_t message, std::string_view bytes, json::Object& into) {
    const std::span<const Field> fields = fields_of(message);
    Maps maps;
    WireReader reader(bytes);
    for (;;) {
      const auto next = reader.next();
      if (!next) return fail(next.error());
      if (!*next) break;
      const auto field = std::ranges::lower_bound(fields, (*next)->tag, {}, &Field::number);
      if (field == fields.end() || field->number != (*next)->tag) continue;
      if (auto done = read_field(*field, **next, into, maps); !done) return done;
    }
    for (auto& [field, members] : maps) {
      if (auto done = add_members(*field, std::move(members), into); !done) return done;
    }
    return fill(fields, into);
  }

 private:
  // The entries of the maps of one message, in the order in which they came.
  using Maps = std::map<const Field*, std::vector<json::Object::Member>>;

  // Counts values made or moved.
  Result<void> spend(std::size_t count = 1) {
    values_ += count;
    if (values_ <= values_max_) return {};
    return fail(Reason::request_entity_too_large, "Request entity too large: limit is {} values", values_max_);
  }

  static std::unexpected<Error> wrong_type(const Field& field, const WireField& wire) {
    return fail(Reason::bad_request, "proto: wrong wireType = {} for field {}", std::to_underlying(wire.type),
                field.name);
  }

  Result<void> read_field(const Field& field, const WireField& wire, json::Object& into, Maps& maps) {
    if (auto done = spend(); !done) return done;
    switch (field.shape) {
      case Shape::one:
        return read_one(field, wire, into);
      case Shape::list:
        return read_item(field, wire, into);
      case Shape::map:
        return read_entry(field, wire, maps[&field]);
    }
    std::unreachable();
  }

  // A message that comes twice is merged; of everything else the last one wins.
  Result<void> read_one(const Field& field, const WireField& wire, json::Object& into) {
    if (field.kind == Kind::message) {
      if (wire.type != WireField::Type::bytes) return wrong_type(field, wire);
      if (field.name.empty()) return read_message(field.message, wire.bytes, into);
      json::Value& member = into[field.name];
      if (!member.is_object()) member = json::Object();
      return read_message(field.message, wire.bytes, *member.object());
    }
    auto value = read_value(field, wire);
    if (!value) return fail(std::move(value.error()));
    if (!field.pointer && !field.always && is_zero(*value)) {
      into.erase(field.name);
    } else {
      into.set(field.name, std::move(*value));
    }
    return {};
  }

  Result<void> read_item(const Field& field, const WireField& wire, json::Object& into) {
    json::Value& member = into[field.name];
    if (!member.is_array()) member = json::Array();
    if (is_varint(field.kind) && wire.type == WireField::Type::bytes)
      return read_packed(field, wire.bytes, *member.array());
    auto value = read_value(field, wire);
    if (!value) return fail(std::move(value.error()));
    member.array()->push_back(std::move(*value));
    return {};
  }

  Result<void> read_packed(const Field& field, std::string_view bytes, json::Array& into) {
    WireReader reader(bytes);
    while (!reader.at_end()) {
      const auto number = reader.varint();
      if (!number) return fail(number.error());
      if (auto done = spend(); !done) return done;
      into.push_back(from_varint(field.kind, *number));
    }
    return {};
  }

  Result<void> read_entry(const Field& field, const WireField& wire, std::vector<json::Object::Member>& into) {
    if (wire.type != WireField::Type::bytes) return wrong_type(field, wire);
    std::string_view key;
    WireField content{.tag = 2,
                      .type = is_varint(field.kind) ? WireField::Type::varint : WireField::Type::bytes,
                      .number = 0,
                      .bytes = {}};
    WireReader reader(wire.bytes);
    for (;;) {
      const auto next = reader.next();
      if (!next) return fail(next.error());
      if (!*next) break;
      if ((*next)->tag == 1) key = (*next)->bytes;
      if ((*next)->tag == 2) content = **next;
    }
    auto value = read_value(field, content);
    if (!value) return fail(std::move(value.error()));
    into.emplace_back(to_text(key), std::move(*value));
    return {};
  }

  // Sorted once for all entries: one by one, unsorted keys would cost their square.
  Result<void> add_members(const Field& field, std::vector<json::Object::Member> members, json::Object& into) {
    json::Value& member = into[field.name];
    if (json::Object* present = member.object()) {  // from an earlier part of a message that comes in parts
      if (auto done = spend(present->size()); !done) return done;
      members.insert(members.begin(), std::move_iterator(present->begin()), std::move_iterator(present->end()));
    }
    member = json::Object::from_members(std::move(members));
    return {};
  }

  Result<json::Value> read_value(const Field& field, const WireField& wire) {
    const bool expects_varint = is_varint(field.kind);
    if (wire.type != (expects_varint ? WireField::Type::varint : WireField::Type::bytes))
      return wrong_type(field, wire);
    if (expects_varint) return from_varint(field.kind, wire.number);
    switch (field.kind) {
      case Kind::text:
        return json::Value(to_text(wire.bytes));
      case Kind::bytes:
        return json::Value(base64(wire.bytes));
      case Kind::message: {
        json::Object object;
        if (auto done = read_message(field.message, wire.bytes, object); !done) return fail(std::move(done.error()));
        return json::Value(std::move(object));
      }
      case Kind::text_list:
        return read_text_list(wire.bytes);
      case Kind::quantity:
        return read_quantity(wire.bytes);
      case Kind::int_or_string:
        return read_int_or_string(wire.bytes);
      case Kind::time:
        return read_time(wire.bytes, false);
      case Kind::micro_time:
        return read_time(wire.bytes, true);
      case Kind::raw_json:
        return read_raw_json(wire.bytes);
      case Kind::boolean:
      case Kind::int32:
      case Kind::int64:
        break;
    }
    std::unreachable();
  }

  // Null when there is no item, as of a nil list.
  Result<json::Value> read_text_list(std::string_view message) {
    json::Value out;
    WireReader reader(message);
    for (;;) {
      const auto next = reader.next();
      if (!next) return fail(next.error());
      if (!*next) return out;
      if ((*next)->tag != 1 || (*next)->type != WireField::Type::bytes) continue;
      if (auto done = spend(); !done) return fail(std::move(done.error()));
      if (!out.is_array()) out = json::Array();
      out.array()->emplace_back(to_text((*next)->bytes));
    }
  }

  // Adds what Go writes although it is absent.
  Result<void> fill(std::span<const Field> fields, json::Object& into) {
    for (const Field& field : fields) {
      if (!field.always) continue;
      if (field.name.empty()) {
        if (auto done = fill(fields_of(field.message), into); !done) return done;
        continue;
      }
      if (into.contains(field.name)) continue;
      if (auto done = spend(); !done) return done;
      auto zero = zero_of(field);
      if (!zero) return fail(std::move(zero.error()));
      into.set(field.name, std::move(*zero));
    }
    return {};
  }

  Result<json::Value> zero_of(const Field& field) {
    if (field.pointer || field.shape != Shape::one) return json::Value();
    switch (field.kind) {
      case Kind::text:
        return json::Value("");
      case Kind::boolean:
        return json::Value(false);
      case Kind::int32:
      case Kind::int64:
      case Kind::int_or_string:
        return json::Value(0);
      case Kind::quantity:
        return json::Value("0");
      case Kind::message: {
        json::Object object;
        if (auto done = fill(fields_of(field.message), object); !done) return fail(std::move(done.error()));
        return json::Value(std::move(object));
      }
      case Kind::bytes:
      case Kind::text_list:
      case Kind::time:
      case Kind::micro_time:
      case Kind::raw_json:
        return json::Value();
    }
    std::unreachable();
  }

  std::size_t values_max_;
  std::size_t values_ = 0;
};

// runtime.Unknown
struct Envelope {
  std::string api_version;
  std::string kind;
  std::string_view raw;
};

Result<Envelope> read_envelope(std::string_view bytes) {
  Envelope out;
  WireReader reader(bytes);
  for (;;) {
    const auto next = reader.next();
    if (!next) return fail(next.error());
    if (!*next) return out;
    const WireField& field = **next;
    if (field.tag == 1) {
      const auto type = read_parts(field.bytes);
      if (!type) return fail(type.error());
      out.api_version = to_text(type->bytes[0]);
      out.kind = to_text(type->bytes[1]);
    } else if (field.tag == 2) {
      out.raw = field.bytes;
    } else if (field.tag == 3 && !field.bytes.empty()) {
      return fail(Reason::bad_request, "a protobuf body with content encoding \"{}\" cannot be read",
                  to_text(field.bytes));
    } else if (field.tag == 4 && !field.bytes.empty() && field.bytes != "application/vnd.kubernetes.protobuf") {
      return fail(Reason::bad_request, "a protobuf body with content of type \"{}\" cannot be read",
                  to_text(field.bytes));
    }
  }
}

const Root* find_root(const Envelope& envelope) {
  const auto roots = all_roots();
  const auto found = std::ranges::find_if(roots, [&](const Root& root) {
    return root.kind == envelope.kind && (root.api_version.empty() || root.api_version == envelope.api_version);
  });
  return found == roots.end() ? nullptr : &*found;
}

}  // namespace

bool is_protobuf(std::string_view body) { return body.starts_with(magic); }

Result<json::Value> decode_protobuf(std::string_view body, std::size_t values_max) {
  if (body.size() > protobuf_bytes_max) {
    return fail(Reason::request_entity_too_large, "Request entity too large: limit is {}", protobuf_bytes_max);
  }
  if (!is_protobuf(body)) {
    return fail(Reason::bad_request,
                "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  const auto envelope = read_envelope(body.substr(magic.size()));
  if (!envelope) return fail(envelope.error());
  if (envelope->kind.empty()) return fail(Reason::bad_request, "Object 'Kind' is missing in the protobuf body");
  const Root* root = find_root(*envelope);
  if (root == nullptr) {
    return fail(Reason::unsupported_media_type,
                "the body of the request was in an unknown format - accepted media types include: application/json, "
                "application/yaml");
  }
  json::Object object;
  if (auto done = Decoder(values_max).read_message(root->message, envelope->raw, object); !done)
    return fail(std::move(done.error()));
  object.set("apiVersion", envelope->api_version);
  object.set("kind", envelope->kind);
  return json::Value(std::move(object));
}

}  // namespace slipway::kube
