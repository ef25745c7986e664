#include "hub/scheduler/filters.h"

#include <algorithm>

#include "api/conditions.h"
#include "hub/scheduler/eligibility.h"

namespace slipway::hub::scheduler {
namespace {

constexpr std::string_view resource_property_prefix = "resources.kubernetes-fleet.io/";

Result<bool> compare(const kube::Quantity& have, std::string_view op, const kube::Quantity& want) {
  if (op == "Gt") return have > want;
  if (op == "Ge") return have >= want;
  if (op == "Lt") return have < want;
  if (op == "Le") return have <= want;
  if (op == "Eq") return have == want;
  if (op == "Ne") return !(have == want);
  return fail(Reason::invalid, "unknown operator '{}' in a property selector", op);
}

Result<bool> matches_requirement(const api::PropertySelectorRequirement& requirement,
                                 const api::MemberCluster& member) {
  if (requirement.values.size() != 1) {
    return fail(Reason::invalid, "the property selector for {} needs exactly one value", requirement.name);
  }
  const auto have = property(member, requirement.name);
  if (!have) return fail(have.error());
  if (!*have) return false;
  const auto want = kube::parse_quantity(requirement.values.front());
  if (!want)
    return fail(Reason::invalid, "the value '{}' for property {} is no quantity", requirement.values.front(),
                requirement.name);
  return compare(**have, requirement.op, *want);
}

Result<bool> matches_any(const api::ClusterSelector& selector, const api::MemberCluster& member) {
  if (selector.cluster_selector_terms.empty()) return true;
  for (const auto& term : selector.cluster_selector_terms) {
    const auto matched = matches(term, member);
    if (!matched || *matched) return matched;
  }
  return false;
}

// 3.12: a ResourcePlacement needs its namespace on the cluster, as far as the agent reports namespaces.
std::string why_namespace_missing(const api::Placement& placement, const api::MemberCluster& member) {
  if (placement.metadata.namespace_.empty()) return {};
  if (kube::find_condition(member.status.conditions, api::condition::namespace_collection_succeeded) == nullptr)
    return {};
  if (member.status.namespaces.contains(placement.metadata.namespace_)) return {};
  return fmt::format("the cluster has no namespace {}", placement.metadata.namespace_);
}

}  // namespace

Result<std::optional<kube::Quantity>> property(const api::MemberCluster& member, std::string_view name) {
  if (!name.starts_with(resource_property_prefix)) {
    const auto found = member.status.properties.find(name);
    if (found == member.status.properties.end()) return std::nullopt;
    const auto quantity = kube::parse_quantity(found->second.value);
    if (!quantity) return std::nullopt;  // this cluster's trouble alone
    return *quantity;
  }
  const std::string_view rest = name.substr(resource_property_prefix.size());
  const auto dash = rest.find('-');  // the first one only: "allocatable-ephemeral-storage" is a resource too
  const std::string_view kind = rest.substr(0, dash);
  const auto& usage = member.status.resource_usage;
  const api::ResourceList* const list = kind == "total"         ? &usage.capacity
                                        : kind == "allocatable" ? &usage.allocatable
                                        : kind == "available"   ? &usage.available
                                                                : nullptr;
  if (list == nullptr || dash == std::string_view::npos) {
    return fail(Reason::invalid, "property {} is not {}(total|allocatable|available)-RESOURCE", name,
                resource_property_prefix);
  }
  const auto found = list->find(rest.substr(dash + 1));
  if (found == list->end()) return std::nullopt;
  return found->second;
}

Result<bool> matches(const api::ClusterSelectorTerm& term, const api::MemberCluster& member) {
  if (term.label_selector) {
    const auto selector = api::compile(*term.label_selector);
    if (!selector) return fail(selector.error());
    if (!selector->matches(member.metadata.labels)) return false;
  }
  if (term.property_selector) {
    for (const auto& requirement : term.property_selector->match_expressions) {
      const auto matched = matches_requirement(requirement, member);
      if (!matched || !*matched) return matched;
    }
  }
  return true;
}

const api::Taint* first_untolerated(const std::vector<api::Taint>& taints,
                                    const std::vector<api::Toleration>& tolerations) {
  const auto untolerated = std::ranges::find_if_not(taints, [&](const api::Taint& taint) {
    return std::ranges::any_of(tolerations, [&](const api::Toleration& toleration) {
      if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
      if (toleration.op == api::TolerationOperator::exists)
        return toleration.key.empty() || toleration.key == taint.key;
      return toleration.key == taint.key && toleration.value == taint.value;
    });
  });
  return untolerated == taints.end() ? nullptr : &*untolerated;
}

Result<std::string> why_rejected(const FilterContext& context, const api::MemberCluster& member) {
  const auto& policy = context.policy;
  if (policy && policy->affinity && policy->affinity->cluster_affinity &&
      policy->affinity->cluster_affinity->required) {
    const auto matched = matches_any(*policy->affinity->cluster_affinity->required, member);
    if (!matched) return fail(matched.error());
    if (!*matched) return "the cluster does not match any required cluster affinity term";
  }
  if (auto why = why_ineligible(member, context.now); !why.empty()) return why;
  if (auto why = why_namespace_missing(context.placement, member); !why.empty()) return why;
  static const std::vector<api::Toleration> none;
  if (const api::Taint* const taint = first_untolerated(member.spec.taints, policy ? policy->tolerations : none)) {
    return fmt::format("the cluster has the taint {}={}:{}, which is not tolerated", taint->key, taint->value,
                       taint->effect);
  }
  return "";
}

}  // namespace slipway::hub::scheduler
