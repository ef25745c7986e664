#include "member/join/namespaces.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/kinds.h"

namespace slipway::member::join {
namespace {

// The first of its owners that is one.
std::string_view applied_work_of(const kube::ObjectMeta& metadata) {
  static const std::string version = fmt::format("{}/{}", api::placement_group, api::storage_version);
  const auto owner = std::ranges::find_if(metadata.owner_references, [](const kube::OwnerReference& one) {
    return one.kind == "AppliedWork" && one.api_version == version;
  });
  return owner == metadata.owner_references.end() ? std::string_view() : std::string_view(owner->name);
}

}  // namespace

engine::Collection namespaces() { return {engine::Side::member, {"", "namespaces"}}; }

NamespaceFacts collect_namespaces(const std::vector<kube::ObjectPtr>& all, const kube::StringMap& reported) {
  std::vector<const kube::ObjectMeta*> there;
  for (const auto& object : all) {
    if (!object->metadata().is_deleting()) there.push_back(&object->metadata());
  }
  NamespaceFacts facts;
  if (there.size() > namespaces_max) {
    facts.left_out = there.size() - namespaces_max;
    std::ranges::sort(there, {}, [&reported](const kube::ObjectMeta* one) {
      return std::tuple(!reported.contains(one->name), one->creation_timestamp, std::string_view(one->name));
    });
    there.resize(namespaces_max);
  }
  for (const kube::ObjectMeta* const one : there) facts.owners.emplace(one->name, applied_work_of(*one));
  return facts;
}

kube::Condition condition_of(const NamespaceFacts& facts) {
  const bool is_whole = facts.left_out == 0;
  return {.type = std::string(api::condition::namespace_collection_succeeded),
          .status = is_whole ? kube::ConditionStatus::true_ : kube::ConditionStatus::false_,
          .reason = std::string(is_whole ? api::member_reason::namespace_collection_succeeded
                                         : api::member_reason::namespace_collection_degraded),
          .message = is_whole ? std::string("all namespaces are reported")
                              : fmt::format("there are more than {} namespaces, and no more are reported; left out: {}",
                                            namespaces_max, facts.left_out)};
}

bool changes_namespaces(const engine::Change& change) {
  if (change.before == nullptr || change.after == nullptr) return true;
  const kube::ObjectMeta& before = change.before->metadata();
  const kube::ObjectMeta& after = change.after->metadata();
  return before.is_deleting() != after.is_deleting() || applied_work_of(before) != applied_work_of(after);
}

bool has_other_namespaces(const NamespaceFacts& facts, const api::InternalMemberClusterStatus& reported) {
  const kube::Condition now = condition_of(facts);
  const kube::Condition* const then = kube::find_condition(reported.conditions, now.type);
  return then == nullptr || then->status != now.status || facts.owners != reported.namespaces;
}

}  // namespace slipway::member::join
