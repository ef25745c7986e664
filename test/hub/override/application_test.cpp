#include "hub/override/application.h"

#include <gtest/gtest.h>

#include "api/kinds.h"
#include "json/text.h"
#include "test/base/matchers.h"

// placement 5.4; the numbers are those of 12.12.
namespace slipway::hub::override {
namespace {

constexpr std::string_view on_namespace = R"({"group":"","version":"v1","kind":"Namespace","name":"app"})";
constexpr std::string_view on_cfg = R"({"group":"","version":"v1","kind":"ConfigMap","name":"cfg"})";
constexpr std::string_view on_role =
    R"({"group":"rbac.authorization.k8s.io","version":"v1","kind":"ClusterRole","name":"x"})";
constexpr std::string_view the_namespace = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})";
constexpr std::string_view the_config_map =
    R"({"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"name":"cfg","namespace":"app"}})";
constexpr std::string_view the_role =
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"}})";

// A rule for every cluster with these patches.
std::string patch(std::string_view patches) {
  return fmt::format(R"({{"clusterSelector":{{"clusterSelectorTerms":[]}},"jsonPatchOverrides":[{}]}})", patches);
}
std::string set(std::string_view path, std::string_view value) {
  return patch(fmt::format(R"({{"op":"add","path":"{}","value":{}}})", path, value));
}
std::string for_region(std::string_view region, std::string_view rest) {
  return fmt::format(
      R"({{"clusterSelector":{{"clusterSelectorTerms":[{{"labelSelector":{{"matchLabels":{{"region":"{}"}}}}}}]}},{}}})",
      region, rest);
}
constexpr std::string_view deleting = R"("overrideType":"Delete")";
constexpr std::string_view delete_everywhere =
    R"({"clusterSelector":{"clusterSelectorTerms":[]},"overrideType":"Delete"})";

class Application : public ::testing::Test {
 protected:
  Application() {
    east.metadata.name = "east";
    east.metadata.labels = {{"region", "east"}, {"kubernetes-fleet.io/member-name", "east"}};
  }
  void add_cluster(std::string_view name, std::string_view selectors, std::string_view rules) {
    auto snapshot = *api::decode<api::ClusterResourceOverrideSnapshot>(*json::parse(fmt::format(
        R"({{"spec":{{"overrideHash":"","overrideSpec":{{"clusterResourceSelectors":[{}],"policy":{{"overrideRules":[{}]}}}}}}}})",
        selectors, rules)));
    snapshot.metadata.name = name;
    snapshots.cluster.push_back(std::make_shared<const api::ClusterResourceOverrideSnapshot>(std::move(snapshot)));
  }
  void add(std::string_view namespace_, std::string_view name, std::string_view selectors, std::string_view rules) {
    auto snapshot = *api::decode<api::ResourceOverrideSnapshot>(*json::parse(fmt::format(
        R"({{"spec":{{"overrideHash":"","overrideSpec":{{"resourceSelectors":[{}],"policy":{{"overrideRules":[{}]}}}}}}}})",
        selectors, rules)));
    snapshot.metadata.namespace_ = namespace_;
    snapshot.metadata.name = name;
    snapshots.in_namespace.push_back(std::make_shared<const api::ResourceOverrideSnapshot>(std::move(snapshot)));
  }
  // The manifest's text, "deleted", or what the error says.
  std::string applied(std::string_view manifest) {
    const auto result = apply(*json::parse(manifest), snapshots, east);
    if (!result) {
      EXPECT_EQ(result.error().reason, Reason::invalid);
      return result.error().message;
    }
    return *result ? json::write(**result) : "deleted";
  }
  Snapshots snapshots;
  api::MemberCluster east;
};

