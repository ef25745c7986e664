#include "apiserver/fleet_admission.h"

#include <set>
#include <tuple>

#include "api/eviction.h"
#include "api/kinds.h"
#include "api/membership.h"
#include "api/override.h"
#include "api/placement.h"
#include "apiserver/override_rules.h"
#include "apiserver/registry.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t placement_name_bytes_max = 63;
constexpr std::size_t cluster_name_bytes_max = 63;

using Problems = std::vector<std::string>;

void check_selectors(const Registry& registry, const api::PlacementSpec& spec, Problems& problems) {
  // A CRP that takes namespaces whole may pick single objects inside them as well.
  const bool picks_inside = std::ranges::any_of(spec.resource_selectors, [](const auto& one) {
    return one.selection_scope == api::SelectionScope::namespace_with_resource_selectors;
  });
  for (const api::ResourceSelectorTerm& selector : spec.resource_selectors) {
    const std::string what = fmt::format("{}/{}, Kind={}", selector.group, selector.version, selector.kind);
    if (!selector.name.empty() && selector.label_selector) {
      problems.push_back(fmt::format("the labelSelector and name fields are mutually exclusive in selector {}", what));
    }
    if (selector.label_selector) {
      if (const auto compiled = api::compile(*selector.label_selector); !compiled) {
        problems.push_back(
            fmt::format("the labelSelector in selector {} is invalid: {}", what, compiled.error().message));
      }
    }
    const auto resource = registry.find_kind({selector.group, selector.kind});
    if (resource == nullptr || resource->version(selector.version) == nullptr) {
      problems.push_back(fmt::format("failed to get GVR of the selector: no matches for {}", what));
    } else if (resource->namespaced && !picks_inside) {
      problems.push_back(fmt::format(
          "the resource is not found in schema (please retry) or it is not a cluster scoped resource: {}", what));
    }
  }
}

void check_cluster_names(const api::PlacementPolicy& policy, Problems& problems) {
  if (policy.cluster_names.empty()) problems.emplace_back("cluster names cannot be empty for policy type PickFixed");
  std::set<std::string_view> seen;
  for (const std::string& name : policy.cluster_names) {
    const std::string why = kube::check_dns1123_subdomain(name);
    if (!why.empty() || name.size() > cluster_name_bytes_max)
      problems.push_back(fmt::format("the cluster name {} is not valid: {}", name, why));
    if (!seen.insert(name).second) problems.push_back(fmt::format("the cluster name {} is there more than once", name));
  }
}

bool has_affinity(const api::PlacementPolicy& policy) { return policy.affinity && policy.affinity->cluster_affinity; }

void check_policy(const api::PlacementPolicy& policy, Problems& problems) {
  const auto forbid = [&](bool present, std::string_view field) {
    if (present)
      problems.push_back(fmt::format("{} must be empty for policy type {}", field, api::text(policy.placement_type)));
  };
  switch (policy.placement_type) {
    case api::PlacementType::pick_fixed:
      check_cluster_names(policy, problems);
      forbid(policy.number_of_clusters.has_value(), "number of clusters");
      forbid(has_affinity(policy), "affinity");
      forbid(!policy.topology_spread_constraints.empty(), "topology spread constraints");
      forbid(!policy.tolerations.empty(), "tolerations");
      return;
    case api::PlacementType::pick_all:
      forbid(!policy.cluster_names.empty(), "cluster names");
      forbid(policy.number_of_clusters.has_value(), "number of clusters");
      forbid(!policy.topology_spread_constraints.empty(), "topology spread constraints");
      forbid(has_affinity(policy) && !policy.affinity->cluster_affinity->preferred.empty(),
             "preferred cluster affinity");
      return;
    case api::PlacementType::pick_n:
      forbid(!policy.cluster_names.empty(), "cluster names");
      if (!policy.number_of_clusters) {
        problems.emplace_back("number of cluster cannot be nil for policy type PickN");
      } else if (*policy.number_of_clusters < 0) {
        problems.push_back(
            fmt::format("number of clusters cannot be {} for policy type PickN", *policy.number_of_clusters));
      }
      return;
  }
  std::unreachable();
}

void check_tolerations(const std::vector<api::Toleration>& tolerations, Problems& problems) {
  std::set<std::tuple<std::string_view, api::TolerationOperator, std::string_view, std::string_view>> seen;
  for (const api::Toleration& one : tolerations) {
    const bool exists = one.op == api::TolerationOperator::exists;
    if (one.key.empty() && !exists) problems.emplace_back("toleration key cannot be empty, when operator is Equal");
    if (exists && !one.value.empty())
      problems.emplace_back("toleration value needs to be empty, when operator is Exists");
    const std::string key_problem = one.key.empty() ? "" : kube::check_qualified_name(one.key);
    if (!key_problem.empty()) problems.push_back(fmt::format("invalid toleration key {}: {}", one.key, key_problem));
    const std::string value_problem = kube::check_label_value(one.value);
    if (!value_problem.empty())
      problems.push_back(fmt::format("invalid toleration value {}: {}", one.value, value_problem));
    if (!seen.emplace(one.key, one.op, one.value, one.effect).second) {
      problems.push_back(fmt::format("the toleration of {} is there more than once", one.key));
    }
  }
}

