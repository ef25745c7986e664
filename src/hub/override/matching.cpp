#include "hub/override/matching.h"

#include <algorithm>
#include <set>

#include "api/names.h"
#include "kube/selector.h"

namespace slipway::hub::override {
namespace {

// Group, version, kind, name.
using ObjectKey = std::tuple<std::string, std::string, std::string, std::string>;

// The objects that overrides may name to reach this placement's content (5.3).
struct Candidates {
  std::set<ObjectKey> cluster;                                           // for ClusterResourceOverrides
  std::map<std::string, std::set<ObjectKey>, std::less<>> in_namespace;  // for ResourceOverrides, by their namespace

  void add_namespace(std::string_view name) { cluster.emplace("", "v1", "Namespace", name); }
  void add(const json::Value& manifest) {
    const auto group_version = kube::parse_group_version(manifest.text_at({"apiVersion"}));
    const std::string kind{manifest.text_at({"kind"})};
    const std::string name{manifest.text_at({"metadata", "name"})};
    if (!group_version || kind.empty() || name.empty()) return;  // an invalid wrapped manifest is found out later (5.3)
    ObjectKey key{group_version->group, group_version->version, kind, name};
    const std::string_view namespace_ = manifest.text_at({"metadata", "namespace"});
    if (namespace_.empty()) {
      cluster.insert(std::move(key));
    } else {
      in_namespace[std::string(namespace_)].insert(std::move(key));
      add_namespace(namespace_);
    }
  }
};

bool is_placement_group(const json::Value& manifest) {
  const auto parsed = kube::parse_group_version(manifest.text_at({"apiVersion"}));
  return parsed && parsed->group == api::placement_group;
}

// An envelope stands for what it wraps; the envelope object itself cannot be targeted.
void add_wrapped(const json::Value& envelope, Candidates& candidates) {
  const std::string_view namespace_ = envelope.text_at({"metadata", "namespace"});
  if (!namespace_.empty()) candidates.add_namespace(namespace_);
  const json::Value* const data = envelope.find("data");
  if (data == nullptr || !data->is_object()) return;
  for (const auto& [entry, manifest] : *data->object()) {
    if (manifest.text_at({"metadata", "namespace"}) == namespace_) candidates.add(manifest);
  }
}

Candidates candidates_of(const std::vector<json::Value>& manifests) {
  Candidates candidates;
  for (const auto& manifest : manifests) {
    const std::string_view kind = manifest.text_at({"kind"});
    if ((kind == "ClusterResourceEnvelope" || kind == "ResourceEnvelope") && is_placement_group(manifest)) {
      add_wrapped(manifest, candidates);
    } else {
      candidates.add(manifest);
    }
  }
  return candidates;
}

bool is_latest(const kube::ObjectMeta& metadata) {
  const std::string* const latest = metadata.label(api::label::is_latest_snapshot);
  return latest != nullptr && *latest == "true";
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

// The clusters that at least one rule is for: label selectors of which one must match.
class Reach {
 public:
  static Result<Reach> of(const api::OverridePolicy& policy, std::string_view name) {
    Reach reach;
    for (const auto& rule : policy.override_rules) {
      if (!rule.cluster_selector) continue;                                                        // never
      if (rule.cluster_selector->cluster_selector_terms.empty()) reach.selectors_.emplace_back();  // every cluster
      for (const auto& term : rule.cluster_selector->cluster_selector_terms) {
        if (!term.label_selector) continue;  // nothing
        auto compiled = api::compile(*term.label_selector);
        if (!compiled) return fail(with_context(compiled.error(), fmt::format("override snapshot {}", name)));
        reach.selectors_.push_back(*std::move(compiled));
      }
    }
    return reach;
  }
  [[nodiscard]] bool includes(const api::MemberCluster& cluster) const {
    return std::ranges::any_of(selectors_,
                               [&](const kube::LabelSelector& one) { return one.matches(cluster.metadata.labels); });
  }

 private:
  std::vector<kube::LabelSelector> selectors_;
};

}  // namespace

Result<std::vector<Applicable>> match(const api::Placement& placement, const std::vector<json::Value>& manifests,
                                      const std::vector<const api::MemberCluster*>& clusters,
                                      const engine::View& view) {
  const kube::NamespacedName key{placement.metadata.namespace_, placement.metadata.name};
  const Candidates candidates = candidates_of(manifests);
  std::vector<Applicable> applicable(clusters.size());

  // Overrides are few (at most 100 of a kind); in order of name, which is the order of the results.
  for (const auto& object :
       view.list(engine::View::collection_of<api::ClusterResourceOverrideSnapshot>(api::Scope::cluster), "")) {
    if (!is_latest(object->metadata())) continue;
    const auto* const snapshot = api::as<api::ClusterResourceOverrideSnapshot>(*object);
    if (snapshot == nullptr) continue;
    const auto& spec = snapshot->spec.override_spec;
    if (!is_for(spec.placement, "", key) || !selects_any(spec.cluster_resource_selectors, candidates.cluster)) continue;
    const auto reach = Reach::of(spec.policy, snapshot->metadata.name);
    if (!reach) return fail(reach.error());
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      if (reach->includes(*clusters[i])) applicable[i].cluster_overrides.push_back(snapshot->metadata.name);
    }
  }
  for (const auto& [namespace_, objects] : candidates.in_namespace) {
    for (const auto& object :
         view.list(engine::View::collection_of<api::ResourceOverrideSnapshot>(api::Scope::namespaced), namespace_)) {
      if (!is_latest(object->metadata())) continue;
      const auto* const snapshot = api::as<api::ResourceOverrideSnapshot>(*object);
      if (snapshot == nullptr) continue;
      const auto& spec = snapshot->spec.override_spec;
      if (!is_for(spec.placement, namespace_, key) || !selects_any(spec.resource_selectors, objects)) continue;
      const auto reach = Reach::of(spec.policy, object->key().text());
      if (!reach) return fail(reach.error());
      for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (reach->includes(*clusters[i])) applicable[i].resource_overrides.push_back(object->key());
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
