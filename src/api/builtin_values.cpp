#include "api/builtin_values.h"

#include <arpa/inet.h>
#include <array>

namespace slipway::api::builtin {

const json::Array& list_at(const json::Value& value, Path path) {
  static const json::Array none;
  const json::Value* found = value.find_path(path);
  return found == nullptr || found->array() == nullptr ? none : *found->array();
}

const json::Object& map_at(const json::Value& value, Path path) {
  static const json::Object none;
  const json::Value* found = value.find_path(path);
  return found == nullptr || found->object() == nullptr ? none : *found->object();
}

std::int64_t integer_at(const json::Value& value, Path path, std::int64_t otherwise) {
  const json::Value* found = value.find_path(path);
  return found == nullptr || found->integer() == nullptr ? otherwise : *found->integer();
}

bool flag_at(const json::Value& value, Path path) {
  const json::Value* found = value.find_path(path);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

bool is_set(const json::Value& value, Path path) {
  const json::Value* found = value.find_path(path);
  if (found == nullptr || found->is_null()) return false;
  return found->string() == nullptr || !found->string()->empty();
}

std::vector<std::string> texts_at(const json::Value& value, Path path) {
  std::vector<std::string> out;
  for (const json::Value& one : list_at(value, path)) {
    if (one.string() != nullptr) out.push_back(*one.string());
  }
  return out;
}

const json::Value* find_by(const json::Array& list, std::string_view key, std::string_view text) {
  for (const json::Value& one : list) {
    if (const json::Value* member = one.find(key);
        member != nullptr && member->string() != nullptr && *member->string() == text) {
      return &one;
    }
  }
  return nullptr;
}

void set_default(json::Value& object, std::string_view key, json::Value value) {
  if (const json::Value* member = object.find(key); member == nullptr || member->is_null())
    object[key] = std::move(value);
}

bool is_ipv4(std::string_view text) {
  std::array<unsigned char, sizeof(in_addr)> address{};
  return inet_pton(AF_INET, std::string(text).c_str(), address.data()) == 1;
}

bool is_ipv6(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), address.data()) == 1;
}

}  // namespace slipway::api::builtin
