#include "member/applier/ownership.h"

#include <algorithm>

#include "api/kinds.h"
#include "api/names.h"

namespace slipway::member::applier {

kube::OwnerReference owner_of(const kube::ObjectMeta& applied_work) {
  const auto kind = api::gvk_of<api::AppliedWork>(api::Scope::cluster);
  return {.api_version = kind.api_version(),
          .kind = kind.kind,
          .name = applied_work.name,
          .uid = applied_work.uid,
          .block_owner_deletion = true};
}

bool is_same_owner(const kube::OwnerReference& a, const kube::OwnerReference& b) {
  return a.uid == b.uid && a.name == b.name && a.kind == b.kind && a.api_version == b.api_version;
}

bool is_applied_work(const kube::OwnerReference& reference) {
  const auto kind = api::gvk_of<api::AppliedWork>(api::Scope::cluster);
  return reference.kind == kind.kind && reference.api_version == kind.api_version();
}

bool is_owned(const kube::ObjectMeta& object, const kube::OwnerReference& owner) {
  return std::ranges::any_of(object.owner_references,
                             [&owner](const auto& reference) { return is_same_owner(reference, owner); });
}

json::Value to_json(const std::vector<kube::OwnerReference>& references) {
  json::Array list;
  for (const auto& reference : references) {
    json::Object one{{"apiVersion", reference.api_version},
                     {"kind", reference.kind},
                     {"name", reference.name},
                     {"uid", reference.uid}};
    if (reference.controller) one.set("controller", *reference.controller);
    if (reference.block_owner_deletion) one.set("blockOwnerDeletion", *reference.block_owner_deletion);
    list.emplace_back(std::move(one));
  }
  return list;
}

}  // namespace slipway::member::applier
