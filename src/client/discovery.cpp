#include "client/discovery.h"

#include <set>

namespace slipway::client {
namespace {

const json::Array& items_of(const json::Value& value, std::string_view member) {
  static const json::Array none;
  const json::Value* found = value.find(member);
  return found == nullptr || found->array() == nullptr ? none : *found->array();
}

std::vector<std::string> verbs_of(const json::Value& resource) {
  std::vector<std::string> verbs;
  for (const json::Value& verb : items_of(resource, "verbs")) {
    if (const std::string* text = verb.string()) verbs.push_back(*text);
  }
  return verbs;
}

}  // namespace

Result<std::vector<ApiResource>> parse_aggregated(const json::Value& list, std::vector<kube::GroupVersion>& stale) {
  if (list.text_at({"kind"}) != "APIGroupDiscoveryList")
    return fail(Reason::internal, "the server's discovery document is none");
  std::vector<ApiResource> found;
  for (const json::Value& group : items_of(list, "items")) {
    const std::string_view group_name = group.text_at({"metadata", "name"});
    for (const json::Value& version : items_of(group, "versions")) {
      const std::string_view version_name = version.text_at({"version"});
      if (version.text_at({"freshness"}) == "Stale") {
        stale.push_back({std::string(group_name), std::string(version_name)});
        continue;
      }
      for (const json::Value& resource : items_of(version, "resources")) {
        found.push_back({.resource = {std::string(group_name), std::string(version_name),
                                      std::string(resource.text_at({"resource"}))},
                         .kind = std::string(resource.text_at({"responseKind", "kind"})),
                         .namespaced = resource.text_at({"scope"}) == "Namespaced",
                         .verbs = verbs_of(resource)});
      }
    }
  }
  return found;
}

Result<std::vector<kube::GroupVersion>> parse_group_versions(const json::Value& list) {
  std::vector<kube::GroupVersion> found;
  if (list.text_at({"kind"}) == "APIVersions") {
    for (const json::Value& version : items_of(list, "versions")) {
      if (const std::string* text = version.string()) found.push_back({"", *text});
    }
    return found;
  }
  if (list.text_at({"kind"}) != "APIGroupList")
    return fail(Reason::internal, "the server's list of API groups is none");
  for (const json::Value& group : items_of(list, "groups")) {
    const std::string name(group.text_at({"name"}));
    const std::string_view preferred = group.text_at({"preferredVersion", "version"});
    if (!preferred.empty()) found.push_back({name, std::string(preferred)});
    for (const json::Value& version : items_of(group, "versions")) {
      const std::string_view text = version.text_at({"version"});
      if (text != preferred) found.push_back({name, std::string(text)});
    }
  }
  return found;
}

Result<std::vector<ApiResource>> parse_resource_list(const kube::GroupVersion& of, const json::Value& list) {
  if (list.text_at({"kind"}) != "APIResourceList") {
    return fail(Reason::internal, "the server's list of resources of {} is none", of.api_version());
  }
  std::vector<ApiResource> found;
  for (const json::Value& resource : items_of(list, "resources")) {
    const std::string_view name = resource.text_at({"name"});
    if (name.contains('/')) continue;
    const json::Value* namespaced = resource.find("namespaced");
    found.push_back({.resource = {of.group, of.version, std::string(name)},
                     .kind = std::string(resource.text_at({"kind"})),
                     .namespaced = namespaced != nullptr && namespaced->boolean() != nullptr && *namespaced->boolean(),
                     .verbs = verbs_of(resource)});
  }
  return found;
}

void mark_preferred(std::vector<ApiResource>& resources) {
  std::set<kube::GroupResource> seen;
  for (ApiResource& resource : resources) resource.preferred = seen.insert(resource.resource.group_resource()).second;
}

}  // namespace slipway::client
