#include "api/builtin_kinds.h"

#include <algorithm>

#include "api/builtin_columns.h"
#include "api/builtin_defaults.h"
#include "api/builtin_fields.h"
#include "api/builtin_prepare.h"
#include "api/builtin_selectable.h"
#include "api/builtin_validation.h"

namespace slipway::api {
namespace {

using Columns = std::vector<BuiltinKind::Column>;
using Subresources = std::vector<BuiltinKind::Subresource>;
using Texts = std::vector<std::string_view>;

const Texts all_verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
const Texts namespace_verbs{"create", "delete", "get", "list", "patch", "update", "watch"};

const BuiltinKind::Column name_column{.name = "Name", .format = "name"};
const BuiltinKind::Column age_column{.name = "Age"};
const Columns default_columns{name_column, {.name = "Created At", .type = "date"}};

BuiltinKind::Column plain(std::string_view name) { return {.name = name}; }
BuiltinKind::Column wide(std::string_view name) { return {.name = name, .priority = 1}; }
BuiltinKind::Column integer(std::string_view name) { return {.name = name, .type = "integer"}; }

Subresources status_only() {
  return {{.name = "status", .verbs = {"get", "patch", "update"}, .group = "", .version = "", .kind = ""}};
}

Subresources scale_and_status() {
  Subresources out = status_only();
  out.insert(
      out.begin(),
      {.name = "scale", .verbs = {"get", "patch", "update"}, .group = "autoscaling", .version = "v1", .kind = "Scale"});
  return out;
}

// The type's line in the field table: "core.v1.Pod", "rbac.v1.Role".
std::string type_name(const BuiltinKind& kind) {
  const std::string_view group = kind.group.empty() ? "core" : kind.group.substr(0, kind.group.find('.'));
  return fmt::format("{}.{}.{}", group, kind.version, kind.kind);
}

// Fills what every kind has, from what the row says.
BuiltinKind complete(BuiltinKind kind) {
  const std::string type = type_name(kind);
  const std::string name(kind.kind);
  if (kind.verbs.empty()) kind.verbs = all_verbs;
  if (kind.columns.empty()) kind.columns = default_columns;
  if (!kind.cells) kind.cells = builtin::default_cells;
  if (!kind.apply_defaults) kind.apply_defaults = [](json::Value&) {};
  if (!kind.prepare_for_update) kind.prepare_for_update = [](json::Value&, const json::Value&) {};
  if (!kind.validate) kind.validate = [](const json::Value&, const json::Value*) { return std::vector<Cause>{}; };
  kind.prune = [type](json::Value& object, std::vector<std::string>* unknown) {
    return round_trip(type, object, unknown);
  };
  kind.field = [name](const json::Value& object, std::string_view path) {
    return builtin::selectable_field(name, object, path);
  };
  // A status that was dropped comes back with what Go writes of an empty one.
  kind.prepare_for_create = [type, prepare = std::move(kind.prepare_for_create)](json::Value& object) {
    if (prepare) prepare(object);
    if (const auto done = round_trip(type, object, nullptr); !done)
      return;  // prune has seen it: nothing is left to refuse
  };
  return kind;
}

// A kind that is answered and forgotten.
BuiltinKind review(std::string_view group, std::string_view kind, std::string_view plural, std::string_view singular,
                   bool namespaced = false) {
  return {.group = group,
          .version = "v1",
          .kind = kind,
          .plural = plural,
          .singular = singular,
          .namespaced = namespaced,
          .verbs = {"create"},
          .stored = false};
}

BuiltinKind rbac(std::string_view kind, std::string_view plural, std::string_view singular, bool namespaced) {
  return {.group = "rbac.authorization.k8s.io",
          .version = "v1",
          .kind = kind,
          .plural = plural,
          .singular = singular,
          .namespaced = namespaced,
          .name_rule = BuiltinKind::NameRule::path_segment,
          .put_creates = true};
}

BuiltinKind rbac_binding(std::string_view kind, std::string_view plural, std::string_view singular, bool namespaced) {
  BuiltinKind row = rbac(kind, plural, singular, namespaced);
  row.columns = {name_column, plain("Role"), age_column, wide("Users"), wide("Groups"), wide("ServiceAccounts")};
  row.cells = builtin::role_binding_cells;
  row.apply_defaults = builtin::default_role_binding;
  row.validate = namespaced ? builtin::validate_role_binding : builtin::validate_cluster_role_binding;
  return row;
}

std::vector<BuiltinKind> core_kinds() {
  return {
      {.version = "v1",
       .kind = "ConfigMap",
       .plural = "configmaps",
       .singular = "configmap",
       .namespaced = true,
       .short_names = {"cm"},
       .columns = {name_column, plain("Data"), age_column},
       .cells = builtin::config_map_cells,
       .validate = builtin::validate_config_map},
      {.version = "v1",
       .kind = "Endpoints",
       .plural = "endpoints",
       .singular = "endpoints",
       .namespaced = true,
       .short_names = {"ep"},
       .put_creates = true,
       .columns = {name_column, plain("Endpoints"), age_column},
       .cells = builtin::endpoints_cells,
       .apply_defaults = builtin::default_endpoints,
       .validate = builtin::validate_endpoints},
      {.version = "v1",
       .kind = "Event",
       .plural = "events",
       .singular = "event",
       .namespaced = true,
       .short_names = {"ev"},
       .put_creates = true,
       .columns = {plain("Last Seen"),
                   plain("Type"),
                   plain("Reason"),
                   plain("Object"),
                   wide("Subobject"),
                   wide("Source"),
                   plain("Message"),
                   wide("First Seen"),
                   wide("Count"),
                   {.name = "Name", .format = "name", .priority = 1}},
       .cells = builtin::event_cells,
       .validate = builtin::validate_event},
      {.version = "v1",
       .kind = "Namespace",
       .plural = "namespaces",
       .singular = "namespace",
       .short_names = {"ns"},
       .verbs = namespace_verbs,
       .subresources =
           {{.name = "finalize", .verbs = {"update"}, .group = "", .version = "", .kind = ""},
            {.name = "status", .verbs = {"get", "patch", "update"}, .group = "", .version = "", .kind = ""}},
       .name_rule = BuiltinKind::NameRule::label,
       .delete_returns_object = true,
       .columns = {name_column, plain("Status"), age_column},
       .cells = builtin::namespace_cells,
       .apply_defaults = builtin::default_namespace,
       .prepare_for_create = builtin::prepare_namespace,
       .prepare_for_update = builtin::keep_namespace,
       .validate = builtin::validate_namespace},
      {.version = "v1",
       .kind = "Node",
       .plural = "nodes",
       .singular = "node",
       .short_names = {"no"},
       .subresources = status_only(),
       .keeps_status_on_create = true,
       .columns = {name_column, plain("Status"), plain("Roles"), age_column, plain("Version"), wide("Internal-IP"),
                   wide("External-IP"), wide("OS-Image"), wide("Kernel-Version"), wide("Container-Runtime")},
       .cells = builtin::node_cells,
       .apply_defaults = builtin::default_node,
       .validate = builtin::validate_node},
      {.version = "v1",
       .kind = "Pod",
       .plural = "pods",
       .singular = "pod",
       .namespaced = true,
       .short_names = {"po"},
       .categories = {"all"},
       .subresources = status_only(),
       .tracks_generation = true,
       .delete_returns_object = true,
       .columns = {name_column, plain("Ready"), plain("Status"), plain("Restarts"), age_column, wide("IP"),
                   wide("Node"), wide("Nominated Node"), wide("Readiness Gates")},
       .cells = builtin::pod_cells,
       .apply_defaults = builtin::default_pod,
       .prepare_for_create = builtin::prepare_pod,
       .prepare_for_update = builtin::keep_pod,
       .validate = builtin::validate_pod},
      {.version = "v1",
       .kind = "Secret",
       .plural = "secrets",
       .singular = "secret",
       .namespaced = true,
       .columns = {name_column, plain("Type"), plain("Data"), age_column},
       .cells = builtin::secret_cells,
       .apply_defaults = builtin::default_secret,
       .validate = builtin::validate_secret},
      {.version = "v1",
       .kind = "Service",
       .plural = "services",
       .singular = "service",
       .namespaced = true,
       .short_names = {"svc"},
       .categories = {"all"},
       .subresources = status_only(),
       .name_rule = BuiltinKind::NameRule::label_1035,
       .put_creates = true,
       .delete_returns_object = true,
       .columns = {name_column, plain("Type"), plain("Cluster-IP"), plain("External-IP"), plain("Port(s)"), age_column,
                   wide("Selector")},
       .cells = builtin::service_cells,
       .apply_defaults = builtin::default_service,
       .prepare_for_create = builtin::prepare_service,
       .prepare_for_update = builtin::keep_service,
       .claims = builtin::service_claims,
       .allocate = builtin::allocate_service,
       .validate = builtin::validate_service},
      {.version = "v1",
       .kind = "ServiceAccount",
       .plural = "serviceaccounts",
       .singular = "serviceaccount",
       .namespaced = true,
       .short_names = {"sa"},
       .delete_returns_object = true,
       .columns = {name_column, plain("Secrets"), age_column},
       .cells = builtin::service_account_cells},
  };
}

std::vector<BuiltinKind> group_kinds() {
  return {
      {.group = "apps",
       .version = "v1",
       .kind = "Deployment",
       .plural = "deployments",
       .singular = "deployment",
       .namespaced = true,
       .short_names = {"deploy"},
       .categories = {"all"},
       .subresources = scale_and_status(),
       .tracks_generation = true,
       .generation_counts_annotations = true,
       .columns = {name_column, plain("Ready"), plain("Up-to-date"), plain("Available"), age_column, wide("Containers"),
                   wide("Images"), wide("Selector")},
       .cells = builtin::deployment_cells,
       .apply_defaults = builtin::default_deployment,
       .validate = builtin::validate_deployment},
      {.group = "apps",
       .version = "v1",
       .kind = "ReplicaSet",
       .plural = "replicasets",
       .singular = "replicaset",
       .namespaced = true,
       .short_names = {"rs"},
       .categories = {"all"},
       .subresources = scale_and_status(),
       .tracks_generation = true,
       .columns = {name_column, integer("Desired"), integer("Current"), integer("Ready"), age_column,
                   wide("Containers"), wide("Images"), wide("Selector")},
       .cells = builtin::replica_set_cells,
       .apply_defaults = builtin::default_replica_set,
       .validate = builtin::validate_replica_set},
      review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", "selfsubjectreview"),
      review("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews",
             "localsubjectaccessreview", true),
      review("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "selfsubjectaccessreview"),
      review("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "selfsubjectrulesreview"),
      review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", "subjectaccessreview"),
      {.group = "apiextensions.k8s.io",
       .version = "v1",
       .kind = "CustomResourceDefinition",
       .plural = "customresourcedefinitions",
       .singular = "customresourcedefinition",
       .short_names = {"crd", "crds"},
       .categories = {"api-extensions"},
       .subresources = status_only(),
       .tracks_generation = true,
       .unconditional_update = false,
       .apply_defaults = builtin::default_custom_resource_definition,
       .prepare_for_create = builtin::prepare_custom_resource_definition,
       .prepare_for_update = builtin::keep_custom_resource_definition,
       .validate = builtin::validate_custom_resource_definition},
      {.group = "coordination.k8s.io",
       .version = "v1",
       .kind = "Lease",
       .plural = "leases",
       .singular = "lease",
       .namespaced = true,
       .unconditional_update = false,
       .put_creates = true,
       .columns = {name_column, plain("Holder"), age_column},
       .cells = builtin::lease_cells,
       .validate = builtin::validate_lease},
      {.group = "discovery.k8s.io",
       .version = "v1",
       .kind = "EndpointSlice",
       .plural = "endpointslices",
       .singular = "endpointslice",
       .namespaced = true,
       .columns = {name_column, plain("AddressType"), plain("Ports"), plain("Endpoints"), age_column},
       .cells = builtin::endpoint_slice_cells,
       .apply_defaults = builtin::default_endpoint_slice,
       .validate = builtin::validate_endpoint_slice},
  };
}

std::vector<BuiltinKind> rbac_kinds() {
  BuiltinKind cluster_role = rbac("ClusterRole", "clusterroles", "clusterrole", false);
  cluster_role.validate = builtin::validate_cluster_role;
  BuiltinKind role = rbac("Role", "roles", "role", true);
  role.validate = builtin::validate_role;
  return {rbac_binding("ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", false),
          std::move(cluster_role), rbac_binding("RoleBinding", "rolebindings", "rolebinding", true), std::move(role)};
}

std::vector<BuiltinKind> make_catalogue() {
  std::vector<BuiltinKind> out;
  for (std::vector<BuiltinKind> some : {core_kinds(), group_kinds(), rbac_kinds()}) {
    for (BuiltinKind& kind : some) out.push_back(complete(std::move(kind)));
  }
  return out;
}

}  // namespace

std::span<const BuiltinKind> builtin_kinds() {
  static const std::vector<BuiltinKind> catalogue = make_catalogue();
  return catalogue;
}

const BuiltinKind* find_builtin(const kube::GroupResource& resource) {
  const auto kinds = builtin_kinds();
  const auto found = std::ranges::find_if(
      kinds, [&](const BuiltinKind& kind) { return kind.group == resource.group && kind.plural == resource.resource; });
  return found == kinds.end() ? nullptr : &*found;
}

const BuiltinKind* find_builtin_kind(const kube::GroupKind& kind) {
  const auto kinds = builtin_kinds();
  const auto found = std::ranges::find_if(
      kinds, [&](const BuiltinKind& one) { return one.group == kind.group && one.kind == kind.kind; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace slipway::api
