#pragma once

#include <map>
#include <memory>
#include <vector>

#include "apiserver/resource.h"

namespace slipway::apiserver {

// What one server serves: the built-in kinds from the start, custom resources as CRDs come and go.
class Catalog {
 public:
  Catalog();

  [[nodiscard]] std::shared_ptr<const Resource> find(const kube::GroupResource& id) const;
  [[nodiscard]] std::shared_ptr<const Resource> find_kind(const kube::GroupKind& kind) const;
  // Built-in kinds in the order of their table, then custom ones by group and name.
  [[nodiscard]] std::vector<std::shared_ptr<const Resource>> all() const;
  [[nodiscard]] std::uint64_t version() const { return version_; }

  void put(std::shared_ptr<const Resource> custom);
  void drop(const kube::GroupResource& custom);

 private:
  std::vector<std::shared_ptr<const Resource>> builtin_;
  std::map<kube::GroupResource, std::shared_ptr<const Resource>> by_id_;
  std::map<kube::GroupKind, std::shared_ptr<const Resource>> by_kind_;
  std::uint64_t version_ = 1;
};

}  // namespace slipway::apiserver
