#pragma once

#include <optional>

#include "api/membership.h"
#include "engine/controller.h"

// What the hub keeps for one member in its namespace (placement 8.2 (2) to (5)). Pure: each returns the write that is
// needed, or nothing when the object is as it should be.
namespace slipway::hub::membership {

[[nodiscard]] engine::Collection namespaces();
[[nodiscard]] engine::Collection roles();
[[nodiscard]] engine::Collection role_bindings();

[[nodiscard]] std::optional<engine::Write> ensure_namespace(const api::MemberCluster& member, const engine::View& view);
[[nodiscard]] std::optional<engine::Write> ensure_role(const api::MemberCluster& member, const engine::View& view);
[[nodiscard]] std::optional<engine::Write> ensure_role_binding(const api::MemberCluster& member,
                                                               const engine::View& view);
[[nodiscard]] std::optional<engine::Write> ensure_internal_member(const api::MemberCluster& member,
                                                                  std::string_view state, const engine::View& view);

}  // namespace slipway::hub::membership
