#pragma once

#include <memory>

#include "apiserver/resource.h"
#include "base/result.h"

namespace slipway::apiserver {

// The resource a valid CRD (crd_rules.h) defines: schemas compiled, versions in order of preference. Versions with the
// same schema, descriptions aside, share it. Error: invalid, with the causes of a schema that is not structural or has
// a CEL rule that is not known (kube-api 8.2).
[[nodiscard]] Result<std::shared_ptr<const Resource>> compile_crd(const json::Value& crd);

}  // namespace slipway::apiserver
