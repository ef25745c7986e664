#include "hub/override/matching.h"

#include <algorithm>
#include <set>

#include "api/names.h"
#include "hub/override/content.h"
#include "hub/override/target.h"

namespace slipway::hub::override {
namespace {

// The objects that overrides may name to reach this placement's content (5.3).
struct Candidates {
  std::set<ObjectKey> cluster;                                           // for ClusterResourceOverrides
  std::map<std::string, std::set<ObjectKey>, std::less<>> in_namespace;  // for ResourceOverrides, by their namespace

  void add(const json::Value& manifest) {
    auto target = target_of(manifest);
    if (!target) return;  // an invalid wrapped manifest is found out later (5.3)
    cluster.insert(std::move(target->cluster));
    if (!target->namespace_.empty()) in_namespace[std::move(target->namespace_)].insert(std::move(target->own));
  }
};

// An envelope stands for what it wraps; the envelope object itself cannot be targeted.
void add_wrapped(const json::Value& envelope, Candidates& candidates) {
  const std::string_view namespace_ = envelope.text_at({"metadata", "namespace"});
  if (!namespace_.empty()) candidates.cluster.insert(key_of_namespace(namespace_));
  const json::Value* const data = envelope.find("data");
  if (data == nullptr || !data->is_object()) return;
  for (const auto& [entry, manifest] : *data->object()) {
    if (manifest.text_at({"metadata", "namespace"}) == namespace_) candidates.add(manifest);
  }
}

Candidates candidates_of(const std::vector<json::Value>& manifests) {
  Candidates candidates;
  for (const auto& manifest : manifests) {
    if (is_envelope(manifest)) {
      add_wrapped(manifest, candidates);
    } else {
      candidates.add(manifest);
    }
  }
  return candidates;
}

// Those labelled latest, in order of name. While a new one takes over both are; the newer counts.
std::vector<kube::ObjectPtr> latest_of(std::vector<kube::ObjectPtr> snapshots) {
  std::erase_if(snapshots, [](const kube::ObjectPtr& one) {
    const std::string* const latest = one->metadata().label(api::label::is_latest_snapshot);
    return latest == nullptr || *latest != "true";
  });
  const auto index = [](const kube::ObjectPtr& one) {
    return api::index_of(one->metadata().labels, api::label::override_index).value_or(-1);
  };
  std::vector<kube::ObjectPtr> newest;
  for (const auto& one : snapshots) {
    const std::string* const parent = one->metadata().label(api::label::parent_resource_override);
    const bool is_replaced =
        parent != nullptr && std::ranges::any_of(snapshots, [&](const kube::ObjectPtr& other) {
          const std::string* const its = other->metadata().label(api::label::parent_resource_override);
          return its != nullptr && *its == *parent && other->metadata().namespace_ == one->metadata().namespace_ &&
                 index(other) > index(one);
        });
    if (!is_replaced) newest.push_back(one);
  }
  return newest;
}

// An override may be meant for one placement only.
bool is_for(const std::optional<api::PlacementRef>& wanted, std::string_view namespace_,
            const kube::NamespacedName& placement) {
  if (!wanted) return true;
  if (wanted->scope == api::Scope::cluster) return placement.namespace_.empty() && wanted->name == placement.name;
  return !namespace_.empty() && placement.namespace_ == namespace_ && wanted->name == placement.name;
}

template <class Selectors>
bool selects_any(const Selectors& selectors, const std::set<ObjectKey>& candidates) {
  return std::ranges::any_of(selectors, [&](const auto& selector) {
    return candidates.contains(ObjectKey{selector.group, selector.version, selector.kind, selector.name});
  });
}

// The clusters that at least one rule is for.
class Reaches {
 public:
  static Result<Reaches> of(const api::OverridePolicy& policy, std::string_view name) {
    Reaches reaches;
    for (const auto& rule : policy.override_rules) {
      auto one = Reach::of(rule);
      if (!one) return fail(with_context(one.error(), fmt::format("override snapshot {}", name)));
      reaches.rules_.push_back(*std::move(one));
    }
    return reaches;
  }
  [[nodiscard]] bool include(const api::MemberCluster& cluster) const {
    return std::ranges::any_of(rules_, [&](const Reach& one) { return one.includes(cluster); });
  }

