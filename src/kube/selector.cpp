#include "kube/selector.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "kube/names.h"

namespace slipway::kube {
namespace {

using Operator = Requirement::Operator;

std::optional<std::int64_t> to_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [stopped_at, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stopped_at != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

// One requirement against the labels of an object (kube-api 10.3).
bool is_met(const Requirement& requirement, const StringMap& labels) {
  const auto found = labels.find(requirement.key);
  const bool present = found != labels.end();
  const auto is_listed = [&] {
    return std::ranges::find(requirement.values, found->second) != requirement.values.end();
  };
  switch (requirement.op) {
    case Operator::exists:
      return present;
    case Operator::does_not_exist:
      return !present;
    case Operator::in:
      return present && is_listed();
    case Operator::not_in:
      return !present || !is_listed();
    case Operator::gt:
    case Operator::lt: {
      if (!present || requirement.values.size() != 1) return false;
      const auto actual = to_integer(found->second);
      const auto bound = to_integer(requirement.values.front());
      if (!actual || !bound) return false;
      return requirement.op == Operator::gt ? *actual > *bound : *actual < *bound;
    }
  }
  std::unreachable();
}

std::string text_of(const Requirement& requirement) {
  const auto& [key, op, values] = requirement;
  const bool one = values.size() == 1;
  switch (op) {
    case Operator::exists:
      return key;
    case Operator::does_not_exist:
      return "!" + key;
    case Operator::in:
      return one ? key + "=" + values.front() : fmt::format("{} in ({})", key, fmt::join(values, ","));
    case Operator::not_in:
      return one ? key + "!=" + values.front() : fmt::format("{} notin ({})", key, fmt::join(values, ","));
    case Operator::gt:
      return fmt::format("{}>{}", key, fmt::join(values, ","));
    case Operator::lt:
      return fmt::format("{}<{}", key, fmt::join(values, ","));
  }
  std::unreachable();
}

// ---- The query-string form ------------------------------------------------------------------------------------------

enum class Token {
  end,
  error,
  identifier,
  in,
  not_in,
  open,
  close,
  comma,
  bang,
  equal,
  double_equal,
  not_equal,
  greater,
  less
};

struct Lexeme {
  Token token = Token::end;
  std::string_view text;
};

struct Keyword {
  std::string_view text;
  Token token;
};

constexpr Keyword symbols[] = {
    {"(", Token::open},       {")", Token::close},   {",", Token::comma},
    {"!", Token::bang},       {"=", Token::equal},   {"==", Token::double_equal},
    {"!=", Token::not_equal}, {">", Token::greater}, {"<", Token::less},
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_symbol(char c) { return std::string_view("=!(),><").contains(c); }

std::optional<Token> symbol(std::string_view text) {
  for (const Keyword& row : symbols) {
    if (row.text == text) return row.token;
  }
  return std::nullopt;
}

// Reads a selector left to right; every error is Kubernetes' own sentence.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { advance(); }

  Result<std::vector<Requirement>> parse() {
    std::vector<Requirement> out;
    while (next_.token != Token::end) {
      if (!starts_requirement()) return expected("!, identifier, or 'end of string'");
      auto requirement = parse_requirement();
      if (!requirement) return fail(with_context(std::move(requirement.error()), "unable to parse requirement"));
      // By key, as Kubernetes orders them: text() of two spellings of one selector is then equal.
      out.insert(std::ranges::upper_bound(out, requirement->key, {}, &Requirement::key), std::move(*requirement));
      if (next_.token == Token::end) break;
      if (next_.token != Token::comma) return expected("',' or 'end of string'");
      advance();
      if (!starts_requirement()) return expected("identifier after ','");
    }
    return out;
  }

 private:
  // Where a key or value may stand, the words "in" and "notin" are ordinary ones.
  [[nodiscard]] bool is_word() const {
    return next_.token == Token::identifier || next_.token == Token::in || next_.token == Token::not_in;
  }
  [[nodiscard]] bool starts_requirement() const { return is_word() || next_.token == Token::bang; }

  [[nodiscard]] std::unexpected<Error> expected(std::string_view what) const {
    return fail(Reason::bad_request, "found '{}', expected: {}", next_.text, what);
  }

  void advance() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) {
      next_ = {};
      return;
    }
    const std::size_t length = is_symbol(rest_.front()) ? symbol_length() : word_length();
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (const auto token = symbol(text)) {
      next_ = {*token, text};
    } else if (is_symbol(text.front())) {
      next_ = {Token::error, text};
    } else {
      next_ = {text == "in" ? Token::in : text == "notin" ? Token::not_in : Token::identifier, text};
    }
  }
  [[nodiscard]] std::size_t symbol_length() const { return symbol(rest_.substr(0, 2)) && rest_.size() > 1 ? 2 : 1; }
  [[nodiscard]] std::size_t word_length() const {
    return static_cast<std::size_t>(std::ranges::find_if(rest_, [](char c) { return is_space(c) || is_symbol(c); }) -
                                    rest_.begin());
  }

