// Nobody grants what they do not have (kube-api 11.2).
#include "apiserver/errors.h"
#include "apiserver/rbac.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

class EscalationCheck final : public Admission {
 public:
  EscalationCheck(const Authorizer& authorizer, const RuleSource& rules) : authorizer_(authorizer), rules_(rules) {}

  Result<void> validate(const AdmissionRequest& request, const json::Value& object) const override {
    if (request.resource.id.group != rbac_group || request.operation == AdmissionRequest::Operation::remove) return {};
    if (request.identity.is_master()) return {};
    const std::string& resource = request.resource.id.resource;
    if (resource == "roles" || resource == "clusterroles") return judge_role(request, object);
    if (resource == "rolebindings" || resource == "clusterrolebindings") return judge_binding(request, object);
    return {};
  }

 private:
  [[nodiscard]] bool may(const AdmissionRequest& request, std::string_view verb, std::string_view resource,
                         std::string_view name) const {
    const Attributes attributes{.identity = request.identity,
                                .verb = std::string(verb),
                                .group = std::string(rbac_group),
                                .resource = std::string(resource),
                                .subresource = {},
                                .namespace_ = request.key.namespace_,
                                .name = std::string(name),
                                .path = {}};
    return authorizer_.authorize(attributes).allowed;
  }

  [[nodiscard]] Result<void> compare(const AdmissionRequest& request, std::string_view name,
                                     const std::vector<RbacRule>& wanted) const {
    const auto missing = rules_not_held(rules_.rules_for(request.identity, request.key.namespace_), wanted);
    if (missing.empty()) return {};
    std::string groups;
    for (const std::string& group : request.identity.groups)
      groups += fmt::format("{}\"{}\"", groups.empty() ? "" : " ", group);
    std::string text = fmt::format(
        "user \"{}\" (groups=[{}]) is attempting to grant RBAC permissions not currently held:", request.identity.user,
        groups);
    for (const RbacRule& rule : missing) text += "\n" + rule.text();
    return fail(refused(request.resource.id, name, text));
  }

  [[nodiscard]] Result<void> judge_role(const AdmissionRequest& request, const json::Value& role) const {
    const std::string_view name = role.text_at({"metadata", "name"});
    if (may(request, "escalate", request.resource.id.resource, name)) return {};
    std::vector<RbacRule> wanted = parse_rules(role);
    if (request.old != nullptr && parse_rules(request.old->to_value()) == wanted) return {};
    if (const json::Value* parts = role.find_path({"aggregationRule", "clusterRoleSelectors"}); parts != nullptr) {
      // What will be selected later is not known: only who may do everything can promise to hold it.
      wanted.push_back({.verbs = {"*"}, .groups = {"*"}, .resources = {"*"}});
      wanted.push_back({.verbs = {"*"}, .paths = {"*"}});
    }
    return compare(request, name, wanted);
  }

  [[nodiscard]] Result<void> judge_binding(const AdmissionRequest& request, const json::Value& binding) const {
    const bool is_cluster_role = binding.text_at({"roleRef", "kind"}) == "ClusterRole";
    const std::string_view role_resource = is_cluster_role ? "clusterroles" : "roles";
    const std::string role(binding.text_at({"roleRef", "name"}));
    if (may(request, "bind", role_resource, role)) return {};
    if (request.old != nullptr) {
      const json::Value old = request.old->to_value();
      const json::Value* was = old.find("subjects");
      const json::Value* is = binding.find("subjects");
      if ((was == nullptr && is == nullptr) || (was != nullptr && is != nullptr && *was == *is)) return {};
    }
    const auto wanted = rules_.rules_of(is_cluster_role ? "" : request.key.namespace_, role);
    if (!wanted) return fail(not_found({std::string(rbac_group), std::string(role_resource)}, role));
    return compare(request, binding.text_at({"metadata", "name"}), *wanted);
  }

  const Authorizer& authorizer_;
  const RuleSource& rules_;
};

}  // namespace

std::unique_ptr<Admission> make_escalation_check(const Authorizer& authorizer, const RuleSource& rules) {
  return std::make_unique<EscalationCheck>(authorizer, rules);
}

}  // namespace slipway::apiserver
