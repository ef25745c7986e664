#pragma once

#include <string_view>

#include "client/client.h"
#include "hub/selection/resource_selection.h"
#include "kube/object.h"

// What is never selected (placement 1.6). Pure.
namespace slipway::hub::selection {

// A whole kind that could be selected: listable, watchable, and enabled (1.6.1). In any version.
[[nodiscard]] bool can_be_selected(const client::ApiResource& resource, const Rules& rules);

// fleet-…, kube-…, default, and those of the flag (1.6.3).
[[nodiscard]] bool is_reserved(std::string_view namespace_, const Rules& rules);

// An object that its cluster makes by itself, or that must not travel (1.6.2). Not decided here: Endpoints, which go by
// the Services beside them (is_endpoints).
[[nodiscard]] bool is_never_selected(const kube::Object& object, const Rules& rules);
[[nodiscard]] bool is_endpoints(const kube::GroupVersionKind& kind);

}  // namespace slipway::hub::selection
