#include <array>
#include <cmath>
#include <limits>

#include "kube/cel_ast.h"

namespace slipway::kube::cel {
namespace {

Outcome integer_arithmetic(Op op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflows = false;
  switch (op) {
    case Op::add:
      overflows = __builtin_add_overflow(a, b, &result);
      break;
    case Op::subtract:
      overflows = __builtin_sub_overflow(a, b, &result);
      break;
    case Op::multiply:
      overflows = __builtin_mul_overflow(a, b, &result);
      break;
    default:
      if (b == 0) return failure(op == Op::divide ? "division by zero" : "modulus by zero");
      if (a == std::numeric_limits<std::int64_t>::min() && b == -1) return failure("integer overflow");
      result = op == Op::divide ? a / b : a % b;
  }
  return overflows ? Outcome(failure("integer overflow")) : Outcome(Val{result});
}

Outcome unsigned_arithmetic(Op op, std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  bool overflows = false;
  switch (op) {
    case Op::add:
      overflows = __builtin_add_overflow(a, b, &result);
      break;
    case Op::subtract:
      overflows = __builtin_sub_overflow(a, b, &result);
      break;
    case Op::multiply:
      overflows = __builtin_mul_overflow(a, b, &result);
      break;
    default:
      if (b == 0) return failure(op == Op::divide ? "division by zero" : "modulus by zero");
      result = op == Op::divide ? a / b : a % b;
  }
  return overflows ? Outcome(failure("unsigned integer overflow")) : Outcome(Val{result});
}

Outcome double_arithmetic(Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return Val{a + b};
    case Op::subtract:
      return Val{a - b};
    case Op::multiply:
      return Val{a * b};
    case Op::divide:
      return Val{a / b};
    default:
      return no_overload();
  }
}

Outcome concatenate(const Val& a, const Val& b, Budget& budget) {
  if (const auto left = a.text(), right = b.text(); left && right) {
    if (!budget.spend(static_cast<std::int64_t>((left->size() + right->size()) / 10)))
      return failure(std::string(kOutOfBudget));
    return make_text(std::string(*left).append(*right));
  }
  if (a.kind() == Kind::list && b.kind() == Kind::list) {
    const ListView left(a);
    const ListView right(b);
    if (!budget.spend(static_cast<std::int64_t>(left.size() + right.size()))) return failure(std::string(kOutOfBudget));
    List items;
    items.reserve(left.size() + right.size());
    for (std::size_t i = 0; i < left.size(); ++i) items.push_back(left.at(i));
    for (std::size_t i = 0; i < right.size(); ++i) items.push_back(right.at(i));
    return make_list(std::move(items));
  }
  const auto* left = a.get<Bytes>();
  const auto* right = b.get<Bytes>();
  if (left == nullptr || right == nullptr) return no_overload();
  const Val joined = make_text(std::string(left->text.view).append(right->text.view));
  return Val{Bytes{*joined.get<Text>()}};
}

Outcome arithmetic(Op op, const Val& a, const Val& b, Budget& budget) {
  const auto* a_int = a.get<std::int64_t>();
  const auto* b_int = b.get<std::int64_t>();
  if (a_int != nullptr && b_int != nullptr) return integer_arithmetic(op, *a_int, *b_int);
  const auto* a_uint = a.get<std::uint64_t>();
  const auto* b_uint = b.get<std::uint64_t>();
  if (a_uint != nullptr && b_uint != nullptr) return unsigned_arithmetic(op, *a_uint, *b_uint);
  // A property of type number may hold 1, which JSON does not tell from the integer: it is a double where the other
  // side is.
  const auto* a_double = a.get<double>();
  const auto* b_double = b.get<double>();
  if ((a_double != nullptr || a_int != nullptr) && (b_double != nullptr || b_int != nullptr)) {
    return double_arithmetic(op, a_double != nullptr ? *a_double : static_cast<double>(*a_int),
                             b_double != nullptr ? *b_double : static_cast<double>(*b_int));
  }
  return op == Op::add ? concatenate(a, b, budget) : Outcome(no_overload());
}

class Evaluator {
 public:
  Evaluator(const Parsed& parsed, const Val& self, const Val& old_self, Budget& budget)
      : self_(self), old_self_(old_self), budget_(budget), variables_(parsed.slots) {}

