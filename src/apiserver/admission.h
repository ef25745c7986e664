#pragma once

#include <string>
#include <string_view>

#include "apiserver/identity.h"
#include "apiserver/resource.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/object.h"

namespace slipway::apiserver {

// One write as admission sees it (kube-api 6.8).
struct AdmissionRequest {
  enum class Operation { create, update, remove };
  const Resource& resource;
  Operation operation = Operation::create;
  std::string_view subresource;  // "", "status", "finalize"
  kube::NamespacedName key;      // the name is empty when it is yet to be generated
  const Identity& identity;
  bool dry_run = false;
  const kube::Object* old = nullptr;  // the stored object, in the storage version; null on create
};

// A rule about writes beyond those of the kinds themselves: RBAC escalation, the fleet's own admission. It must not
// write. An error refuses the write and is its answer (kube-api 5 has the forms).
class Admission {
 public:
  virtual ~Admission() = default;
  // Changes `object` (whole, in the version of the request) before it is validated. Not for removals.
  [[nodiscard]] virtual Result<void> mutate(const AdmissionRequest& /*request*/, json::Value& /*object*/) const {
    return {};
  }
  // Judges the object as it would be stored; for removals the stored one.
  [[nodiscard]] virtual Result<void> validate(const AdmissionRequest& /*request*/,
                                              const json::Value& /*object*/) const {
    return {};
  }
};

}  // namespace slipway::apiserver