TEST_F(Application, ToWhatIsNamed) {
  const std::string label = set("/metadata/labels", R"({"l":"1"})");
  struct Row {
    std::string_view rule;
    std::string_view cluster_selector, namespace_, selector, manifest;
    bool changed;
  };
  const Row rows[] = {
      {"271: the Namespace", on_namespace, "", "", the_namespace, true},
      {"271: and every object in it", on_namespace, "", "", the_config_map, true},
      {"272: only the object named", on_role, "", "", the_role, true},
      {"272: and no other", on_role, "", "", the_config_map, false},
      {"5.3: another version is another object",
       R"({"group":"rbac.authorization.k8s.io","version":"v2","kind":"ClusterRole","name":"x"})", "", "", the_role,
       false},
      {"273", "", "app", on_cfg, the_config_map, true},
      {"273: the same name elsewhere", "", "other", on_cfg, the_config_map, false},
      {"5.3: a cluster override does not name what is in a namespace", on_cfg, "", "", the_config_map, false},
      {"5.3: a namespaced one does not name its Namespace", "", "app", on_namespace, the_namespace, false},
      {"291: the envelope itself",
       R"({"group":"placement.kubernetes-fleet.io","version":"v1beta1","kind":"ClusterResourceEnvelope","name":"e"})",
       "", "",
       R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourceEnvelope","metadata":{"name":"e"}})",
       false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    snapshots = {};
    if (!row.cluster_selector.empty()) add_cluster("o-0", row.cluster_selector, label);
    if (!row.selector.empty()) add(row.namespace_, "o-0", row.selector, label);
    EXPECT_EQ(applied(row.manifest) != row.manifest, row.changed);
  }
}

TEST_F(Application, RulesInOrder) {
  struct Row {
    std::string_view rule;
    std::vector<std::string> cluster, in_namespace;  // the rules of one override each
    std::string_view want;                           // data of the ConfigMap, "deleted", or part of the error
  };
  const Row rows[] = {
      {"280: both rules, in order",
       {set("/data/a", R"("2")") + "," + set("/data/b", R"("3")")},
       {},
       R"({"a":"2","b":"3"})"},
      {"274: the namespaced one wins", {set("/data/a", R"("2")")}, {set("/data/a", R"("3")")}, R"({"a":"3"})"},
      {"5.4: the later of a kind wins", {set("/data/a", R"("2")"), set("/data/a", R"("3")")}, {}, R"({"a":"3"})"},
      {"279: a rule without a cluster selector", {R"({"overrideType":"Delete"})"}, {}, R"({"a":"1"})"},
      {"281: deleted here", {for_region("east", deleting)}, {}, "deleted"},
      {"281: and not elsewhere", {for_region("west", deleting)}, {}, R"({"a":"1"})"},
      {"282: what follows a deletion is skipped",
       {std::string(delete_everywhere) + "," + patch(R"({"op":"remove","path":"/data/none"})")},
       {patch(R"({"op":"remove","path":"/data/none"})")},
       "deleted"},
      {"5.4: patches before a deletion must do",
       {set("/data/a", R"("2")") + "," + std::string(delete_everywhere)},
       {},
       "deleted"},
      {"5.4: a rule for others is not even read",
       {for_region("west", R"("jsonPatchOverrides":[{"op":"remove","path":"/data/none"}])")},
       {},
       R"({"a":"1"})"},
      {"RFC 6902: add replaces", {set("/data/a", R"("2")")}, {}, R"({"a":"2"})"},
      {"RFC 6902: ~1 is a slash", {set("/data/a~1b", R"("2")")}, {}, R"({"a":"1","a/b":"2"})"},
      {"5.1: no value is null", {patch(R"({"op":"add","path":"/data/b"})")}, {}, R"({"a":"1","b":null})"},
      {"remove", {patch(R"({"op":"remove","path":"/data/a","value":null})")}, {}, "{}"},
      {"287",
       {patch(R"({"op":"remove","path":"/data/none"})")},
       {},
       R"(the override snapshot c0 cannot be applied to ConfigMap app/cfg: operation 0 of the JSON patch: there is no value at "/data/none")"},
      {"287: of a namespaced one",
       {},
       {patch(R"({"op":"replace","path":"/data/none","value":"s3cret"})")},
       R"(the override snapshot app/n0 cannot be applied to ConfigMap app/cfg: operation 0 of the JSON patch: there is no value at "/data/none")"},
      {"what is left must be an object",
       {set("", R"("s3cret")")},
       {},
       "the override snapshot c0 cannot be applied to ConfigMap app/cfg: the JSON patch leaves no object"},
      {"a selector nobody can evaluate",
       {R"({"clusterSelector":{"clusterSelectorTerms":[{"labelSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]}}]}})"},
       {},
       "the override snapshot c0 cannot be applied to ConfigMap app/cfg: "
       "matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    snapshots = {};
    for (const auto& rules : row.cluster)
      add_cluster(fmt::format("c{}", snapshots.cluster.size()), on_namespace, rules);
    for (const auto& rules : row.in_namespace)
      add("app", fmt::format("n{}", snapshots.in_namespace.size()), on_cfg, rules);
    std::string got = applied(the_config_map);
    if (const auto whole = json::parse(got); whole && whole->find("data") != nullptr)
      got = json::write(*whole->find("data"));
    EXPECT_EQ(got, row.want);
  }
}

