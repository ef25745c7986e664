#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::api {

// What becomes of `value` when Go's typed decoder reads it as `type` and its encoder writes it again
// (kube-api 3.3, 6.6): unknown members and nulls go (paths of the former are added to `unknown`, which may be null:
// "spec.items[0].zz"), quantities and times become canonical, empty members with omitempty go, and those without are
// written. Idempotent. apiVersion and kind of the outermost object are left alone. `type` is a line of
// builtin_fields_table.h ("core.v1.ConfigMap"); of another one nothing is known and nothing changed. Error: bad_request
// in Go's words ("json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"); the
// value is then half done.
[[nodiscard]] Result<void> round_trip(std::string_view type, json::Value& value, std::vector<std::string>* unknown);

// Does builtin_fields_table.h have the type?
[[nodiscard]] bool is_known_type(std::string_view type);

}  // namespace slipway::api
