#pragma once

#include <string>
#include <vector>

#include "apiserver/discovery.h"

// OpenAPI v2 with one PATCH operation a kind: all that kubectl 1.27 and 1.28 look for (kube-api 4.4). Pure.
namespace slipway::apiserver {

// "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
[[nodiscard]] std::string open_api_path(const Resource& resource, const kube::GroupVersion& id);

// gnostic's openapi.v2.Document.
[[nodiscard]] std::string open_api_v2_protobuf(const std::vector<ServedVersion>& served);
[[nodiscard]] json::Value open_api_v2_json(const std::vector<ServedVersion>& served);

}  // namespace slipway::apiserver
