#pragma once

#include <string_view>
#include <vector>

#include "apiserver/resource.h"
#include "kube/metadata.h"

// What kube-api 6.7 asks of names, labels, annotations, finalizers and owner references.
namespace slipway::apiserver {

// All violations, in Kubernetes' words.
[[nodiscard]] std::vector<Cause> check_metadata(const Resource& resource, const kube::ObjectMeta& metadata);
// Those of the step from `old` to `next`.
[[nodiscard]] std::vector<Cause> check_metadata_change(const kube::ObjectMeta& next, const kube::ObjectMeta& old);
// Warnings (6.6) about finalizers of custom resources that `old` (may be null) has not.
[[nodiscard]] std::vector<std::string> finalizer_warnings(const Resource& resource, const kube::ObjectMeta& next,
                                                          const kube::ObjectMeta* old);

}  // namespace slipway::apiserver
