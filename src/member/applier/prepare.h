#pragma once

#include <string>

#include "base/result.h"
#include "json/value.h"
#include "kube/metadata.h"

namespace slipway::member::applier {

// Sum of the lengths of all annotation keys and values that an object may carry (section 1).
inline constexpr std::size_t annotation_bytes_max = 262'144;

// What of a manifest says what it wants, in one form for manifest and live object (8.10.1).
[[nodiscard]] json::Value canonical_form(json::Value object);
// Annotation spec-hash of a manifest (8.9.3).
[[nodiscard]] std::string spec_hash(const json::Value& manifest);

// The manifest as it is sent: sanitised, owned by `owner`, with the annotations spec-hash and
// last-applied-configuration (8.9.3, steps 1-5). Error: request_entity_too_large when its annotations leave no room for
// itself.
[[nodiscard]] Result<json::Value> prepare(const json::Value& manifest, const kube::OwnerReference& owner);

}  // namespace slipway::member::applier
