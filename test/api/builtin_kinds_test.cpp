#include "api/builtin_kinds.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "api/builtin_fields.h"
#include "json/text.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? std::move(*value) : json::Value{};
}

const BuiltinKind& kind_named(std::string_view group, std::string_view kind) {
  const BuiltinKind* found = find_builtin_kind({std::string(group), std::string(kind)});
  EXPECT_NE(found, nullptr) << kind;
  return found == nullptr ? builtin_kinds().front() : *found;
}

// 15.1 and 15.6: what discovery and the write path say of each kind.
TEST(BuiltinKinds, Rule15_1_Identity) {
  std::vector<std::string> got;
  for (const BuiltinKind& kind : builtin_kinds()) {
    std::string line = fmt::format("{}/{} {} {} {} {}", kind.group, kind.version, kind.kind, kind.plural, kind.singular,
                                   kind.namespaced ? "N" : "C");
    const auto add = [&](std::string_view what, const std::vector<std::string_view>& texts) {
      if (!texts.empty()) line += fmt::format(" {}={}", what, fmt::join(texts, ","));
    };
    add("short", kind.short_names);
    add("in", kind.categories);
    if (kind.verbs.size() != 8) add("verbs", kind.verbs);
    for (const auto& one : kind.subresources) line += fmt::format(" /{}", one.name);
    if (kind.tracks_generation) line += kind.generation_counts_annotations ? " generation+annotations" : " generation";
    if (!kind.unconditional_update) line += " needs-version";
    if (kind.put_creates) line += " put-creates";
    if (kind.delete_returns_object) line += " delete-returns-object";
    got.push_back(std::move(line));
  }
  EXPECT_THAT(
      got,
      ElementsAre(
          "/v1 ConfigMap configmaps configmap N short=cm",  //
          "/v1 Endpoints endpoints endpoints N short=ep put-creates", "/v1 Event events event N short=ev put-creates",
          "/v1 Namespace namespaces namespace C short=ns verbs=create,delete,get,list,patch,update,watch /finalize "
          "/status delete-returns-object",
          "/v1 Node nodes node C short=no /status",
          "/v1 Pod pods pod N short=po in=all /status generation delete-returns-object", "/v1 Secret secrets secret N",
          "/v1 Service services service N short=svc in=all /status put-creates delete-returns-object",
          "/v1 ServiceAccount serviceaccounts serviceaccount N short=sa delete-returns-object",
          "apps/v1 Deployment deployments deployment N short=deploy in=all /scale /status generation+annotations",
          "apps/v1 ReplicaSet replicasets replicaset N short=rs in=all /scale /status generation",
          "authentication.k8s.io/v1 SelfSubjectReview selfsubjectreviews selfsubjectreview C verbs=create",
          "authorization.k8s.io/v1 LocalSubjectAccessReview localsubjectaccessreviews localsubjectaccessreview N "
          "verbs=create",
          "authorization.k8s.io/v1 SelfSubjectAccessReview selfsubjectaccessreviews selfsubjectaccessreview C "
          "verbs=create",
          "authorization.k8s.io/v1 SelfSubjectRulesReview selfsubjectrulesreviews selfsubjectrulesreview C "
          "verbs=create",
          "authorization.k8s.io/v1 SubjectAccessReview subjectaccessreviews subjectaccessreview C verbs=create",
          "apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions customresourcedefinition C "
          "short=crd,crds in=api-extensions /status generation needs-version",
          "coordination.k8s.io/v1 Lease leases lease N needs-version put-creates",
          "discovery.k8s.io/v1 EndpointSlice endpointslices endpointslice N",
          "rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings clusterrolebinding C put-creates",
          "rbac.authorization.k8s.io/v1 ClusterRole clusterroles clusterrole C put-creates",
          "rbac.authorization.k8s.io/v1 RoleBinding rolebindings rolebinding N put-creates",
          "rbac.authorization.k8s.io/v1 Role roles role N put-creates"));
}

TEST(BuiltinKinds, EveryKindIsWhole) {
  for (const BuiltinKind& kind : builtin_kinds()) {
    SCOPED_TRACE(kind.kind);
    EXPECT_EQ(find_builtin({std::string(kind.group), std::string(kind.plural)}), &kind);
    EXPECT_EQ(kind.stored, kind.verbs.size() > 1);
    json::Value object = parsed(R"({"metadata":{"name":"x"}})");
    ASSERT_TRUE(kind.prune && kind.apply_defaults && kind.prepare_for_create && kind.prepare_for_update &&
                kind.validate && kind.field);
    std::vector<std::string> unknown;
    object["zz"] = 1;
    EXPECT_TRUE(kind.prune(object, &unknown));
    EXPECT_THAT(unknown, ElementsAre("zz")) << "its type is in the table";
    EXPECT_EQ(kind.cells(object, {}).size(), kind.columns.size());
  }
  EXPECT_EQ(find_builtin({"", "deployments"}), nullptr);
  EXPECT_EQ(find_builtin_kind({"apps", "Pod"}), nullptr);
}