 private:
  std::vector<Reach> rules_;
};

template <class Override, class Snapshot>
bool has_snapshot(const Override& object, const std::vector<kube::ObjectPtr>& latest) {
  return std::ranges::any_of(latest, [&](const kube::ObjectPtr& one) {
    const std::string* const parent = one->metadata().label(api::label::parent_resource_override);
    if (parent == nullptr || *parent != object.metadata.name) return false;
    const auto* const snapshot = api::as<Snapshot>(*one);
    return snapshot != nullptr && is_same_content(snapshot->spec.override_spec, object.spec);
  });
}

}  // namespace

std::string without_snapshot(const api::Placement& placement, const std::vector<json::Value>& manifests,
                             const engine::View& view) {
  using engine::View;
  const kube::NamespacedName key{placement.metadata.namespace_, placement.metadata.name};
  const Candidates candidates = candidates_of(manifests);
  const auto all =
      latest_of(view.list(View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster), ""));
  for (const auto& object : view.list(View::collection_of<api::ClusterResourceOverride>(api::Scope::cluster), "")) {
    const auto* const one = api::as<api::ClusterResourceOverride>(*object);
    if (one == nullptr || one->metadata.is_deleting() || !is_for(one->spec.placement, "", key) ||
        !selects_any(one->spec.cluster_resource_selectors, candidates.cluster))
      continue;
    if (!has_snapshot<api::ClusterResourceOverride, api::ClusterResourceOverrideSnapshot>(*one, all))
      return fmt::format("ClusterResourceOverride {}", one->metadata.name);
  }
  for (const auto& [namespace_, objects] : candidates.in_namespace) {
    const auto here =
        latest_of(view.list(View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced), namespace_));
    for (const auto& object :
         view.list(View::collection_of<api::ResourceOverride>(api::Scope::namespaced), namespace_)) {
      const auto* const one = api::as<api::ResourceOverride>(*object);
      if (one == nullptr || one->metadata.is_deleting() || !is_for(one->spec.placement, namespace_, key) ||
          !selects_any(one->spec.resource_selectors, objects))
        continue;
      if (!has_snapshot<api::ResourceOverride, api::ResourceOverrideSnapshot>(*one, here))
        return fmt::format("ResourceOverride {}", object->key().text());
    }
  }
  return {};
}

Result<std::vector<Applicable>> match(const api::Placement& placement, const std::vector<json::Value>& manifests,
                                      const std::vector<const api::MemberCluster*>& clusters,
                                      const engine::View& view) {
  const kube::NamespacedName key{placement.metadata.namespace_, placement.metadata.name};
  const Candidates candidates = candidates_of(manifests);
  std::vector<Applicable> applicable(clusters.size());

  // Overrides are few (at most 100 of a kind); in order of name, which is the order of the results.
  for (const auto& object : latest_of(
           view.list(engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster), ""))) {
    const auto* const snapshot = api::as<api::ClusterResourceOverrideSnapshot>(*object);
    if (snapshot == nullptr) continue;
    const auto& spec = snapshot->spec.override_spec;
    if (!is_for(spec.placement, "", key) || !selects_any(spec.cluster_resource_selectors, candidates.cluster)) continue;
    const auto reaches = Reaches::of(spec.policy, snapshot->metadata.name);
    if (!reaches) return fail(reaches.error());
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      if (reaches->include(*clusters[i])) applicable[i].cluster_overrides.push_back(snapshot->metadata.name);
    }
  }
  for (const auto& [namespace_, objects] : candidates.in_namespace) {
    for (const auto& object : latest_of(view.list(
             engine::View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced), namespace_))) {
      const auto* const snapshot = api::as<api::ResourceOverrideSnapshot>(*object);
      if (snapshot == nullptr) continue;
      const auto& spec = snapshot->spec.override_spec;
      if (!is_for(spec.placement, namespace_, key) || !selects_any(spec.resource_selectors, objects)) continue;
      const auto reaches = Reaches::of(spec.policy, object->key().text());
      if (!reaches) return fail(reaches.error());
      for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (reaches->include(*clusters[i])) applicable[i].resource_overrides.push_back(object->key());
      }
    }
  }
  return applicable;
}

std::vector<engine::Collection> collections() {
  return {engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster),
          engine::View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced)};
}

}  // namespace slipway::hub::override
