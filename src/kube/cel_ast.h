#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cel_functions.h"
#include "kube/cel_lexer.h"
#include "kube/cel_value.h"

// The parsed and resolved form of a CEL expression. Private to the cel_*.cpp files.
namespace slipway::kube::cel {

enum class Op {
  literal,
  self,
  old_self,
  variable,  // of a macro; `slot`
  select,    // children: operand; `name`
  select_optional,
  has,    // as select
  index,  // children: operand, index
  index_optional,
  list,
  map,  // children: key, value, key, value, …
  negate,
  invert,
  conditional,
  logical_and,  // two or more children
  logical_or,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  call,
  // Macros over a list or the keys of a map. Children: range, body; the variable is in `slot`.
  all,
  exists,
  exists_one,
  filter,
  transform,           // map(x, body)
  transform_filtered,  // map(x, condition, body); children: range, condition, body
  // Macros over an optional. Children: operand, body.
  opt_map,
  opt_flat_map,
};

struct Expression {
  Op op = Op::literal;
  Kind type = Kind::dyn;  // what is known of the result before it runs
  Val literal;
  std::string text;  // the value of a text literal, which `literal` borrows; the name of a field
  // select: the property's real name where Kubernetes writes it escaped ("foo__dash__bar"), else "".
  std::string unescaped;
  std::vector<std::unique_ptr<Expression>> children;
  std::vector<bool> is_optional;  // list: per element, map: per pair; empty when none is
  std::size_t slot = 0;
  std::size_t height = 1;  // of the tree; bounded, so that recursion is
  const Function* function = nullptr;
  std::shared_ptr<const re2::RE2> pattern;
};

struct Parsed {
  std::unique_ptr<Expression> root;
  std::size_t slots = 0;  // variables of macros that are alive at once
  bool uses_old_self = false;
};

// Parses and resolves every name. Errors have cel-go's words.
[[nodiscard]] std::expected<Parsed, SyntaxError> parse(std::string_view expression);

// cel_names.cpp. Words that are no identifiers; those of them that are no names of fields either.
[[nodiscard]] bool is_reserved(std::string_view word);
[[nodiscard]] bool is_no_field(std::string_view word);
// The type that a word names.
[[nodiscard]] std::optional<Kind> find_type(std::string_view word);
// "foo__dash__bar" → "foo-bar", "__namespace__" → "namespace" (kube-api 8.5); the same text when nothing is escaped.
[[nodiscard]] std::string unescape_name(std::string_view name);

// Runs the expression. `old_self` as Optional for rules with optionalOldSelf. Errors: a Failure.
[[nodiscard]] Outcome evaluate(const Parsed& parsed, const Val& self, const Val& old_self, Budget& budget);

}  // namespace slipway::kube::cel
