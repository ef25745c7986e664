#pragma once

#include <vector>

#include "base/result.h"
#include "json/value.h"

// What a CustomResourceDefinition must look like (kube-api 8.2). `crd` is the whole object.
namespace slipway::apiserver {

inline constexpr std::string_view crd_cleanup_finalizer = "customresourcecleanup.apiextensions.k8s.io";

// names.singular, names.listKind, conversion.strategy (15.4).
void apply_crd_defaults(json::Value& crd);
// Everything but the schemas themselves; `old` is the stored CRD on update.
[[nodiscard]] std::vector<Cause> check_crd(const json::Value& crd, const json::Value* old);
// *.k8s.io and *.kubernetes.io belong to Kubernetes.
[[nodiscard]] bool is_protected_group(std::string_view group);

}  // namespace slipway::apiserver
