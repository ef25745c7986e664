// The CEL rules of the fleet's CRDs (api 5), word for word as the CRDs have them: what each accepts and refuses; and
// the CRDs themselves, which must compile.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "json/text.h"
#include "json/yaml.h"
#include "kube/cel.h"
#include "kube/schema.h"

namespace slipway::kube {
namespace {

json::Value yaml(std::string_view text) {
  auto value = json::parse_yaml_document(text);
  EXPECT_TRUE(value.has_value()) << text << (value ? "" : value.error().message);
  return value.value_or(json::Value());
}

constexpr std::string_view kTransitionsOnly = "-";  // the rule does not look at oldSelf

constexpr std::string_view kR1 = "!(has(oldSelf.policy) && !has(self.policy))";
constexpr std::string_view kR2 =
    "!(self.statusReportingScope == 'NamespaceAccessible' && size(self.resourceSelectors.filter(x, x.kind == "
    "'Namespace')) != 1)";
constexpr std::string_view kR3 =
    "!has(oldSelf.statusReportingScope) || self.statusReportingScope == oldSelf.statusReportingScope";
constexpr std::string_view kR4 =
    "size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
    "has(x.selectionScope) && "
    "x.selectionScope == 'NamespaceWithResourceSelectors')) <= 1";
constexpr std::string_view kR5 =
    "size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
    "has(x.selectionScope) && "
    "x.selectionScope == 'NamespaceWithResourceSelectors')) == 0 || (size(self.resourceSelectors.filter(x, x.kind == "
    "'Namespace' && "
    "x.group == \"\" && x.version == 'v1' && has(x.selectionScope) && x.selectionScope == "
    "'NamespaceWithResourceSelectors' && has(x.name) "
    "&& size(x.name) > 0 && !has(x.labelSelector))) == 1)";
constexpr std::string_view kR6 =
    "size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
    "has(x.selectionScope) && "
    "x.selectionScope == 'NamespaceWithResourceSelectors')) == 0 || size(self.resourceSelectors.filter(x, x.kind == "
    "'Namespace' && "
    "x.group == \"\" && x.version == 'v1')) == 1";
constexpr std::string_view kR7 = "!(self.placementType != oldSelf.placementType)";
constexpr std::string_view kR8 =
    "self.placementType != 'PickFixed' || (!has(self.affinity) && !has(self.numberOfClusters) && "
    "!has(self.topologySpreadConstraints) && "
    "!has(self.tolerations))";
constexpr std::string_view kR9 =
    "self.placementType != 'PickAll' || (!has(self.clusterNames) && !has(self.numberOfClusters) && "
    "!has(self.topologySpreadConstraints))";
constexpr std::string_view kR10 =
    "self.placementType != 'PickN' || (!has(self.clusterNames) && has(self.numberOfClusters))";
constexpr std::string_view kR11 = "self.all(x, !(has(x.name) && size(x.name) > 0 && has(x.labelSelector)))";
constexpr std::string_view kR12 = "self.all(x, x.operator != 'Exists' || !has(x.value) || size(x.value) == 0)";
constexpr std::string_view kR13 = "self.all(x, (has(x.key) && size(x.key) > 0) || x.operator == 'Exists')";
constexpr std::string_view kR14 = "!(self != 'External' && oldSelf == 'External')";
constexpr std::string_view kR15 = "(self == null) || (self.type == 'Mirror' ? size(self.destination) != 0 : true)";
constexpr std::string_view kR16 =
    "(has(oldSelf.placement) && has(self.placement) && oldSelf.placement == self.placement) || "
    "(!has(oldSelf.placement) && "
    "!has(self.placement))";
constexpr std::string_view kR17 = "!has(self.spec.placement) || self.spec.placement.scope != 'Namespaced'";
constexpr std::string_view kUnchanged = "self == oldSelf";  // R18, R19, R26-R28, R33
constexpr std::string_view kR20 = "!(has(self.maxUnavailable) && has(self.minAvailable))";
constexpr std::string_view kR21 = "type(self) == string ? self.matches('^(100|[0-9]{1,2})%$') : self >= 0";
constexpr std::string_view kR22 = "size(self.metadata.name) < 64";
constexpr std::string_view kR22Alpha = "size(self.metadata.name) < 128";
constexpr std::string_view kR23 = "!(has(oldSelf.state) && oldSelf.state == 'Initialize' && self.state == 'Stop')";
constexpr std::string_view kR24 = "!(has(oldSelf.state) && oldSelf.state == 'Run' && self.state == 'Initialize')";
constexpr std::string_view kR25 = "!(has(oldSelf.state) && oldSelf.state == 'Stop' && self.state == 'Initialize')";
constexpr std::string_view kR29 = "!self.exists(e, e.type == 'Approval' && has(e.waitTime))";
constexpr std::string_view kR30 = "!self.exists(e, e.type == 'TimedWait' && !has(e.waitTime))";
constexpr std::string_view kR31 = "!self.exists(e, e.type == 'TimedWait')";
constexpr std::string_view kR32 = "self == null || type(self) != int || self >= 1";

struct Row {
  std::string_view name;
  std::string_view rule;
  std::string_view self;
  std::string_view old_self;
  bool accepts;
};

std::string nwrs(std::string_view rest) {
  return std::string("{kind: Namespace, group: '', version: v1, selectionScope: NamespaceWithResourceSelectors")
      .append(rest)
      .append("}");
}
std::string selectors(std::string_view first, std::string_view second = "") {
  return std::string("{statusReportingScope: ClusterScopeOnly, resourceSelectors: [")
      .append(first)
      .append(", ")
      .append(second)
      .append("]}");
}

const std::string kNwrsByName = nwrs(", name: a");
const std::string kNwrsByLabel = nwrs(", name: a, labelSelector: {}");
const std::string kNwrsWithEmptyName = nwrs(", name: ''");
const std::string kNamespaceOnly = "{kind: Namespace, group: '', version: v1, selectionScope: NamespaceOnly, name: b}";
const std::string kOtherGroup =
    "{kind: Namespace, group: x, version: v1, selectionScope: NamespaceWithResourceSelectors}";
const std::string kOneNwrs = selectors(kNwrsByName);
const std::string kTwoNwrs = selectors(kNwrsByName, kNwrsByName);
const std::string kNwrsAndOther = selectors(kNwrsByName, kNamespaceOnly);
const std::string kNwrsOfOtherGroup = selectors(kNwrsByName, kOtherGroup);
const std::string kOneByLabel = selectors(kNwrsByLabel);
const std::string kOneWithoutName = selectors(nwrs(""));
const std::string kOneWithEmptyName = selectors(kNwrsWithEmptyName);
const std::string kNoNwrs = selectors(kNamespaceOnly, kNamespaceOnly);
const std::string kName63 = "{metadata: {name: " + std::string(63, 'a') + "}}";
const std::string kName64 = "{metadata: {name: " + std::string(64, 'a') + "}}";
const std::string kName128 = "{metadata: {name: " + std::string(128, 'a') + "}}";

const Row kRows[] = {
    {"R1: policy kept", kR1, "{policy: {}}", "{policy: {}}", true},
    {"R1: policy added", kR1, "{policy: {}}", "{}", true},
    {"R1: policy removed", kR1, "{}", "{policy: {}}", false},
    {"R2: another scope", kR2, "{statusReportingScope: ClusterScopeOnly, resourceSelectors: []}", kTransitionsOnly,
     true},
    {"R2: one namespace", kR2,
     "{statusReportingScope: NamespaceAccessible, resourceSelectors: [{kind: Namespace}, {kind: X}]}", kTransitionsOnly,
     true},
    {"R2: none", kR2, "{statusReportingScope: NamespaceAccessible, resourceSelectors: [{kind: X}]}", kTransitionsOnly,
     false},
    {"R2: two", kR2,
     "{statusReportingScope: NamespaceAccessible, resourceSelectors: [{kind: Namespace}, {kind: Namespace, group: x}]}",
     kTransitionsOnly, false},
    {"R3: unchanged", kR3, "{statusReportingScope: A}", "{statusReportingScope: A}", true},
    {"R3: set for the first time", kR3, "{statusReportingScope: A}", "{}", true},
    {"R3: changed", kR3, "{statusReportingScope: B}", "{statusReportingScope: A}", false},
    {"R3: removed", kR3, "{}", "{statusReportingScope: A}", false},
    {"R4: one", kR4, kOneNwrs, kTransitionsOnly, true},
    {"R4: two", kR4, kTwoNwrs, kTransitionsOnly, false},
    {"R4: another group does not count", kR4, kNwrsOfOtherGroup, kTransitionsOnly, true},
    {"R5: by name", kR5, kOneNwrs, kTransitionsOnly, true},
    {"R5: none at all", kR5, kNoNwrs, kTransitionsOnly, true},
    {"R5: by label", kR5, kOneByLabel, kTransitionsOnly, false},
    {"R5: without name", kR5, kOneWithoutName, kTransitionsOnly, false},
    {"R5: with empty name", kR5, kOneWithEmptyName, kTransitionsOnly, false},
    {"R6: alone", kR6, kOneNwrs, kTransitionsOnly, true},
    {"R6: without it several are fine", kR6, kNoNwrs, kTransitionsOnly, true},
    {"R6: another group does not count", kR6, kNwrsOfOtherGroup, kTransitionsOnly, true},
    {"R6: with another namespace", kR6, kNwrsAndOther, kTransitionsOnly, false},
    {"R7: unchanged", kR7, "{placementType: PickN}", "{placementType: PickN}", true},
    {"R7: changed", kR7, "{placementType: PickAll}", "{placementType: PickN}", false},
    {"R8: names only", kR8, "{placementType: PickFixed, clusterNames: [a]}", kTransitionsOnly, true},
    {"R8: affinity", kR8, "{placementType: PickFixed, affinity: {}}", kTransitionsOnly, false},
    {"R8: number", kR8, "{placementType: PickFixed, numberOfClusters: 1}", kTransitionsOnly, false},
    {"R8: spread", kR8, "{placementType: PickFixed, topologySpreadConstraints: []}", kTransitionsOnly, false},
    {"R8: tolerations", kR8, "{placementType: PickFixed, tolerations: []}", kTransitionsOnly, false},
    {"R8: another type", kR8, "{placementType: PickN, tolerations: []}", kTransitionsOnly, true},
    {"R9: affinity and tolerations", kR9, "{placementType: PickAll, affinity: {}, tolerations: []}", kTransitionsOnly,
     true},
    {"R9: names", kR9, "{placementType: PickAll, clusterNames: []}", kTransitionsOnly, false},
    {"R9: number", kR9, "{placementType: PickAll, numberOfClusters: 0}", kTransitionsOnly, false},
    {"R9: spread", kR9, "{placementType: PickAll, topologySpreadConstraints: []}", kTransitionsOnly, false},
    {"R10: number", kR10, "{placementType: PickN, numberOfClusters: 0}", kTransitionsOnly, true},
    {"R10: no number", kR10, "{placementType: PickN}", kTransitionsOnly, false},
    {"R10: names", kR10, "{placementType: PickN, numberOfClusters: 0, clusterNames: []}", kTransitionsOnly, false},
    {"R11: name or labels", kR11, "[{name: a}, {labelSelector: {}}, {name: '', labelSelector: {}}]", kTransitionsOnly,
     true},
    {"R11: both", kR11, "[{name: a}, {name: a, labelSelector: {}}]", kTransitionsOnly, false},
    {"R12: Equal with value, Exists without", kR12,
     "[{operator: Equal, value: a}, {operator: Exists}, {operator: Exists, value: ''}]", kTransitionsOnly, true},
    {"R12: Exists with value", kR12, "[{operator: Exists, value: a}]", kTransitionsOnly, false},
    {"R13: key, or Exists", kR13, "[{operator: Equal, key: a}, {operator: Exists}, {operator: Exists, key: ''}]",
     kTransitionsOnly, true},
    {"R13: Equal without key", kR13, "[{operator: Equal}]", kTransitionsOnly, false},
    {"R13: Equal with empty key", kR13, "[{operator: Equal, key: ''}]", kTransitionsOnly, false},
    {"R14: to External", kR14, "External", "RollingUpdate", true},
    {"R14: stays External", kR14, "External", "External", true},
    {"R14: from External", kR14, "RollingUpdate", "External", false},
    {"R15: Mirror with destination", kR15, "{type: Mirror, destination: OriginalResource}", kTransitionsOnly, true},
    {"R15: Disabled", kR15, "{type: Disabled}", kTransitionsOnly, true},
    {"R15: empty destination", kR15, "{type: Mirror, destination: ''}", kTransitionsOnly, false},
    {"R15: no destination", kR15, "{type: Mirror}", kTransitionsOnly, false},
    {"R15: null", kR15, "null", kTransitionsOnly, true},
    {"R16: same", kR16, "{placement: {name: a}}", "{placement: {name: a}}", true},
    {"R16: never there", kR16, "{}", "{}", true},
    {"R16: changed", kR16, "{placement: {name: a}}", "{placement: {name: b}}", false},
    {"R16: added", kR16, "{placement: {name: a}}", "{}", false},
    {"R16: removed", kR16, "{}", "{placement: {name: a}}", false},
    {"R17: absent", kR17, "{spec: {}}", kTransitionsOnly, true},
    {"R17: Cluster", kR17, "{spec: {placement: {scope: Cluster}}}", kTransitionsOnly, true},
    {"R17: Namespaced", kR17, "{spec: {placement: {scope: Namespaced}}}", kTransitionsOnly, false},
    {"R18, R19, R26-R28: same text", kUnchanged, "a", "a", true},
    {"R18, R19, R26-R28: other text", kUnchanged, "a", "b", false},
    {"R33: same spec", kUnchanged, "{targetStage: a, parentStageRollout: b}", "{parentStageRollout: b, targetStage: a}",
     true},
    {"R33: one more member", kUnchanged, "{targetStage: a, parentStageRollout: b}", "{targetStage: a}", false},
    {"R20: one", kR20, "{maxUnavailable: 1}", kTransitionsOnly, true},
    {"R20: both", kR20, "{maxUnavailable: 1, minAvailable: 1}", kTransitionsOnly, false},
    {"R21: percentage", kR21, "100%", kTransitionsOnly, true},
    {"R21: percentage of one digit", kR21, "0%", kTransitionsOnly, true},
    {"R21: above 100%", kR21, "101%", kTransitionsOnly, false},
    {"R21: text without %", kR21, "'10'", kTransitionsOnly, false},
    {"R21: zero", kR21, "0", kTransitionsOnly, true},
    {"R21: negative", kR21, "-1", kTransitionsOnly, false},
    {"R22: 63", kR22, kName63, kTransitionsOnly, true},
    {"R22: 64", kR22, kName64, kTransitionsOnly, false},
    {"R22 in v1alpha1: 64", kR22Alpha, kName64, kTransitionsOnly, true},
    {"R22 in v1alpha1: 128", kR22Alpha, kName128, kTransitionsOnly, false},
    {"R23: Initialize to Run", kR23, "{state: Run}", "{state: Initialize}", true},
    {"R23: Initialize to Stop", kR23, "{state: Stop}", "{state: Initialize}", false},
    {"R23: no state before", kR23, "{state: Stop}", "{}", true},
    {"R24: Run to Stop", kR24, "{state: Stop}", "{state: Run}", true},
    {"R24: Run to Initialize", kR24, "{state: Initialize}", "{state: Run}", false},
    {"R25: Stop to Run", kR25, "{state: Run}", "{state: Stop}", true},
    {"R25: Stop to Initialize", kR25, "{state: Initialize}", "{state: Stop}", false},
    {"R29: Approval alone", kR29, "[{type: Approval}, {type: TimedWait, waitTime: 1h}]", kTransitionsOnly, true},
    {"R29: Approval with waitTime", kR29, "[{type: Approval, waitTime: 1h}]", kTransitionsOnly, false},
    {"R30: TimedWait with waitTime", kR30, "[{type: TimedWait, waitTime: 1h}, {type: Approval}]", kTransitionsOnly,
     true},
    {"R30: TimedWait without", kR30, "[{type: TimedWait}]", kTransitionsOnly, false},
    {"R31: Approval", kR31, "[{type: Approval}]", kTransitionsOnly, true},
    {"R31: TimedWait", kR31, "[{type: Approval}, {type: TimedWait, waitTime: 1h}]", kTransitionsOnly, false},
    {"R32: 1", kR32, "1", kTransitionsOnly, true},
    {"R32: percentage", kR32, "50%", kTransitionsOnly, true},
    {"R32: null", kR32, "null", kTransitionsOnly, true},
    {"R32: 0", kR32, "0", kTransitionsOnly, false},
};

TEST(FleetRules, AcceptAndRefuse) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto program = cel::Program::compile(row.rule);
    ASSERT_TRUE(program.has_value()) << program.error().message;
    EXPECT_EQ((*program)->uses_old_self(), row.old_self != kTransitionsOnly);
    const json::Value self = yaml(row.self);
    const json::Value old_self = row.old_self == kTransitionsOnly ? json::Value() : yaml(row.old_self);
    const auto result = (*program)->evaluate(self, row.old_self == kTransitionsOnly ? nullptr : &old_self);
    // A rule that cannot be evaluated refuses as well.
    EXPECT_EQ(result.has_value() && *result, row.accepts) << (result ? "" : result.error().message);
  }
}

