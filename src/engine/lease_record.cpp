#include "engine/lease_record.h"

#include <algorithm>
#include <limits>

namespace slipway::engine {
namespace {

std::int64_t integer_at(const json::Value& whole, std::string_view name) {
  const json::Value* found = whole.find_path({"spec", name});
  const std::int64_t* integer = found == nullptr ? nullptr : found->integer();
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();  // as the schema has it
  return integer == nullptr ? 0 : std::clamp(*integer, std::int64_t{0}, most);
}

void write_record(json::Value& whole, const LeaseRecord& record) {
  json::Value& spec = whole["spec"];
  if (spec.object() == nullptr) spec = json::Object{};
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.duration_seconds;
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  spec["leaseTransitions"] = record.transitions;
}

}  // namespace

LeaseRecord read_lease(const kube::Object& lease) {
  const json::Value whole = lease.to_value();
  return {.holder = std::string(whole.text_at({"spec", "holderIdentity"})),
          .duration_seconds = integer_at(whole, "leaseDurationSeconds"),
          .acquire_time = std::string(whole.text_at({"spec", "acquireTime"})),
          .renew_time = std::string(whole.text_at({"spec", "renewTime"})),
          .transitions = integer_at(whole, "leaseTransitions")};
}

json::Value make_lease(const kube::NamespacedName& key, const LeaseRecord& record) {
  json::Value whole = json::Object{{"apiVersion", "coordination.k8s.io/v1"},
                                   {"kind", "Lease"},
                                   {"metadata", json::Object{{"name", key.name}, {"namespace", key.namespace_}}}};
  write_record(whole, record);
  return whole;
}

json::Value replace_lease(const kube::Object& seen, const LeaseRecord& record) {
  json::Value whole = seen.to_value();
  write_record(whole, record);
  return whole;
}

}  // namespace slipway::engine