  Outcome run(const Expression& node) {
    if (!budget_.spend(1)) return out_of_budget();
    switch (node.op) {
      case Op::literal:
        return node.literal;
      case Op::self:
        return self_;
      case Op::old_self:
        return old_self_;
      case Op::variable:
        return variables_[node.slot];
      case Op::select:
      case Op::select_optional:
      case Op::has:
        return select(node);
      case Op::index:
      case Op::index_optional:
        return index(node);
      case Op::list:
        return list(node);
      case Op::map:
        return map(node);
      case Op::negate:
        return negate(node);
      case Op::invert:
        return invert(node);
      case Op::conditional:
        return conditional(node);
      case Op::logical_and:
        return logical(node, false);
      case Op::logical_or:
        return logical(node, true);
      case Op::equal:
      case Op::not_equal:
      case Op::less:
      case Op::less_or_equal:
      case Op::greater:
      case Op::greater_or_equal:
      case Op::in:
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::remainder:
        return binary(node);
      case Op::call:
        return call(node);
      case Op::all:
        return quantify(node, false);
      case Op::exists:
        return quantify(node, true);
      case Op::exists_one:
        return exists_one(node);
      case Op::filter:
      case Op::transform:
      case Op::transform_filtered:
        return collect(node);
      case Op::opt_map:
      case Op::opt_flat_map:
        return map_optional(node);
    }
    std::unreachable();
  }

 private:
  static std::unexpected<Failure> out_of_budget() { return failure(std::string(kOutOfBudget)); }

  // The member of a map that the node names, by its own name or by the name that it escapes.
  static std::optional<Val> find_member(const Expression& node, const Val& map) {
    const MapView view(map);
    auto found = view.find(std::string_view(node.text));
    if (!found && !node.unescaped.empty()) found = view.find(std::string_view(node.unescaped));
    return found;
  }

  Outcome select(const Expression& node) {
    auto operand = run(*node.children[0]);
    if (!operand) return operand;
    const Optional* optional = operand->get<Optional>();
    if (optional != nullptr && optional->value == nullptr) return node.op == Op::has ? Outcome(Val{false}) : operand;
    const Val& base = optional != nullptr ? *optional->value : *operand;
    if (base.kind() != Kind::map) return no_overload();
    auto found = find_member(node, base);
    if (node.op == Op::has) return Val{found.has_value()};
    if (optional != nullptr || node.op == Op::select_optional) return make_optional(std::move(found));
    if (!found) return failure("no such key: " + (node.unescaped.empty() ? node.text : node.unescaped));
    return std::move(*found);
  }

  Outcome index(const Expression& node) {
    auto operand = run(*node.children[0]);
    if (!operand) return operand;
    auto at = run(*node.children[1]);
    if (!at) return at;
    const Optional* optional = operand->get<Optional>();
    if (optional != nullptr && optional->value == nullptr) return operand;
    auto found = element(optional != nullptr ? *optional->value : *operand, *at);
    if (optional == nullptr && node.op == Op::index) return found;
    if (!found && found.error() == "no such overload") return found;
    return make_optional(found ? std::optional<Val>(std::move(*found)) : std::nullopt);
  }

  static Outcome element(const Val& base, const Val& at) {
    if (base.kind() == Kind::map) {
      auto found = MapView(base).find(at);
      return found ? Outcome(std::move(*found)) : Outcome(failure("no such key: " + shown(at)));
    }
    const auto* position = at.get<std::int64_t>();
    if (base.kind() != Kind::list || position == nullptr) return no_overload();
    const ListView list(base);
    if (*position < 0 || static_cast<std::uint64_t>(*position) >= list.size()) {
      return failure("index out of bounds: " + std::to_string(*position));
    }
    return list.at(static_cast<std::size_t>(*position));
  }

  // The value of an element written with '?': nothing when it is none.
  static std::expected<std::optional<Val>, Failure> unwrap(const Val& value) {
    const auto* optional = value.get<Optional>();
    if (optional == nullptr) return no_overload();
    return optional->value != nullptr ? std::optional<Val>(*optional->value) : std::nullopt;
  }

  Outcome list(const Expression& node) {
    List items;
    items.reserve(node.children.size());
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      auto item = run(*node.children[i]);
      if (!item) return item;
      if (node.is_optional.empty() || !node.is_optional[i]) {
        items.push_back(std::move(*item));
        continue;
      }
      auto present = unwrap(*item);
      if (!present) return failure(std::move(present.error()));
      if (*present) items.push_back(std::move(**present));
    }
    return make_list(std::move(items));
  }

