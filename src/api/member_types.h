#pragma once

#include <limits>
#include <map>

#include "api/descriptions.h"
#include "api/enum_texts.h"
#include "json/text.h"
#include "kube/quantity.h"

// How the C++ types of members look in JSON, and field<&Struct::member>("name") to describe one. Internal to this
// layer.
namespace slipway::api::description {

// P5 of api 0.
inline constexpr std::string_view quantity_pattern =
    R"(^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$)";

inline json::Value integer_or_text() {
  return json::Object{{"x-kubernetes-int-or-string", true},
                      {"anyOf", json::Array{json::Object{{"type", "integer"}}, json::Object{{"type", "string"}}}}};
}

// decode is never called with null unless null is a value of the type (takes_null).
template <class T>
struct Form;

template <>
struct Form<std::string> {
  static Decoded decode(const json::Value& value, std::string& into) {
    const std::string* text = value.string();
    if (text == nullptr) return mismatch("text", value);
    into = *text;
    return {};
  }
  static json::Value encode(const std::string& from) { return from; }
  static bool is_zero(const std::string& value) { return value.empty(); }
  static json::Value schema(const Target&) { return json::Object{{"type", "string"}}; }
};

template <>
struct Form<bool> {
  static Decoded decode(const json::Value& value, bool& into) {
    const bool* flag = value.boolean();
    if (flag == nullptr) return mismatch("a boolean", value);
    into = *flag;
    return {};
  }
  static json::Value encode(bool from) { return from; }
  static bool is_zero(bool value) { return !value; }
  static json::Value schema(const Target&) { return json::Object{{"type", "boolean"}}; }
};

template <class Integer>
  requires std::is_same_v<Integer, std::int32_t> || std::is_same_v<Integer, std::int64_t>
struct Form<Integer> {
  static Decoded decode(const json::Value& value, Integer& into) {
    const std::int64_t* number = value.integer();
    if (number == nullptr) return mismatch("an integer", value);
    if (*number < std::numeric_limits<Integer>::min() || *number > std::numeric_limits<Integer>::max()) {
      return std::unexpected(Mismatch{"", fmt::format("{} is out of range", *number)});
    }
    into = static_cast<Integer>(*number);
    return {};
  }
  static json::Value encode(Integer from) { return std::int64_t{from}; }
  static bool is_zero(Integer value) { return value == 0; }
  static json::Value schema(const Target&) {
    return json::Object{{"type", "integer"}, {"format", std::is_same_v<Integer, std::int32_t> ? "int32" : "int64"}};
  }
};

template <>
struct Form<WallTime> {
  static Decoded decode(const json::Value& value, WallTime& into) {
    const std::string* text = value.string();
    if (text == nullptr) return mismatch("a time", value);
    const Result<WallTime> time = parse_rfc3339(*text);
    if (!time) return std::unexpected(Mismatch{"", time.error().message});
    into = *time;
    return {};
  }
  static json::Value encode(WallTime from) { return to_rfc3339(from); }
  static bool is_zero(WallTime value) { return value == WallTime{}; }
  static json::Value schema(const Target&) { return json::Object{{"type", "string"}, {"format", "date-time"}}; }
};

template <>
struct Form<IntOrString> {
  static Decoded decode(const json::Value& value, IntOrString& into) {
    if (const std::int64_t* count = value.integer()) {
      into = *count;
    } else if (const std::string* text = value.string()) {
      into = *text;
    } else {
      return mismatch("an integer or text", value);
    }
    return {};
  }
  static json::Value encode(const IntOrString& from) {
    return from.integer() != nullptr ? json::Value(*from.integer()) : json::Value(*from.string());
  }
  static bool is_zero(const IntOrString&) { return false; }
  static json::Value schema(const Target&) { return integer_or_text(); }
};

template <>
struct Form<kube::Quantity> {
  static Decoded decode(const json::Value& value, kube::Quantity& into) {
    const std::string* text = value.string();
    if (text == nullptr && !value.is_number()) return mismatch("a quantity", value);
    const Result<kube::Quantity> quantity = kube::parse_quantity(text != nullptr ? *text : json::write(value));
    if (!quantity) return std::unexpected(Mismatch{"", quantity.error().message});
    into = *quantity;
    return {};
  }
  static json::Value encode(const kube::Quantity& from) { return from.text(); }
  static bool is_zero(const kube::Quantity&) { return false; }
  static json::Value schema(const Target&) {
    json::Value node = integer_or_text();
    node["pattern"] = quantity_pattern;
    return node;
  }
};

template <>
struct Form<json::Value> {
  static Decoded decode(const json::Value& value, json::Value& into) {
    into = value;
    return {};
  }
  static json::Value encode(const json::Value& from) { return from; }
  static bool is_zero(const json::Value& value) { return value.is_null(); }
  static json::Value schema(const Target&) { return json::Object(); }  // Field::shape says the rest
};

template <>
struct Form<kube::ObjectMeta> {
  static Decoded decode(const json::Value& value, kube::ObjectMeta& into) {
    Result<kube::ObjectMeta> metadata = kube::parse_metadata(value);
    if (!metadata) return std::unexpected(Mismatch{"", metadata.error().message});
    into = std::move(*metadata);
    return {};
  }
  static json::Value encode(const kube::ObjectMeta& from) { return kube::to_json(from); }
  static bool is_zero(const kube::ObjectMeta&) { return false; }
  static json::Value schema(const Target&) { return json::Object{{"type", "object"}}; }
};

template <class E>
  requires std::is_enum_v<E>
struct Form<E> {
  static constexpr auto all = texts(std::type_identity<E>{});
  static Decoded decode(const json::Value& value, E& into) {
    const std::string* text = value.string();
    if (text == nullptr) return mismatch("text", value);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (*text != all[i]) continue;
      into = static_cast<E>(i);
      return {};
    }
    return std::unexpected(Mismatch{"", fmt::format("{:?} is not one of its values", *text)});
  }
  static json::Value encode(E from) { return all[static_cast<std::size_t>(from)]; }
  static bool is_zero(E) { return false; }
  static json::Value schema(const Target&) {
    return json::Object{{"type", "string"}, {"enum", json::Array(all.begin(), all.end())}};
  }
};

