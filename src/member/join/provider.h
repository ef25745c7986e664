#pragma once

#include <optional>

#include "member/join/namespaces.h"
#include "member/join/properties.h"

namespace slipway::member::join {

// Who says what the member is like at the moment: until azure has started, the built-in collection does (5.6).
[[nodiscard]] PropertyProvider provider_in_use(const PropertyOptions& options,
                                               const api::InternalMemberClusterStatus& status);

// What a report is made from.
struct Sources {
  const SeenVersion* version = nullptr;  // null: not known at the moment
  std::string version_problem{};         // why
  // What is known of the namespaces: nothing for now, so that what was reported stays; or that they are not collected,
  // or may not be, so that nothing is said of them.
  enum class Namespaces { known, not_yet, not_at_all } namespaces = Namespaces::not_at_all;
  NamespaceFacts namespace_facts{};
};

// Properties, resource usage, namespaces and the conditions that go with them, in place of those that were there (5.6).
// What nobody collects any more is gone, with its condition: what grows old would still be believed.
void report_properties(api::InternalMemberCluster& member, const PropertyOptions& options, const Sources& sources,
                       const engine::View& view, WallTime now, engine::Plan& plan);

}  // namespace slipway::member::join