  Outcome map(const Expression& node) {
    auto pairs = std::make_shared<Map>();
    for (std::size_t i = 0; i < node.children.size(); i += 2) {
      auto key = run(*node.children[i]);
      if (!key) return key;
      const Kind kind = key->kind();
      if (kind != Kind::string && kind != Kind::integer && kind != Kind::unsigned_integer && kind != Kind::boolean) {
        return failure("unsupported key type");
      }
      for (const auto& [other, ignored] : *pairs) {
        if (equal(other, *key, budget_)) return failure("Failed with repeated key");
      }
      auto value = run(*node.children[i + 1]);
      if (!value) return value;
      if (node.is_optional.empty() || !node.is_optional[i / 2]) {
        pairs->emplace_back(std::move(*key), std::move(*value));
        continue;
      }
      auto present = unwrap(*value);
      if (!present) return failure(std::move(present.error()));
      if (*present) pairs->emplace_back(std::move(*key), std::move(**present));
    }
    return Val{std::shared_ptr<const Map>(std::move(pairs))};
  }

  Outcome negate(const Expression& node) {
    auto operand = run(*node.children[0]);
    if (!operand) return operand;
    if (const auto* integer = operand->get<std::int64_t>()) return integer_arithmetic(Op::subtract, 0, *integer);
    if (const auto* number = operand->get<double>()) return Val{-*number};
    return no_overload();
  }

  Outcome invert(const Expression& node) {
    auto operand = run(*node.children[0]);
    if (!operand) return operand;
    const bool* flag = operand->get<bool>();
    return flag != nullptr ? Outcome(Val{!*flag}) : Outcome(no_overload());
  }

  Outcome conditional(const Expression& node) {
    auto condition = run(*node.children[0]);
    if (!condition) return condition;
    const bool* flag = condition->get<bool>();
    if (flag == nullptr) return no_overload();
    return run(*node.children[*flag ? 1 : 2]);
  }

  // && and ||: the `decisive` value on any side decides, whatever error the others have.
  Outcome logical(const Expression& node, bool decisive) {
    std::optional<Failure> first_failure;
    for (const auto& child : node.children) {
      const auto value = run(*child);
      const bool* flag = value ? value->get<bool>() : nullptr;
      if (flag != nullptr && *flag == decisive) return Val{decisive};
      if (flag == nullptr && !first_failure) first_failure = value ? Failure("no such overload") : value.error();
    }
    if (first_failure) return failure(std::move(*first_failure));
    return Val{!decisive};
  }

  Outcome binary(const Expression& node) {
    auto left = run(*node.children[0]);
    if (!left) return left;
    auto right = run(*node.children[1]);
    if (!right) return right;
    switch (node.op) {
      case Op::equal:
      case Op::not_equal: {
        const bool is_equal = equal(*left, *right, budget_);
        if (budget_.is_exhausted()) return out_of_budget();
        return Val{is_equal == (node.op == Op::equal)};
      }
      case Op::less:
      case Op::less_or_equal:
      case Op::greater:
      case Op::greater_or_equal:
        return relate(node.op, *left, *right);
      case Op::in:
        return contains(*right, *left);
      default:
        return arithmetic(node.op, *left, *right, budget_);
    }
  }

  Outcome relate(Op op, const Val& left, const Val& right) {
    const auto order = compare(left, right);
    if (!order) return no_overload();
    if (const auto text = left.text(); text && !budget_.spend(static_cast<std::int64_t>(text->size() / 10)))
      return out_of_budget();
    if (op == Op::less) return Val{*order < 0};
    if (op == Op::less_or_equal) return Val{*order <= 0};
    return Val{op == Op::greater ? *order > 0 : *order >= 0};
  }

