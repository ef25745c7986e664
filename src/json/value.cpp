#include "json/value.h"

#include <algorithm>
#include <numeric>

#include "json/text.h"

namespace slipway::json {
namespace {

// The first member whose key is not before `key`.
template <class Members>
auto position_of(Members& members, std::string_view key) {
  return std::lower_bound(members.begin(), members.end(), key,
                          [](const Object::Member& member, std::string_view wanted) { return member.first < wanted; });
}

template <class V>
V* walk(V* value, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    value = value->find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

// An integer and a double are equal when they are written alike. Up to 2^53 that is what their values say; beyond, a
// double stands for many integers, and is written as the one with the fewest digits.
bool equal(std::int64_t integer, double number) {
  constexpr std::int64_t exact = 1LL << 53;
  if (integer > -exact && integer < exact) return static_cast<double>(integer) == number;
  if (!(number >= -0x1p63 && number <= 0x1p63)) return false;
  return write(number) == std::to_string(integer);
}

}  // namespace

Object::Object(std::initializer_list<Member> members) : Object(from_members(std::vector<Member>(members))) {}

Object Object::from_members(std::vector<Member> members) {
  Object object;
  const auto in_order = [](const Member& a, const Member& b) { return a.first < b.first; };
  const auto is_out_of_order = [&](const Member& a, const Member& b) { return !in_order(a, b); };
  if (std::adjacent_find(members.begin(), members.end(), is_out_of_order) == members.end()) {
    object.members_ = std::move(members);
    return object;
  }
  // Members are large, so their positions are sorted; of equal keys the one that came last is kept.
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int keys = members[a].first.compare(members[b].first);
    return keys != 0 ? keys < 0 : a < b;
  });
  object.members_.reserve(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool is_replaced = i + 1 < order.size() && members[order[i]].first == members[order[i + 1]].first;
    if (!is_replaced) object.members_.push_back(std::move(members[order[i]]));
  }
  return object;
}

const Value* Object::find(std::string_view key) const {
  const auto at = position_of(members_, key);
  return at != members_.end() && at->first == key ? &at->second : nullptr;
}

Value* Object::find(std::string_view key) {
  const auto at = position_of(members_, key);
  return at != members_.end() && at->first == key ? &at->second : nullptr;
}

Value& Object::operator[](std::string_view key) {
  const auto at = position_of(members_, key);
  if (at != members_.end() && at->first == key) return at->second;
  return members_.emplace(at, std::string(key), Value())->second;
}

void Object::set(std::string_view key, Value value) { (*this)[key] = std::move(value); }

bool Object::erase(std::string_view key) {
  const auto at = position_of(members_, key);
  if (at == members_.end() || at->first != key) return false;
  members_.erase(at);
  return true;
}

Object::iterator Object::erase(const_iterator position) { return members_.erase(position); }

void Object::append(std::string key, Value value) {
  if (members_.empty() || members_.back().first < key) {
    members_.emplace_back(std::move(key), std::move(value));
  } else {
    set(key, std::move(value));
  }
}

bool operator==(const Object& a, const Object& b) { return a.members_ == b.members_; }

std::optional<double> Value::number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&data_)) return *number;
  return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  return members == nullptr ? nullptr : members->find(key);
}

Value* Value::find(std::string_view key) {
  Object* members = object();
  return members == nullptr ? nullptr : members->find(key);
}

const Value* Value::find_path(std::initializer_list<std::string_view> path) const { return walk(this, path); }

Value* Value::find_path(std::initializer_list<std::string_view> path) { return walk(this, path); }

std::string_view Value::text_at(std::initializer_list<std::string_view> path) const {
  const Value* value = find_path(path);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

Value& Value::operator[](std::string_view key) {
  if (!is_object()) data_ = Object();
  return std::get<Object>(data_)[key];
}

bool operator==(const Value& a, const Value& b) {
  if (a.type() == Type::integer && b.type() == Type::number) {
    return equal(std::get<std::int64_t>(a.data_), std::get<double>(b.data_));
  }
  if (a.type() == Type::number && b.type() == Type::integer) return b == a;
  return a.data_ == b.data_;
}

}  // namespace slipway::json