// What is looked up is the object as it was.
TEST_F(Application, APatchThatRenames) {
  add_cluster("c", on_namespace, set("/metadata/name", R"("new")"));
  add("app", "n", on_cfg, set("/data/a", R"("2")"));
  EXPECT_EQ(applied(the_config_map),
            R"({"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"new","namespace":"app"}})");
}

TEST_F(Application, Variables) {
  struct Row {
    std::string_view rule, value, want;
  };
  const Row rows[] = {
      {"283", R"("${MEMBER-CLUSTER-NAME}-x")", R"("east-x")"},
      {"283: every one", R"("${MEMBER-CLUSTER-NAME}/${MEMBER-CLUSTER-NAME}")", R"("east/east")"},
      {"283: wherever there is text", R"({"${MEMBER-CLUSTER-NAME}":["${MEMBER-CLUSTER-NAME}",1,null,true]})",
       R"({"east":["east",1,null,true]})"},
      {"284", R"("in ${MEMBER-CLUSTER-LABEL-KEY-region}.")", R"("in east.")"},
      {"284: a key with a prefix", R"("${MEMBER-CLUSTER-LABEL-KEY-kubernetes-fleet.io/member-name}")", R"("east")"},
      {"284: the label is not there", R"("${MEMBER-CLUSTER-LABEL-KEY-zone}")", "the cluster east has no label zone"},
      {"284: no key at all", R"("${MEMBER-CLUSTER-LABEL-KEY-}")",
       "what follows ${MEMBER-CLUSTER-LABEL-KEY- is not the key of a label"},
      {"284: what is no key is not shown", R"("${MEMBER-CLUSTER-LABEL-KEY-region s3cret}")",
       "what follows ${MEMBER-CLUSTER-LABEL-KEY- is not the key of a label"},
      {"285", R"("${MEMBER-CLUSTER-LABEL-KEY-region")",
       "a variable ${MEMBER-CLUSTER-LABEL-KEY- is not closed by a brace"},
      {"286", R"("${MEMBER-CLUSTER-NAMES} ${HOME} $MEMBER-CLUSTER-NAME")",
       R"("${MEMBER-CLUSTER-NAMES} ${HOME} $MEMBER-CLUSTER-NAME")"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto result = substitute(*json::parse(row.value), east);
    EXPECT_EQ(result ? json::write(*result) : result.error().message, row.want);
  }
}

TEST_F(Application, PathsHaveNoVariables) {
  add("app", "n", on_cfg, set("/data/${MEMBER-CLUSTER-NAME}", R"("2")"));
  EXPECT_THAT(applied(the_config_map), ::testing::HasSubstr(R"("${MEMBER-CLUSTER-NAME}":"2")"));
}

}  // namespace
}  // namespace slipway::hub::override
