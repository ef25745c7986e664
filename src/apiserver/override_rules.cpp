#include "apiserver/override_rules.h"

#include <algorithm>
#include <set>

namespace slipway::apiserver {
namespace {

using Problems = std::vector<std::string>;

template <class Selector>
std::string text_of(const Selector& selector) {
  return fmt::format("{}/{}, Kind={}, name {}", selector.group, selector.version, selector.kind, selector.name);
}

void check_path(std::string_view path, Problems& problems) {
  const auto refuse = [&](std::string_view why) {
    problems.push_back(fmt::format("the path {} of a JSON patch is not valid: {}", path, why));
  };
  if (!path.starts_with('/')) return refuse("it must start with /");
  std::vector<std::string_view> segments;
  for (std::string_view rest = path.substr(1);;) {
    const std::size_t slash = rest.find('/');
    segments.push_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (std::ranges::find(segments, "") != segments.end()) return refuse("it must not have an empty segment");
  const std::string_view first = segments.front();
  if (first == "kind" || first == "apiVersion" || first == "status")
    return refuse(fmt::format("{} cannot be overridden", first));
  if (first == "metadata" && (segments.size() == 1 || (segments[1] != "annotations" && segments[1] != "labels")))
    refuse("of the metadata, annotations and labels can be overridden and nothing else");
}

void check_policy(const api::OverridePolicy& policy, Problems& problems) {
  for (const auto& rule : policy.override_rules) {
    if (rule.cluster_selector) {
      for (const auto& term : rule.cluster_selector->cluster_selector_terms) {
        if (term.property_selector || term.property_sorter)
          problems.emplace_back("a cluster selector term of an override takes a labelSelector and nothing else");
        if (!term.label_selector) {
          problems.emplace_back("a cluster selector term of an override needs a labelSelector");
        } else if (const auto compiled = api::compile(*term.label_selector); !compiled) {
          problems.push_back(
              fmt::format("the labelSelector of a cluster selector term is invalid: {}", compiled.error().message));
        }
      }
    }
    const bool deletes = rule.override_type == api::OverrideType::delete_;
    if (deletes && !rule.json_patch_overrides.empty())
      problems.emplace_back("jsonPatchOverrides cannot be set when the override type is Delete");
    if (!deletes && rule.json_patch_overrides.empty())
      problems.emplace_back("jsonPatchOverrides cannot be empty when the override type is JSONPatch");
    for (const auto& patch : rule.json_patch_overrides) {
      check_path(patch.path, problems);
      if (patch.op == api::PatchOperator::remove && patch.value && !patch.value->is_null())
        problems.emplace_back("a JSON patch that removes cannot have a value");
    }
  }
}

void check_among(const std::vector<std::string>& selected, bool is_new, const std::vector<OtherOverride>& others,
                 std::string_view where, Problems& problems) {
  if (is_new && others.size() >= override_count_max)
    problems.push_back(fmt::format("at most {} of them are allowed {}", override_count_max, where));
  std::set<std::string_view> seen;
  for (const std::string& one : selected) {
    if (!seen.insert(one).second) problems.push_back(fmt::format("{} is selected more than once", one));
    for (const OtherOverride& other : others) {
      if (std::ranges::find(other.selected, one) != other.selected.end())
        problems.push_back(fmt::format("{} is selected by {} already", one, other.name));
    }
  }
}

}  // namespace

std::vector<std::string> selected_by(const api::ClusterResourceOverrideSpec& spec) {
  std::vector<std::string> selected;
  selected.reserve(spec.cluster_resource_selectors.size());
  for (const auto& selector : spec.cluster_resource_selectors) selected.push_back(text_of(selector));
  return selected;
}

std::vector<std::string> selected_by(const api::ResourceOverrideSpec& spec) {
  std::vector<std::string> selected;
  selected.reserve(spec.resource_selectors.size());
  for (const auto& selector : spec.resource_selectors) selected.push_back(text_of(selector));
  return selected;
}

std::vector<std::string> problems_of(const api::ClusterResourceOverrideSpec& spec, bool is_new,
                                     const std::vector<OtherOverride>& others) {
  Problems problems;
  for (const auto& selector : spec.cluster_resource_selectors) {
    if (selector.label_selector)
      problems.push_back(fmt::format("a labelSelector is not supported in an override: {}", text_of(selector)));
    if (selector.name.empty())
      problems.push_back(fmt::format("an override's selector needs a name: {}", text_of(selector)));
  }
  check_among(selected_by(spec), is_new, others, "in a fleet", problems);
  check_policy(spec.policy, problems);
  return problems;
}

std::vector<std::string> problems_of(const api::ResourceOverrideSpec& spec, bool is_new,
                                     const std::vector<OtherOverride>& others) {
  Problems problems;
  check_among(selected_by(spec), is_new, others, "in a namespace", problems);
  check_policy(spec.policy, problems);
  return problems;
}

}  // namespace slipway::apiserver
