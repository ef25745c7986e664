#include "apiserver/bootstrap_objects.h"

#include <initializer_list>
#include <string_view>

namespace slipway::apiserver {
namespace {

using Texts = std::initializer_list<std::string_view>;

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr Texts read = {"get", "list", "watch"};
constexpr Texts write = {"create", "delete", "deletecollection", "patch", "update"};

json::Array array(Texts texts) { return json::Array(texts.begin(), texts.end()); }

json::Value rule(Texts groups, Texts resources, Texts verbs) {
  return json::Object{{"apiGroups", array(groups)}, {"resources", array(resources)}, {"verbs", array(verbs)}};
}

json::Value path_rule(Texts paths) {
  return json::Object{{"nonResourceURLs", array(paths)}, {"verbs", array({"get"})}};
}

json::Value rbac_metadata(std::string_view name) {
  return json::Object{{"annotations", json::Object{{"rbac.authorization.kubernetes.io/autoupdate", "true"}}},
                      {"labels", json::Object{{"kubernetes.io/bootstrapping", "rbac-defaults"}}},
                      {"name", name}};
}

json::Value cluster_role(std::string_view name, json::Array rules) {
  return json::Object{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                      {"kind", "ClusterRole"},
                      {"metadata", rbac_metadata(name)},
                      {"rules", std::move(rules)}};
}

json::Value cluster_role_binding(std::string_view name, Texts groups) {
  json::Array subjects;
  for (const std::string_view group : groups) {
    subjects.emplace_back(json::Object{{"apiGroup", rbac_group}, {"kind", "Group"}, {"name", group}});
  }
  return json::Object{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                      {"kind", "ClusterRoleBinding"},
                      {"metadata", rbac_metadata(name)},
                      {"roleRef", json::Object{{"apiGroup", rbac_group}, {"kind", "ClusterRole"}, {"name", name}}},
                      {"subjects", std::move(subjects)}};
}

json::Value namespace_named(std::string_view name) {
  return json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", name}}}};
}

// What admin, edit and view may do with the kinds of a namespace; secrets are for those who may write.
void add_workloads(json::Array& rules, Texts verbs) {
  rules.push_back(rule(
      {""},
      {"configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods", "pods/log", "pods/status",
       "replicationcontrollers", "resourcequotas", "serviceaccounts", "services", "services/status"},
      verbs));
  rules.push_back(rule({"apps"},
                       {"controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
                        "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
                        "statefulsets/scale", "statefulsets/status"},
                       verbs));
  rules.push_back(rule({"autoscaling"}, {"horizontalpodautoscalers", "horizontalpodautoscalers/status"}, verbs));
  rules.push_back(rule({"batch"}, {"cronjobs", "cronjobs/status", "jobs", "jobs/status"}, verbs));
  rules.push_back(rule({"networking.k8s.io"}, {"ingresses", "ingresses/status", "networkpolicies"}, verbs));
  rules.push_back(rule({"policy"}, {"poddisruptionbudgets", "poddisruptionbudgets/status"}, verbs));
  rules.push_back(rule({"discovery.k8s.io"}, {"endpointslices"}, verbs));
}

json::Array view_rules() {
  json::Array rules{rule({""}, {"namespaces"}, read)};
  add_workloads(rules, read);
  return rules;
}

json::Array edit_rules() {
  json::Array rules = view_rules();
  add_workloads(rules, write);
  rules.push_back(rule({""}, {"secrets"}, read));
  rules.push_back(rule({""}, {"secrets"}, write));
  rules.push_back(rule({""}, {"pods/eviction", "serviceaccounts/token"}, {"create"}));
  rules.push_back(rule({"coordination.k8s.io"}, {"leases"}, read));
  rules.push_back(rule({"coordination.k8s.io"}, {"leases"}, write));
  return rules;
}

json::Array admin_rules() {
  json::Array rules = edit_rules();
  rules.push_back(rule({rbac_group}, {"rolebindings", "roles"}, read));
  rules.push_back(rule({rbac_group}, {"rolebindings", "roles"}, write));
  rules.push_back(rule({"authorization.k8s.io"}, {"localsubjectaccessreviews"}, {"create"}));
  return rules;
}

}  // namespace

std::vector<json::Value> bootstrap_objects() {
  std::vector<json::Value> out;
  for (const std::string_view name : {"default", "kube-system", "kube-public", "kube-node-lease"})
    out.push_back(namespace_named(name));
  out.push_back(cluster_role(
      "cluster-admin",
      {rule({"*"}, {"*"}, {"*"}), json::Object{{"nonResourceURLs", array({"*"})}, {"verbs", array({"*"})}}}));
  out.push_back(cluster_role("admin", admin_rules()));
  out.push_back(cluster_role("edit", edit_rules()));
  out.push_back(cluster_role("view", view_rules()));
  out.push_back(
      cluster_role("system:basic-user",
                   {rule({"authorization.k8s.io"}, {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}, {"create"}),
                    rule({"authentication.k8s.io"}, {"selfsubjectreviews"}, {"create"})}));
  out.push_back(
      cluster_role("system:discovery", {path_rule({"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez",
                                                   "/openapi", "/openapi/*", "/readyz", "/version", "/version/"})}));
  out.push_back(cluster_role("system:public-info-viewer",
                             {path_rule({"/healthz", "/livez", "/readyz", "/version", "/version/"})}));
  out.push_back(cluster_role_binding("cluster-admin", {"system:masters"}));
  out.push_back(cluster_role_binding("system:basic-user", {"system:authenticated"}));
  out.push_back(cluster_role_binding("system:discovery", {"system:authenticated"}));
  out.push_back(cluster_role_binding("system:public-info-viewer", {"system:authenticated", "system:unauthenticated"}));
  return out;
}

}  // namespace slipway::apiserver