  Result<Requirement> parse_requirement() {
    Requirement out;
    const bool negated = next_.token == Token::bang;
    if (negated) advance();
    if (!is_word()) return expected("identifier");
    out.key = next_.text;
    advance();
    if (const std::string problem = check_qualified_name(out.key); !problem.empty()) {
      return fail(Reason::bad_request, "<nil>: Invalid value: \"{}\": {}", out.key, problem);
    }
    if (negated || next_.token == Token::end || next_.token == Token::comma) {
      out.op = negated ? Operator::does_not_exist : Operator::exists;
      return out;
    }
    const Token token = next_.token;
    switch (token) {
      case Token::in:
      case Token::equal:
      case Token::double_equal:
        out.op = Operator::in;
        break;
      case Token::not_in:
      case Token::not_equal:
        out.op = Operator::not_in;
        break;
      case Token::greater:
        out.op = Operator::gt;
        break;
      case Token::less:
        out.op = Operator::lt;
        break;
      case Token::end:
      case Token::error:
      case Token::identifier:
      case Token::open:
      case Token::close:
      case Token::comma:
      case Token::bang:
        return expected("in, notin, =, ==, !=, gt, lt");
    }
    advance();
    auto values = token == Token::in || token == Token::not_in ? parse_set() : parse_single();
    if (!values) return fail(std::move(values.error()));
    std::ranges::sort(*values);
    const auto repeated = std::ranges::unique(*values);
    values->erase(repeated.begin(), repeated.end());
    out.values = std::move(*values);
    if (const std::string problem = check_values(out); !problem.empty())
      return fail(Reason::bad_request, "{}", problem);
    return out;
  }

  // The text after = == != > <; nothing there means "".
  Result<std::vector<std::string>> parse_single() {
    if (next_.token == Token::end || next_.token == Token::comma) return std::vector<std::string>{""};
    if (!is_word()) return expected("identifier");
    std::vector<std::string> out{std::string(next_.text)};
    advance();
    return out;
  }

  // "(a,b)"; an empty place, also that of "()", is the value "".
  Result<std::vector<std::string>> parse_set() {
    if (next_.token != Token::open) return fail(Reason::bad_request, "found '{}' expected: '('", next_.text);
    advance();
    std::vector<std::string> out;
    if (next_.token == Token::close) {
      advance();
      return std::vector<std::string>{""};
    }
    if (!is_word() && next_.token != Token::comma) return expected("',', ')' or identifier");
    for (;;) {
      if (is_word()) {
        out.emplace_back(next_.text);
        advance();
        if (next_.token != Token::comma && next_.token != Token::close) return expected("',' or ')'");
      } else if (next_.token == Token::comma || next_.token == Token::close) {
        out.emplace_back();
      } else {
        return expected("',', or identifier");
      }
      const bool done = next_.token == Token::close;
      advance();
      if (done) return out;
    }
  }