template <Described T>
struct Form<T> {
  static Decoded decode(const json::Value& value, T& into) {
    return decode_struct(description_of(std::type_identity<T>{}), value, &into);
  }
  static json::Value encode(const T& from) { return encode_struct(description_of(std::type_identity<T>{}), &from); }
  static bool is_zero(const T& value) { return value == T{}; }
  static void write_go(std::string& out, const T& from) {
    write_go_struct(out, description_of(std::type_identity<T>{}), &from);
  }
  static json::Value schema(const Target& target) {
    return schema_of_struct(description_of(std::type_identity<T>{}), target);
  }
};

template <class T>
inline constexpr bool takes_null = std::is_same_v<T, json::Value>;

template <class T>
void write_go(std::string& out, const T& from) {
  if constexpr (requires { Form<T>::write_go(out, from); }) {
    Form<T>::write_go(out, from);
  } else {
    json::write_to(out, Form<T>::encode(from));
  }
}

template <class T>
Decoded decode_member(const json::Value& value, T& into) {
  if constexpr (!takes_null<T>) {
    if (value.is_null()) return {};  // as Go's decoder: null leaves the zero value
  }
  return Form<T>::decode(value, into);
}

template <class T>
inline constexpr bool takes_null<std::optional<T>> = takes_null<T>;

template <class T>
struct Form<std::optional<T>> {
  static Decoded decode(const json::Value& value, std::optional<T>& into) {
    into = T{};
    return decode_member(value, *into);
  }
  static json::Value encode(const std::optional<T>& from) {
    return from ? Form<T>::encode(*from) : json::Value(nullptr);
  }
  static bool is_zero(const std::optional<T>& value) { return !value.has_value(); }
  static void write_go(std::string& out, const std::optional<T>& from) {
    if (from) {
      description::write_go(out, *from);
    } else {
      out += "null";
    }
  }
  static json::Value schema(const Target& target) { return Form<T>::schema(target); }
};

template <class T>
struct Form<std::vector<T>> {
  static Decoded decode(const json::Value& value, std::vector<T>& into) {
    const json::Array* elements = value.array();
    if (elements == nullptr) return mismatch("a list", value);
    into.resize(elements->size());
    for (std::size_t i = 0; i < elements->size(); ++i) {
      if (auto decoded = decode_member((*elements)[i], into[i]); !decoded) {
        const std::string& path = decoded.error().path;
        return std::unexpected(Mismatch{
            fmt::format("[{}]{}{}", i, path.empty() || path.front() == '[' ? "" : ".", path), decoded.error().problem});
      }
    }
    return {};
  }
  static json::Value encode(const std::vector<T>& from) {
    json::Array elements;
    elements.reserve(from.size());
    for (const T& element : from) elements.push_back(Form<T>::encode(element));
    return elements;
  }
  static bool is_zero(const std::vector<T>& value) { return value.empty(); }
  static void write_go(std::string& out, const std::vector<T>& from) {
    out += '[';
    for (const T& element : from) {
      if (&element != from.data()) out += ',';
      description::write_go(out, element);
    }
    out += ']';
  }
  static json::Value schema(const Target& target) {
    return json::Object{{"type", "array"}, {"items", Form<T>::schema(target)}};
  }
};

