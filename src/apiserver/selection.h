#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apiserver/registry.h"

namespace slipway::apiserver {

// Error: bad_request when the resource does not support a field of the selector (kube-api 10.4, 15.5).
[[nodiscard]] Result<void> check_fields(const Resource& resource, const kube::FieldSelector& fields);

// Whether an object is among what is asked for: namespace, labels and fields.
[[nodiscard]] bool matches(const Resource& resource, const Selection& selection, const kube::Object& object);

// A change as a watch with this selection sees it (kube-api 10.5): entering is added, leaving is deleted with the
// previous state; whatever is deleted carries the change's revision. Nothing when neither state is selected.
[[nodiscard]] std::optional<client::WatchEvent> selected_change(const Resource& resource, const Selection& selection,
                                                                const Registry::ChangeEvent& change);

// The value that metadata.name must have, or null: one object is meant, and a look-up finds it.
[[nodiscard]] const std::string* selected_name(const kube::FieldSelector& fields);

}  // namespace slipway::apiserver
