#pragma once

#include <span>
#include <string_view>

#include "kube/cel_value.h"

namespace re2 {
class RE2;
}

// The functions that expressions may call. Private to the cel_*.cpp files.
namespace slipway::kube::cel {

struct Call {
  std::span<const Val> arguments;  // of a member function the receiver first
  const re2::RE2* pattern;         // compiled with the expression when the pattern argument is a literal, else null
  Budget& budget;
};

struct Function {
  std::string_view name;  // with its namespace: "sets.contains"
  bool is_member;
  std::size_t arity;  // with the receiver
  Kind result;
  Outcome (*run)(const Call&);
  std::size_t pattern_argument = 0;  // which argument is a regular expression; 0: none
};

// Null when there is no such function for so many arguments.
[[nodiscard]] const Function* find_function(std::string_view name, bool is_member, std::size_t arity);
// Whether there is one for any number of arguments.
[[nodiscard]] bool is_function(std::string_view name, bool is_member);

[[nodiscard]] std::span<const Function>
core_functions();  // cel_functions.cpp: sizes, types, conversions, sets, optionals
[[nodiscard]] std::span<const Function> list_functions();    // cel_lists.cpp
[[nodiscard]] std::span<const Function> string_functions();  // cel_strings.cpp
[[nodiscard]] std::span<const Function> regex_functions();   // cel_regex.cpp

}  // namespace slipway::kube::cel