template <class T>
struct Form<std::map<std::string, T, std::less<>>> {
  using Map = std::map<std::string, T, std::less<>>;
  static Decoded decode(const json::Value& value, Map& into) {
    const json::Object* members = value.object();
    if (members == nullptr) return mismatch("an object", value);
    for (const auto& [key, member] : *members) {
      if (auto decoded = decode_member(member, into[key]); !decoded) {
        const std::string& path = decoded.error().path;
        return std::unexpected(Mismatch{path.empty() ? key : fmt::format("{}.{}", key, path), decoded.error().problem});
      }
    }
    return {};
  }
  static json::Value encode(const Map& from) {
    json::Object members;
    for (const auto& [key, member] : from) members.append(key, Form<T>::encode(member));
    return members;
  }
  static bool is_zero(const Map& value) { return value.empty(); }
  static void write_go(std::string& out, const Map& from) {
    out += '{';
    bool is_first = true;
    for (const auto& [key, member] : from) {
      if (!is_first) out += ',';
      is_first = false;
      json::write_string_to(out, key);
      out += ':';
      description::write_go(out, member);
    }
    out += '}';
  }
  static json::Value schema(const Target& target) {
    return json::Object{{"type", "object"}, {"additionalProperties", Form<T>::schema(target)}};
  }
};

// The erased form of T; one per type in the program.
template <class T>
inline constexpr Type type_of = {
    [](const json::Value& value, void* into) { return decode_member(value, *static_cast<T*>(into)); },
    [](const void* from) { return Form<T>::encode(*static_cast<const T*>(from)); },
    [](const void* value) { return Form<T>::is_zero(*static_cast<const T*>(value)); },
    [](std::string& out, const void* from) { write_go(out, *static_cast<const T*>(from)); },
    [](const Target& target) { return Form<T>::schema(target); },
};

template <class C, class M>
struct MemberOf {
  using Owner = C;
  using Value = M;
};
template <class C, class M>
constexpr MemberOf<C, M> member_of(M C::*);

template <auto Member>
void* reach(void* owner) {
  return &(static_cast<typename decltype(member_of(Member))::Owner*>(owner)->*Member);
}
template <auto Member>
const void* reach_const(const void* owner) {
  return &(static_cast<const typename decltype(member_of(Member))::Owner*>(owner)->*Member);
}

template <auto Member>
Field field(std::string_view name) {
  return {.name = name,
          .type = &type_of<typename decltype(member_of(Member))::Value>,
          .member = &reach<Member>,
          .member_const = &reach_const<Member>};
}

// The description of T without rules; the unknown slot is T::unknown where there is one.
template <class T>
Struct described(std::vector<Field> fields) {
  Struct description{.fields = std::move(fields)};
  if constexpr (requires(T t) { t.unknown; }) {
    description.unknown = [](void* owner) { return &static_cast<T*>(owner)->unknown; };
    description.unknown_const = [](const void* owner) { return &static_cast<const T*>(owner)->unknown; };
  }
  return description;
}

// The same for a T whose member `Inner` stands inline in the JSON, before `fields`; the inner struct keeps what is
// unknown.
template <class T, auto Inner>
Struct described_inline(std::vector<Field> fields) {
  using Inlined = typename decltype(member_of(Inner))::Value;
  Struct description;
  for (Field inlined : description_of(std::type_identity<Inlined>{}).fields) {
    inlined.outer = &reach<Inner>;
    inlined.outer_const = &reach_const<Inner>;
    description.fields.push_back(std::move(inlined));
  }
  description.fields.insert(description.fields.end(), fields.begin(), fields.end());
  description.unknown = [](void* owner) { return &(static_cast<T*>(owner)->*Inner).unknown; };
  description.unknown_const = [](const void* owner) { return &(static_cast<const T*>(owner)->*Inner).unknown; };
  return description;
}

// A root struct: `metadata` before `fields`.
template <class T>
Struct described_root(std::vector<Field> fields) {
  fields.insert(fields.begin(), field<&T::metadata>("metadata"));
  Struct description = described<T>(std::move(fields));
  description.is_root = true;
  return description;
}

}  // namespace slipway::api::description
