// RBAC kinds.

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/names.h"

namespace slipway::api::builtin {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

void check_rules(Errors& errors, const json::Value& object, bool namespaced) {
  std::size_t index = 0;
  for (const json::Value& rule : list_at(object, {"rules"})) {
    const std::string here = fmt::format("rules[{}]", index++);
    const bool has_groups = !list_at(rule, {"apiGroups"}).empty();
    const bool has_resources = !list_at(rule, {"resources"}).empty();
    const std::vector<std::string> urls = texts_at(rule, {"nonResourceURLs"});
    if (list_at(rule, {"verbs"}).empty()) errors.required(here + ".verbs", "verbs must contain at least one value");
    if (!urls.empty()) {
      if (namespaced)
        errors.invalid(here + ".nonResourceURLs", go_strings(urls),
                       "namespaced rules cannot apply to non-resource URLs");
      if (has_groups || has_resources || !list_at(rule, {"resourceNames"}).empty()) {
        errors.invalid(here + ".nonResourceURLs", go_strings(urls),
                       "rules cannot apply to both regular resources and non-resource URLs");
      }
      continue;
    }
    if (!has_groups) errors.required(here + ".apiGroups", "resource rules must supply at least one api group");
    if (!has_resources) errors.required(here + ".resources", "resource rules must supply at least one resource");
  }
}

void check_subject(Errors& errors, const std::string& path, const json::Value& subject, bool namespaced) {
  const std::string_view kind = subject.text_at({"kind"});
  const std::string_view name = subject.text_at({"name"});
  const std::string_view group = subject.text_at({"apiGroup"});
  if (name.empty()) errors.required(path + ".name");
  if (kind == "ServiceAccount") {
    if (!name.empty()) errors.check_rule(path + ".name", name, kube::check_dns1123_subdomain(name));
    if (!group.empty()) errors.not_supported(path + ".apiGroup", quoted(group), {""});
    if (!namespaced && subject.text_at({"namespace"}).empty()) errors.required(path + ".namespace");
  } else if (kind == "User" || kind == "Group") {
    if (group != rbac_group) errors.not_supported(path + ".apiGroup", quoted(group), {rbac_group});
  } else {
    errors.not_supported(path + ".kind", quoted(kind), {"ServiceAccount", "User", "Group"});
  }
}

std::vector<Cause> validate_binding(const json::Value& object, const json::Value* old, bool namespaced) {
  Errors errors;
  const std::string_view group = object.text_at({"roleRef", "apiGroup"});
  const std::string_view kind = object.text_at({"roleRef", "kind"});
  const std::string_view name = object.text_at({"roleRef", "name"});
  if (group != rbac_group) errors.not_supported("roleRef.apiGroup", quoted(group), {rbac_group});
  if (namespaced) {
    if (kind != "Role" && kind != "ClusterRole")
      errors.not_supported("roleRef.kind", quoted(kind), {"Role", "ClusterRole"});
  } else if (kind != "ClusterRole") {
    errors.not_supported("roleRef.kind", quoted(kind), {"ClusterRole"});
  }
  if (name.empty())
    errors.required("roleRef.name");
  else
    errors.check_rule("roleRef.name", name, kube::check_path_segment(name));
  std::size_t index = 0;
  for (const json::Value& subject : list_at(object, {"subjects"})) {
    check_subject(errors, fmt::format("subjects[{}]", index++), subject, namespaced);
  }
  if (old != nullptr && map_at(*old, {"roleRef"}) != map_at(object, {"roleRef"})) {
    errors.invalid(
        "roleRef",
        fmt::format("rbac.RoleRef{{APIGroup:{}, Kind:{}, Name:{}}}", quoted(group), quoted(kind), quoted(name)),
        "cannot change roleRef");
  }
  return errors.take();
}

}  // namespace

std::vector<Cause> validate_role(const json::Value& object, const json::Value*) {
  Errors errors;
  check_rules(errors, object, true);
  return errors.take();
}

std::vector<Cause> validate_cluster_role(const json::Value& object, const json::Value*) {
  Errors errors;
  check_rules(errors, object, false);
  if (object.find("aggregationRule") == nullptr) return errors.take();
  const json::Array& selectors = list_at(object, {"aggregationRule", "clusterRoleSelectors"});
  if (selectors.empty()) {
    errors.required("aggregationRule.clusterRoleSelectors",
                    "at least one clusterRoleSelector required if aggregationRule is non-nil");
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    check_label_selector(errors, fmt::format("aggregationRule.clusterRoleSelectors[{}]", i), selectors[i]);
  }
  return errors.take();
}

std::vector<Cause> validate_role_binding(const json::Value& object, const json::Value* old) {
  return validate_binding(object, old, true);
}

std::vector<Cause> validate_cluster_role_binding(const json::Value& object, const json::Value* old) {
  return validate_binding(object, old, false);
}

}  // namespace slipway::api::builtin
