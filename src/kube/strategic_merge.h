#pragma once

#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "kube/names.h"

namespace slipway::kube {

// Strategic merge patch for built-in kinds (kube-api 7.3), with the merge keys of 15.3. Directives $patch, $retainKeys,
// $deleteFromPrimitiveList/…, $setElementOrder/… are understood. Errors: internal in Kubernetes' words ("map:
// map[image:x] does not contain declared merge key: name"); unsupported_media_type for kinds that have no strategy
// (custom resources).
[[nodiscard]] Result<json::Value> apply_strategic_merge_patch(const GroupKind& kind, json::Value document,
                                                              const json::Value& patch);

// Whether the kind has a strategy: the groups that Kubernetes itself serves.
[[nodiscard]] bool has_merge_strategy(const GroupKind& kind);

// How lists of a built-in kind merge; null when the list at `path` (fields joined by '.',
// "spec.template.spec.containers", no indexes) is replaced whole. "" is a list of primitives that merge as a set.
[[nodiscard]] const std::string_view* merge_key(const GroupKind& kind, std::string_view path);

// The three-way patch of client-side apply, as kubectl and KubeFleet's applier make it (member 8.9.4): what `modified`
// adds or changes against `current`, and deletions of what `original` had and `modified` has not.
[[nodiscard]] Result<json::Value> make_three_way_strategic_patch(const GroupKind& kind, const json::Value& original,
                                                                 const json::Value& modified,
                                                                 const json::Value& current);
// The same as JSON merge patch, for kinds without a strategy.
[[nodiscard]] json::Value make_three_way_merge_patch(const json::Value& original, const json::Value& modified,
                                                     const json::Value& current);

}  // namespace slipway::kube