TEST(BuiltinFields, TypesThatDecodeInTheirOwnWay) {
  struct Row {
    std::string_view what, type, before, after, error = "";
  };
  const Row rows[] = {
      {"null in a list is the zero value", "core.v1.Pod", R"({"spec":{"containers":[{"name":"a","args":[null,"x"]}]}})",
       R"({"metadata":{},"spec":{"containers":[{"args":["","x"],"name":"a","resources":{}}]},"status":{}})"},
      {"null in a map of text is empty text", "core.v1.ConfigMap", R"({"data":{"a":null}})",
       R"({"data":{"a":""},"metadata":{}})"},
      {"schema or boolean: boolean", "apiextensions.v1.JSONSchemaProps", R"({"additionalProperties":false})",
       R"({"additionalProperties":false})"},
      {"schema or boolean: schema", "apiextensions.v1.JSONSchemaProps",
       R"({"additionalProperties":{"type":"string","zz":1}})", R"({"additionalProperties":{"type":"string"}})"},
      {"schema or boolean: neither", "apiextensions.v1.JSONSchemaProps", R"({"additionalProperties":"x"})", "",
       "boolean or JSON schema expected"},
      {"schema or list", "apiextensions.v1.JSONSchemaProps", R"({"items":[{"type":"string"},{"type":"object"}]})",
       R"({"items":[{"type":"string"},{"type":"object"}]})"},
      {"schema or texts", "apiextensions.v1.JSONSchemaProps", R"({"dependencies":{"a":["b"],"c":{"type":"object"}}})",
       R"({"dependencies":{"a":["b"],"c":{"type":"object"}}})"},
      {"any JSON stays", "apiextensions.v1.JSONSchemaProps", R"({"default":{"b":[1,null]},"enum":[1,"a",null]})",
       R"({"default":{"b":[1,null]},"enum":[1,"a",null]})"},
      {"pointer to zero stays, plain zero goes", "core.v1.Pod",
       R"({"spec":{"priority":0,"terminationGracePeriodSeconds":0,"hostNetwork":false,"hostPID":true}})",
       R"({"metadata":{},"spec":{"hostPID":true,"priority":0,"terminationGracePeriodSeconds":0},"status":{}})"},
      {"quantity as a number", "core.v1.ResourceRequirements", R"({"limits":{"cpu":0.5,"memory":1024,"x":"1500m"}})",
       R"({"limits":{"cpu":"500m","memory":"1024","x":"1500m"}})"},
      {"int or text", "core.v1.HTTPGetAction", R"({"port":"http"})", R"({"port":"http"})"},
      {"int or text: too large", "core.v1.HTTPGetAction", R"({"port":3000000000})", "",
       "json: cannot unmarshal number 3000000000 into Go struct field HTTPGetAction.port of type int32"},
      {"map of lists", "authentication.v1.UserInfo", R"({"extra":{"a":["b"]}})", R"({"extra":{"a":["b"]}})"},
      {"map of lists: not a list", "authentication.v1.UserInfo", R"({"extra":{"a":"b"}})", "",
       "json: cannot unmarshal string into Go struct field UserInfo.extra of type []string"},
      {"micro time in another zone", "core.v1.Event", R"({"eventTime":"2026-01-02T03:04:05.000001+01:00"})",
       R"({"eventTime":"2026-01-02T02:04:05.000001Z","involvedObject":{},"metadata":{},"reportingComponent":"","reportingInstance":"","source":{}})"},
      {"not an object at all", "core.v1.ConfigMap", "[]", "",
       "json: cannot unmarshal array into Go value of type v1.ConfigMap"},
      {"apiVersion of another type", "core.v1.ConfigMap", R"({"apiVersion":1})", "",
       "json: cannot unmarshal number into Go struct field ConfigMap.apiVersion of type string"},
      {"a type nobody knows", "core.v1.Nothing", R"({"a":null})", R"({"a":null})"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    json::Value value = parsed(row.before);
    const auto done = round_trip(row.type, value, nullptr);
    EXPECT_EQ(done ? "" : done.error().message, row.error);
    if (done) EXPECT_EQ(json::write(value), row.after);
  }
}

TEST(BuiltinFields, UnknownMembersArePathed) {
  json::Value pod = parsed(
      R"({"metadata":{"zz":1,"labels":{"any":"x"}},"spec":{"containers":[{"name":"a"},{"name":"b","env":[{"q":1}]}]},
                              "status":{"containerStatuses":[{"state":{"running":{"w":1}}}]}})");
  std::vector<std::string> unknown;
  ASSERT_TRUE(round_trip("core.v1.Pod", pod, &unknown));
  EXPECT_THAT(unknown,
              ElementsAre("metadata.zz", "spec.containers[1].env[0].q", "status.containerStatuses[0].state.running.w"));
}

