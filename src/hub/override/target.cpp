#include "hub/override/target.h"

#include <algorithm>

#include "api/kinds.h"

namespace slipway::hub::override {

ObjectKey key_of_namespace(std::string_view name) { return ObjectKey{"", "v1", "Namespace", name}; }

std::optional<Target> target_of(const json::Value& manifest) {
  const auto group_version = kube::parse_group_version(manifest.text_at({"apiVersion"}));
  const std::string kind{manifest.text_at({"kind"})};
  const std::string name{manifest.text_at({"metadata", "name"})};
  if (!group_version || kind.empty() || name.empty()) return std::nullopt;
  Target target{.cluster = {},
                .namespace_ = std::string(manifest.text_at({"metadata", "namespace"})),
                .own = {group_version->group, group_version->version, kind, name}};
  target.cluster = target.namespace_.empty() ? target.own : key_of_namespace(target.namespace_);
  return target;
}

bool is_envelope(const json::Value& manifest) {
  const std::string_view kind = manifest.text_at({"kind"});
  if (kind != "ClusterResourceEnvelope" && kind != "ResourceEnvelope") return false;
  const auto parsed = kube::parse_group_version(manifest.text_at({"apiVersion"}));
  return parsed && parsed->group == api::placement_group;
}

Result<Reach> Reach::of(const api::OverrideRule& rule) {
  Reach reach;
  if (!rule.cluster_selector) return reach;                                                    // never
  if (rule.cluster_selector->cluster_selector_terms.empty()) reach.selectors_.emplace_back();  // every cluster
  for (const auto& term : rule.cluster_selector->cluster_selector_terms) {
    if (!term.label_selector) continue;  // nothing
    auto compiled = api::compile(*term.label_selector);
    if (!compiled) return fail(compiled.error());
    reach.selectors_.push_back(*std::move(compiled));
  }
  return reach;
}

bool Reach::includes(const api::MemberCluster& cluster) const {
  return std::ranges::any_of(selectors_,
                             [&](const kube::LabelSelector& one) { return one.matches(cluster.metadata.labels); });
}

}  // namespace slipway::hub::override