struct Crd {
  std::string kind;
  std::string version;
  json::Value schema;
};

std::vector<Crd> read_crds() {
  std::vector<Crd> crds;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(SLIPWAY_TEST_DATA) / "crds")) {
    if (file.path().extension() != ".yaml") continue;
    std::ifstream stream(file.path());
    std::stringstream text;
    text << stream.rdbuf();
    const json::Value crd = yaml(text.str());
    for (const json::Value& version : *crd.find_path({"spec", "versions"})->array()) {
      crds.push_back({std::string(crd.text_at({"spec", "names", "kind"})), std::string(version.text_at({"name"})),
                      *version.find_path({"schema", "openAPIV3Schema"})});
    }
  }
  return crds;
}

void collect_rules(const json::Value& schema, std::set<std::string>& rules) {
  if (const auto* array = schema.array()) {
    for (const json::Value& item : *array) collect_rules(item, rules);
  }
  if (!schema.is_object()) return;
  if (const json::Value* validations = schema.find("x-kubernetes-validations");
      validations != nullptr && validations->is_array()) {
    for (const json::Value& rule : *validations->array()) rules.emplace(rule.text_at({"rule"}));
  }
  for (const auto& [name, child] : *schema.object()) collect_rules(child, rules);
}

TEST(FleetCrds, CompileAndHaveOnlyTheRulesTestedHere) {
  const std::vector<Crd> crds = read_crds();
  ASSERT_GE(crds.size(), 28U);
  std::set<std::string> rules;
  for (const Crd& crd : crds) {
    SCOPED_TRACE(crd.kind + " " + crd.version);
    const auto schema = Schema::compile(crd.schema, "openAPIV3Schema");
    EXPECT_TRUE(schema.has_value()) << (schema ? "" : schema.error().message);
    collect_rules(crd.schema, rules);
  }
  std::set<std::string> tested;
  for (const Row& row : kRows) tested.emplace(row.rule);
  EXPECT_EQ(tested, rules);
}