// The CRD's pattern lets text without '%' pass; nothing downstream understands it.
void check_bound(std::string_view field, const std::optional<api::IntOrString>& bound, Problems& problems) {
  if (!bound) return;
  if (const std::int64_t* count = bound->integer(); count != nullptr && *count < 0) {
    problems.push_back(fmt::format("{} must be greater than or equal to 0, got {}", field, *count));
  }
  if (const std::string* text = bound->string(); text != nullptr && !text->ends_with('%')) {
    problems.push_back(fmt::format("{} {} is neither a number nor a percentage", field, *text));
  }
}

void check_strategy(const api::RolloutStrategy& strategy, Problems& problems) {
  if (strategy.rolling_update) {
    if (strategy.type == api::RolloutStrategyType::external) {
      problems.emplace_back("rollingUpdateConfig is not valid for ExternalRollout strategy");
    }
    check_bound("maxUnavailable", strategy.rolling_update->max_unavailable, problems);
    check_bound("maxSurge", strategy.rolling_update->max_surge, problems);
    if (strategy.rolling_update->unavailable_period_seconds.value_or(0) < 0) {
      problems.emplace_back("unavailablePeriodSeconds must be greater than or equal to 0");
    }
  }
  if (strategy.apply_strategy && strategy.apply_strategy->server_side_apply_config &&
      strategy.apply_strategy->type != api::ApplyType::server_side_apply) {
    problems.emplace_back("serverSideApplyConfig is only valid for ServerSideApply strategy type");
  }
}

void check_step(const api::PlacementSpec& old, const api::PlacementSpec& next, Problems& problems) {
  if (old.placement_type() != next.placement_type()) problems.emplace_back("placement type is immutable");
  const std::vector<api::Toleration> none;
  const auto& before = old.policy ? old.policy->tolerations : none;
  const auto& after = next.policy ? next.policy->tolerations : none;
  const bool keeps_all = std::ranges::all_of(
      before, [&](const api::Toleration& one) { return std::ranges::find(after, one) != after.end(); });
  if (!keeps_all)
    problems.emplace_back("tolerations have been updated/deleted, only additions to tolerations are allowed");
}

void check_taints(const std::vector<api::Taint>& taints, Problems& problems) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (const api::Taint& taint : taints) {
    if (const std::string why = kube::check_qualified_name(taint.key); !why.empty()) {
      problems.push_back(fmt::format("invalid taint key {}: {}", taint.key, why));
    }
    if (const std::string why = kube::check_label_value(taint.value); !why.empty()) {
      problems.push_back(fmt::format("invalid taint value {}: {}", taint.value, why));
    }
    if (!seen.emplace(taint.key, taint.value, taint.effect).second) {
      problems.push_back(fmt::format("the taint {} is there more than once", taint.key));
    }
  }
}

// As the API server words a webhook's refusal (kube-api 5).
Result<void> verdict(std::string_view webhook, const Problems& problems) {
  if (problems.empty()) return {};
  std::string text;
  for (const std::string& problem : problems) text += text.empty() ? problem : ", " + problem;
  if (problems.size() > 1) text = "[" + text + "]";
  return fail(Reason::forbidden, "admission webhook \"{}\" denied the request: {}", webhook, text);
}

class FleetAdmission final : public Admission {
 public:
  explicit FleetAdmission(const Registry& registry) : registry_(registry) {}

  Result<void> validate(const AdmissionRequest& request, const json::Value& object) const override {
    if (request.operation == AdmissionRequest::Operation::remove || !request.subresource.empty()) return {};
    if (request.resource.id == api::resource_of<api::Placement>(api::Scope::cluster))
      return judge_placement(request, object);
    if (request.resource.id == api::resource_of<api::MemberCluster>(api::Scope::cluster)) return judge_member(object);
    if (request.resource.id == api::resource_of<api::PlacementEviction>(api::Scope::cluster))
      return judge_eviction(request, object);
    if (request.resource.id == api::resource_of<api::DisruptionBudget>(api::Scope::cluster))
      return judge_budget(object);
    if (request.resource.id == api::resource_of<api::ClusterResourceOverride>(api::Scope::cluster))
      return judge_override<api::ClusterResourceOverride>(request, object, "fleet.clusterresourceoverride.validating");
    if (request.resource.id == api::resource_of<api::ResourceOverride>(api::Scope::namespaced))
      return judge_override<api::ResourceOverride>(request, object, "fleet.resourceoverride.validating");
    return {};
  }

