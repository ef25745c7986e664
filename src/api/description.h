#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/common.h"
#include "json/value.h"

// The one description of each API struct, from which decoding, encoding, Go-ordered JSON and CRD schemas are derived
// (design 3). Internal to this layer: description_of() per struct stands in the family's *_description.cpp, the engine
// that reads it in description.cpp and schema.cpp, and how C++ types map to JSON in member_types.h.
namespace slipway::api::description {

// Versions as bits; a kind that lacks one never asks for it.
using Versions = std::uint8_t;
inline constexpr Versions v1alpha1 = 1;
inline constexpr Versions v1 = 2;
inline constexpr Versions v1beta1 = 4;
inline constexpr Versions every_version = v1alpha1 | v1 | v1beta1;
inline constexpr Versions not_v1 = v1alpha1 | v1beta1;
inline constexpr Versions not_v1alpha1 = v1 | v1beta1;

// For which CRD a schema is made.
struct Target {
  Versions version = v1beta1;  // one bit
  Scope scope = Scope::cluster;
};

// Why a value does not decode, and where.
struct Mismatch {
  std::string path;  // from the value that was decoded, "stages[0].name"
  std::string problem;
};
using Decoded = std::expected<void, Mismatch>;

// How one C++ type looks in JSON. The pointers are to a value of that type.
struct Type {
  Decoded (*decode)(const json::Value& value, void* into);
  json::Value (*encode)(const void* from);
  bool (*is_zero)(const void* value);  // what Go's omitempty leaves out
  void (*write_go)(std::string& out, const void* from);
  json::Value (*schema)(const Target& target);
};

// One schema keyword beyond what the type says. A null value takes the keyword away.
struct Keyword {
  std::string_view key;
  json::Value value;
  Versions versions = every_version;
  bool on_leaf = false;  // of a list or map: belongs to its elements
};

// One CEL rule (api 5).
struct Rule {
  std::string_view rule;
  std::string_view message;
  Versions versions = every_version;
  std::optional<Scope> scope = std::nullopt;  // only kinds of this scope
};

enum class Shape : std::uint8_t { embedded, raw_object, any_json };  // of a RawObject (api 0)

// One row of a struct table of api 3.
struct Field {
  std::string_view name;
  const Type* type = nullptr;
  void* (*member)(void*) = nullptr;  // from its struct to the value
  const void* (*member_const)(const void*) = nullptr;
  void* (*outer)(void*) = nullptr;  // of an inlined field: from the described struct to the inlined one
  const void* (*outer_const)(const void*) = nullptr;
  Versions versions = every_version;
  Versions required_in = 0;
  bool always_in_go = false;  // `O!`: written in Go's JSON though it is zero
  std::vector<Keyword> keywords{};
  std::vector<Rule> rules{};

  [[nodiscard]] void* at(void* owner) const { return member(outer != nullptr ? outer(owner) : owner); }
  [[nodiscard]] const void* at(const void* owner) const {
    return member_const(outer_const != nullptr ? outer_const(owner) : owner);
  }
  [[nodiscard]] bool is_required() const { return (required_in & v1beta1) != 0; }

  Field& required(Versions in = every_version);
  Field& always();
  Field& in(Versions served);
  Field& keyword(std::string_view key, json::Value value, Versions in = every_version);
  Field& preset(json::Value value, Versions in = every_version);  // `default`
  Field& at_least(std::int64_t value);
  Field& at_most(std::int64_t value);
  Field& pattern(std::string_view text, Versions in = every_version);
  Field& one_of(std::initializer_list<std::string_view> texts, Versions in = every_version);
  Field& length(std::optional<std::int64_t> min, std::optional<std::int64_t> max);
  Field& items(std::optional<std::int64_t> min, std::optional<std::int64_t> max);
  Field& properties(std::int64_t min, std::int64_t max);
  Field& map_list(std::string_view key);
  Field& atomic_list();
  Field& shape(Shape of_value);
  Field& rule(Rule one);
};

struct Struct {
  std::vector<Field> fields;
  Unknown* (*unknown)(void*) = nullptr;  // null: kube's own structs have no slot
  const Unknown* (*unknown_const)(const void*) = nullptr;
  bool is_atomic = false;
  bool is_root = false;  // apiVersion and kind are no members
  std::vector<Rule> rules{};
};

// `into` is the struct that `description` describes.
[[nodiscard]] Decoded decode_struct(const Struct& description, const json::Value& value, void* into);
[[nodiscard]] json::Value encode_struct(const Struct& description, const void* from);
void write_go_struct(std::string& out, const Struct& description, const void* from);
[[nodiscard]] json::Value schema_of_struct(const Struct& description, const Target& target);

[[nodiscard]] std::unexpected<Mismatch> mismatch(std::string_view expected, const json::Value& found);
[[nodiscard]] Error to_error(const Mismatch& mismatch);

}  // namespace slipway::api::description
