#pragma once

#include <vector>

#include "json/value.h"

namespace slipway::apiserver {

// What every cluster has from its first start (kube-api 11.2): namespaces, and the roles and bindings that Kubernetes
// comes with. Whole objects, in the order of creation. One that is there is left as it is.
[[nodiscard]] std::vector<json::Value> bootstrap_objects();

}  // namespace slipway::apiserver
