#pragma once

#include <string>

#include "base/time.h"
#include "json/value.h"

namespace slipway::api::builtin {

// The cells of one object's row in a Table, one function a kind (kube-api 15.2), in the order of the kind's columns.
// The server sends cells of every priority, so nothing is shortened for narrow output.
using Cells = json::Array (*)(const json::Value& object, WallTime now);

json::Array config_map_cells(const json::Value& object, WallTime now);
json::Array endpoints_cells(const json::Value& object, WallTime now);
json::Array event_cells(const json::Value& object, WallTime now);
json::Array namespace_cells(const json::Value& object, WallTime now);
json::Array node_cells(const json::Value& object, WallTime now);
json::Array pod_cells(const json::Value& object, WallTime now);
json::Array secret_cells(const json::Value& object, WallTime now);
json::Array service_account_cells(const json::Value& object, WallTime now);
json::Array service_cells(const json::Value& object, WallTime now);
json::Array deployment_cells(const json::Value& object, WallTime now);
json::Array replica_set_cells(const json::Value& object, WallTime now);
json::Array lease_cells(const json::Value& object, WallTime now);
json::Array endpoint_slice_cells(const json::Value& object, WallTime now);
json::Array role_binding_cells(const json::Value& object, WallTime now);
// Name and time of creation: kinds without a printer of their own.
json::Array default_cells(const json::Value& object, WallTime now);

// "5m30s" since the time in RFC 3339; "<unknown>" when there is none.
[[nodiscard]] std::string since(std::string_view time, WallTime now);
// since() the object's creation.
[[nodiscard]] std::string age(const json::Value& object, WallTime now);
// "a=1,b=2", "<none>" when empty.
[[nodiscard]] std::string labels_text(const json::Object& labels);
// A metav1.LabelSelector as text ("app=web,tier in (a,b),!x"), requirements by key; false when it has an operator that
// does not exist.
[[nodiscard]] bool selector_text(const json::Value* selector, std::string& text);

}  // namespace slipway::api::builtin
