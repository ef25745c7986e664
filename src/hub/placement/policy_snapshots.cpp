#include "hub/placement/policy_snapshots.h"

#include <algorithm>

#include "api/hash.h"
#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::placement {
namespace {

constexpr std::int32_t default_revision_history_limit = 10;

struct Indexed {
  std::int64_t index;
  PolicyPtr snapshot;
};

Result<std::vector<Indexed>> sort_by_index(const std::vector<PolicyPtr>& snapshots) {
  std::vector<Indexed> sorted;
  for (const auto& snapshot : snapshots) {
    const auto index = api::index_of(snapshot->metadata.labels, api::label::policy_index);
    if (!index) {
      return fail(Reason::internal, "policy snapshot {} has no valid label {}", snapshot->metadata.name,
                  api::label::policy_index);
    }
    sorted.push_back({*index, snapshot});
  }
  std::ranges::sort(sorted, {}, [](const Indexed& one) {
    return std::pair(one.index, std::string_view(one.snapshot->metadata.name));
  });
  return sorted;
}

bool is_labelled_latest(const api::SchedulingPolicySnapshot& snapshot) {
  const std::string* const latest = snapshot.metadata.label(api::label::is_latest_snapshot);
  return latest != nullptr && *latest == "true";
}

// The labelled one; after a crash between two writes there may be none, and the highest index counts.
Result<PolicyPtr> find_latest(const std::vector<Indexed>& sorted) {
  PolicyPtr latest;
  for (const Indexed& one : sorted) {
    if (!is_labelled_latest(*one.snapshot)) continue;
    if (latest != nullptr) {
      return fail(Reason::internal, "policy snapshots {} and {} are both labelled latest", latest->metadata.name,
                  one.snapshot->metadata.name);
    }
    latest = one.snapshot;
  }
  if (latest == nullptr && !sorted.empty()) latest = sorted.back().snapshot;
  return latest;
}

Result<void> check_annotation(const api::SchedulingPolicySnapshot& snapshot, std::string_view key) {
  if (snapshot.metadata.annotation(key) == nullptr || api::index_of(snapshot.metadata.annotations, key)) return {};
  return fail(Reason::internal, "policy snapshot {} has an annotation {} that is no number", snapshot.metadata.name,
              key);
}

// What follows the placement without a new snapshot.
void annotate(const api::Placement& placement, kube::ObjectMeta& metadata) {
  metadata.annotations.insert_or_assign(std::string(api::annotation::crp_generation),
                                        std::to_string(placement.metadata.generation));
  if (placement.spec.placement_type() != api::PlacementType::pick_n) return;
  metadata.annotations.insert_or_assign(std::string(api::annotation::number_of_clusters),
                                        std::to_string(placement.spec.policy->number_of_clusters.value_or(0)));
}

api::SchedulingPolicySnapshot make(const api::Placement& placement, std::int64_t index) {
  api::SchedulingPolicySnapshot snapshot;
  snapshot.metadata.name = api::policy_snapshot_name(placement.metadata.name, index);
  snapshot.metadata.namespace_ = placement.metadata.namespace_;
  snapshot.metadata.labels = {{std::string(api::label::is_latest_snapshot), "true"},
                              {std::string(api::label::parent_crp), placement.metadata.name},
                              {std::string(api::label::policy_index), std::to_string(index)}};
  annotate(placement, snapshot.metadata);
  snapshot.metadata.owner_references = {
      api::owner_reference(api::gvk_of<api::Placement>(api::scope_of(placement.metadata)), placement.metadata)};
  snapshot.spec.policy = placement.spec.policy;
  snapshot.spec.policy_hash = api::policy_hash(placement.spec.policy);
  return snapshot;
}

Result<engine::Chain> refresh(const api::Placement& placement, const api::SchedulingPolicySnapshot& latest) {
  if (auto valid = check_annotation(latest, api::annotation::crp_generation); !valid) return fail(valid.error());
  if (placement.spec.placement_type() == api::PlacementType::pick_n) {
    if (auto valid = check_annotation(latest, api::annotation::number_of_clusters); !valid) return fail(valid.error());
  }
  api::SchedulingPolicySnapshot next = latest;
  next.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), "true");
  annotate(placement, next.metadata);
  if (next == latest) return engine::Chain{};
  return engine::Chain{
      update(next, fmt::format("it stands for generation {} of the placement", placement.metadata.generation),
             api::field_manager::placement)};
}

engine::Chain replace(const api::Placement& placement, const std::vector<Indexed>& sorted, const PolicyPtr& latest) {
  engine::Chain writes;
  const auto limit = static_cast<std::size_t>(
      std::max(placement.spec.revision_history_limit.value_or(default_revision_history_limit), 1));
  const std::size_t kept = std::min(sorted.size(), limit - 1);
  const auto first_kept = sorted.end() - static_cast<std::ptrdiff_t>(kept);
  const bool keeps_latest =
      std::any_of(first_kept, sorted.end(), [&](const Indexed& one) { return one.snapshot == latest; });
  if (latest != nullptr && is_labelled_latest(*latest) && keeps_latest) {
    api::SchedulingPolicySnapshot old = *latest;
    old.metadata.labels.insert_or_assign(std::string(api::label::is_latest_snapshot), "false");
    writes.push_back(update(old, "the policy has changed", api::field_manager::placement));
  }
  for (auto one = sorted.begin(); one != first_kept; ++one) {
    writes.push_back(remove(*one->snapshot, "older than the revision history limit keeps"));
  }
  const std::int64_t index = sorted.empty() ? 0 : sorted.back().index + 1;
  writes.push_back(
      create(make(placement, index), fmt::format("the policy as version {}", index), api::field_manager::placement));
  return writes;
}

// The policy with everything spelled one way.
api::PlacementPolicy canonical(const std::optional<api::PlacementPolicy>& policy) {
  api::PlacementPolicy one = policy.value_or(api::PlacementPolicy{});
  one.number_of_clusters.reset();
  std::ranges::sort(one.cluster_names);
  std::ranges::sort(one.tolerations, {}, [](const api::Toleration& toleration) {
    return std::tuple(toleration.key, toleration.op, toleration.value, toleration.effect);
  });
  return one;
}

}  // namespace

bool is_same_policy(const std::optional<api::PlacementPolicy>& a, const std::optional<api::PlacementPolicy>& b) {
  return canonical(a) == canonical(b);
}

Result<EnsuredPolicy> ensure_policy(const api::Placement& placement, const std::vector<PolicyPtr>& existing) {
  const auto sorted = sort_by_index(existing);
  if (!sorted) return fail(sorted.error());
  const auto latest = find_latest(*sorted);
  if (!latest) return fail(latest.error());
  if (*latest == nullptr || !is_same_policy((*latest)->spec.policy, placement.spec.policy)) {
    return EnsuredPolicy{.writes = replace(placement, *sorted, *latest), .latest = nullptr};
  }
  auto writes = refresh(placement, **latest);
  if (!writes) return fail(writes.error());
  EnsuredPolicy ensured{.writes = *std::move(writes), .latest = nullptr};
  if (ensured.writes.empty()) ensured.latest = *latest;
  return ensured;
}

}  // namespace slipway::hub::placement