  static std::string check_values(const Requirement& requirement) {
    const auto& [key, op, values] = requirement;
    std::vector<std::string> problems;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if ((op == Operator::gt || op == Operator::lt) && !to_integer(values[i])) {
        problems.push_back(fmt::format(
            "values[{}]: Invalid value: \"{}\": for 'Gt', 'Lt' operators, the value must be an integer", i, values[i]));
      }
      if (const std::string problem = check_label_value(values[i]); !problem.empty()) {
        problems.push_back(fmt::format("values[{}][{}]: Invalid value: \"{}\": {}", i, key, values[i], problem));
      }
    }
    if (problems.empty()) return "";
    return problems.size() == 1 ? problems.front() : "[" + join(problems, ", ") + "]";
  }

  std::string_view rest_;
  Lexeme next_;
};

// ---- The object form ------------------------------------------------------------------------------------------------

void refuse(std::vector<Cause>& causes, std::string_view reason, std::string field, std::string message) {
  causes.push_back({.reason = std::string(reason), .field = std::move(field), .message = std::move(message)});
}

void refuse_value(std::vector<Cause>& causes, std::string field, std::string_view value, std::string_view why) {
  refuse(causes, "FieldValueInvalid", std::move(field), fmt::format("Invalid value: \"{}\": {}", value, why));
}

void refuse_type(std::vector<Cause>& causes, std::string field, std::string_view wanted) {
  refuse(causes, "FieldValueTypeInvalid", std::move(field), fmt::format("must be of type {}", wanted));
}

std::optional<Operator> operator_of(std::string_view text) {
  if (text == "In") return Operator::in;
  if (text == "NotIn") return Operator::not_in;
  if (text == "Exists") return Operator::exists;
  if (text == "DoesNotExist") return Operator::does_not_exist;
  return std::nullopt;
}

void read_match_labels(const json::Value& value, LabelSelector& into, std::vector<Cause>& causes) {
  if (value.is_null()) return;
  const json::Object* labels = value.object();
  if (labels == nullptr) return refuse_type(causes, "matchLabels", "map[string]string");
  for (const auto& [key, wanted] : *labels) {
    const std::string* text = wanted.string();
    if (text == nullptr) {
      refuse_type(causes, fmt::format("matchLabels[{}]", key), "string");
      continue;
    }
    if (const std::string problem = check_qualified_name(key); !problem.empty()) {
      refuse_value(causes, "matchLabels", key, problem);
    }
    if (const std::string problem = check_label_value(*text); !problem.empty()) {
      refuse_value(causes, "matchLabels", *text, problem);
    }
    into.requirements.push_back({.key = key, .op = Operator::in, .values = {*text}});
  }
}

void read_values(const json::Value* value, const std::string& field, Requirement& into, std::vector<Cause>& causes) {
  if (value == nullptr || value->is_null()) return;
  const json::Array* items = value->array();
  if (items == nullptr) return refuse_type(causes, field, "[]string");
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string* text = (*items)[i].string();
    if (text == nullptr) {
      refuse_type(causes, fmt::format("{}[{}]", field, i), "string");
      continue;
    }
    if (const std::string problem = check_label_value(*text); !problem.empty()) {
      refuse_value(causes, fmt::format("{}[{}]", field, i), *text, problem);
    }
    into.values.push_back(*text);
  }
}

