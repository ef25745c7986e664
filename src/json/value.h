#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slipway::json {

class Value;
using Array = std::vector<Value>;

// A JSON object: members sorted by key (byte order), keys unique. Sorted because that is the canonical form (Go's
// encoding/json and sigs.k8s.io/yaml write maps so), and because equal objects then compare member by member.
class Object {
 public:
  using Member = std::pair<std::string, Value>;
  using iterator = std::vector<Member>::iterator;
  using const_iterator = std::vector<Member>::const_iterator;

  Object() = default;
  Object(std::initializer_list<Member> members);  // a later duplicate replaces an earlier one

  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  // The member's value, created as null when absent.
  Value& operator[](std::string_view key);
  void set(std::string_view key, Value value);
  bool erase(std::string_view key);  // true if it was there
  iterator erase(const_iterator position);
  // For a parser whose keys arrive in order: O(1) when `key` sorts after the last member, else as set().
  void append(std::string key, Value value);
  // Members in any order, in O(n log n); of equal keys the last one wins.
  [[nodiscard]] static Object from_members(std::vector<Member> members);

  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t size() const;
  iterator begin();
  iterator end();
  [[nodiscard]] const_iterator begin() const;
  [[nodiscard]] const_iterator end() const;
  friend bool operator==(const Object&, const Object&);

 private:
  std::vector<Member> members_;
};

enum class Type { null, boolean, integer, number, string, array, object };

// A JSON value that owns its parts. Integers that fit int64 are integers; every other number is a double, as in
// Kubernetes' unstructured objects.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}
  Value(long value) : data_(static_cast<std::int64_t>(value)) {}
  Value(long long value) : data_(static_cast<std::int64_t>(value)) {}
  Value(unsigned value) : data_(static_cast<std::int64_t>(value)) {}
  Value(unsigned long value) : data_(static_cast<std::int64_t>(value)) {}
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  [[nodiscard]] Type type() const { return static_cast<Type>(data_.index()); }
  [[nodiscard]] bool is_null() const { return type() == Type::null; }
  [[nodiscard]] bool is_boolean() const { return type() == Type::boolean; }
  [[nodiscard]] bool is_integer() const { return type() == Type::integer; }
  [[nodiscard]] bool is_number() const { return type() == Type::integer || type() == Type::number; }
  [[nodiscard]] bool is_string() const { return type() == Type::string; }
  [[nodiscard]] bool is_array() const { return type() == Type::array; }
  [[nodiscard]] bool is_object() const { return type() == Type::object; }

  // Null pointer when the value is of another type.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] std::string* string() { return std::get_if<std::string>(&data_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data_); }
  [[nodiscard]] Array* array() { return std::get_if<Array>(&data_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data_); }
  [[nodiscard]] Object* object() { return std::get_if<Object>(&data_); }
  // Integers widened; nullopt when not a number.
  [[nodiscard]] std::optional<double> number() const;

  // The member `key`, or null pointer when this is no object or has none.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  // find() along a path of keys: find_path({"spec", "template", "spec"}).
  [[nodiscard]] const Value* find_path(std::initializer_list<std::string_view> path) const;
  [[nodiscard]] Value* find_path(std::initializer_list<std::string_view> path);
  // The text along the path, or "" when absent or no string. The view lives as long as this value is unchanged.
  [[nodiscard]] std::string_view text_at(std::initializer_list<std::string_view> path) const;
  // The member `key`; this value becomes an object if it is not one, the member null if absent.
  Value& operator[](std::string_view key);

  // Deep equality. 1 and 1.0 are equal, as in JSON: an integer and a double are when they are written alike.
  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data_{nullptr};
};

inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline Object::iterator Object::begin() { return members_.begin(); }
inline Object::iterator Object::end() { return members_.end(); }
inline Object::const_iterator Object::begin() const { return members_.begin(); }
inline Object::const_iterator Object::end() const { return members_.end(); }

}  // namespace slipway::json
