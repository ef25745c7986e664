#include "kube/cel_functions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace slipway::kube::cel {
namespace {

std::int64_t count_characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

Outcome size(const Call& call) {
  const Val& value = call.arguments[0];
  switch (value.kind()) {
    case Kind::string:
      return Val{count_characters(value.get<Text>()->view)};
    case Kind::bytes:
      return Val{static_cast<std::int64_t>(value.get<Bytes>()->text.view.size())};
    case Kind::list:
      return Val{static_cast<std::int64_t>(ListView(value).size())};
    case Kind::map:
      return Val{static_cast<std::int64_t>(MapView(value).size())};
    default:
      return no_overload();
  }
}

Outcome type(const Call& call) { return Val{call.arguments[0].kind()}; }
Outcome dyn(const Call& call) { return call.arguments[0]; }

template <class T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Outcome to_int(const Call& call) {
  const Val& value = call.arguments[0];
  if (value.get<std::int64_t>() != nullptr) return value;
  if (const auto* number = value.get<std::uint64_t>()) {
    if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return failure("integer overflow");
    return Val{static_cast<std::int64_t>(*number)};
  }
  if (const auto* number = value.get<double>()) {
    if (!(*number > -0x1p63 && *number < 0x1p63)) return failure("integer overflow");
    return Val{static_cast<std::int64_t>(*number)};
  }
  if (const auto text = value.text()) {
    if (const auto number = parse<std::int64_t>(*text)) return Val{*number};
    return failure("type conversion error from 'string' to 'int'");
  }
  return no_overload();
}

Outcome to_uint(const Call& call) {
  const Val& value = call.arguments[0];
  if (value.get<std::uint64_t>() != nullptr) return value;
  if (const auto* number = value.get<std::int64_t>()) {
    if (*number < 0) return failure("unsigned integer overflow");
    return Val{static_cast<std::uint64_t>(*number)};
  }
  if (const auto* number = value.get<double>()) {
    if (!(*number >= 0 && *number < 0x1p64)) return failure("unsigned integer overflow");
    return Val{static_cast<std::uint64_t>(*number)};
  }
  if (const auto text = value.text()) {
    if (const auto number = parse<std::uint64_t>(*text)) return Val{*number};
    return failure("type conversion error from 'string' to 'uint'");
  }
  return no_overload();
}

Outcome to_double(const Call& call) {
  const Val& value = call.arguments[0];
  if (value.get<double>() != nullptr) return value;
  if (const auto* number = value.get<std::int64_t>()) return Val{static_cast<double>(*number)};
  if (const auto* number = value.get<std::uint64_t>()) return Val{static_cast<double>(*number)};
  if (const auto text = value.text()) {
    if (const auto number = parse<double>(*text)) return Val{*number};
    return failure("type conversion error from 'string' to 'double'");
  }
  return no_overload();
}

Outcome to_string(const Call& call) {
  if (call.arguments[0].get<Text>() != nullptr) return call.arguments[0];
  if (auto text = to_text(call.arguments[0])) return make_text(std::move(*text));
  return no_overload();
}

Outcome to_bytes(const Call& call) {
  if (const auto* text = call.arguments[0].get<Text>()) return Val{Bytes{*text}};
  return call.arguments[0].get<Bytes>() != nullptr ? Outcome(call.arguments[0]) : Outcome(no_overload());
}

Outcome to_bool(const Call& call) {
  const Val& value = call.arguments[0];
  if (value.get<bool>() != nullptr) return value;
  const auto text = value.text();
  if (!text) return no_overload();
  if (*text == "1" || *text == "t" || *text == "T" || *text == "true" || *text == "TRUE" || *text == "True")
    return Val{true};
  if (*text == "0" || *text == "f" || *text == "F" || *text == "false" || *text == "FALSE" || *text == "False")
    return Val{false};
  return failure("type conversion error from 'string' to 'bool'");
}

// How many elements of `wanted` are in `list`.
std::size_t count_contained(const ListView& list, const ListView& wanted, Budget& budget) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Val element = wanted.at(i);
    for (std::size_t j = 0; j < list.size(); ++j) {
      if (!equal(list.at(j), element, budget)) continue;
      ++found;
      break;
    }
  }
  return found;
}

template <class Decide>
Outcome with_sets(const Call& call, const Decide& decide) {
  if (call.arguments[0].kind() != Kind::list || call.arguments[1].kind() != Kind::list) return no_overload();
  return Val{decide(ListView(call.arguments[0]), ListView(call.arguments[1]))};
}
Outcome sets_contains(const Call& call) {
  return with_sets(call, [&](const ListView& list, const ListView& wanted) {
    return count_contained(list, wanted, call.budget) == wanted.size();
  });
}
Outcome sets_equivalent(const Call& call) {
  return with_sets(call, [&](const ListView& a, const ListView& b) {
    return count_contained(a, b, call.budget) == b.size() && count_contained(b, a, call.budget) == a.size();
  });
}
Outcome sets_intersects(const Call& call) {
  return with_sets(call, [&](const ListView& a, const ListView& b) { return count_contained(a, b, call.budget) > 0; });
}

