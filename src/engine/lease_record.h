#pragma once

#include <cstdint>
#include <string>

#include "kube/object.h"

namespace slipway::engine {

// Who leads, as client-go writes it into a coordination.k8s.io/v1 Lease (kube-api 13.2).
struct LeaseRecord {
  std::string holder;                 // "": nobody
  std::int64_t duration_seconds = 0;  // how long others wait after the last renewal they saw
  std::string acquire_time;           // MicroTime; never compared with a clock, only with what was there before
  std::string renew_time;
  std::int64_t transitions = 0;
  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

inline const kube::GroupVersionResource leases_resource{"coordination.k8s.io", "v1", "leases"};

// What does not have its form counts as absent.
[[nodiscard]] LeaseRecord read_lease(const kube::Object& lease);

// A new Lease with that record.
[[nodiscard]] json::Value make_lease(const kube::NamespacedName& key, const LeaseRecord& record);
// `seen` with that record instead of its own; whatever else it carries stays.
[[nodiscard]] json::Value replace_lease(const kube::Object& seen, const LeaseRecord& record);

}  // namespace slipway::engine
