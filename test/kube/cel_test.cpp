#include "kube/cel.h"

#include <gtest/gtest.h>

#include "json/text.h"

namespace slipway::kube::cel {
namespace {

json::Value parse(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(json::Value());
}

// "true", "false", or the error.
std::string evaluate(std::string_view expression, std::string_view self, std::string_view old_self = "") {
  const auto program = Program::compile(expression);
  if (!program) return "refused: " + program.error().message;
  const json::Value value = parse(self);
  const json::Value old_value = old_self.empty() ? json::Value() : parse(old_self);
  const auto result = (*program)->evaluate(value, old_self.empty() ? nullptr : &old_value);
  if (!result) return result.error().message;
  return *result ? "true" : "false";
}

TEST(Cel, Operators) {
  struct Row {
    std::string_view expression;
    std::string_view want;
  };
  const Row rows[] = {
      // Literals and arithmetic.
      {"1 + 2 * 3 == 7 && (1 + 2) * 3 == 9", "true"},
      {"7 / 2 == 3 && -7 % 3 == -1 && 7.0 / 2.0 == 3.5", "true"},
      {"0x1F == 31 && 2u + 3u == 5u && 1e3 == 1000.0 && .5 == 0.5", "true"},
      {"-9223372036854775808 < 0 && 9223372036854775807 > 0", "true"},
      {"9223372036854775807 + 1 > 0", "integer overflow"},
      {"-(-9223372036854775808) > 0", "integer overflow"},
      {"-9223372036854775808 / -1 > 0", "integer overflow"},
      {"0u - 1u > 0u", "unsigned integer overflow"},
      {"1 / 0 > 0", "division by zero"},
      {"1 % 0 > 0", "modulus by zero"},
      {"- -3 == 3 && !!true && !(!true)", "true"},
      {"1 == 1.0 && 1u == 1 && 2 > 1.5 && 1u < 2.5 && -1 < 0u", "true"},
      {"1 == '1'", "false"},
      {"[1, 2] == [1, 2] && {'a': 1} == {'a': 1.0} && [1] != [2] && null == null", "true"},
      {"'a' < 'b' && 'ab' + 'c' == 'abc' && b'\\x61' == bytes('a') && false < true", "true"},
      {"1 < 'a'", "no such overload"},
      {"'a' + 1 == 'a1'", "no such overload"},
      {"[1] + [2, 3] == [1, 2, 3]", "true"},
      {"2 in [1, 2] && !(3 in [1, 2]) && 'k' in {'k': 1}", "true"},
      {"{'a': {'b': [10, 20]}}.a.b[1] == 20", "true"},
      {"[1][1] == 1", "index out of bounds: 1"},
      {"{'a': 1}['b'] == 1", "no such key: b"},
      {"{'a': 1, 'a': 2} == {}", "Failed with repeated key"},
      {"true ? true : 1 / 0 == 1", "true"},
      {"(1 / 0 == 1 || true) && !(1 / 0 == 1 && false)", "true"},  // a decisive side hides the other's error
      {"1 / 0 == 1 || false", "division by zero"},
      {"false || false || true && true", "true"},
      {"self == 5 // a comment", "true"},
      // Strings.
      {R"('it\'s' == "it's" && r'\d' == '\\d' && '''a"'b''' == 'a"\'b')", "true"},
      {R"('\u00e9' == 'é' && size('é') == 1 && '\101' == 'A' && '\x41' == 'A')", "true"},
      // Types.
      {"type(1) == int && type('') == string && type(1.0) == double && type([]) == list && type({}) == map", "true"},
      {"type(null) == null_type && type(1u) == uint && type(type(1)) == type && type(true) == bool", "true"},
      {"int('12') == 12 && int(3.9) == 3 && string(12) == '12' && double('1.5') == 1.5 && bool('true') && uint(3) == "
       "3u",
       "true"},
      {"int('x') == 1", "type conversion error from 'string' to 'int'"},
      {"dyn(self) == 5", "true"},
      // Macros.
      {"[1, 2, 3].all(x, x > 0) && [1, 2, 3].exists(x, x == 2) && [1, 2, 3].exists_one(x, x > 2)", "true"},
      {"![1, 2].all(x, x > 1) && ![].exists(x, true) && [].all(x, false) && ![1, 1].existsOne(x, x == 1)", "true"},
      {"[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6] && [1, 2, 3].map(x, x != 2, x) == [1, 3]", "true"},
      {"{'a': 1, 'b': 2}.all(k, k in ['a', 'b']) && {'a': 1}.map(k, k) == ['a']", "true"},
      {"[1, 2].all(x, [3, 4].exists(y, y == x + 2))", "true"},
      {"[1, 2].all(x, [3].all(x, x == 3) && x < 3)", "true"},  // the inner variable hides the outer one
      {"[0, 1].exists(x, 1 / x == 1)", "true"},
      {"[0, 1].all(x, 1 / x == 1)", "division by zero"},
      {"[0, 1].filter(x, 1 / x == 1) == [1]", "division by zero"},
      {"self.all(x, true)", "no such overload"},
      // Optionals.
      {"optional.of(1).hasValue() && !optional.none().hasValue() && optional.of(1).value() == 1", "true"},
      {"optional.none().orValue(3) == 3 && optional.none().or(optional.of(4)).value() == 4", "true"},
      {"{'a': 1}.?a.orValue(0) == 1 && {'a': 1}.?b.orValue(0) == 0 && {'a': {'b': 2}}.?a.b.orValue(0) == 2", "true"},
      {"[1][?0].hasValue() && ![1][?5].hasValue() && [?optional.none(), 1] == [1] && {?'a': optional.none()} == {}",
       "true"},
      {"optional.of(2).optMap(x, x * 2).value() == 4 && optional.of(2).optFlatMap(x, optional.none()) == "
       "optional.none()",
       "true"},
      {"optional.none().value() == 1", "optional.none() dereference"},
      {"!optional.ofNonZeroValue('').hasValue()", "true"},
  };
  for (const Row& row : rows) EXPECT_EQ(evaluate(row.expression, "5"), row.want) << row.expression;
}

TEST(Cel, Functions) {
  const std::string_view rows[] = {
      "size('abc') == 3 && 'abc'.size() == 3 && size([1, 2]) == 2 && size({'a': 1}) == 1",
      "'abc'.contains('b') && 'abc'.startsWith('ab') && 'abc'.endsWith('bc') && !'abc'.contains('x')",
      "'abc'.matches('^[a-c]+$') && matches('abc', 'b') && !'abc'.matches('^b')",
      "'abc'.matches(self)",
      "'hëllo'.charAt(1) == 'ë' && 'hëllo'.charAt(5) == '' && 'hëllo'.substring(1, 3) == 'ël' && 'hëllo'.substring(3) "
      "== 'lo'",
      "'hello'.indexOf('l') == 2 && 'hello'.lastIndexOf('l') == 3 && 'hello'.indexOf('l', 3) == 3 && "
      "'hello'.indexOf('z') == -1",
      "'hëllo'.indexOf('l') == 2 && 'hello'.lastIndexOf('l', 2) == 2 && ''.indexOf('') == 0",
      "'ABc'.lowerAscii() == 'abc' && 'abC'.upperAscii() == 'ABC' && ' a '.trim() == 'a' && 'aé'.reverse() == 'éa'",
      "'aaa'.replace('a', 'b') == 'bbb' && 'aaa'.replace('a', 'b', 2) == 'bba' && 'ab'.replace('', '-') == '-a-b-'",
      "'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'ab'.split('') == ['a', 'b']",
      "['a', 'b'].join() == 'ab' && ['a', 'b'].join('-') == 'a-b'",
      "[1, 2].isSorted() && ![2, 1].isSorted() && [1, 2].sum() == 3 && [1.5, 1].sum() == 2.5 && [2, 1, 3].min() == 1 "
      "&& [2, 3].max() == 3",
      "['a', 'b', 'a'].indexOf('a') == 0 && ['a', 'b', 'a'].lastIndexOf('a') == 2 && ['a'].indexOf('x') == -1",
      "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'a1b2'.findAll('[0-9]', 1) == "
      "['1']",
      "sets.contains([1, 2, 3], [1, 3]) && sets.equivalent([1, 2, 2], [2, 1]) && sets.intersects([1], [1, 2]) && "
      "!sets.contains([1], [2])",
      R"('%s has %d of %.1f, %x %% %s'.format(['a', 3, 2.25, 255, [1, 'b']]) == 'a has 3 of 2.2, ff % [1, b]')",
      R"(strings.quote('a"b') == '"a\\"b"')",
  };
  for (const std::string_view row : rows) EXPECT_EQ(evaluate(row, R"("b")"), "true") << row;
  EXPECT_EQ(evaluate("'abc'.substring(4) == ''", "1"), "index out of range: 4");
  EXPECT_EQ(evaluate("'a'.matches('[' + self) == true", R"("a")"), "error parsing regexp: missing ]: [a");
  EXPECT_EQ(evaluate("self.size() > 1", "1"), "no such overload");
  EXPECT_EQ(evaluate("[].min() == 1", "1"), "min called on empty list");
}

TEST(Cel, SelectsMembers) {
  const std::string_view self = R"({"a": {"b": 1}, "n": null, "foo-bar": 1, "namespace": "x", "a.b/c": 2, "__x": 3})";
  EXPECT_EQ(
      evaluate("has(self.a) && has(self.a.b) && !has(self.a.c) && !has(self.z) && has(self.n) && self.n == null", self),
      "true");
  EXPECT_EQ(evaluate("self.minv == 1", self), "no such key: minv");
  EXPECT_EQ(evaluate("self.a.b.c == 1", self), "no such overload");
  EXPECT_EQ(evaluate("has(self.z.y)", self), "no such key: z");
  EXPECT_EQ(evaluate("self.foo__dash__bar == 1 && has(self.foo__dash__bar) && self.__namespace__ == 'x'", self),
            "true");
  EXPECT_EQ(evaluate("self.a__dot__b__slash__c == 2 && self.__underscores__x == 3 && self['foo-bar'] == 1", self),
            "true");
  EXPECT_EQ(evaluate("self == oldSelf", R"({"a": [1, {"b": "c"}]})", R"({"a": [1, {"b": "c"}]})"), "true");
  EXPECT_EQ(evaluate("self == oldSelf", R"({"a": [1, {"b": "c"}]})", R"({"a": [1, {"b": "d"}]})"), "false");
  EXPECT_EQ(evaluate("self", "1"), "the result is not of type bool but int");
}

TEST(Cel, RefusesWhatItDoesNotKnow) {
  struct Row {
    std::string_view expression;
    std::string_view want;
  };
  const Row rows[] = {
      {"", "1:1: Syntax error: unexpected end of expression"},
      {"self ==", "1:8: Syntax error: unexpected end of expression"},
      {"self.foo(1)", "1:6: undeclared reference to 'foo' (in container '')"},
      {"isURL(self)", "1:1: undeclared reference to 'isURL' (in container '')"},
      {"quantity('1') == self", "1:1: undeclared reference to 'quantity' (in container '')"},
      {"sets.union([], []) == []", "1:1: undeclared reference to 'sets.union' (in container '')"},
      {"self.size(1)", "1:6: found no matching overload for 'size' with 1 arguments"},
      {"x == 1", "1:1: undeclared reference to 'x' (in container '')"},
      {"self.all(x, x) && x", "1:19: undeclared reference to 'x' (in container '')"},
      {"self.all(1, true)", "1:10: argument must be a simple name"},
      {"self.all(x)", "1:11: Syntax error: mismatched input ')'"},
      {"has(self)", "1:1: invalid argument to has() macro"},
      {"self.matches('[')", "1:6: error parsing regexp: missing ]: ["},
      {"'abc", "1:5: Syntax error: a string literal is not closed"},
      {"'\\q'", "1:2: Syntax error: unknown escape sequence"},
      {"self # 1", "1:6: Syntax error: token recognition error at: '#'"},
      {"self &&\n  (1", "2:5: Syntax error: unexpected end of expression"},
      {"99999999999999999999 == 1", "1:21: Syntax error: invalid int literal"},
      {"9223372036854775808 == 1", "1:1: Syntax error: invalid int literal"},
      {"self == 1 2", "1:11: Syntax error: mismatched input '2'"},
      {"for == 1", "1:1: Syntax error: reserved identifier: for"},
      {"Foo{a: 1} == self", "1:1: undeclared reference to 'Foo' (in container '')"},
      {"size(self) && true", "1:19: expected type 'bool' but found 'int'"},
  };
  for (const Row& row : rows) {
    const auto program = Program::compile(row.expression);
    ASSERT_FALSE(program.has_value()) << row.expression;
    EXPECT_EQ(program.error().reason, Reason::invalid);
    EXPECT_TRUE(program.error().message.starts_with(
                    std::string("ERROR: <input>:").append(row.want.substr(0, row.want.find(' ')))) &&
                program.error().message.ends_with(row.want.substr(row.want.find(' ') + 1)))
        << row.expression << " → " << program.error().message;
  }
}

TEST(Cel, BoundsItself) {
  const std::string deep(10'000, '(');
  EXPECT_FALSE(Program::compile(deep).has_value());
  EXPECT_FALSE(Program::compile(std::string(10'000, '[')).has_value());
  std::string sum = "1";
  for (int i = 0; i < 10'000; ++i) sum += " + 1";
  EXPECT_FALSE(Program::compile(sum).has_value());
  std::string chain = "true";
  for (int i = 0; i < 5'000; ++i) chain += " && true";  // flat: as long as one likes
  EXPECT_EQ(evaluate(chain, "1"), "true");
  EXPECT_FALSE(Program::compile(std::string(100'001, ' ')).has_value());

  json::Array numbers;
  for (int i = 0; i < 2'000; ++i) numbers.emplace_back(i);
  const auto quadratic = Program::compile("self.all(x, self.all(y, x + y >= 0))").value();
  std::int64_t units = 10'000'000;
  const auto result = quadratic->evaluate({.self = json::Value(numbers)}, units);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "operation cancelled: actual cost limit exceeded");
  EXPECT_NEAR(static_cast<double>(units), 9'000'000, 10);
  // A decisive side does not hide that the budget is spent.
  const auto hidden = Program::compile("self == self || true").value();
  EXPECT_FALSE(hidden->evaluate(json::Value(std::string(10'000'001, 'x')), nullptr).has_value());
  units = 100;
  EXPECT_FALSE(quadratic->evaluate({.self = json::Value(numbers)}, units).has_value());
  EXPECT_LT(units, 0);
}

TEST(Cel, TextAndOptionalOldSelf) {
  const auto message = Program::compile("'at most ' + string(self.max) + ', was ' + string(oldSelf.max)").value();
  EXPECT_EQ(message->result_type(), "string");
  EXPECT_TRUE(message->uses_old_self());
  const json::Value self = parse(R"({"max": 3})");
  const json::Value old_self = parse(R"({"max": 2})");
  EXPECT_EQ(message->evaluate_text(self, &old_self).value(), "at most 3, was 2");
  EXPECT_EQ(Program::compile("self.max")->get()->evaluate_text(self, nullptr).error().message,
            "the result is not of type string but int");

  const auto optional = Program::compile("!oldSelf.hasValue() || oldSelf.value().max <= self.max").value();
  std::int64_t units = 1'000;
  EXPECT_TRUE(optional->evaluate({.self = self, .old_self = nullptr, .is_old_self_optional = true}, units).value());
  EXPECT_TRUE(optional->evaluate({.self = self, .old_self = &old_self, .is_old_self_optional = true}, units).value());
  EXPECT_FALSE(optional->evaluate({.self = old_self, .old_self = &self, .is_old_self_optional = true}, units).value());
}

}  // namespace
}  // namespace slipway::kube::cel
