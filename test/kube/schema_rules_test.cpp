// x-kubernetes-validations on objects (kube-api 8.5): when a rule is evaluated, and what a violation says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/yaml.h"
#include "kube/schema.h"

namespace slipway::kube {
namespace {

json::Value yaml(std::string_view text) {
  auto value = json::parse_yaml_document(text);
  EXPECT_TRUE(value.has_value()) << text << (value ? "" : value.error().message);
  return value.value_or(json::Value());
}

std::vector<std::string> causes_of(std::string_view schema_text, std::string_view object, std::string_view old = "") {
  const auto schema = Schema::compile(yaml(schema_text), "schema");
  if (!schema) return {"refused " + schema.error().message};
  const json::Value old_value = old.empty() ? json::Value() : yaml(old);
  std::vector<std::string> lines;
  for (const Cause& cause : (*schema)->validate(yaml(object), old.empty() ? nullptr : &old_value)) {
    lines.push_back(cause.reason + " " + cause.field + " " + cause.message);
  }
  return lines;
}

TEST(SchemaRules, SayWhatIsWrong) {
  struct Row {
    std::string_view rule;
    std::string_view want;
  };
  const Row rows[] = {
      {"{rule: self.min <= self.max, message: min above max}",
       "FieldValueInvalid spec Invalid value: \"object\": min above max"},
      {"{rule: self.min <= self.max}",
       "FieldValueInvalid spec Invalid value: \"object\": failed rule: self.min <= self.max"},
      {"{rule: self.min <= self.max, reason: FieldValueForbidden, message: bad}",
       "FieldValueForbidden spec Forbidden: bad"},
      {"{rule: self.min <= self.max, reason: FieldValueRequired, message: bad}",
       "FieldValueRequired spec Required value: bad"},
      {"{rule: self.min <= self.max, reason: FieldValueDuplicate, message: bad}",
       "FieldValueDuplicate spec Duplicate value: \"object\""},
      {"{rule: self.min <= self.max, fieldPath: .min, message: bad}",
       "FieldValueInvalid spec.min Invalid value: \"object\": bad"},
      {"{rule: self.min <= self.max, fieldPath: \".map['a.b']\", message: bad}",
       "FieldValueInvalid spec.map[a.b] Invalid value: \"object\": bad"},
      {"{rule: self.min <= self.max, message: bad, messageExpression: \"'%d > %d'.format([self.min, self.max])\"}",
       "FieldValueInvalid spec Invalid value: \"object\": 3 > 2"},
      {"{rule: self.min <= self.max, message: bad, messageExpression: self.zz}",
       "FieldValueInvalid spec Invalid value: \"object\": bad"},
      {"{rule: self.min <= self.max, message: bad, messageExpression: \"' '\"}",
       "FieldValueInvalid spec Invalid value: \"object\": bad"},
      {"{rule: self.minv <= self.max, message: bad}",
       "FieldValueInvalid spec Invalid value: \"object\": no such key: minv evaluating rule: bad"},
      {"{rule: self.min.contains('a')}",
       "FieldValueInvalid spec Invalid value: \"object\": 'no such overload': call arguments did not match a supported "
       "operator, function "
       "or macro signature for rule: self.min.contains('a')"},
      {"{rule: \"self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))\", message: bad}",
       "FieldValueInvalid spec Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no "
       "further validation rules "
       "will be run due to call cost exceeds limit for rule: bad"},
  };
  std::string numbers;
  for (int i = 0; i < 100; ++i) numbers += std::to_string(i) + ", ";
  for (const Row& row : rows) {
    EXPECT_THAT(
        causes_of(
            std::string(
                "{type: object, properties: {spec: {type: object, properties: {min: {type: integer}, max: {type: "
                "integer}, list: {type: array, items: {type: integer}}, map: {type: object, additionalProperties: "
                "{type: string}}}, x-kubernetes-validations: [")
                .append(row.rule)
                .append("]}}}"),
            "{spec: {min: 3, max: 2, list: [" + numbers + "]}}"),
        testing::ElementsAre(row.want))
        << row.rule;
  }
}

TEST(SchemaRules, ReachEveryPlace) {
  const std::string_view schema = R"(
type: object
properties:
  list: {type: array, items: {type: integer, x-kubernetes-validations: [{rule: self > 0, message: l}]}}
  map: {type: object, additionalProperties: {type: string, x-kubernetes-validations: [{rule: self != '', message: m}]}}
  deep: {type: object, properties: {a: {type: boolean, x-kubernetes-validations: [{rule: self, message: d}]}}}
  nul: {type: string, nullable: true, x-kubernetes-validations: [{rule: self.size() > 0, message: nn}]}
x-kubernetes-validations: [{rule: has(self.list), message: r}]
)";
  EXPECT_THAT(causes_of(schema, "{list: [1, 0], map: {k: ''}, deep: {a: false}, nul: null}"),
              testing::UnorderedElementsAre("FieldValueInvalid list[1] Invalid value: \"integer\": l",
                                            "FieldValueInvalid map[k] Invalid value: \"string\": m",
                                            "FieldValueInvalid deep.a Invalid value: \"boolean\": d"));
  EXPECT_THAT(causes_of(schema, "{}"), testing::ElementsAre("FieldValueInvalid <nil> Invalid value: \"object\": r"));
}

TEST(SchemaRules, TransitionsCompareWithTheSameOldValue) {
  const std::string_view schema = R"(
type: object
properties:
  a: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: a}]}
  map: {type: object, additionalProperties: {type: integer, x-kubernetes-validations: [{rule: self >= oldSelf, message: m}]}}
  keyed:
    type: array
    x-kubernetes-list-type: map
    x-kubernetes-list-map-keys: [name]
    items:
      type: object
      required: [name]
      properties: {name: {type: string}, v: {type: integer, x-kubernetes-validations: [{rule: self >= oldSelf, message: v}]}}
  once: {type: string, x-kubernetes-validations: [{rule: "oldSelf.hasValue() || self == 'first'", optionalOldSelf: true, message: o}]}
)";
  const std::string_view old = "{a: x, map: {k: 2, l: 2}, keyed: [{name: p, v: 2}, {name: q, v: 9}], once: first}";
  EXPECT_THAT(causes_of(schema, "{a: yy, map: {k: 1}, keyed: [{name: q, v: 9}, {name: p, v: 1}], once: z}", old),
              testing::UnorderedElementsAre("FieldValueInvalid a Invalid value: \"string\": a",
                                            "FieldValueInvalid map[k] Invalid value: \"integer\": m",
                                            "FieldValueInvalid keyed[1].v Invalid value: \"integer\": v"));
  // New members and elements have no old value; on create nothing has.
  EXPECT_THAT(causes_of(schema, "{a: x, map: {nn: 1}, keyed: [{name: nn, v: 1}], once: z}", old), testing::IsEmpty());
  EXPECT_THAT(causes_of(schema, "{a: yy, map: {k: 1}, keyed: [{name: p, v: 1}], once: first}"), testing::IsEmpty());
  EXPECT_THAT(causes_of(schema, "{once: z}"),
              testing::ElementsAre("FieldValueInvalid once Invalid value: \"string\": o"));
}

TEST(SchemaRules, StopWhenTheObjectsBudgetIsSpent) {
  // Each rule stays below its own limit of 1,000,000 units; together they exceed the 10,000,000 of an object.
  std::string rules;
  for (int i = 0; i < 12; ++i) rules += "{rule: self == self, message: bad}, ";
  EXPECT_THAT(
      causes_of("{type: object, properties: {l: {type: string, x-kubernetes-validations: [" + rules + "]}}}",
                "{l: " + std::string(9'000'000, 'x') + "}"),
      testing::ElementsAre(
          "FieldValueInvalid l Invalid value: \"string\": validation failed due to running out of cost budget, no "
          "further validation rules will be run"));
}

}  // namespace
}  // namespace slipway::kube