 private:
  [[nodiscard]] Result<void> judge_placement(const AdmissionRequest& request, const json::Value& object) const {
    const auto placement = api::decode<api::Placement>(object);
    if (!placement) return fail(placement.error());
    Problems problems;
    const api::Placement* old = request.old != nullptr ? api::as<api::Placement>(*request.old) : nullptr;
    if (old != nullptr) {
      // What a later rule or a kind that is gone makes invalid can still be labelled, finalized and deleted.
      if (placement->metadata.is_deleting() || old->spec == placement->spec) return {};
      check_step(old->spec, placement->spec, problems);
    }
    if (placement->metadata.name.size() > placement_name_bytes_max) {
      problems.push_back(fmt::format("the name field cannot have length exceeding {}", placement_name_bytes_max));
    }
    check_selectors(registry_, placement->spec, problems);
    if (placement->spec.policy) {
      check_policy(*placement->spec.policy, problems);
      check_tolerations(placement->spec.policy->tolerations, problems);
    }
    if (placement->spec.strategy) check_strategy(*placement->spec.strategy, problems);
    return verdict("fleet.clusterresourceplacementv1beta1.validating", problems);
  }

  [[nodiscard]] static Result<void> judge_member(const json::Value& object) {
    const auto member = api::decode<api::MemberCluster>(object);
    if (!member) return fail(member.error());
    Problems problems;
    check_taints(member->spec.taints, problems);
    return verdict("fleet.membercluster.validating", problems);
  }

  // placement 7.4. One may be there before its placement.
  [[nodiscard]] Result<void> judge_eviction(const AdmissionRequest& request, const json::Value& object) const {
    if (request.operation != AdmissionRequest::Operation::create) return {};
    const auto eviction = api::decode<api::PlacementEviction>(object);
    if (!eviction) return fail(eviction.error());
    const auto placement = find_placement(eviction->spec.placement_name);
    if (placement == nullptr) return {};
    Problems problems;
    if (placement->metadata.is_deleting())
      problems.push_back(fmt::format("cluster resource placement {} is being deleted", placement->metadata.name));
    if (placement->spec.placement_type() == api::PlacementType::pick_fixed)
      problems.emplace_back("cluster resource placement policy type PickFixed is not supported");
    return verdict("fleet.clusterresourceplacementeviction.validating", problems);
  }

  [[nodiscard]] Result<void> judge_budget(const json::Value& object) const {
    const auto budget = api::decode<api::DisruptionBudget>(object);
    if (!budget) return fail(budget.error());
    const auto placement = find_placement(budget->metadata.name);
    if (budget->metadata.is_deleting() || placement == nullptr ||
        placement->spec.placement_type() != api::PlacementType::pick_all)
      return {};
    Problems problems;
    if (budget->spec.max_unavailable)
      problems.emplace_back("maxUnavailable is not supported for policy type PickAll: give minAvailable, as a number");
    if (budget->spec.min_available && budget->spec.min_available->string() != nullptr)
      problems.emplace_back("minAvailable must be a number for policy type PickAll");
    return verdict("fleet.clusterresourceplacementdisruptionbudget.validating", problems);
  }

  // placement 5.5.
  template <class Override>
  [[nodiscard]] Result<void> judge_override(const AdmissionRequest& request, const json::Value& object,
                                            std::string_view webhook) const {
    const auto wanted = api::decode<Override>(object);
    if (!wanted) return fail(wanted.error());
    const Override* const old = request.old != nullptr ? api::as<Override>(*request.old) : nullptr;
    if (old != nullptr && (wanted->metadata.is_deleting() || old->spec == wanted->spec)) return {};
    Selection siblings;
    siblings.namespace_ = request.key.namespace_;
    const auto page = registry_.list(request.resource, siblings, 0, "", std::nullopt);
    if (!page) return fail(page.error());
    std::vector<OtherOverride> others;
    for (const auto& one : page->items) {
      const Override* const other = api::as<Override>(*one);
      if (other != nullptr && one->key() != request.key)
        others.push_back({.name = one->key().name, .selected = selected_by(other->spec)});
    }
    return verdict(webhook, problems_of(wanted->spec, old == nullptr, others));
  }

  // Null: there is none.
  [[nodiscard]] std::shared_ptr<const api::Placement> find_placement(const std::string& name) const {
    const auto resource = registry_.find(api::resource_of<api::Placement>(api::Scope::cluster));
    if (resource == nullptr) return nullptr;
    const auto found = registry_.get(*resource, {"", name});
    if (!found) return nullptr;
    const auto* const placement = api::as<api::Placement>(**found);
    return placement == nullptr ? nullptr : std::shared_ptr<const api::Placement>(*found, placement);
  }

  const Registry& registry_;
};

}  // namespace

std::unique_ptr<Admission> make_fleet_admission(const Registry& registry) {
  return std::make_unique<FleetAdmission>(registry);
}

}  // namespace slipway::apiserver