// 15.5
TEST(BuiltinKinds, Rule15_5_FieldSelectors) {
  struct Row {
    std::string_view group, kind, object, path;
    std::optional<std::string> want;
  };
  const Row rows[] = {
      {"", "ConfigMap", R"({"metadata":{"name":"a"}})", "metadata.name", "a"},
      {"", "ConfigMap", R"({"metadata":{"name":"a"}})", "metadata.namespace", ""},
      {"", "ConfigMap", "{}", "data", std::nullopt},
      {"", "Pod", R"({"spec":{"nodeName":"n"}})", "spec.nodeName", "n"},
      {"", "Pod", "{}", "spec.hostNetwork", "false"},
      {"", "Pod", R"({"spec":{"hostNetwork":true}})", "spec.hostNetwork", "true"},
      {"", "Pod", R"({"status":{"podIPs":[{"ip":"1.1.1.1"},{"ip":"::1"}]}})", "status.podIPs", "1.1.1.1,::1"},
      {"", "Pod", "{}", "status.phase", ""},
      {"", "Node", "{}", "spec.unschedulable", "false"},
      {"", "Namespace", R"({"status":{"phase":"Active"}})", "status.phase", "Active"},
      {"", "Secret", R"({"type":"Opaque"})", "type", "Opaque"},
      {"", "Service", R"({"spec":{"clusterIP":"None"}})", "spec.clusterIP", "None"},
      {"", "Event", R"({"involvedObject":{"name":"p"}})", "involvedObject.name", "p"},
      {"", "Event", R"({"source":{"component":"c"},"reportingComponent":"r"})", "source", "c"},
      {"", "Event", R"({"source":{},"reportingComponent":"r"})", "source", "r"},
      {"", "Event", "{}", "message", std::nullopt},
      {"apps", "ReplicaSet", R"({"status":{"replicas":3}})", "status.replicas", "3"},
      {"apps", "ReplicaSet", "{}", "status.replicas", "0"},
      {"apps", "Deployment", "{}", "status.replicas", std::nullopt},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(fmt::format("{} {}", row.kind, row.path));
    EXPECT_EQ(kind_named(row.group, row.kind).field(parsed(row.object), row.path), row.want);
  }
}

class BuiltinService : public testing::Test {
 protected:
  const BuiltinKind& kind = kind_named("", "Service");
  std::set<std::string, std::less<>> taken;

  json::Value made(std::string_view spec, std::string_view name = "web") {
    json::Value object = parsed(fmt::format(
        R"({{"apiVersion":"v1","kind":"Service","metadata":{{"name":"{}","namespace":"n"}},"spec":{}}})", name, spec));
    EXPECT_TRUE(kind.prune(object, nullptr));
    kind.apply_defaults(object);
    return object;
  }
  std::vector<std::string> allocate(json::Value& object) {
    std::vector<std::string> out;
    for (const Cause& cause : kind.allocate(object, [&](std::string_view claim) { return taken.contains(claim); })) {
      out.push_back(cause.field + ": " + cause.message);
    }
    return out;
  }
  json::Value created(std::string_view spec, std::string_view name = "web") {
    json::Value object = made(spec, name);
    kind.prepare_for_create(object);
    EXPECT_THAT(allocate(object), IsEmpty());
    EXPECT_THAT(kind.validate(object, nullptr), IsEmpty()) << json::write(object);
    for (std::string& claim : kind.claims(object)) EXPECT_TRUE(taken.insert(std::move(claim)).second);
    return object;
  }
  json::Value updated(const json::Value& old, std::string_view spec) {
    json::Value object = made(spec);
    object["status"] = *old.find("status");
    kind.prepare_for_update(object, old);
    return object;
  }
};

