#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <re2/re2.h>

#include "kube/cel_ast.h"

namespace slipway::kube::cel {
namespace {

constexpr std::size_t kHeightMax = 250;      // cel-go's recursion limit
constexpr std::size_t kLengthMax = 100'000;  // cel-go's expression size limit

struct Comparison {
  std::string_view text;
  Op op;
};
constexpr std::array<Comparison, 7> kRelations = {{{"==", Op::equal},
                                                   {"!=", Op::not_equal},
                                                   {"<", Op::less},
                                                   {"<=", Op::less_or_equal},
                                                   {">", Op::greater},
                                                   {">=", Op::greater_or_equal},
                                                   {"in", Op::in}}};

using Node = std::unique_ptr<Expression>;

// A recursive descent parser. A method returns null after a mistake, which is in error_.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::expected<Parsed, SyntaxError> run() {
    Node root = conditional();
    if (root != nullptr && peek().type != TokenType::end) root = unexpected();
    if (root == nullptr) return std::unexpected(error_);
    return Parsed{.root = std::move(root), .slots = slots_, .uses_old_self = uses_old_self_};
  }

 private:
  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  [[nodiscard]] bool is_at(std::string_view text) const {
    return (peek().type == TokenType::punctuation || peek().type == TokenType::identifier) && peek().text == text;
  }
  Token take() {
    Token token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool accept(std::string_view text) {
    if (peek().type != TokenType::punctuation || peek().text != text) return false;
    take();
    return true;
  }
  bool expect(std::string_view text) {
    if (accept(text)) return true;
    unexpected();
    return false;
  }

  Node wrong(std::size_t position, std::string message) {
    error_ = {.position = position, .message = std::move(message)};
    return nullptr;
  }
  Node unexpected() {
    if (peek().type == TokenType::end) return wrong(peek().position, "Syntax error: unexpected end of expression");
    return wrong(peek().position, fmt::format("Syntax error: mismatched input '{}'", peek().text));
  }

  // A node with its children; null when a child is, or when the tree gets too high.
  Node make(Op op, Kind type, std::vector<Node> children) {
    auto node = std::make_unique<Expression>();
    node->op = op;
    node->type = type;
    for (const Node& child : children) {
      if (child == nullptr) return nullptr;
      node->height = std::max(node->height, child->height + 1);
    }
    if (node->height > kHeightMax) return wrong(peek().position, "expression recursion limit exceeded: 250");
    node->children = std::move(children);
    return node;
  }
  template <class... Children>
  Node make_with(Op op, Kind type, Children... children) {
    std::vector<Node> list;
    (list.push_back(std::move(children)), ...);
    return make(op, type, std::move(list));
  }

  // Counts how deep the parser itself stands: "((((…".
  class Depth {
   public:
    explicit Depth(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    std::size_t& depth_;
  };

  Node conditional() {
    const Depth depth(depth_);
    if (depth_ > kHeightMax) return wrong(peek().position, "expression recursion limit exceeded: 250");
    Node condition = logical_or();
    if (condition == nullptr || !accept("?")) return condition;
    if (!require_boolean(*condition)) return nullptr;
    Node yes = logical_or();
    if (yes == nullptr || !expect(":")) return nullptr;
    Node no = conditional();
    if (no == nullptr) return nullptr;
    const Kind type = yes->type == no->type ? yes->type : Kind::dyn;
    return make_with(Op::conditional, type, std::move(condition), std::move(yes), std::move(no));
  }

  bool require_boolean(const Expression& node) {
    if (node.type == Kind::dyn || node.type == Kind::boolean) return true;
    wrong(peek().position, fmt::format("expected type 'bool' but found '{}'", kind_name(node.type)));
    return false;
  }

  Node chain(std::string_view text, Op op, Node (Parser::*operand)()) {
    Node first = (this->*operand)();
    if (first == nullptr || !is_at(text)) return first;
    std::vector<Node> children;
    children.push_back(std::move(first));
    while (accept(text)) {
      Node next = (this->*operand)();
      if (next == nullptr) return nullptr;
      children.push_back(std::move(next));
    }
    for (const Node& child : children) {
      if (!require_boolean(*child)) return nullptr;
    }
    return make(op, Kind::boolean, std::move(children));
  }
  Node logical_or() { return chain("||", Op::logical_or, &Parser::logical_and); }
  Node logical_and() { return chain("&&", Op::logical_and, &Parser::relation); }

  Node relation() {
    Node left = addition();
    while (left != nullptr) {
      const auto found = std::ranges::find_if(kRelations, [this](const Comparison& c) { return is_at(c.text); });
      if (found == kRelations.end()) return left;
      take();
      left = make_with(found->op, Kind::boolean, std::move(left), addition());
    }
    return nullptr;
  }

  // The type of an arithmetic result: that of both sides where they agree.
  static Kind arithmetic_type(const Node& left, const Node& right) {
    return left != nullptr && right != nullptr && left->type == right->type ? left->type : Kind::dyn;
  }

  Node addition() {
    Node left = multiplication();
    while (left != nullptr && (is_at("+") || is_at("-"))) {
      const Op op = take().text == "+" ? Op::add : Op::subtract;
      Node right = multiplication();
      const Kind type = arithmetic_type(left, right);
      left = make_with(op, type, std::move(left), std::move(right));
    }
    return left;
  }

  Node multiplication() {
    Node left = unary();
    while (left != nullptr && (is_at("*") || is_at("/") || is_at("%"))) {
      const std::string sign = take().text;
      const Op op = sign == "*" ? Op::multiply : sign == "/" ? Op::divide : Op::remainder;
      Node right = unary();
      const Kind type = arithmetic_type(left, right);
      left = make_with(op, type, std::move(left), std::move(right));
    }
    return left;
  }

  Node unary() {
    std::size_t count = 0;
    if (is_at("!")) {
      while (accept("!")) ++count;
      Node operand = member();
      if (operand == nullptr || !require_boolean(*operand)) return nullptr;
      return count % 2 == 0 ? std::move(operand) : make_with(Op::invert, Kind::boolean, std::move(operand));
    }
    while (accept("-")) ++count;
    const bool is_negative = count % 2 == 1;
    if (is_negative && (peek().type == TokenType::integer || peek().type == TokenType::number))
      return postfix(negative_literal());
    Node operand = member();
    if (operand == nullptr || !is_negative) return operand;
    const Kind type = operand->type;
    return make_with(Op::negate, type, std::move(operand));
  }

  Node negative_literal() {
    const Token token = take();
    auto node = std::make_unique<Expression>();
    if (token.type == TokenType::number) {
      node->literal = Val{-token.number};
      node->type = Kind::number;
      return node;
    }
    constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
    if (token.unsigned_value > kLowest) return wrong(token.position, "Syntax error: invalid int literal");
    node->literal = Val{static_cast<std::int64_t>(std::uint64_t{0} - token.unsigned_value)};
    node->type = Kind::integer;
    return node;
  }

  Node member() { return postfix(primary()); }

  Node postfix(Node operand) {
    while (operand != nullptr) {
      if (accept(".")) {
        const bool is_optional = accept("?");
        if (peek().type != TokenType::identifier) return unexpected();
        const Token name = take();
        if (is_no_field(name.text)) {
          return wrong(name.position, fmt::format("Syntax error: mismatched input '{}'", name.text));
        }
        operand = !is_optional && accept("(") ? member_call(std::move(operand), name)
                                              : select(std::move(operand), name, is_optional);
      } else if (accept("[")) {
        const bool is_optional = accept("?");
        Node index = conditional();
        if (index == nullptr || !expect("]")) return nullptr;
        operand = make_with(is_optional ? Op::index_optional : Op::index, is_optional ? Kind::optional : Kind::dyn,
                            std::move(operand), std::move(index));
      } else {
        return operand;
      }
    }
    return nullptr;
  }

  Node select(Node operand, const Token& name, bool is_optional) {
    Node node = make_with(is_optional ? Op::select_optional : Op::select, is_optional ? Kind::optional : Kind::dyn,
                          std::move(operand));
    if (node == nullptr) return nullptr;
    node->text = name.text;
    node->unescaped = unescape_name(name.text);
    if (node->unescaped == node->text) node->unescaped.clear();
    return node;
  }

  // Arguments up to the closing parenthesis, which is taken.
  std::optional<std::vector<Node>> arguments(std::string_view close) {
    std::vector<Node> list;
    if (accept(close)) return list;
    while (true) {
      Node argument = conditional();
      if (argument == nullptr) return std::nullopt;
      list.push_back(std::move(argument));
      if (accept(close)) return list;
      if (!expect(",")) return std::nullopt;
    }
  }

  Node call(const std::string& name, std::size_t position, bool is_member, std::vector<Node> list) {
    const Function* function = find_function(name, is_member, list.size());
    if (function == nullptr) {
      if (is_function(name, is_member)) {
        return wrong(position, fmt::format("found no matching overload for '{}' with {} arguments", name,
                                           list.size() - (is_member ? 1 : 0)));
      }
      return wrong(position, fmt::format("undeclared reference to '{}' (in container '')", name));
    }
    std::shared_ptr<const re2::RE2> pattern;
    if (function->pattern_argument != 0 && list[function->pattern_argument]->op == Op::literal) {
      re2::RE2::Options options;
      options.set_log_errors(false);
      pattern = std::make_shared<const re2::RE2>(list[function->pattern_argument]->text, options);
      if (!pattern->ok()) return wrong(position, "error parsing regexp: " + pattern->error());
    }
    Node node = make(Op::call, function->result, std::move(list));
    if (node == nullptr) return nullptr;
    node->function = function;
    node->pattern = std::move(pattern);
    return node;
  }

  Node member_call(Node receiver, const Token& name) {
    static constexpr std::array<Comparison, 8> kMacros = {{{"all", Op::all},
                                                           {"exists", Op::exists},
                                                           {"exists_one", Op::exists_one},
                                                           {"existsOne", Op::exists_one},
                                                           {"filter", Op::filter},
                                                           {"map", Op::transform},
                                                           {"optMap", Op::opt_map},
                                                           {"optFlatMap", Op::opt_flat_map}}};
    const auto macro = std::ranges::find(kMacros, name.text, &Comparison::text);
    if (macro != kMacros.end()) return comprehension(macro->op, std::move(receiver), name.position);
    auto list = arguments(")");
    if (!list) return nullptr;
    list->insert(list->begin(), std::move(receiver));
    return call(name.text, name.position, true, std::move(*list));
  }

  Node comprehension(Op op, Node range, std::size_t position) {
    if (peek().type != TokenType::identifier || is_reserved(peek().text)) {
      return wrong(peek().position, "argument must be a simple name");
    }
    const std::string variable = take().text;
    if (!expect(",")) return nullptr;
    scope_.push_back(variable);
    slots_ = std::max(slots_, scope_.size());
    auto bodies = arguments(")");
    scope_.pop_back();
    if (!bodies) return nullptr;
    if (op == Op::transform && bodies->size() == 2) op = Op::transform_filtered;
    if (bodies->size() != (op == Op::transform_filtered ? 2U : 1U))
      return wrong(position, "found no matching overload for a macro: wrong number of arguments");
    const bool has_condition =
        op == Op::all || op == Op::exists || op == Op::exists_one || op == Op::filter || op == Op::transform_filtered;
    if (has_condition && !require_boolean(*bodies->front())) return nullptr;
    bodies->insert(bodies->begin(), std::move(range));
    Node node = make(op, comprehension_type(op), std::move(*bodies));
    if (node != nullptr) node->slot = scope_.size();
    return node;
  }

  static Kind comprehension_type(Op op) {
    if (op == Op::opt_map || op == Op::opt_flat_map) return Kind::optional;
    return op == Op::filter || op == Op::transform || op == Op::transform_filtered ? Kind::list : Kind::boolean;
  }

  Node primary() {
    if (accept("(")) {
      Node inner = conditional();
      return inner != nullptr && expect(")") ? std::move(inner) : nullptr;
    }
    if (accept("[")) return list_literal();
    if (accept("{")) return map_literal();
    if (accept(".") && peek().type != TokenType::identifier) return unexpected();
    switch (peek().type) {
      case TokenType::identifier:
        return identifier();
      case TokenType::integer:
      case TokenType::unsigned_integer:
      case TokenType::number:
      case TokenType::string:
      case TokenType::bytes:
        return literal(take());
      case TokenType::punctuation:
      case TokenType::end:
        return unexpected();
    }
    std::unreachable();
  }

  Node literal(Token token) {
    auto node = std::make_unique<Expression>();
    node->text = std::move(token.text);
    const Text borrowed{.view = node->text, .owner = nullptr};
    switch (token.type) {
      case TokenType::integer:
        if (token.unsigned_value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
          return wrong(token.position, "Syntax error: invalid int literal");
        }
        node->literal = Val{static_cast<std::int64_t>(token.unsigned_value)};
        break;
      case TokenType::unsigned_integer:
        node->literal = Val{token.unsigned_value};
        break;
      case TokenType::number:
        node->literal = Val{token.number};
        break;
      case TokenType::string:
        node->literal = Val{borrowed};
        break;
      case TokenType::bytes:
        node->literal = Val{Bytes{borrowed}};
        break;
      case TokenType::identifier:
      case TokenType::punctuation:
      case TokenType::end:
        std::unreachable();
    }
    node->type = node->literal.kind();
    return node;
  }

  Node constant(Val value) {
    auto node = std::make_unique<Expression>();
    node->type = value.kind();
    node->literal = std::move(value);
    return node;
  }

  Node identifier() {
    const Token name = take();
    if (name.text == "true" || name.text == "false") return constant(Val{name.text == "true"});
    if (name.text == "null") return constant(Val{});
    if (is_reserved(name.text))
      return wrong(name.position, fmt::format("Syntax error: reserved identifier: {}", name.text));
    if (accept("(")) return name.text == "has" ? has_macro(name.position) : global_call(name.text, name.position);
    if (const auto found = std::ranges::find(scope_.rbegin(), scope_.rend(), name.text); found != scope_.rend()) {
      Node node = make(Op::variable, Kind::dyn, {});
      node->slot = static_cast<std::size_t>(scope_.rend() - found) - 1;
      return node;
    }
    if (name.text == "self") return make(Op::self, Kind::dyn, {});
    if (name.text == "oldSelf") {
      uses_old_self_ = true;
      return make(Op::old_self, Kind::dyn, {});
    }
    if (is_at(".") && (name.text == "sets" || name.text == "strings" || name.text == "optional"))
      return namespaced_call(name);
    if (const auto kind = find_type(name.text)) return constant(Val{*kind});
    return wrong(name.position, fmt::format("undeclared reference to '{}' (in container '')", name.text));
  }

  Node namespaced_call(const Token& space) {
    take();
    if (peek().type != TokenType::identifier) return unexpected();
    const Token name = take();
    if (!expect("(")) return nullptr;
    return global_call(fmt::format("{}.{}", space.text, name.text), space.position);
  }

  Node global_call(const std::string& name, std::size_t position) {
    auto list = arguments(")");
    return list ? call(name, position, false, std::move(*list)) : nullptr;
  }

  Node has_macro(std::size_t position) {
    Node argument = conditional();
    if (argument == nullptr || !expect(")")) return nullptr;
    if (argument->op != Op::select) return wrong(position, "invalid argument to has() macro");
    argument->op = Op::has;
    argument->type = Kind::boolean;
    return argument;
  }

  Node list_literal() {
    std::vector<Node> items;
    std::vector<bool> is_optional;
    bool has_optional = false;
    while (!accept("]")) {
      is_optional.push_back(accept("?"));
      has_optional |= is_optional.back();
      Node item = conditional();
      if (item == nullptr) return nullptr;
      items.push_back(std::move(item));
      if (!is_at("]") && !expect(",")) return nullptr;
    }
    Node node = make(Op::list, Kind::list, std::move(items));
    if (node != nullptr && has_optional) node->is_optional = std::move(is_optional);
    return node;
  }

  Node map_literal() {
    std::vector<Node> pairs;
    std::vector<bool> is_optional;
    bool has_optional = false;
    while (!accept("}")) {
      is_optional.push_back(accept("?"));
      has_optional |= is_optional.back();
      Node key = conditional();
      if (key == nullptr || !expect(":")) return nullptr;
      Node value = conditional();
      if (value == nullptr) return nullptr;
      pairs.push_back(std::move(key));
      pairs.push_back(std::move(value));
      if (!is_at("}") && !expect(",")) return nullptr;
    }
    Node node = make(Op::map, Kind::map, std::move(pairs));
    if (node != nullptr && has_optional) node->is_optional = std::move(is_optional);
    return node;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::string> scope_;
  std::size_t slots_ = 0;
  bool uses_old_self_ = false;
  SyntaxError error_;
};

}  // namespace

std::expected<Parsed, SyntaxError> parse(std::string_view expression) {
  if (expression.size() > kLengthMax) {
    return std::unexpected(
        SyntaxError{.position = 0,
                    .message = fmt::format("expression code point size exceeds limit: size: {}, limit {}",
                                           expression.size(), kLengthMax)});
  }
  auto tokens = tokenize(expression);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return Parser(std::move(*tokens)).run();
}

}  // namespace slipway::kube::cel
