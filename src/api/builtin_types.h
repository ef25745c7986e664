#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace slipway::api::fields {

// builtin_fields_table.h, read: the types that the built-in kinds are made of. Immutable; any thread.

enum class Scalar {
  text,
  boolean,
  int32,
  int64,
  real,
  bytes,
  time,
  micro_time,
  quantity,
  int_or_string,
  any,
  schema_or_bool,
  schema_or_array,
  schema_or_strings,
  message,
};
enum class Container { none, list, map, map_of_lists };

struct Field {
  std::string_view name = "";
  Scalar scalar = Scalar::text;
  Container container = Container::none;
  std::size_t message = 0;  // index into the catalogue, of Scalar::message
  bool pointer = false;
  bool always = false;  // written even when empty
};

struct Message {
  std::string_view name;
  std::vector<Field> fields;  // by name

  [[nodiscard]] const Field* find(std::string_view member) const;
  // "PodSpec" of "core.v1.PodSpec", as Go names the struct.
  [[nodiscard]] std::string_view struct_name() const { return name.substr(name.rfind('.') + 1); }
};

// A line of the table; null when it has none of that name.
[[nodiscard]] const Message* find_message(std::string_view name);
[[nodiscard]] const Message& message_at(std::size_t index);

}  // namespace slipway::api::fields
