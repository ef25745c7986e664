#include "hub/override/application.h"

#include <algorithm>

#include "api/names.h"
#include "hub/override/target.h"
#include "json/patch.h"

namespace slipway::hub::override {
namespace {

Result<std::string> substitute_text(std::string text, const api::MemberCluster& cluster) {
  for (std::size_t at = text.find(api::member_cluster_name_variable); at != std::string::npos;
       at = text.find(api::member_cluster_name_variable, at + cluster.metadata.name.size())) {
    text.replace(at, api::member_cluster_name_variable.size(), cluster.metadata.name);
  }
  constexpr std::string_view prefix = api::member_cluster_label_variable_prefix;
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string::npos) return fail(Reason::invalid, "a variable {} is not closed by a brace", prefix);
    const std::string key = text.substr(at + prefix.size(), end - at - prefix.size());
    // A text that is no key may be anything, also something that nobody should read in a status.
    if (!kube::check_qualified_name(key).empty())
      return fail(Reason::invalid, "what follows {} is not the key of a label", prefix);
    const std::string* const value = cluster.metadata.label(key);
    if (value == nullptr) return fail(Reason::invalid, "the cluster {} has no label {}", cluster.metadata.name, key);
    text.replace(at, end + 1 - at, *value);
    at += value->size();
  }
  return text;
}

std::string describe(const json::Value& manifest) {
  const kube::NamespacedName name{std::string(manifest.text_at({"metadata", "namespace"})),
                                  std::string(manifest.text_at({"metadata", "name"}))};
  return fmt::format("{} {}", manifest.text_at({"kind"}), name.text());
}

Result<json::Value> patched(json::Value manifest, const std::vector<api::JsonPatchOverride>& patches,
                            const api::MemberCluster& cluster) {
  json::Array operations;
  for (const auto& patch : patches) {
    json::Object operation{{"op", api::text(patch.op)}, {"path", patch.path}};
    if (patch.op != api::PatchOperator::remove) {
      auto value = substitute(patch.value.value_or(json::Value()), cluster);
      if (!value) return std::unexpected(value.error());
      operation.set("value", *std::move(value));
    }
    operations.emplace_back(std::move(operation));
  }
  auto result = json::apply_json_patch(std::move(manifest), operations);
  if (result && !result->is_object()) return fail(Reason::invalid, "the JSON patch leaves no object");
  return result;
}

// Nothing: deleted. The remaining rules of the policy are skipped then.
Result<std::optional<json::Value>> follow(json::Value manifest, const api::OverridePolicy& policy,
                                          const api::MemberCluster& cluster) {
  for (const auto& rule : policy.override_rules) {
    const auto reach = Reach::of(rule);
    if (!reach) return std::unexpected(reach.error());
    if (!reach->includes(cluster)) continue;
    if (rule.override_type == api::OverrideType::delete_) return std::nullopt;
    auto next = patched(std::move(manifest), rule.json_patch_overrides, cluster);
    if (!next) return std::unexpected(next.error());
    manifest = *std::move(next);
  }
  return manifest;
}

template <class Selectors>
bool selects(const Selectors& selectors, const ObjectKey& key) {
  return std::ranges::any_of(selectors, [&](const auto& selector) {
    return ObjectKey{selector.group, selector.version, selector.kind, selector.name} == key;
  });
}

}  // namespace

Result<json::Value> substitute(const json::Value& value, const api::MemberCluster& cluster) {
  if (const std::string* const text = value.string()) {
    auto result = substitute_text(*text, cluster);
    if (!result) return std::unexpected(result.error());
    return json::Value(*std::move(result));
  }
  if (const json::Array* const array = value.array()) {
    json::Array result;
    for (const json::Value& element : *array) {
      auto next = substitute(element, cluster);
      if (!next) return next;
      result.push_back(*std::move(next));
    }
    return json::Value(std::move(result));
  }
  if (const json::Object* const object = value.object()) {
    json::Object result;
    for (const auto& [name, member] : *object) {
      auto key = substitute_text(name, cluster);
      if (!key) return std::unexpected(key.error());
      auto next = substitute(member, cluster);
      if (!next) return next;
      result.set(*key, *std::move(next));
    }
    return json::Value(std::move(result));
  }
  return value;
}

Result<std::optional<json::Value>> apply(json::Value manifest, const Snapshots& snapshots,
                                         const api::MemberCluster& cluster) {
  if (snapshots.cluster.empty() && snapshots.in_namespace.empty()) return manifest;
  const auto target = target_of(manifest);
  if (!target || is_envelope(manifest)) return manifest;
  const std::string object = describe(manifest);
  std::optional<json::Value> result = std::move(manifest);
  const auto obey = [&](const api::OverridePolicy& policy, const kube::ObjectMeta& snapshot) -> Result<void> {
    auto next = follow(*std::move(result), policy, cluster);
    if (!next) {
      const kube::NamespacedName name{snapshot.namespace_, snapshot.name};
      return fail(with_context(std::move(next).error(),
                               fmt::format("the override snapshot {} cannot be applied to {}", name.text(), object)));
    }
    result = *std::move(next);
    return {};
  };
  for (const auto& snapshot : snapshots.cluster) {
    const auto& spec = snapshot->spec.override_spec;
    if (!result || !selects(spec.cluster_resource_selectors, target->cluster)) continue;
    if (auto done = obey(spec.policy, snapshot->metadata); !done) return std::unexpected(done.error());
  }
  for (const auto& snapshot : snapshots.in_namespace) {
    const auto& spec = snapshot->spec.override_spec;
    if (!result || target->namespace_.empty() || snapshot->metadata.namespace_ != target->namespace_ ||
        !selects(spec.resource_selectors, target->own))
      continue;
    if (auto done = obey(spec.policy, snapshot->metadata); !done) return std::unexpected(done.error());
  }
  return result;
}

}  // namespace slipway::hub::override
