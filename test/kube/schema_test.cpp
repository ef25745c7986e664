// Structural schemas (kube-api 8.2-8.4): what is refused, pruned, filled in and complained about.
#include "kube/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/text.h"
#include "json/yaml.h"

namespace slipway::kube {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

json::Value yaml(std::string_view text) {
  auto value = json::parse_yaml_document(text);
  EXPECT_TRUE(value.has_value()) << text << (value ? "" : value.error().message);
  return value.value_or(json::Value());
}

std::shared_ptr<const Schema> compile(std::string_view text) {
  auto schema = Schema::compile(yaml(text), "schema");
  EXPECT_TRUE(schema.has_value()) << (schema ? "" : schema.error().message);
  return schema.value_or(nullptr);
}

// "reason field message" of every cause.
std::vector<std::string> shown(const std::vector<Cause>& causes) {
  std::vector<std::string> lines;
  for (const Cause& cause : causes) lines.push_back(cause.reason + " " + cause.field + " " + cause.message);
  return lines;
}

// A schema of an object whose spec has the given properties (YAML flow or block at 8 columns).
std::string with_spec(std::string_view properties) {
  return std::string("{type: object, properties: {spec: {type: object, properties: {")
      .append(properties)
      .append("}}}}");
}

TEST(Schema, RefusesWhatIsNotStructural) {
  struct Row {
    std::string_view schema;
    std::string_view want;  // the first cause
  };
  const Row rows[] = {
      {"{properties: {}}", "FieldValueRequired schema.type Required value: must not be empty at the root"},
      {"{type: string}", "FieldValueInvalid schema.type Invalid value: \"string\": must be object at the root"},
      {"{type: object, properties: {spec: {properties: {}}}}",
       "FieldValueRequired schema.properties[spec].type Required value: must not be empty for specified object fields"},
      {"{type: object, properties: {a: {type: array, items: {}}}}",
       "FieldValueRequired schema.properties[a].items.type Required value: must not be empty for specified array "
       "items"},
      {"{type: object, properties: {a: {type: array}}}",
       "FieldValueRequired schema.properties[a].items Required value: must be specified"},
      {"{type: object, properties: {a: {type: array, items: [{type: string}]}}}",
       "FieldValueForbidden schema.properties[a].items Forbidden: items must be a schema object and not an array"},
      {"{type: object, properties: {a: {type: text}}}",
       "FieldValueNotSupported schema.properties[a].type Unsupported value: \"text\": supported values: \"array\", "
       "\"boolean\", "
       "\"integer\", \"number\", \"object\", \"string\""},
      {"{type: object, properties: {a: {type: object, additionalProperties: {type: string}, properties: {b: {type: "
       "string}}}}}",
       "FieldValueForbidden schema.properties[a].additionalProperties Forbidden: additionalProperties and properties "
       "are mutual exclusive"},
      {"{type: object, properties: {a: {type: string, pattern: '['}}}",
       "FieldValueInvalid schema.properties[a].pattern Invalid value: \"[\": must be a valid regular expression, but "
       "isn't: missing ]: ["},
      {"{type: object, properties: {a: {$ref: '#/x', type: string}}}",
       "FieldValueForbidden schema.properties[a].$ref Forbidden: $ref is not supported"},
      {"{type: object, properties: {a: {type: array, uniqueItems: true, items: {type: string}}}}",
       "FieldValueForbidden schema.properties[a].uniqueItems Forbidden: uniqueItems cannot be set to true since the "
       "runtime complexity "
       "becomes quadratic"},
      {"{type: object, properties: {a: {type: string, x-kubernetes-int-or-string: true}}}",
       "FieldValueForbidden schema.properties[a].type Forbidden: must be empty when x-kubernetes-int-or-string is "
       "true"},
      {"{type: object, properties: {a: {type: string, x-kubernetes-embedded-resource: true}}}",
       "FieldValueInvalid schema.properties[a].type Invalid value: \"string\": must be object if "
       "x-kubernetes-embedded-resource is true"},
      {"{type: object, properties: {a: {type: object, x-kubernetes-preserve-unknown-fields: false}}}",
       "FieldValueInvalid schema.properties[a].x-kubernetes-preserve-unknown-fields Invalid value: false: must be true "
       "or undefined"},
      {"{type: object, properties: {a: {type: array, x-kubernetes-list-type: bag, items: {type: string}}}}",
       "FieldValueNotSupported schema.properties[a].x-kubernetes-list-type Unsupported value: \"bag\": supported "
       "values: \"atomic\", "
       "\"map\", \"set\""},
      {"{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, items: {type: object}}}}",
       "FieldValueRequired schema.properties[a].x-kubernetes-list-map-keys Required value: must not be empty if "
       "x-kubernetes-list-type is map"},
      {"{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [nn], "
       "items: {type: object}}}}",
       "FieldValueInvalid schema.properties[a].x-kubernetes-list-map-keys Invalid value: \"nn\": entries must all be "
       "names of item properties"},
      {"{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [nn], "
       "items: {type: object, "
       "properties: {nn: {type: string}}}}}}",
       "FieldValueRequired schema.properties[a].items.properties[nn].default Required value: this property is in "
       "x-kubernetes-list-map-keys, so it must have a default or be a required property"},
      {"{type: object, properties: {a: {type: string, maxLength: x}}}",
       "FieldValueInvalid schema.properties[a].maxLength Invalid value: \"x\": must be an integer"},
      {"{type: object, properties: {a: {type: number, multipleOf: 0}}}",
       "FieldValueInvalid schema.properties[a].multipleOf Invalid value: 0: must be greater than 0"},
      {"{type: object, properties: {a: {type: integer, default: x}}}",
       "FieldValueTypeInvalid schema.properties[a].default Invalid value: \"string\":  in body must be of type "
       "integer: \"string\""},
      {"{type: object, properties: {a: {type: string, default: null}}}",
       "FieldValueInvalid schema.properties[a].default Invalid value: \"null\": must not be null unless nullable"},
      {"{type: object, properties: {a: {type: object, properties: {b: {type: string}}, oneOf: [{properties: {c: "
       "{pattern: x}}}]}}}",
       "FieldValueRequired schema.properties[a].oneOf[0].properties[c] Required value: must be specified in the "
       "structural schema because "
       "it is restricted here"},
      {"{type: object, properties: {a: {type: string, anyOf: [{default: x}]}}}",
       "FieldValueForbidden schema.properties[a].anyOf[0].default Forbidden: must be empty to be structural"},
      {"{type: object, properties: {metadata: {type: object, properties: {labels: {type: string}}}}}",
       "FieldValueForbidden schema.properties[metadata] Forbidden: must not specify anything other than name and "
       "generateName, but "
       "metadata is implicitly specified"},
      // CEL (8.5).
      {"{type: object, x-kubernetes-validations: [{rule: 'self.x('}]}",
       "FieldValueInvalid schema.x-kubernetes-validations[0].rule Invalid value: \"self.x(\": compilation failed: "
       "ERROR: "
       "<input>:1:8: Syntax error: unexpected end of expression"},
      {"{type: object, properties: {a: {type: string, x-kubernetes-validations: [{rule: isURL(self)}]}}}",
       "FieldValueInvalid schema.properties[a].x-kubernetes-validations[0].rule Invalid value: \"isURL(self)\": "
       "compilation failed: ERROR: "
       "<input>:1:1: undeclared reference to 'isURL' (in container '')"},
      {"{type: object, x-kubernetes-validations: [{message: x}]}",
       "FieldValueRequired schema.x-kubernetes-validations[0].rule Required value: rule is not specified"},
      {"{type: object, x-kubernetes-validations: [{rule: size(self)}]}",
       "FieldValueInvalid schema.x-kubernetes-validations[0].rule Invalid value: \"size(self)\": must evaluate to a "
       "bool, not to a int"},
      {"{type: object, x-kubernetes-validations: [{rule: 'true', reason: Bad}]}",
       "FieldValueNotSupported schema.x-kubernetes-validations[0].reason Unsupported value: \"Bad\": supported values: "
       "\"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\""},
      {"{type: object, x-kubernetes-validations: [{rule: 'true', fieldPath: .spec.x}]}",
       "FieldValueInvalid schema.x-kubernetes-validations[0].fieldPath Invalid value: \".spec.x\": fieldPath must be a "
       "valid path"},
      {"{type: object, x-kubernetes-validations: [{rule: 'true', optionalOldSelf: true}]}",
       "FieldValueInvalid schema.x-kubernetes-validations[0].optionalOldSelf Invalid value: true: may not be set if "
       "oldSelf is not used in "
       "rule"},
      {"{type: object, properties: {a: {type: array, items: {type: string, x-kubernetes-validations: [{rule: self == "
       "oldSelf}]}}}}",
       "FieldValueInvalid schema.properties[a].items.x-kubernetes-validations[0].rule Invalid value: \"self == "
       "oldSelf\": oldSelf cannot be "
       "used on the uncorrelatable portion of the schema"},
  };
  for (const Row& row : rows) {
    const auto schema = Schema::compile(yaml(row.schema), "schema");
    ASSERT_FALSE(schema.has_value()) << row.schema;
    EXPECT_EQ(schema.error().reason, Reason::invalid);
    EXPECT_EQ(shown(schema.error().causes).front(), row.want);
  }
}

TEST(Schema, Prunes) {
  const auto schema = compile(R"(
type: object
properties:
  metadata: {type: object}
  spec:
    type: object
    properties:
      a: {type: string}
      list: {type: array, items: {type: object, properties: {n: {type: string}}}}
      map: {type: object, additionalProperties: {type: object, properties: {n: {type: string}}}}
      any: {type: object, additionalProperties: true}
      open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {inner: {type: object}}}
      emb: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
      nul: {type: string, nullable: true}
)");
  json::Value object = yaml(R"(
apiVersion: v1
kind: K
metadata: {name: x, zz: 1, labels: {a: b}}
zz: 1
spec:
  a: null
  nul: null
  zz: {deep: 1}
  list: [{n: a, zz: 1}, {zz: 2}]
  map: {k: {n: a, zz: 1}, gone: null}
  any: {x: {y: 1}}
  open: {x: {y: null}, inner: {zz: 1}}
  emb: {apiVersion: v1, kind: C, metadata: {name: n, zz: 1, creationTimestamp: null}, spec: {zz: 1}, data: {}}
status: {zz: 1}
)");
  std::vector<std::string> unknown;
  schema->prune(object, &unknown);
  EXPECT_EQ(object, yaml(R"(
apiVersion: v1
kind: K
metadata: {name: x, zz: 1, labels: {a: b}}
spec:
  nul: null
  list: [{n: a}, {}]
  map: {k: {n: a}}
  any: {x: {y: 1}}
  open: {x: {y: null}, inner: {}}
  emb: {apiVersion: v1, kind: C, metadata: {name: n}, spec: {}}
)"));
  EXPECT_THAT(unknown,
              ElementsAre("spec.emb.data", "spec.emb.metadata.zz", "spec.emb.spec.zz", "spec.list[0].zz",
                          "spec.list[1].zz", "spec.map.k.zz", "spec.open.inner.zz", "spec.zz", "status", "zz"));
}

TEST(Schema, FillsInDefaults) {
  const auto schema = compile(R"(
type: object
properties:
  spec:
    type: object
    properties:
      replicas: {type: integer, default: 1}
      nul: {type: string, nullable: true, default: x}
      strategy: {type: object, default: {}, properties: {type: {type: string, default: Rolling}}}
      list: {type: array, items: {type: object, properties: {mode: {type: string, default: A}}}}
      map: {type: object, additionalProperties: {type: object, properties: {mode: {type: string, default: B}}}}
      ports: {type: array, items: {type: integer, default: 80}}
)");
  json::Value empty = yaml("{kind: K}");
  schema->apply_defaults(empty);
  EXPECT_EQ(empty, yaml("{kind: K}"));  // a default does not create its parent
  json::Value object = yaml(
      "{spec: {replicas: null, nul: null, list: [{}, {mode: Z}, 1], map: {k: {}, l: {mode: Z}}, ports: [null, 1]}}");
  schema->apply_defaults(object);
  EXPECT_EQ(object, yaml("{spec: {replicas: 1, nul: null, strategy: {type: Rolling}, list: [{mode: A}, {mode: Z}, 1], "
                         "map: {k: {mode: B}, l: {mode: Z}}, ports: [80, 1]}}"));
  const json::Value once = object;
  schema->apply_defaults(object);
  EXPECT_EQ(object, once);
}

TEST(Schema, SaysWhatIsWrongInKubernetesWords) {
  struct Row {
    std::string_view properties;
    std::string_view spec;
    std::vector<std::string> want;
  };
  const Row rows[] = {
      // 8.4, row by row.
      {"color: {type: string}",
       "{color: 1}",
       {"FieldValueTypeInvalid spec.color Invalid value: \"integer\": spec.color in body must be of type string: "
        "\"integer\""}},
      {"color: {type: string}",
       "[]",
       {"FieldValueTypeInvalid spec Invalid value: \"array\": spec in body must be of type object: \"array\""}},
      {"color: {type: string, enum: [red, green, mauve]}",
       "{color: blue}",
       {"FieldValueNotSupported spec.color Unsupported value: \"blue\": supported values: \"red\", \"green\", "
        "\"mauve\""}},
      {"ios: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}",
       "{ios: 1.5}",
       {"FieldValueTypeInvalid spec.ios Invalid value: \"number\": spec.ios in body must be of type integer,string: "
        "\"number\""}},
      {"ios: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: "
       "'^(100|[1-9][0-9]?)%$'}",
       "{ios: 150%}",
       {"FieldValueInvalid spec.ios Invalid value: \"150%\": spec.ios in body should match '^(100|[1-9][0-9]?)%$'"}},
      {"ios: {x-kubernetes-int-or-string: true, pattern: '^(100|[1-9][0-9]?)%$'}", "{ios: 150}", {}},
      {"nn: {type: integer, minimum: 0, maximum: 10}",
       "{nn: 11}",
       {"FieldValueInvalid spec.nn Invalid value: 11: spec.nn in body should be less than or equal to 10"}},
      {"nn: {type: integer, minimum: 0, maximum: 10}",
       "{nn: -1}",
       {"FieldValueInvalid spec.nn Invalid value: -1: spec.nn in body should be greater than or equal to 0"}},
      {"nn: {type: number, minimum: 0, exclusiveMinimum: true}",
       "{nn: 0}",
       {"FieldValueInvalid spec.nn Invalid value: 0: spec.nn in body should be greater than 0"}},
      {"nn: {type: number, maximum: 1.5, exclusiveMaximum: true}",
       "{nn: 1.5}",
       {"FieldValueInvalid spec.nn Invalid value: 1.5: spec.nn in body should be less than 1.5"}},
      {"num: {type: number, multipleOf: 0.5}",
       "{num: 0.3}",
       {"FieldValueInvalid spec.num Invalid value: 0.3: spec.num in body should be a multiple of 0.5"}},
      {"pattern: {type: string, pattern: '^[a-z]+$'}",
       "{pattern: AB}",
       {"FieldValueInvalid spec.pattern Invalid value: \"AB\": spec.pattern in body should match '^[a-z]+$'"}},
      {"when: {type: string, format: date-time}",
       "{when: zzz}",
       {"FieldValueTypeInvalid spec.when Invalid value: \"zzz\": spec.when in body must be of type date-time: "
        "\"zzz\""}},
      {"b: {type: string, format: byte}",
       "{b: '!'}",
       {"FieldValueTypeInvalid spec.b Invalid value: \"!\": spec.b in body must be of type byte: \"!\""}},
      {"nn: {type: integer, format: int32}",
       "{nn: 2147483648}",
       {"FieldValueInvalid <nil> Invalid value: \"\": Checked value must be of type integer with format int32 in "
        "spec.nn"}},
      {"nn: {type: integer, format: int64}",
       "{nn: 1e30}",
       {"FieldValueInvalid <nil> Invalid value: \"\": Checked value must be of type integer with format int64 in "
        "spec.nn"}},
      {"nn: {type: integer, format: int64}", "{nn: 9223372036854775807}", {}},
      {"nn: {type: integer}", "{nn: 3.0}", {}},
      {"nn: {type: integer}",
       "{nn: 3.5}",
       {"FieldValueTypeInvalid spec.nn Invalid value: \"number\": spec.nn in body must be of type integer: "
        "\"number\""}},
      {"nn: {type: number}", "{nn: 3}", {}},
      {"s: {type: string, maxLength: 3}", "{s: abcd}", {"FieldValueTooLong spec.s Too long: may not be longer than 3"}},
      {"s: {type: string, maxLength: 3}", "{s: äöü}", {}},  // characters, not bytes
      {"x: {type: string, minLength: 1}",
       "{x: ''}",
       {"FieldValueInvalid spec.x Invalid value: \"\": spec.x in body should be at least 1 chars long"}},
      {"x: {type: array, maxItems: 2, items: {type: integer}}",
       "{x: [1, 2, 3]}",
       {"FieldValueTooMany spec.x Too many: 3: must have at most 2 items"}},
      {"x: {type: array, minItems: 1, items: {type: integer}}",
       "{x: []}",
       {"FieldValueInvalid spec.x Invalid value: 0: spec.x in body should have at least 1 items"}},
      {"x: {type: object, maxProperties: 1, additionalProperties: {type: string}}",
       "{x: {a: b, c: d}}",
       {"FieldValueTooMany spec.x Too many: 2: must have at most 1 items"}},
      {"x: {type: object, minProperties: 1, additionalProperties: {type: string}}",
       "{x: {}}",
       {"FieldValueInvalid spec.x Invalid value: 0: spec.x in body should have at least 1 properties"}},
      {"x: {type: object, additionalProperties: {type: array, items: {type: integer}}}",
       "{x: {k: [1, a]}}",
       {"FieldValueTypeInvalid spec.x.k[1] Invalid value: \"string\": spec.x.k[1] in body must be of type integer: "
        "\"string\""}},
      {"x: {type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}",
       "{x: {b: c}}",
       {"FieldValueRequired spec.x.a Required value"}},
      {"items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, "
       "required: [name], "
       "properties: {name: {type: string}, v: {type: integer}}}}",
       "{items: [{name: a, v: 1}, {name: a, v: 2}, {name: b}]}",
       {"FieldValueDuplicate spec.items[1] Duplicate value: map[string]interface {}{\"name\":\"a\"}"}},
      {"tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}",
       "{tags: [a, a, b, a]}",
       {"FieldValueDuplicate spec.tags[1] Duplicate value: \"a\"",
        "FieldValueDuplicate spec.tags[3] Duplicate value: \"a\""}},
      {"one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: "
       "[b]}]}",
       "{one: {}}",
       {"FieldValueInvalid <nil> Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). "
        "Found none valid",
        "FieldValueRequired spec.one.a Required value"}},
      {"one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: "
       "[b]}]}",
       "{one: {a: x, b: yy}}",
       {"FieldValueInvalid <nil> Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). "
        "Found 2 valid alternatives"}},
      {"s: {type: string, anyOf: [{pattern: ^a}, {pattern: ^b}]}",
       "{s: c}",
       {"FieldValueInvalid <nil> Invalid value: \"\": \"spec.s\" must validate at least one schema (anyOf)",
        "FieldValueInvalid spec.s Invalid value: \"c\": spec.s in body should match '^a'"}},
      {"s: {type: string, allOf: [{pattern: ^a}, {maxLength: 3}]}",
       "{s: bcd}",
       {"FieldValueInvalid <nil> Invalid value: \"\": \"spec.s\" must validate all the schemas (allOf)",
        "FieldValueInvalid spec.s Invalid value: \"bcd\": spec.s in body should match '^a'"}},
      {"s: {type: string, not: {pattern: ^a}}",
       "{s: ab}",
       {"FieldValueInvalid <nil> Invalid value: \"\": \"spec.s\" must not validate the schema (not)"}},
      {"emb: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}",
       "{emb: {kind: 'A B'}}",
       {"FieldValueRequired spec.emb.apiVersion Required value: must not be empty",
        "FieldValueInvalid spec.emb.kind Invalid value: \"A B\": may have mixed case, but should otherwise match: a "
        "DNS-1035 label must "
        "consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
        "alphanumeric character "
        "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"}},
      {"emb: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}",
       "{emb: {apiVersion: apps/v1, kind: Deployment, metadata: {name: d, labels: {a: b}}, spec: {x: 1}}}",
       {}},
      {"nul: {type: string, nullable: true}", "{nul: null}", {}},
      {"any: {x-kubernetes-preserve-unknown-fields: true}", "{any: null}", {}},
  };
  for (const Row& row : rows) {
    const auto schema = compile(with_spec(row.properties));
    json::Value object;
    object["spec"] = yaml(row.spec);
    EXPECT_THAT(shown(schema->validate(object, nullptr)), UnorderedElementsAreArray(row.want))
        << row.properties << " " << row.spec;
  }
}

TEST(Schema, ChecksDateTimes) {
  const auto schema = compile("{type: object, properties: {when: {type: string, format: date-time}}}");
  const auto is_valid = [&](std::string_view text) {
    json::Value object;
    object["when"] = text;
    return schema->validate(object, nullptr).empty();
  };
  for (const std::string_view good :
       {"2024-02-29T23:59:59Z", "2024-01-01t00:00:00.123456789z", "2024-01-01T00:00:00+02:00"}) {
    EXPECT_TRUE(is_valid(good)) << good;
  }
  for (const std::string_view bad :
       {"", "2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:00.Z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00Zx", "2024-1-01T00:00:00Z"}) {
    EXPECT_FALSE(is_valid(bad)) << bad;
  }
}

TEST(Schema, MentionsTheRulesThatWereNotChecked) {
  const auto schema = compile(
      "{type: object, properties: {a: {type: integer, minimum: 1}, b: {type: string}}, "
      "x-kubernetes-validations: [{rule: self.a != 0, message: a must not be 0}]}");
  EXPECT_THAT(
      shown(schema->validate(yaml("{a: 1, b: 1}"), nullptr)),
      ElementsAre("FieldValueTypeInvalid b Invalid value: \"integer\": b in body must be of type string: \"integer\"",
                  "FieldValueInvalid <nil> Invalid value: \"null\": some validation rules were not checked because the "
                  "object was "
                  "invalid; correct the existing errors to complete validation"));
  // A bound does not keep the rules from being checked.
  EXPECT_THAT(shown(schema->validate(yaml("{a: 0}"), nullptr)),
              ElementsAre("FieldValueInvalid a Invalid value: 0: a in body should be greater than or equal to 1",
                          "FieldValueInvalid <nil> Invalid value: \"object\": a must not be 0"));
}

TEST(Schema, ToleratesWhatWasWrongBeforeAndIsUnchanged) {
  const auto schema = compile(R"(
type: object
properties:
  spec:
    type: object
    properties:
      color: {type: string, enum: [red]}
      free: {type: string}
      set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
      plain: {type: array, items: {type: string, maxLength: 1}}
      keyed:
        type: array
        x-kubernetes-list-type: map
        x-kubernetes-list-map-keys: [name]
        items: {type: object, required: [name], properties: {name: {type: string}, v: {type: string, maxLength: 1}}}
      ruled: {type: string, x-kubernetes-validations: [{rule: self == 'good'}]}
)");
  const json::Value old =
      yaml("{spec: {color: blue, set: [a, a], plain: [long], keyed: [{name: a, v: long}], ruled: bad}}");
  struct Row {
    std::string_view spec;
    std::vector<std::string> want;
  };
  const Row rows[] = {
      {"{color: blue, set: [a, a], plain: [long], keyed: [{name: a, v: long}], ruled: bad}", {}},
      {"{color: blue, set: [a, a], plain: [long], keyed: [{name: a, v: long}], ruled: bad, free: x}", {}},
      {"{color: blue, keyed: [{name: b}, {name: a, v: long}]}", {}},  // found again by its key
      {"{color: green}", {"FieldValueNotSupported spec.color Unsupported value: \"green\": supported values: \"red\""}},
      {"{set: [b, a, a]}", {"FieldValueDuplicate spec.set[2] Duplicate value: \"a\""}},
      {"{plain: [long, x]}", {"FieldValueTooLong spec.plain[0] Too long: may not be longer than 1"}},
      {"{ruled: worse}", {"FieldValueInvalid spec.ruled Invalid value: \"string\": failed rule: self == 'good'"}},
  };
  for (const Row& row : rows) {
    json::Value object;
    object["spec"] = yaml(row.spec);
    std::vector<std::string> causes = shown(schema->validate(object, &old));
    std::erase_if(causes, [](const std::string& cause) { return cause.find("were not checked") != std::string::npos; });
    EXPECT_THAT(causes, UnorderedElementsAreArray(row.want)) << row.spec;
  }
}

}  // namespace
}  // namespace slipway::kube
