#pragma once

#include <cstddef>
#include <vector>

#include "json/value.h"

namespace slipway::hub::snapshot {

// The most that one snapshot carries, so that it fits into an API object: 800 KiB of manifests as text (api 8.6).
inline constexpr std::size_t part_bytes_max = 819'200;

// What a manifest counts for: its text as Go writes it, with a newline at the end (placement 1.7).
[[nodiscard]] std::size_t bytes_of(const json::Value& manifest);

// The manifests in parts, in order: a part is closed before the one that would take it beyond the limit; a larger one
// stands alone. Nothing at all is one empty part.
[[nodiscard]] std::vector<std::vector<json::Value>> split(const std::vector<json::Value>& manifests);

}  // namespace slipway::hub::snapshot
