#include "kube/json_path.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <variant>

#include "json/text.h"

namespace slipway::kube {

namespace {

using Values = std::vector<const json::Value*>;

struct Key {
  std::string name;
};
struct Index {
  std::int64_t at = 0;  // from the end when negative
};
struct Slice {
  std::optional<std::int64_t> begin, end;
};
struct Wildcard {};

enum class Comparison { exists, equal, not_equal, less, less_equal, greater, greater_equal };

}  // namespace

struct JsonPath::Step {
  using Path = std::vector<Step>;
  // One side of a comparison: a path from the element, or a literal.
  using Operand = std::variant<Path, json::Value>;
  struct Filter {
    Operand left;
    Comparison comparison = Comparison::exists;
    Operand right;
  };
  std::variant<Key, Index, Slice, Wildcard, Filter> what;
};

namespace {

using Step = JsonPath::Step;

// ---- Evaluation -----------------------------------------------------------------------------------------------------

Values walk(const std::vector<Step>& steps, const json::Value& root);

const json::Value* first_of(const Step::Operand& operand, const json::Value& element) {
  if (const auto* literal = std::get_if<json::Value>(&operand)) return literal;
  const Values found = walk(std::get<Step::Path>(operand), element);
  return found.empty() ? nullptr : found.front();
}

// Less than zero, zero, more than zero; nothing when there is no order between the two.
std::optional<int> order_of(const json::Value& a, const json::Value& b) {
  if (a.is_string() && b.is_string()) return a.string()->compare(*b.string());
  if (a.is_number() && b.is_number()) return *a.number() < *b.number() ? -1 : *a.number() > *b.number() ? 1 : 0;
  return std::nullopt;
}

bool holds(const Step::Filter& filter, const json::Value& element) {
  const json::Value* left = first_of(filter.left, element);
  if (left == nullptr || filter.comparison == Comparison::exists) return left != nullptr;
  const json::Value* right = first_of(filter.right, element);
  if (right == nullptr) return false;
  const auto order = order_of(*left, *right);
  switch (filter.comparison) {
    case Comparison::exists:
      return true;
    case Comparison::equal:
      return *left == *right;
    case Comparison::not_equal:
      return *left != *right;
    case Comparison::less:
      return order && *order < 0;
    case Comparison::less_equal:
      return order && *order <= 0;
    case Comparison::greater:
      return order && *order > 0;
    case Comparison::greater_equal:
      return order && *order >= 0;
  }
  std::unreachable();
}

// Takes one step from one value.
struct Take {
  const json::Value& from;
  Values& into;