std::shared_ptr<const Schema> schema_of(std::string_view kind, std::string_view version) {
  for (const Crd& crd : read_crds()) {
    if (crd.kind == kind && crd.version == version) return Schema::compile(crd.schema, "").value_or(nullptr);
  }
  return nullptr;
}

std::vector<std::string> shown(const std::vector<Cause>& causes) {
  std::vector<std::string> lines;
  for (const Cause& cause : causes) lines.push_back(cause.reason + " " + cause.field + " " + cause.message);
  return lines;
}

TEST(FleetCrds, RunStates) {
  const auto schema = schema_of("ClusterStagedUpdateRun", "v1beta1");
  ASSERT_NE(schema, nullptr);
  json::Value run = yaml(
      "{apiVersion: placement.kubernetes-fleet.io/v1beta1, kind: ClusterStagedUpdateRun, metadata: {name: r}, spec: "
      "{placementName: p, "
      "resourceSnapshotIndex: '0', stagedRolloutStrategyName: s, zz: 1}}");
  std::vector<std::string> unknown;
  schema->prune(run, &unknown);
  schema->apply_defaults(run);
  EXPECT_THAT(unknown, testing::ElementsAre("spec.zz"));
  EXPECT_EQ(run.text_at({"spec", "state"}), "Initialize");
  EXPECT_THAT(shown(schema->validate(run, nullptr)), testing::IsEmpty());

  const auto with = [&run](std::string_view member, std::string_view value) {
    json::Value changed = run;
    changed["spec"][member] = value;
    return changed;
  };
  EXPECT_THAT(shown(schema->validate(with("state", "Run"), &run)), testing::IsEmpty());
  EXPECT_THAT(shown(schema->validate(with("state", "Stop"), nullptr)), testing::IsEmpty());  // no transition on create
  EXPECT_THAT(shown(schema->validate(with("state", "Stop"), &run)),
              testing::ElementsAre(
                  "FieldValueInvalid spec Invalid value: \"object\": invalid state transition: cannot transition from "
                  "Initialize to Stop"));
  EXPECT_THAT(shown(schema->validate(with("placementName", "q"), &run)),
              testing::ElementsAre(
                  "FieldValueInvalid spec.placementName Invalid value: \"string\": placementName is immutable"));
  EXPECT_THAT(shown(schema->validate(with("state", "Dance"), &run)).front(),
              "FieldValueNotSupported spec.state Unsupported value: \"Dance\": supported values: \"Initialize\", "
              "\"Run\", \"Stop\"");
  json::Value named = run;
  named["metadata"]["name"] = std::string(64, 'a');
  EXPECT_THAT(
      shown(schema->validate(named, nullptr)),
      testing::ElementsAre("FieldValueInvalid <nil> Invalid value: \"object\": metadata.name max length is 63"));
}

