#pragma once

#include <vector>

#include "api/membership.h"
#include "engine/controller.h"

namespace slipway::member::join {

// The namespaces that a member reports, for placements that have to find theirs there (6.4).
[[nodiscard]] engine::Collection namespaces();
// More are not reported.
inline constexpr std::size_t namespaces_max = 200;

struct NamespaceFacts {
  kube::StringMap owners{};  // by namespace: the AppliedWork that made it, "" for none
  std::size_t left_out = 0;
};
// Of `all` those that are not ending. When there are too many, those that are reported already stay, and of the others
// the oldest come first: who is in does not depend on who asks.
[[nodiscard]] NamespaceFacts collect_namespaces(const std::vector<kube::ObjectPtr>& all,
                                                const kube::StringMap& reported);
[[nodiscard]] kube::Condition condition_of(const NamespaceFacts& facts);

// Whether a change is one of what is reported: it comes, it ends, or another AppliedWork owns it.
[[nodiscard]] bool changes_namespaces(const engine::Change& change);
// Whether something else was reported.
[[nodiscard]] bool has_other_namespaces(const NamespaceFacts& facts, const api::InternalMemberClusterStatus& reported);

}  // namespace slipway::member::join
