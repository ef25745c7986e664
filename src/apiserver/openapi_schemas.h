#pragma once

#include "apiserver/resource.h"
#include "json/value.h"

// Component schemas of OpenAPI v3: what `kubectl explain` prints. Pure.
namespace slipway::apiserver {

// The value of x-kubernetes-group-version-kind.
[[nodiscard]] json::Value open_api_kind(const kube::GroupVersionKind& kind);

// Adds the schema of a kind, and those that it refers to: of a custom resource from its CRD, of a built-in one from the
// members of its types.
void add_schemas(json::Object& schemas, const Resource& resource, const kube::GroupVersionKind& kind);

}  // namespace slipway::apiserver