TEST_F(BuiltinService, Rule15_4_AddressesAndPortsAreFreeOnes) {
  std::set<std::string> addresses;
  for (int i = 0; i < 300; ++i) {
    const json::Value object =
        created(R"({"type":"NodePort","ports":[{"name":"a","port":80},{"name":"b","port":80,"protocol":"UDP"}]})",
                fmt::format("s{}", i));
    const std::string address(object.text_at({"spec", "clusterIP"}));
    EXPECT_TRUE(address.starts_with("10.") && addresses.insert(address).second) << address;
    EXPECT_EQ(json::write(*object.find_path({"spec", "clusterIPs"})), fmt::format("[\"{}\"]", address));
    EXPECT_EQ(kind.claims(object).size(), 3U);
  }
}

TEST_F(BuiltinService, Rule15_4_TheSameNameGetsTheSameAddress) {
  const json::Value first = created(R"({"ports":[{"port":80}]})");
  taken.clear();
  EXPECT_EQ(json::write(created(R"({"ports":[{"port":80}]})")), json::write(first));
}

TEST_F(BuiltinService, Rule15_4_WhatEachTypeGets) {
  struct Row {
    std::string_view what, spec, got;
  };
  const Row rows[] = {
      {"headless with selector", R"({"clusterIP":"None","selector":{"a":"b"},"ports":[{"port":80}]})",
       R"({"clusterIP":"None","clusterIPs":["None"],"internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80,"protocol":"TCP","targetPort":80}],"selector":{"a":"b"},"sessionAffinity":"None","type":"ClusterIP"})"},
      {"headless without selector", R"({"clusterIP":"None"})",
       R"({"clusterIP":"None","clusterIPs":["None"],"internalTrafficPolicy":"Cluster","ipFamilies":["IPv4","IPv6"],"ipFamilyPolicy":"RequireDualStack","sessionAffinity":"None","type":"ClusterIP"})"},
      {"external name", R"({"type":"ExternalName","externalName":"a.b"})",
       R"({"externalName":"a.b","sessionAffinity":"None","type":"ExternalName"})"},
      {"chosen address", R"({"clusterIP":"10.96.0.9","ports":[{"port":80}]})",
       R"({"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"],"internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"None","type":"ClusterIP"})"},
      {"load balancer that declines node ports",
       R"({"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"clusterIP":"10.96.0.8","ports":[{"port":80}]})",
       R"({"allocateLoadBalancerNodePorts":false,"clusterIP":"10.96.0.8","clusterIPs":["10.96.0.8"],"externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"None","type":"LoadBalancer"})"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const json::Value object = created(row.spec);
    EXPECT_EQ(json::write(*object.find("spec")), row.got);
    EXPECT_EQ(json::write(*object.find("status")), R"({"loadBalancer":{}})");
  }
}

TEST_F(BuiltinService, Rule15_4_WhatIsTakenIsRefused) {
  taken = {"address/10.96.0.9", "port/TCP/30080"};
  json::Value object = made(
      R"({"type":"NodePort","clusterIP":"10.96.0.9","ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81,"nodePort":80}]})");
  kind.prepare_for_create(object);
  EXPECT_THAT(allocate(object),
              ElementsAre("spec.clusterIPs: Invalid value: []string{\"10.96.0.9\"}: failed to allocate IP 10.96.0.9: "
                          "provided IP is already allocated",
                          "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
                          "spec.ports[1].nodePort: Invalid value: 80: provided port is not in the valid range. The "
                          "range of valid ports is 30000-32767"));
}

TEST_F(BuiltinService, Rule15_6_UpdateKeepsWhatTheClientLeavesOut) {
  const json::Value old = created(R"({"type":"NodePort","ports":[{"name":"a","port":80}]})");
  const std::string address(old.text_at({"spec", "clusterIP"}));
  EXPECT_EQ(json::write(updated(old, R"({"type":"NodePort","ports":[{"name":"a","port":80}]})")), json::write(old))
      << "an empty PUT changes nothing";

  json::Value moved = updated(old, R"({"type":"ClusterIP","ports":[{"name":"a","port":80}]})");
  EXPECT_EQ(moved.text_at({"spec", "clusterIP"}), address);
  EXPECT_EQ(moved.find_path({"spec", "ports"})->array()->front().find("nodePort"), nullptr)
      << "a cluster IP needs no node port";
  EXPECT_THAT(kind.validate(moved, &old), IsEmpty());

  json::Value external = updated(old, R"({"type":"ExternalName","externalName":"a.b"})");
  EXPECT_EQ(external.find_path({"spec", "clusterIP"}), nullptr);
  EXPECT_THAT(kind.validate(external, &old), IsEmpty());

  json::Value changed = updated(old, R"({"clusterIP":"10.96.0.77","ports":[{"name":"a","port":80}]})");
  ASSERT_EQ(kind.validate(changed, &old).size(), 1U);
  EXPECT_EQ(kind.validate(changed, &old).front().message,
            "Invalid value: []string{\"10.96.0.77\"}: may not change once set");

  json::Value unset = updated(external, R"({"ports":[{"name":"a","port":80}]})");
  EXPECT_THAT(allocate(unset), IsEmpty());
  EXPECT_FALSE(unset.text_at({"spec", "clusterIP"}).empty()) << "a service that comes back gets an address";
}

