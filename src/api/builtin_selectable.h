#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace slipway::api::builtin {

// The value of a field selector path (kube-api 15.5) as text, "" when the object has none; nullopt when objects of this
// kind cannot be selected by it. metadata.name and metadata.namespace are known for every kind.
[[nodiscard]] std::optional<std::string> selectable_field(std::string_view kind, const json::Value& object,
                                                          std::string_view path);

}  // namespace slipway::api::builtin