  void operator()(const Key& key) const {
    if (const json::Value* found = from.find(key.name)) into.push_back(found);
  }
  void operator()(const Index& index) const {
    const json::Array* items = from.array();
    if (items == nullptr) return;
    const auto size = static_cast<std::int64_t>(items->size());
    const std::int64_t at = index.at < 0 ? index.at + size : index.at;
    if (at >= 0 && at < size) into.push_back(&(*items)[static_cast<std::size_t>(at)]);
  }
  void operator()(const Slice& slice) const {
    const json::Array* items = from.array();
    if (items == nullptr) return;
    const auto size = static_cast<std::int64_t>(items->size());
    const auto place = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
    const std::int64_t end = place(slice.end.value_or(size));
    for (std::int64_t i = place(slice.begin.value_or(0)); i < end; ++i)
      into.push_back(&(*items)[static_cast<std::size_t>(i)]);
  }
  void operator()(const Wildcard&) const {
    if (const json::Array* items = from.array()) {
      for (const json::Value& item : *items) into.push_back(&item);
    }
    if (const json::Object* members = from.object()) {
      for (const auto& [key, member] : *members) into.push_back(&member);
    }
  }
  void operator()(const Step::Filter& filter) const {
    const json::Array* items = from.array();
    if (items == nullptr) return;
    for (const json::Value& item : *items) {
      if (holds(filter, item)) into.push_back(&item);
    }
  }
};

Values walk(const std::vector<Step>& steps, const json::Value& root) {
  Values here{&root};
  for (const Step& step : steps) {
    Values next;
    for (const json::Value* value : here) std::visit(Take{*value, next}, step.what);
    here = std::move(next);
  }
  return here;
}

// ---- Parsing --------------------------------------------------------------------------------------------------------

constexpr std::size_t filter_depth_max = 8;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Step>> parse() {
    const bool braces = take('{');
    take('$');
    auto steps = parse_steps(0);
    if (!steps) return steps;
    if (braces && !take('}')) return fail(expected("'}'"));
    if (at_ != text_.size()) return fail(expected("'.', '[' or the end"));
    return steps;
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  bool take(char c) {
    if (!rest().starts_with(c)) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (rest().starts_with(' ')) ++at_;
  }
  [[nodiscard]] Error expected(std::string_view what) const {
    const std::string found = rest().empty() ? "the end" : fmt::format("'{}'", rest().front());
    return {
        .reason = Reason::invalid,
        .message = fmt::format("is an invalid json path: {}: at {}: expected {}, found {}", text_, at_, what, found),
        .causes = {}};
  }

  Result<std::vector<Step>> parse_steps(std::size_t depth) {
    std::vector<Step> out;
    for (;;) {
      const bool first = out.empty();
      if (take('.')) {
        if (rest().starts_with('[') && first) continue;              // ".[0]"
        if (first && (rest().empty() || rest() == "}")) return out;  // "." is the whole object
        auto step = parse_key();
        if (!step) return fail(std::move(step.error()));
        out.push_back(std::move(*step));
      } else if (take('[')) {
        auto step = parse_brackets(depth);
        if (!step) return fail(std::move(step.error()));
        out.push_back(std::move(*step));
      } else {
        return out;
      }
    }
  }

  // A key up to the next character with a meaning; a backslash takes it from the next one.
  Result<Step> parse_key() {
    if (take('*')) return Step{Wildcard{}};
    std::string name;
    while (at_ < text_.size() && !std::string_view(".,[]$@{}() =!<>").contains(text_[at_])) {
      if (text_[at_] == '\\') ++at_;
      if (at_ == text_.size()) return fail(expected("a character after '\\'"));
      name += text_[at_++];
    }
    if (name.empty()) return fail(expected("a key"));
    return Step{Key{std::move(name)}};
  }

  Result<Step> parse_brackets(std::size_t depth) {
    Step out;
    if (take('*')) {
      out.what = Wildcard{};
    } else if (rest().starts_with("?(")) {
      at_ += 2;
      auto filter = parse_filter(depth + 1);
      if (!filter) return fail(std::move(filter.error()));
      out.what = std::move(*filter);
    } else if (rest().starts_with('\'') || rest().starts_with('"')) {
      auto name = parse_quoted();
      if (!name) return fail(std::move(name.error()));
      out.what = Key{std::move(*name)};
    } else {
      const auto begin = parse_integer();
      if (take(':')) {
        out.what = Slice{begin, parse_integer()};
      } else if (begin) {
        out.what = Index{*begin};
      } else {
        return fail(expected("an index, '*', a quoted key or '?('"));
      }
    }
    if (!take(']')) return fail(expected("']'"));
    return out;
  }

  Result<Step::Filter> parse_filter(std::size_t depth) {
    if (depth > filter_depth_max) return fail(expected("fewer filters within filters"));
    Step::Filter out;
    auto left = parse_operand(depth);
    if (!left) return fail(std::move(left.error()));
    out.left = std::move(*left);
    if (!take(')')) {
      const auto comparison = parse_comparison();
      if (!comparison) return fail(expected("')' or a comparison"));
      out.comparison = *comparison;
      auto right = parse_operand(depth);
      if (!right) return fail(std::move(right.error()));
      out.right = std::move(*right);
      if (!take(')')) return fail(expected("')'"));
    }
    return out;
  }

  std::optional<Comparison> parse_comparison() {
    static constexpr std::pair<std::string_view, Comparison> signs[] = {
        {"==", Comparison::equal},         {"!=", Comparison::not_equal}, {"<=", Comparison::less_equal},
        {">=", Comparison::greater_equal}, {"<", Comparison::less},       {">", Comparison::greater},
    };
    for (const auto& [sign, comparison] : signs) {
      if (!rest().starts_with(sign)) continue;
      at_ += sign.size();
      return comparison;
    }
    return std::nullopt;
  }

  Result<Step::Operand> parse_operand(std::size_t depth) {
    skip_spaces();
    auto out = take('@') ? parse_relative_path(depth) : parse_literal();
    skip_spaces();
    return out;
  }

  Result<Step::Operand> parse_relative_path(std::size_t depth) {
    auto path = parse_steps(depth);
    if (!path) return fail(std::move(path.error()));
    return Step::Operand(std::move(*path));
  }

  Result<Step::Operand> parse_literal() {
    if (rest().starts_with('\'') || rest().starts_with('"')) {
      auto text = parse_quoted();
      if (!text) return fail(std::move(text.error()));
      return Step::Operand(json::Value(std::move(*text)));
    }
    const std::size_t length = std::min(rest().find_first_of(" )=!<>"), rest().size());
    const auto value = json::parse(rest().substr(0, length));  // a number, true, false, null
    if (!value || value->is_array() || value->is_object())
      return fail(expected("'@', a quoted text, a number, true or false"));
    at_ += length;
    return Step::Operand(*value);
  }

  Result<std::string> parse_quoted() {
    const char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (!take(quote)) return fail(expected(fmt::format("a closing {}", quote)));
    return out;
  }

  std::optional<std::int64_t> parse_integer() {
    std::int64_t value = 0;
    const std::string_view text = rest();
    const auto [stopped_at, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{}) return std::nullopt;
    at_ += static_cast<std::size_t>(stopped_at - text.data());
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

JsonPath::JsonPath(std::vector<Step> steps) : steps_(std::make_shared<const std::vector<Step>>(std::move(steps))) {}

Result<JsonPath> JsonPath::compile(std::string_view text) {
  auto steps = Parser(text).parse();
  if (!steps) return fail(std::move(steps.error()));
  return JsonPath(std::move(*steps));
}

std::vector<const json::Value*> JsonPath::evaluate(const json::Value& root) const { return walk(*steps_, root); }

}  // namespace slipway::kube
