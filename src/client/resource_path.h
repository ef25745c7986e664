#pragma once

#include <string>
#include <string_view>

#include "kube/names.h"

namespace slipway::client {

// "/api/v1/namespaces/n/pods/p/status": where a resource is on an API server (kube-api 2.1). Empty parts are left out.
[[nodiscard]] std::string resource_path(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                                        std::string_view subresource = "");

// Everything but unreserved characters (RFC 3986) as %XX: fit for a path segment and for a query's key or value.
[[nodiscard]] std::string percent_encode(std::string_view text);

// Adds "?name=value" or "&name=value", encoded; nothing when the value is empty.
void add_query(std::string& target, std::string_view name, std::string_view value);

}  // namespace slipway::client
