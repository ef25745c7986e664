#include "kube/cel.h"

#include <algorithm>

#include "kube/cel_ast.h"

namespace slipway::kube::cel {
namespace {

constexpr std::int64_t kUnitsMax = 1'000'000;  // of one evaluation (8.5)

class CompiledProgram final : public Program {
 public:
  explicit CompiledProgram(Parsed parsed) : parsed_(std::move(parsed)) {}

  [[nodiscard]] bool uses_old_self() const override { return parsed_.uses_old_self; }
  [[nodiscard]] std::string_view result_type() const override { return kind_name(parsed_.root->type); }

  [[nodiscard]] Result<bool> evaluate(const json::Value& self, const json::Value* old_self) const override {
    std::int64_t units = kUnitsMax;
    return evaluate({.self = self, .old_self = old_self}, units);
  }
  [[nodiscard]] Result<std::string> evaluate_text(const json::Value& self, const json::Value* old_self) const override {
    std::int64_t units = kUnitsMax;
    return evaluate_text({.self = self, .old_self = old_self}, units);
  }
  [[nodiscard]] Result<bool> evaluate(const Input& input, std::int64_t& units) const override {
    const Outcome outcome = run(input, units);
    if (!outcome) return fail(Reason::invalid, "{}", outcome.error());
    if (const bool* flag = outcome->get<bool>()) return *flag;
    return fail(Reason::invalid, "the result is not of type bool but {}", kind_name(outcome->kind()));
  }
  [[nodiscard]] Result<std::string> evaluate_text(const Input& input, std::int64_t& units) const override {
    const Outcome outcome = run(input, units);
    if (!outcome) return fail(Reason::invalid, "{}", outcome.error());
    if (const auto text = outcome->text()) return std::string(*text);
    return fail(Reason::invalid, "the result is not of type string but {}", kind_name(outcome->kind()));
  }

 private:
  [[nodiscard]] Outcome run(const Input& input, std::int64_t& units) const {
    Val old_self = input.old_self != nullptr ? from_json(*input.old_self) : Val{};
    if (input.is_old_self_optional) {
      old_self =
          make_optional(input.old_self != nullptr ? std::optional<Val>(std::move(old_self)) : std::optional<Val>());
    }
    const std::int64_t granted = std::min(units, kUnitsMax);
    Budget budget(granted);
    Outcome outcome = cel::evaluate(parsed_, from_json(input.self), old_self, budget);
    units -= granted - budget.left();
    // A single rule over its own limit must not look like an exhausted shared budget.
    if (budget.is_exhausted() && granted == kUnitsMax && units < 0) units = 0;
    return outcome;
  }

  Parsed parsed_;
};

}  // namespace

Result<std::shared_ptr<const Program>> Program::compile(std::string_view expression) {
  auto parsed = parse(expression);
  if (parsed) return std::make_shared<const CompiledProgram>(std::move(*parsed));
  const SyntaxError& error = parsed.error();
  const std::string_view before = expression.substr(0, error.position);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fail(Reason::invalid, "ERROR: <input>:{}:{}: {}", line, error.position - line_start + 1, error.message);
}

}  // namespace slipway::kube::cel
