#pragma once

#include "kube/object.h"

namespace slipway::member::applier {

enum class Availability { available, not_yet, not_trackable, unreadable };

// Whether an applied object does its work (8.11). `resource` is the exact resource it was applied as.
[[nodiscard]] Availability availability_of(const kube::GroupVersionResource& resource, const kube::Object& object);

}  // namespace slipway::member::applier