  Outcome contains(const Val& container, const Val& wanted) {
    if (container.kind() == Kind::map) return Val{MapView(container).find(wanted).has_value()};
    if (container.kind() != Kind::list) return no_overload();
    const ListView list(container);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (equal(list.at(i), wanted, budget_)) return Val{true};
      if (budget_.is_exhausted()) return out_of_budget();
    }
    return Val{false};
  }

  Outcome call(const Expression& node) {
    std::vector<Val> arguments;
    arguments.reserve(node.children.size());
    for (const auto& child : node.children) {
      auto argument = run(*child);
      if (!argument) return argument;
      arguments.push_back(std::move(*argument));
    }
    auto result = node.function->run({.arguments = arguments, .pattern = node.pattern.get(), .budget = budget_});
    if (budget_.is_exhausted()) return out_of_budget();
    return result;
  }

  // The elements of a list, or the keys of a map, one after the other in the macro's variable, while `visit` returns
  // true.
  template <class Visit>
  std::optional<Failure> each(const Expression& node, const Visit& visit) {
    const auto range = run(*node.children[0]);
    if (!range) return range.error();
    if (range->kind() == Kind::list) {
      const ListView list(*range);
      for (std::size_t i = 0; i < list.size(); ++i) {
        variables_[node.slot] = list.at(i);
        if (!visit()) break;
      }
    } else if (range->kind() == Kind::map) {
      const MapView map(*range);
      for (std::size_t i = 0; i < map.size(); ++i) {
        variables_[node.slot] = map.at(i).first;
        if (!visit()) break;
      }
    } else {
      return Failure("no such overload");
    }
    if (budget_.is_exhausted()) return Failure(kOutOfBudget);
    return std::nullopt;
  }

  // all and exists: the `decisive` value of one element decides, whatever error the others have.
  Outcome quantify(const Expression& node, bool decisive) {
    std::optional<Failure> first_failure;
    bool is_decided = false;
    auto failed = each(node, [&] {
      const auto value = run(*node.children[1]);
      const bool* flag = value ? value->get<bool>() : nullptr;
      if (flag == nullptr && !first_failure) first_failure = value ? Failure("no such overload") : value.error();
      is_decided = flag != nullptr && *flag == decisive;
      return !is_decided && !budget_.is_exhausted();
    });
    if (failed) return failure(std::move(*failed));
    if (is_decided) return Val{decisive};
    if (first_failure) return failure(std::move(*first_failure));
    return Val{!decisive};
  }

  // The condition of one element, in order; stops at the first error, which is kept in `failed`.
  bool holds(const Expression& condition, std::optional<Failure>& failed) {
    const auto value = run(condition);
    const bool* flag = value ? value->get<bool>() : nullptr;
    if (flag == nullptr) failed = value ? Failure("no such overload") : value.error();
    return flag != nullptr && *flag;
  }

  Outcome exists_one(const Expression& node) {
    std::optional<Failure> wrong;
    std::size_t count = 0;
    auto failed = each(node, [&] {
      if (holds(*node.children[1], wrong)) ++count;
      return !wrong;
    });
    if (!failed) failed = std::move(wrong);
    if (failed) return failure(std::move(*failed));
    return Val{count == 1};
  }

  Outcome collect(const Expression& node) {
    std::optional<Failure> wrong;
    List items;
    auto failed = each(node, [&] {
      if (node.op != Op::transform && !holds(*node.children[1], wrong)) return !wrong;
      if (node.op == Op::filter) {
        items.push_back(variables_[node.slot]);
        return true;
      }
      auto item = run(*node.children[node.op == Op::transform ? 1 : 2]);
      if (!item) {
        wrong = std::move(item.error());
        return false;
      }
      items.push_back(std::move(*item));
      return true;
    });
    if (!failed) failed = std::move(wrong);
    if (failed) return failure(std::move(*failed));
    return make_list(std::move(items));
  }

  Outcome map_optional(const Expression& node) {
    auto operand = run(*node.children[0]);
    if (!operand) return operand;
    const auto* optional = operand->get<Optional>();
    if (optional == nullptr) return no_overload();
    if (optional->value == nullptr) return operand;
    variables_[node.slot] = *optional->value;
    auto result = run(*node.children[1]);
    if (!result) return result;
    if (node.op == Op::opt_map) return make_optional(std::move(*result));
    return result->get<Optional>() != nullptr ? result : Outcome(no_overload());
  }

  const Val& self_;
  const Val& old_self_;
  Budget& budget_;
  std::vector<Val> variables_;
};

}  // namespace

Outcome evaluate(const Parsed& parsed, const Val& self, const Val& old_self, Budget& budget) {
  return Evaluator(parsed, self, old_self, budget).run(*parsed.root);
}

}  // namespace slipway::kube::cel
