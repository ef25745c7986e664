#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace slipway::kube::protobuf {

// How a field's value stands in JSON. The wire type follows: a varint for boolean, int32 and int64, else bytes with a
// length.
enum class Kind : std::uint8_t {
  text,
  boolean,
  int32,
  int64,
  bytes,          // base64
  message,        // an object of its own
  text_list,      // a message that holds one list of texts
  quantity,       // {1 text}
  int_or_string,  // {1 which, 2 number, 3 text}
  time,           // {1 seconds, 2 nanoseconds}, whole seconds in JSON
  micro_time,     // the same, microseconds in JSON
  raw_json,       // {1 JSON text}
};

enum class Shape : std::uint8_t { one, list, map };  // maps have text keys: {1 key, 2 value} repeated

// One field of a message, as Go's struct tags have it.
struct Field {
  std::uint16_t number;
  std::string_view name;  // in JSON; "" when the members of the inner message stand in this one
  Kind kind;
  std::uint16_t message;  // which, for Kind::message
  Shape shape;
  bool pointer;  // present means set: zero is written too
  bool always;   // written also when absent: the zero value, null for pointers, lists and maps
};

struct Message {
  std::uint16_t first;
  std::uint16_t count;
};

// A kind whose objects may be sent. An empty api_version stands for every one (metav1's own kinds).
struct Root {
  std::string_view api_version;
  std::string_view kind;
  std::uint16_t message;
};

// By rising number.
[[nodiscard]] std::span<const Field> fields_of(std::uint16_t message);
[[nodiscard]] std::span<const Root> all_roots();

}  // namespace slipway::kube::protobuf