TEST(BuiltinValidation, ContentIsLimited) {
  const std::string big(1'048'577, 'x');
  json::Value map = json::Object{{"data", json::Object{{"a", big}}}};
  EXPECT_THAT(kind_named("", "ConfigMap").validate(map, nullptr),
              ElementsAre(Cause{"FieldValueTooLong", "", "Too long: may not be more than 1048576 bytes"}));
  map["data"]["a"] = big.substr(1);
  EXPECT_THAT(kind_named("", "ConfigMap").validate(map, nullptr), IsEmpty());
  json::Value secret = json::Object{{"stringData", json::Object{{"a", big}}}};
  kind_named("", "Secret").apply_defaults(secret);
  EXPECT_THAT(kind_named("", "Secret").validate(secret, nullptr),
              ElementsAre(Cause{"FieldValueTooLong", "data", "Too long: may not be more than 1048576 bytes"}));
}

TEST(BuiltinValidation, ConversionWebhooksAreRefused) {
  json::Value definition = parsed(
      R"({"metadata":{"name":"as.b.io"},"spec":{"group":"b.io","scope":"Cluster","names":{"plural":"as","kind":"A"},
    "conversion":{"strategy":"Webhook"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})");
  const BuiltinKind& kind = kind_named("apiextensions.k8s.io", "CustomResourceDefinition");
  kind.apply_defaults(definition);
  EXPECT_THAT(kind.validate(definition, nullptr),
              ElementsAre(Cause{"FieldValueNotSupported", "spec.conversion.strategy",
                                R"(Unsupported value: "Webhook": supported values: "None")"}));
}

// Every part of a realistic object, replaced by something of another type: whatever prune lets pass must not bring
// anything down.
void replace_each(json::Value& whole, json::Value& here, const std::function<void(const json::Value&)>& visit) {
  static const json::Value others[] = {
      nullptr, true, 7, -1, 2.5, "x", "", json::Array{}, json::Object{}, json::Array{nullptr, "y", json::Object{}}};
  if (json::Array* array = here.array()) {
    for (json::Value& one : *array) replace_each(whole, one, visit);
  } else if (json::Object* object = here.object()) {
    for (auto& member : *object) replace_each(whole, member.second, visit);
  }
  const json::Value kept = here;
  for (const json::Value& other : others) {
    here = other;
    visit(whole);
  }
  here = kept;
}

TEST(BuiltinKinds, AnyShapeIsSurvived) {
  std::size_t passed = 0;
  for (const char* file : {"core", "access", "workloads"}) {
    std::ifstream in(fmt::format("{}/builtin/{}.json", SLIPWAY_TEST_DATA, file));
    std::stringstream text;
    text << in.rdbuf();
    json::Value cases = parsed(text.str());
    std::size_t index = 0;
    for (json::Value& row : *cases.find("cases")->array()) {
      if (index++ % 4 != 0) continue;  // enough shapes, in a second
      json::Value& object = *row.find("object");
      const std::string api_version(object.text_at({"apiVersion"}));
      const std::size_t slash = api_version.find('/');
      const BuiltinKind& kind =
          kind_named(slash == std::string::npos ? "" : api_version.substr(0, slash), object.text_at({"kind"}));
      const json::Value original = object;
      replace_each(object, object, [&](const json::Value& changed) {
        json::Value value = changed;
        if (!kind.prune(value, nullptr)) return;
        kind.apply_defaults(value);
        json::Value next = value;
        kind.prepare_for_create(value);
        kind.prepare_for_update(next, value);
        if (kind.allocate) EXPECT_TRUE(kind.allocate(value, [](std::string_view) { return false; }).size() < 100);
        if (kind.claims) EXPECT_TRUE(kind.claims(value).size() < 100);
        EXPECT_TRUE(kind.validate(value, nullptr).size() < 1000 && kind.validate(next, &value).size() < 1000);
        EXPECT_EQ(kind.cells(value, {}).size(), kind.columns.size());
        ++passed;
      });
    }
  }
  EXPECT_GT(passed, 2000U);
}

}  // namespace
}  // namespace slipway::api