void read_expression(const json::Value& expression, const std::string& field, LabelSelector& into,
                     std::vector<Cause>& causes) {
  if (!expression.is_object()) return refuse_type(causes, field, "LabelSelectorRequirement");
  Requirement requirement{.key = std::string(expression.text_at({"key"})), .op = Operator::exists, .values = {}};
  read_values(expression.find("values"), field + ".values", requirement, causes);
  const std::string_view operator_text = expression.text_at({"operator"});
  const auto op = operator_of(operator_text);
  if (!op) {
    refuse_value(causes, field + ".operator", operator_text, "not a valid selector operator");
  } else {
    requirement.op = *op;
    const bool takes_values = *op == Operator::in || *op == Operator::not_in;
    if (takes_values && requirement.values.empty()) {
      refuse(causes, "FieldValueRequired", field + ".values",
             "Required value: must be specified when `operator` is 'In' or 'NotIn'");
    }
    if (!takes_values && !requirement.values.empty()) {
      refuse(causes, "FieldValueForbidden", field + ".values",
             "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  }
  if (const std::string problem = check_qualified_name(requirement.key); !problem.empty()) {
    refuse_value(causes, field + ".key", requirement.key, problem);
  }
  into.requirements.push_back(std::move(requirement));
}

Error invalid(std::vector<Cause> causes) {
  std::vector<std::string> texts;
  texts.reserve(causes.size());
  for (const Cause& cause : causes)
    texts.push_back(cause.field.empty() ? cause.message : cause.field + ": " + cause.message);
  return {.reason = Reason::invalid,
          .message = texts.size() == 1 ? texts.front() : "[" + join(texts, ", ") + "]",
          .causes = std::move(causes)};
}

// ---- Field selectors ------------------------------------------------------------------------------------------------

// Cuts at commas that no backslash escapes.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(start));
  return out;
}

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' || c == '=')
      return fail(Reason::bad_request, "invalid field selector: unescaped character in value: {}", static_cast<int>(c));
    if (c != '\\') {
      out += c;
      continue;
    }
    const std::string_view sequence = text.substr(i, 2);
    if (sequence.size() < 2 || !std::string_view("\\,=").contains(sequence[1])) {
      return fail(Reason::bad_request, "invalid field selector: invalid escape sequence: {}", sequence);
    }
    out += sequence[1];
    ++i;
  }
  return out;
}

}  // namespace

bool LabelSelector::matches(const StringMap& labels) const {
  return !nothing && std::ranges::all_of(requirements, [&](const Requirement& row) { return is_met(row, labels); });
}

std::string LabelSelector::text() const {
  std::vector<std::string> parts;
  parts.reserve(requirements.size());
  for (const Requirement& requirement : requirements) parts.push_back(text_of(requirement));
  return join(parts, ",");
}

Result<LabelSelector> parse_label_selector(std::string_view text) {
  auto requirements = Parser(text).parse();
  if (!requirements) return fail(std::move(requirements.error()));
  return LabelSelector{.requirements = std::move(*requirements), .nothing = false};
}

Result<LabelSelector> label_selector_from_json(const json::Value* selector) {
  LabelSelector out;
  if (selector == nullptr || selector->is_null()) {
    out.nothing = true;
    return out;
  }
  std::vector<Cause> causes;
  if (!selector->is_object()) {
    refuse_type(causes, "", "LabelSelector");
    return fail(invalid(std::move(causes)));
  }
  if (const json::Value* labels = selector->find("matchLabels")) read_match_labels(*labels, out, causes);
  const json::Value* expressions = selector->find("matchExpressions");
  if (expressions != nullptr && !expressions->is_null()) {
    const json::Array* items = expressions->array();
    if (items == nullptr) refuse_type(causes, "matchExpressions", "[]LabelSelectorRequirement");
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      read_expression((*items)[i], fmt::format("matchExpressions[{}]", i), out, causes);
    }
  }
  if (!causes.empty()) return fail(invalid(std::move(causes)));
  return out;
}

bool FieldSelector::matches(const std::function<std::string(std::string_view path)>& field) const {
  return std::ranges::all_of(requirements,
                             [&](const FieldRequirement& row) { return (field(row.path) == row.value) == row.equal; });
}

Result<FieldSelector> parse_field_selector(std::string_view text) {
  FieldSelector out;
  for (const std::string_view term : split_terms(text)) {
    if (term.empty()) continue;
    const std::size_t at = term.find('=');
    if (at == std::string_view::npos) {
      return fail(Reason::bad_request, "invalid selector: '{}'; can't understand '{}'", text, term);
    }
    const bool negated = at > 0 && term[at - 1] == '!';
    const bool doubled = !negated && term.substr(at).starts_with("==");
    auto value = unescape(term.substr(at + (doubled ? 2 : 1)));
    if (!value) return fail(std::move(value.error()));
    out.requirements.push_back(
        {.path = std::string(term.substr(0, negated ? at - 1 : at)), .value = std::move(*value), .equal = !negated});
  }
  return out;
}

}  // namespace slipway::kube
