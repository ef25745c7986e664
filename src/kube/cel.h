#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube::cel {

// What one evaluation looks at.
struct Input {
  const json::Value& self;
  const json::Value* old_self = nullptr;  // null: there is none
  // Rules with optionalOldSelf see oldSelf as an optional (none where `old_self` is null) instead of the value itself.
  bool is_old_self_optional = false;
};

// A compiled CEL expression (kube-api 8.5): what the fleet's CRDs use and the common rest: all operators, `has`, `all`,
// `exists`, `exists_one`, `map`, `filter`, `size`, `matches`, `type`, the string functions, ternary, `in`, lists and
// maps. Anything else fails to compile.
class Program {
 public:
  // Error: invalid, with position and what is not known.
  [[nodiscard]] static Result<std::shared_ptr<const Program>> compile(std::string_view expression);
  virtual ~Program() = default;
  // True when the expression mentions oldSelf: a transition rule.
  [[nodiscard]] virtual bool uses_old_self() const = 0;
  // `old_self` may be null pointer when the expression does not use it. The step limit is 1,000,000 units. Errors:
  // invalid
  // ("no such key: minv", "no such overload", a result that is not boolean).
  [[nodiscard]] virtual Result<bool> evaluate(const json::Value& self, const json::Value* old_self) const = 0;
  // For messageExpression: the result must be text.
  [[nodiscard]] virtual Result<std::string> evaluate_text(const json::Value& self,
                                                          const json::Value* old_self) const = 0;

  // The same within a budget that several expressions share: what is spent is taken from `units`, which is negative
  // afterwards when it did not suffice.
  [[nodiscard]] virtual Result<bool> evaluate(const Input& input, std::int64_t& units) const = 0;
  [[nodiscard]] virtual Result<std::string> evaluate_text(const Input& input, std::int64_t& units) const = 0;
  // What the result is known to be before any evaluation: "bool", "string", "int" …; "dyn" when only self decides it.
  [[nodiscard]] virtual std::string_view result_type() const = 0;
};

}  // namespace slipway::kube::cel