Outcome optional_of(const Call& call) { return make_optional(call.arguments[0]); }
Outcome optional_none(const Call&) { return make_optional(std::optional<Val>()); }
Outcome optional_of_non_zero(const Call& call) {
  const Val& value = call.arguments[0];
  bool is_zero = false;
  switch (value.kind()) {
    case Kind::null:
      is_zero = true;
      break;
    case Kind::boolean:
      is_zero = !*value.get<bool>();
      break;
    case Kind::integer:
      is_zero = *value.get<std::int64_t>() == 0;
      break;
    case Kind::unsigned_integer:
      is_zero = *value.get<std::uint64_t>() == 0;
      break;
    case Kind::number:
      is_zero = *value.get<double>() == 0;
      break;
    case Kind::string:
      is_zero = value.get<Text>()->view.empty();
      break;
    case Kind::bytes:
      is_zero = value.get<Bytes>()->text.view.empty();
      break;
    case Kind::list:
      is_zero = ListView(value).size() == 0;
      break;
    case Kind::map:
      is_zero = MapView(value).size() == 0;
      break;
    case Kind::type:
    case Kind::optional:
    case Kind::dyn:
      break;
  }
  return make_optional(is_zero ? std::optional<Val>() : std::optional<Val>(value));
}

Outcome has_value(const Call& call) {
  const auto* optional = call.arguments[0].get<Optional>();
  return optional != nullptr ? Outcome(Val{optional->value != nullptr}) : Outcome(no_overload());
}
Outcome value(const Call& call) {
  const auto* optional = call.arguments[0].get<Optional>();
  if (optional == nullptr) return no_overload();
  if (optional->value == nullptr) return failure("optional.none() dereference");
  return *optional->value;
}
Outcome or_value(const Call& call) {
  const auto* optional = call.arguments[0].get<Optional>();
  if (optional == nullptr) return no_overload();
  return optional->value != nullptr ? *optional->value : call.arguments[1];
}
Outcome or_optional(const Call& call) {
  const auto* optional = call.arguments[0].get<Optional>();
  if (optional == nullptr || call.arguments[1].get<Optional>() == nullptr) return no_overload();
  return optional->value != nullptr ? call.arguments[0] : call.arguments[1];
}

constexpr std::array kFunctions = {
    Function{"size", false, 1, Kind::integer, size},
    Function{"size", true, 1, Kind::integer, size},
    Function{"type", false, 1, Kind::type, type},
    Function{"dyn", false, 1, Kind::dyn, dyn},
    Function{"int", false, 1, Kind::integer, to_int},
    Function{"uint", false, 1, Kind::unsigned_integer, to_uint},
    Function{"double", false, 1, Kind::number, to_double},
    Function{"string", false, 1, Kind::string, to_string},
    Function{"bytes", false, 1, Kind::bytes, to_bytes},
    Function{"bool", false, 1, Kind::boolean, to_bool},
    Function{"sets.contains", false, 2, Kind::boolean, sets_contains},
    Function{"sets.equivalent", false, 2, Kind::boolean, sets_equivalent},
    Function{"sets.intersects", false, 2, Kind::boolean, sets_intersects},
    Function{"optional.of", false, 1, Kind::optional, optional_of},
    Function{"optional.none", false, 0, Kind::optional, optional_none},
    Function{"optional.ofNonZeroValue", false, 1, Kind::optional, optional_of_non_zero},
    Function{"hasValue", true, 1, Kind::boolean, has_value},
    Function{"value", true, 1, Kind::dyn, value},
    Function{"orValue", true, 2, Kind::dyn, or_value},
    Function{"or", true, 2, Kind::optional, or_optional},
};

template <class Test>
const Function* find_if(const Test& test) {
  for (const auto table : {core_functions(), list_functions(), string_functions(), regex_functions()}) {
    for (const Function& function : table) {
      if (test(function)) return &function;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const Function> core_functions() { return kFunctions; }

const Function* find_function(std::string_view name, bool is_member, std::size_t arity) {
  return find_if([&](const Function& function) {
    return function.name == name && function.is_member == is_member && function.arity == arity;
  });
}

bool is_function(std::string_view name, bool is_member) {
  return find_if([&](const Function& function) { return function.name == name && function.is_member == is_member; }) !=
         nullptr;
}

}  // namespace slipway::kube::cel
