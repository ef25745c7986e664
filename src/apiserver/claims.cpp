#include "apiserver/claims.h"

namespace slipway::apiserver {

void Claims::on_change(const Resource& resource, const kube::ObjectPtr& before, const kube::ObjectPtr& after) {
  if (resource.builtin == nullptr || !resource.builtin->claims) return;
  if (before != nullptr && after != nullptr && before->body() == after->body()) return;
  auto& holders = holders_[resource.id];
  if (before != nullptr) {
    for (const std::string& claim : resource.builtin->claims(before->to_value())) {
      const auto found = holders.find(claim);
      if (found != holders.end() && found->second == before->key()) holders.erase(found);
    }
  }
  if (after != nullptr) {
    for (std::string& claim : resource.builtin->claims(after->to_value()))
      holders.insert_or_assign(std::move(claim), after->key());
  }
}

bool Claims::is_taken(const Resource& resource, std::string_view claim, const kube::NamespacedName& key) const {
  const auto of_kind = holders_.find(resource.id);
  if (of_kind == holders_.end()) return false;
  const auto found = of_kind->second.find(claim);
  return found != of_kind->second.end() && found->second != key;
}

}  // namespace slipway::apiserver
