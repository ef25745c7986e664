#pragma once

#include <vector>

#include "api/work.h"
#include "kube/metadata.h"

namespace slipway::member::applier {

// What marks an object as placed for a Work (section 1).
[[nodiscard]] kube::OwnerReference owner_of(const kube::ObjectMeta& applied_work);
// Equal in uid, name, kind and apiVersion (8.2).
[[nodiscard]] bool is_same_owner(const kube::OwnerReference& a, const kube::OwnerReference& b);
[[nodiscard]] bool is_applied_work(const kube::OwnerReference& reference);
[[nodiscard]] bool is_owned(const kube::ObjectMeta& object, const kube::OwnerReference& owner);
[[nodiscard]] json::Value to_json(const std::vector<kube::OwnerReference>& references);

}  // namespace slipway::member::applier
