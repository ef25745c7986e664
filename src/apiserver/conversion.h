#pragma once

#include <string_view>

#include "apiserver/resource.h"
#include "kube/object.h"

namespace slipway::apiserver {

// The object as read through `version` (kube-api 8.6, conversion None): the version's name, then pruned and defaulted
// by its schema. The same pointer when that is the version it is stored in; segments are shared when the schemas agree.
[[nodiscard]] kube::ObjectPtr in_version(const Resource& resource, const kube::ObjectPtr& object,
                                         std::string_view version);

// The same content with another resource version.
[[nodiscard]] kube::ObjectPtr stamped(const kube::Object& object, std::uint64_t revision);

}  // namespace slipway::apiserver
