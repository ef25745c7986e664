#pragma once

#include <string>
#include <tuple>

#include "api/common.h"
#include "json/value.h"

// Objects as they travel (placement 1.7, 1.8). Pure.
namespace slipway::hub::selection {

// The object without what belongs to the hub (1.7). `whole` has apiVersion and kind.
[[nodiscard]] json::Value normalise(json::Value whole);

[[nodiscard]] api::ResourceIdentifier identify(const json::Value& manifest);

// Manifests sort by this (1.8): rank of the kind, then group, version and (unranked) kind, then namespace/name; all
// bytewise.
using OrderKey = std::tuple<int, std::string, std::string>;
[[nodiscard]] OrderKey order_key(const api::ResourceIdentifier& identifier);

}  // namespace slipway::hub::selection
