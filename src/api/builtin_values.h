#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace slipway::api::builtin {

// Reading parts of built-in objects, whose shape need not be right: what is absent or of another type reads as empty.

using Path = std::initializer_list<std::string_view>;

[[nodiscard]] const json::Array& list_at(const json::Value& value, Path path);
[[nodiscard]] const json::Object& map_at(const json::Value& value, Path path);
[[nodiscard]] std::int64_t integer_at(const json::Value& value, Path path, std::int64_t otherwise = 0);
[[nodiscard]] bool flag_at(const json::Value& value, Path path);
// Is there anything but null and ""?
[[nodiscard]] bool is_set(const json::Value& value, Path path);
// The text of a list of texts.
[[nodiscard]] std::vector<std::string> texts_at(const json::Value& value, Path path);
// The first element of the list whose `key` is `text`; null when there is none.
[[nodiscard]] const json::Value* find_by(const json::Array& list, std::string_view key, std::string_view text);

// Sets the member only where it is absent or null.
void set_default(json::Value& object, std::string_view key, json::Value value);

// Is the text an IPv4 or IPv6 address?
[[nodiscard]] bool is_ipv4(std::string_view text);
[[nodiscard]] bool is_ipv6(std::string_view text);

}  // namespace slipway::api::builtin
