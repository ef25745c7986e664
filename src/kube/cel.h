#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube::cel {

// A compiled CEL expression (kube-api 8.5): what the fleet's CRDs use and the common rest: all operators, `has`, `all`,
// `exists`, `exists_one`, `map`, `filter`, `size`, `matches`, `type`, the string functions, ternary, `in`, lists and maps.
// Anything else fails to compile.
class Program {
 public:
  // Error: invalid, with position and what is not known.
  [[nodiscard]] static Result<std::shared_ptr<const Program>> compile(std::string_view expression);
  virtual ~Program() = default;
  // True when the expression mentions oldSelf: a transition rule.
  [[nodiscard]] virtual bool uses_old_self() const = 0;
  // `old_self` may be null pointer when the expression does not use it. The step limit is 1,000,000 units. Errors: invalid
  // ("no such key: minv", "no such overload", a result that is not boolean).
  [[nodiscard]] virtual Result<bool> evaluate(const json::Value& self, const json::Value* old_self) const = 0;
  // For messageExpression: the result must be text.
  [[nodiscard]] virtual Result<std::string> evaluate_text(const json::Value& self, const json::Value* old_self) const = 0;
};

}  // namespace slipway::kube::cel
