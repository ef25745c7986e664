#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/work.h"
#include "engine/view.h"

namespace slipway::member::applier {

// How one manifest fares, with its reason as the API names it (8.12.1).
struct Verdict {
  std::string_view reason;  // api::manifest_reason::…
  std::string message{};
  kube::ObjectPtr live{};  // the object on the member, if there is one

  [[nodiscard]] bool is_applied() const;
};

// One manifest of a Work, identified and found in the member's discovery (8.3).
struct Manifest {
  std::size_t ordinal = 0;
  const json::Value* content = nullptr;  // in the Work
  api::WorkResourceIdentifier identifier{};
  const client::ApiResource* resource = nullptr;  // null when the member does not serve it
  std::optional<Verdict> problem{};               // it goes no further than status

  [[nodiscard]] kube::GroupVersionResource gvr() const {
    return {identifier.group, identifier.version, identifier.resource};
  }
  [[nodiscard]] kube::NamespacedName key() const { return {identifier.namespace_, identifier.name}; }
};

// Identifiers, mapping and duplicates (8.3, 8.4). Pointers live as long as the Work and the View.
[[nodiscard]] std::vector<Manifest> read_manifests(const api::Work& work, const engine::View& view);

// What makes two manifests the same (7.3): ordinal and resource do not count. "" for one whose group and version are
// both unknown.
[[nodiscard]] std::string identity_of(const api::WorkResourceIdentifier& identifier);

// Resources of the member that are followed where a Work has some; the rest is looked at when something else wakes the
// Work, and from time to time.
[[nodiscard]] bool is_worth_following(const client::ApiResource& resource);
// Whether the cache knows what there is of it, in its own version.
[[nodiscard]] bool is_followed(const client::ApiResource& resource, const engine::View& view);

}  // namespace slipway::member::applier
