#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "json/value.h"

// The values of the CEL interpreter. Private to the cel_*.cpp files.
namespace slipway::kube::cel {

// Units of work that one evaluation may still spend (kube-api 8.5).
class Budget {
 public:
  explicit Budget(std::int64_t units) : left_(units) {}
  // False when there is not enough left; then nothing more is granted either.
  bool spend(std::int64_t units) {
    left_ -= units;
    return left_ >= 0;
  }
  [[nodiscard]] bool is_exhausted() const { return left_ < 0; }
  [[nodiscard]] std::int64_t left() const { return left_; }

 private:
  std::int64_t left_;
};

struct Val;
using List = std::vector<Val>;
using Map = std::vector<std::pair<Val, Val>>;

// CEL's types; also the value that type(x) and the name of a type have. `dyn` is only known at run time.
enum class Kind { null, boolean, integer, unsigned_integer, number, string, bytes, list, map, type, optional, dyn };
[[nodiscard]] std::string_view kind_name(Kind kind);  // "int", "null_type", …

// Text or bytes, borrowed from the object or the expression, or owned when the evaluation made it.
struct Text {
  std::string_view view;
  std::shared_ptr<const std::string> owner;
};
struct Bytes {
  Text text;
};
// optional_type: null pointer for none.
struct Optional {
  std::shared_ptr<const Val> value;
};

// Borrowed parts belong to the object that is evaluated and to the program; nothing is converted before it is needed.
struct Val {
  using Data =
      std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Text, Bytes, const json::Array*,
                   std::shared_ptr<const List>, const json::Object*, std::shared_ptr<const Map>, Kind, Optional>;
  Data data;

  [[nodiscard]] Kind kind() const;
  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&data);
  }
  [[nodiscard]] std::optional<std::string_view> text() const;
};

[[nodiscard]] Val from_json(const json::Value& value);
[[nodiscard]] Val make_text(std::string text);
[[nodiscard]] Val make_list(List items);
[[nodiscard]] Val make_optional(std::optional<Val> value);

// What went wrong, in cel-go's words ("no such key: x").
using Failure = std::string;
using Outcome = std::expected<Val, Failure>;
[[nodiscard]] inline std::unexpected<Failure> failure(std::string text) { return std::unexpected(std::move(text)); }
[[nodiscard]] inline std::unexpected<Failure> no_overload() { return failure("no such overload"); }
inline constexpr std::string_view kOutOfBudget = "operation cancelled: actual cost limit exceeded";

// A list, whichever way it is held. `val` must outlive it and be a list.
class ListView {
 public:
  explicit ListView(const Val& val);
  [[nodiscard]] std::size_t size() const { return borrowed_ != nullptr ? borrowed_->size() : owned_->size(); }
  [[nodiscard]] Val at(std::size_t i) const { return borrowed_ != nullptr ? from_json((*borrowed_)[i]) : (*owned_)[i]; }

 private:
  const json::Array* borrowed_ = nullptr;
  const List* owned_ = nullptr;
};

// A map, whichever way it is held. `val` must outlive it and be a map.
class MapView {
 public:
  explicit MapView(const Val& val);
  [[nodiscard]] std::size_t size() const { return borrowed_ != nullptr ? borrowed_->size() : owned_->size(); }
  [[nodiscard]] std::optional<Val> find(std::string_view key) const;
  [[nodiscard]] std::optional<Val> find(const Val& key) const;
  [[nodiscard]] std::pair<Val, Val> at(std::size_t i) const;

 private:
  const json::Object* borrowed_ = nullptr;
  const Map* owned_ = nullptr;
};

// Deep equality; numbers by value whatever their type, other types never equal. Spends as much as it looks at.
[[nodiscard]] bool equal(const Val& a, const Val& b, Budget& budget);
// The order of two numbers, strings, bytes or booleans; nullopt when they have none.
[[nodiscard]] std::optional<std::partial_ordering> compare(const Val& a, const Val& b);
// string(x): nullopt for what has no text.
[[nodiscard]] std::optional<std::string> to_text(const Val& val);
// How a message shows a value that was looked for ("no such key: x").
[[nodiscard]] std::string shown(const Val& val);

}  // namespace slipway::kube::cel
