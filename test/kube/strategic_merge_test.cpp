// Strategic merge patch (kube-api 7.3, 15.3) and the three-way patches of client-side apply (member 8.9.4).
#include "kube/strategic_merge.h"

#include <gtest/gtest.h>

#include "json/text.h"

namespace slipway::kube {
namespace {

const GroupKind kDeployment{"apps", "Deployment"};
const GroupKind kPod{"", "Pod"};
const GroupKind kService{"", "Service"};
const GroupKind kConfigMap{"", "ConfigMap"};
const GroupKind kPdb{"policy", "PodDisruptionBudget"};

// The rows write JSON with ' for ".
json::Value parse(std::string_view text) {
  std::string json(text);
  std::ranges::replace(json, '\'', '"');
  auto value = json::parse(json);
  EXPECT_TRUE(value.has_value()) << json;
  return value.value_or(json::Value());
}

TEST(StrategicMerge, Keys) {
  struct Row {
    GroupKind kind;
    std::string_view path;
    std::string_view want;  // "-": replaced
  };
  const Row rows[] = {
      {kDeployment, "spec.template.spec.containers", "name"},
      {kDeployment, "spec.template.spec.initContainers.ports", "containerPort"},
      {kDeployment, "spec.template.spec.ephemeralContainers.env", "name"},
      {kDeployment, "spec.template.spec.containers.volumeMounts", "mountPath"},
      {kDeployment, "spec.template.spec.containers.args", "-"},
      {kDeployment, "spec.template.spec.tolerations", "-"},
      {kDeployment, "spec.template.spec.volumes", "name"},
      {kDeployment, "spec.template.spec.topologySpreadConstraints", "topologyKey"},
      {kDeployment, "spec.template.metadata.finalizers", ""},
      {kDeployment, "status.conditions", "type"},
      {kDeployment, "metadata.ownerReferences", "uid"},
      {kDeployment, "spec.containers", "-"},
      {kPod, "spec.containers", "name"},
      {kPod, "metadata.finalizers", ""},
      {{"batch", "CronJob"}, "spec.jobTemplate.spec.template.spec.hostAliases", "ip"},
      {{"batch", "CronJob"}, "status.active", "-"},
      {{"", "PodTemplate"}, "template.spec.containers", "name"},
      {kService, "spec.ports", "port"},
      {{"", "ServiceAccount"}, "secrets", "name"},
      {{"", "ServiceAccount"}, "imagePullSecrets", "-"},
      {{"", "Node"}, "spec.podCIDRs", ""},
      {{"", "Node"}, "spec.taints", "-"},
      {{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"}, "webhooks.matchConditions", "name"},
      {{"certificates.k8s.io", "CertificateSigningRequest"}, "status.conditions", "-"},
      {{"lab.io", "Widget"}, "metadata.finalizers", "-"},
  };
  for (const Row& row : rows) {
    const std::string_view* key = merge_key(row.kind, row.path);
    EXPECT_EQ(key == nullptr ? std::string_view("-") : *key, row.want) << row.kind.kind << " " << row.path;
  }
  EXPECT_TRUE(has_merge_strategy(kConfigMap));
  EXPECT_TRUE(has_merge_strategy({"rbac.authorization.k8s.io", "Role"}));
  EXPECT_FALSE(has_merge_strategy({"placement.kubernetes-fleet.io", "Work"}));
}

TEST(StrategicMerge, Applies) {
  struct Row {
    std::string_view name;
    GroupKind kind;
    std::string_view document;
    std::string_view patch;
    std::string_view want;
  };
  const Row rows[] = {
      {"maps merge, null deletes", kConfigMap, "{'data':{'a':'1','b':'2'}}", "{'data':{'a':null,'c':'3'}}",
       "{'data':{'b':'2','c':'3'}}"},
      {"nulls of a new map are dropped", kConfigMap, "{}", "{'data':{'a':null,'b':'1'}}", "{'data':{'b':'1'}}"},
      {"$patch: replace of a map", kConfigMap, "{'data':{'a':'1'}}", "{'data':{'$patch':'replace','b':'2'}}",
       "{'data':{'b':'2'}}"},
      {"$patch: delete of a map", kConfigMap, "{'data':{'a':'1'}}", "{'data':{'$patch':'delete'}}", "{'data':{}}"},
      {"an unknown $patch is ignored", kConfigMap, "{'data':{'a':'1'}}", "{'data':{'$patch':'x','b':'2'}}",
       "{'data':{'a':'1','b':'2'}}"},
      {"types differ", kConfigMap, "{'data':'x'}", "{'data':{'a':'1'}}", "{'data':{'a':'1'}}"},
      {"a list without strategy is replaced", kPod, "{'spec':{'tolerations':[{'key':'a'}]}}",
       "{'spec':{'tolerations':[{'key':'b'}]}}", "{'spec':{'tolerations':[{'key':'b'}]}}"},
      {"kubectl set image", kDeployment,
       "{'spec':{'template':{'spec':{'containers':[{'name':'side','image':'s'},{'name':'nginx','image':'nginx:1.20','"
       "args':['a']}]}}}}",
       "{'spec':{'template':{'spec':{'$setElementOrder/"
       "containers':[{'name':'nginx'}],'containers':[{'image':'nginx:1.21','name':'nginx'}]}}}}",
       "{'spec':{'template':{'spec':{'containers':[{'name':'side','image':'s'},{'name':'nginx','image':'nginx:1.21','"
       "args':['a']}]}}}}"},
      {"a new element comes first", kPod, "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
       "{'spec':{'containers':[{'name':'c'}]}}", "{'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}"},
      {"the patch orders what it names", kPod, "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}",
       "{'spec':{'containers':[{'name':'c','x':1},{'name':'a'}]}}",
       "{'spec':{'containers':[{'name':'b'},{'name':'c','x':1},{'name':'a'}]}}"},
      {"$setElementOrder puts the new one first", kPod, "{'spec':{'containers':[{'name':'a'}]}}",
       "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}],'containers':[{'name':'b'}]}}",
       "{'spec':{'containers':[{'name':'b'},{'name':'a'}]}}"},
      {"$setElementOrder alone reorders", kPod, "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'s'}]}}",
       "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}}",
       "{'spec':{'containers':[{'name':'b'},{'name':'a'},{'name':'s'}]}}"},
      {"element deleted by key", kPod, "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
       "{'spec':{'containers':[{'$patch':'delete','name':'a'}]}}", "{'spec':{'containers':[{'name':'b'}]}}"},
      {"deleting what is not there", kPod, "{'spec':{'containers':[{'name':'b'}]}}",
       "{'spec':{'containers':[{'$patch':'delete','name':'a'}]}}", "{'spec':{'containers':[{'name':'b'}]}}"},
      {"$patch: replace as an element replaces the list", kPod, "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
       "{'spec':{'containers':[{'name':'c'},{'$patch':'replace'}]}}", "{'spec':{'containers':[{'name':'c'}]}}"},
      {"lists inside elements", kPod,
       "{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'}]}]}}",
       "{'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'3'},{'name':'X','$patch':'delete'}]}]}}",
       "{'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'3'}]}]}}"},
      {"directives are dropped from what is new", kPod, "{}",
       "{'spec':{'containers':[{'name':'a','env':[{'name':'X','$patch':'delete'}]}]}}",
       "{'spec':{'containers':[{'env':[],'name':'a'}]}}"},
      {"$retainKeys", kDeployment, "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
       "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}", "{'spec':{'strategy':{'type':'Recreate'}}}"},
      {"$retainKeys in an element", kPod, "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
       "{'spec':{'volumes':[{'$retainKeys':['name','configMap'],'name':'v','configMap':{'name':'c'}}]}}",
       "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}"},
      {"sets merge", kConfigMap, "{'metadata':{'finalizers':['a/a','b/b']}}",
       "{'metadata':{'finalizers':['b/b','c/c']}}", "{'metadata':{'finalizers':['a/a','b/b','c/c']}}"},
      {"$deleteFromPrimitiveList", kConfigMap, "{'metadata':{'finalizers':['a/a','b/b']}}",
       "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a/a']}}", "{'metadata':{'finalizers':['b/b']}}"},
      {"$deleteFromPrimitiveList with additions and order", kConfigMap,
       "{'metadata':{'finalizers':['a/a','b/b','s/s']}}",
       "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a/a'],'$setElementOrder/finalizers':['c/c','b/"
       "b'],'finalizers':['c/c']}}",
       "{'metadata':{'finalizers':['c/c','b/b','s/s']}}"},
      {"PDB selector is replaced", kPdb, "{'spec':{'selector':{'matchLabels':{'a':'b'}}}}",
       "{'spec':{'selector':{'matchLabels':{'c':'d'}}}}", "{'spec':{'selector':{'matchLabels':{'c':'d'}}}}"},
      {"Service ports by port", kService, "{'spec':{'ports':[{'port':80,'nodePort':30000}]}}",
       "{'spec':{'ports':[{'port':80,'name':'http'}]}}",
       "{'spec':{'ports':[{'port':80,'nodePort':30000,'name':'http'}]}}"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto result = apply_strategic_merge_patch(row.kind, parse(row.document), parse(row.patch));
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(json::write(*result), json::write(parse(row.want)));
  }
}

TEST(StrategicMerge, Refuses) {
  const auto no_key = apply_strategic_merge_patch(kPod, parse("{'spec':{'containers':[{'name':'a'}]}}"),
                                                  parse("{'spec':{'containers':[{'image':'x'}]}}"));
  ASSERT_FALSE(no_key.has_value());
  EXPECT_EQ(no_key.error().reason, Reason::internal);
  EXPECT_EQ(no_key.error().message, "map: map[image:x] does not contain declared merge key: name");
  const auto custom = apply_strategic_merge_patch({"lab.io", "Widget"}, parse("{}"), parse("{}"));
  EXPECT_EQ(custom.error().reason, Reason::unsupported_media_type);
  EXPECT_EQ(apply_strategic_merge_patch(kPod, parse("{}"), parse("[]")).error().reason, Reason::bad_request);
  EXPECT_EQ(make_three_way_strategic_patch({"lab.io", "Widget"}, parse("{}"), parse("{}"), parse("{}")).error().reason,
            Reason::unsupported_media_type);
  EXPECT_EQ(make_three_way_strategic_patch(kPod, parse("{}"), parse("{'spec':{'containers':[{'a':1}]}}"),
                                           parse("{'spec':{'containers':[]}}"))
                .error()
                .message,
            "map: map[a:1] does not contain declared merge key: name");
}

TEST(StrategicMerge, ThreeWay) {
  struct Row {
    std::string_view name;
    GroupKind kind;
    std::string_view original;
    std::string_view modified;
    std::string_view current;
    std::string_view patch;
    std::string_view result;  // of applying it to current
  };
  const Row rows[] = {
      {"nothing to do", kConfigMap, "{'data':{'a':'1'}}", "{'data':{'a':'1'}}", "{'data':{'a':'1','x':'y'}}", "{}",
       "{'data':{'a':'1','x':'y'}}"},
      {"add, change, delete; keep what others added", kConfigMap, "{'data':{'a':'1','b':'2'}}",
       "{'data':{'a':'9','c':'3'}}", "{'data':{'a':'1','b':'2','x':'y'}}", "{'data':{'a':'9','b':null,'c':'3'}}",
       "{'data':{'a':'9','c':'3','x':'y'}}"},
      {"a change by others is put back", kConfigMap, "{'data':{'a':'1'}}", "{'data':{'a':'1'}}", "{'data':{'a':'x'}}",
       "{'data':{'a':'1'}}", "{'data':{'a':'1'}}"},
      {"no original: nothing is deleted", kConfigMap, "null", "{'data':{'a':'1'}}", "{'data':{'b':'2'}}",
       "{'data':{'a':'1'}}", "{'data':{'a':'1','b':'2'}}"},
      {"what is gone already is not deleted again", kConfigMap, "{'data':{'a':'1','b':'2'}}", "{'data':{'a':'1'}}",
       "{'data':{'a':'1'}}", "{}", "{'data':{'a':'1'}}"},
      {"a whole map goes", kConfigMap, "{'data':{'a':'1'}}", "{}", "{'data':{'a':'1','x':'y'}}", "{'data':null}", "{}"},
      {"image", kDeployment, "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'1'}]}}}}",
       "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'2'}]}}}}",
       "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'1','imagePullPolicy':'Always'}]}}}}",
       "{'spec':{'template':{'spec':{'$setElementOrder/"
       "containers':[{'name':'a'}],'containers':[{'image':'2','name':'a'}]}}}}",
       "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'2','imagePullPolicy':'Always'}]}}}}"},
      {"container removed, one added, that of another kept", kPod,
       "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}", "{'spec':{'containers':[{'name':'c'},{'name':'a'}]}}",
       "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'s'}]}}",
       "{'spec':{'$setElementOrder/"
       "containers':[{'name':'c'},{'name':'a'}],'containers':[{'name':'c'},{'$patch':'delete','name':'b'}]}}",
       "{'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'s'}]}}"},
      {"member of an element removed", kPod, "{'spec':{'containers':[{'name':'a','args':['x'],'env':[{'name':'X'}]}]}}",
       "{'spec':{'containers':[{'name':'a'}]}}",
       "{'spec':{'containers':[{'name':'a','args':['x'],'env':[{'name':'X'}]}]}}",
       "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'args':null,'env':null,'name':'a'}]}}",
       "{'spec':{'containers':[{'name':'a'}]}}"},
      {"same ports twice are no change", kPod, "{}",
       "{'spec':{'containers':[{'name':'a','ports':[{'containerPort':53,'protocol':'TCP'},{'containerPort':53,'"
       "protocol':'UDP'}]}]}}",
       "{'spec':{'containers':[{'name':'a','x':1,'ports':[{'containerPort':53,'protocol':'TCP'},{'containerPort':53,'"
       "protocol':'UDP'}]}]}}",
       "{}",
       "{'spec':{'containers':[{'name':'a','x':1,'ports':[{'containerPort':53,'protocol':'TCP'},{'containerPort':53,'"
       "protocol':'UDP'}]}]}}"},
      {"lists without strategy go whole", kPod, "{'spec':{'tolerations':[{'key':'a'}]}}",
       "{'spec':{'tolerations':[{'key':'b'}]}}", "{'spec':{'tolerations':[{'key':'a'},{'key':'c'}]}}",
       "{'spec':{'tolerations':[{'key':'b'}]}}", "{'spec':{'tolerations':[{'key':'b'}]}}"},
      {"strategy of a Deployment", kDeployment,
       "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
       "{'spec':{'strategy':{'type':'Recreate'}}}",
       "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
       "{'spec':{'strategy':{'$retainKeys':['type'],'rollingUpdate':null,'type':'Recreate'}}}",
       "{'spec':{'strategy':{'type':'Recreate'}}}"},
      {"volumes of another source", kPod, "null", "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}",
       "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
       "{'spec':{'$setElementOrder/"
       "volumes':[{'name':'v'}],'volumes':[{'$retainKeys':['configMap','name'],'configMap':{'name':'c'},'name':'v'}]}}",
       "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}"},
      {"finalizers", kConfigMap, "{'metadata':{'finalizers':['a/a','b/b']}}",
       "{'metadata':{'finalizers':['b/b','c/c']}}", "{'metadata':{'finalizers':['a/a','b/b','s/s']}}",
       "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a/a'],'$setElementOrder/finalizers':['b/b','c/"
       "c'],'finalizers':['c/c']}}",
       "{'metadata':{'finalizers':['b/b','c/c','s/s']}}"},
      {"PDB selector", kPdb, "null", "{'spec':{'selector':{'matchLabels':{'c':'d'}}}}",
       "{'spec':{'selector':{'matchLabels':{'a':'b'}}}}", "{'spec':{'selector':{'matchLabels':{'c':'d'}}}}",
       "{'spec':{'selector':{'matchLabels':{'c':'d'}}}}"},
      {"Service keeps what the server gave", kService, "{'spec':{'ports':[{'port':80},{'port':443}]}}",
       "{'spec':{'ports':[{'port':80,'name':'h'}]}}",
       "{'spec':{'clusterIP':'10.0.0.1','ports':[{'port':80,'nodePort':30000},{'port':443,'nodePort':30001}]}}",
       "{'spec':{'$setElementOrder/"
       "ports':[{'port':80}],'ports':[{'name':'h','port':80},{'$patch':'delete','port':443}]}}",
       "{'spec':{'clusterIP':'10.0.0.1','ports':[{'port':80,'nodePort':30000,'name':'h'}]}}"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto patch =
        make_three_way_strategic_patch(row.kind, parse(row.original), parse(row.modified), parse(row.current));
    ASSERT_TRUE(patch.has_value()) << patch.error().message;
    EXPECT_EQ(json::write(*patch), json::write(parse(row.patch)));
    const auto result = apply_strategic_merge_patch(row.kind, parse(row.current), *patch);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(json::write(*result), json::write(parse(row.result)));
    // Applied, there is nothing left to do, except that server-only elements and members keep the directives of order
    // alive.
    const auto again = make_three_way_strategic_patch(row.kind, parse(row.modified), parse(row.modified), *result);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(json::write(apply_strategic_merge_patch(row.kind, *result, *again).value()), json::write(*result));
  }
}

TEST(StrategicMerge, ThreeWayMergePatch) {
  struct Row {
    std::string_view original;
    std::string_view modified;
    std::string_view current;
    std::string_view patch;
  };
  const Row rows[] = {
      {"{'spec':{'a':1}}", "{'spec':{'a':1}}", "{'spec':{'a':1,'x':2}}", "{}"},
      {"{'spec':{'a':1,'b':2,'c':{'d':1}}}", "{'spec':{'a':3,'l':[1],'c':{}}}",
       "{'spec':{'a':1,'b':2,'x':9,'l':[0,1],'c':{'d':1,'e':2}}}", "{'spec':{'a':3,'b':null,'c':{'d':null},'l':[1]}}"},
      {"null", "{'spec':{'a':{'b':1}}}", "{}", "{'spec':{'a':{'b':1}}}"},
      {"{'spec':{'a':1}}", "{'spec':{'a':null}}", "{'spec':{'a':1}}", "{}"},
      {"{'spec':{'a':1}}", "{}", "{'spec':{'a':1,'x':2}}", "{'spec':null}"},
      {"{'spec':{'a':1}}", "{'spec':{}}", "{'spec':{}}", "{}"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(json::write(make_three_way_merge_patch(parse(row.original), parse(row.modified), parse(row.current))),
              json::write(parse(row.patch)))
        << row.modified;
  }
}

}  // namespace
}  // namespace slipway::kube
