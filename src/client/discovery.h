#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/client.h"
#include "json/value.h"

namespace slipway::client {

// What a server says it serves, in both of Kubernetes' forms (kube-api 4.1, 4.2). Pure.

// From an APIGroupDiscoveryList. Versions come in order of preference. A version marked stale is not told: the group's
// own server did not answer, and what is kept of it may be nothing; its group-version goes to `stale`.
[[nodiscard]] Result<std::vector<ApiResource>> parse_aggregated(const json::Value& list,
                                                                std::vector<kube::GroupVersion>& stale);

// The group-versions of an APIVersions ("/api") or APIGroupList ("/apis"), each group's preferred one first.
[[nodiscard]] Result<std::vector<kube::GroupVersion>> parse_group_versions(const json::Value& list);

// From an APIResourceList of one group-version. Subresources are left out; `preferred` is not set.
[[nodiscard]] Result<std::vector<ApiResource>> parse_resource_list(const kube::GroupVersion& of,
                                                                   const json::Value& list);

// Sets `preferred` on the first version of each resource.
void mark_preferred(std::vector<ApiResource>& resources);

}  // namespace slipway::client
