#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apiserver/resource.h"
#include "kube/object.h"

namespace slipway::apiserver {

// Who holds the values that only one object of a kind may have: cluster addresses and node ports
// (api::BuiltinKind::claims).
class Claims {
 public:
  // A stored object changed; either may be null.
  void on_change(const Resource& resource, const kube::ObjectPtr& before, const kube::ObjectPtr& after);
  // Whether an object other than `key` holds it.
  [[nodiscard]] bool is_taken(const Resource& resource, std::string_view claim, const kube::NamespacedName& key) const;

 private:
  std::map<kube::GroupResource, std::map<std::string, kube::NamespacedName, std::less<>>> holders_;
};

}  // namespace slipway::apiserver