TEST(FleetCrds, Strategies) {
  const auto schema = schema_of("ClusterStagedUpdateStrategy", "v1beta1");
  ASSERT_NE(schema, nullptr);
  const auto causes_of = [&](std::string_view stage) {
    json::Value strategy = yaml("{metadata: {name: s}, spec: {stages: []}}");
    strategy["spec"]["stages"] = json::Array{yaml(stage)};
    schema->prune(strategy, nullptr);
    schema->apply_defaults(strategy);
    return shown(schema->validate(strategy, nullptr));
  };
  EXPECT_THAT(
      causes_of(
          "{name: canary, maxConcurrency: 25%, afterStageTasks: [{type: TimedWait, waitTime: 1m}, {type: Approval}]}"),
      testing::IsEmpty());
  EXPECT_THAT(
      causes_of("{name: canary, maxConcurrency: 0}"),
      testing::ElementsAre(
          "FieldValueInvalid spec.stages[0].maxConcurrency Invalid value: \"\": maxConcurrency must be at least 1"));
  EXPECT_THAT(
      causes_of("{name: canary, maxConcurrency: 0%}"),
      testing::ElementsAre(
          "FieldValueInvalid spec.stages[0].maxConcurrency Invalid value: \"0%\": spec.stages[0].maxConcurrency in "
          "body should match '^(100|[1-9][0-9]?)%$'"));
  EXPECT_THAT(causes_of("{name: canary, afterStageTasks: [{type: TimedWait}]}"),
              testing::ElementsAre(
                  "FieldValueInvalid spec.stages[0].afterStageTasks Invalid value: \"array\": AfterStageTaskType is "
                  "TimedWait, waitTime is required"));
  EXPECT_THAT(
      causes_of("{name: canary, beforeStageTasks: [{type: TimedWait, waitTime: 1h}]}"),
      testing::ElementsAre(
          "FieldValueInvalid spec.stages[0].beforeStageTasks Invalid value: \"array\": BeforeStageTaskType cannot "
          "be TimedWait"));
}

}  // namespace
}  // namespace slipway::kube
