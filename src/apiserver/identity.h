#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::apiserver {

// Who asks (kube-api 11.1). From a client certificate: CN is the user, O the groups; everyone authenticated also has
// system:authenticated.
struct Identity {
  std::string user = "system:anonymous";
  std::vector<std::string> groups = {"system:unauthenticated"};
  [[nodiscard]] bool is_in(std::string_view group) const {
    for (const auto& one : groups) {
      if (one == group) return true;
    }
    return false;
  }
  [[nodiscard]] bool is_master() const { return is_in("system:masters"); }
};

// What is asked, as authorization sees it (kube-api 11.2).
struct Attributes {
  Identity identity;
  std::string
      verb;  // get, list, watch, create, update, patch, delete, deletecollection; or an HTTP method in lower case
  std::string group;
  std::string resource;     // plural; empty for a non-resource path
  std::string subresource;  // "status"
  std::string namespace_;
  std::string name;
  std::string path;  // non-resource requests only
};

class Authorizer {
 public:
  struct Decision {
    bool allowed = false;
    std::string reason;  // "RBAC: allowed by ClusterRoleBinding …"
  };
  virtual ~Authorizer() = default;
  [[nodiscard]] virtual Decision authorize(const Attributes& attributes) const = 0;
};

}  // namespace slipway::apiserver
