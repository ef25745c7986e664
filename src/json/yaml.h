#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::json {

// Every document of a YAML stream as JSON values (YAML 1.1 scalars as sigs.k8s.io/yaml resolves them: yes/no/on/off are
// booleans, 0o/0x integers, timestamps stay text). JSON is YAML. Empty documents are left out. Duplicate keys, anchors
// that expand beyond `nodes_max` nodes, and merge keys of non-maps are refused. Error: bad_request with line and
// column.
[[nodiscard]] Result<std::vector<Value>> parse_yaml(std::string_view text, std::size_t nodes_max = 1'000'000);
// Exactly one document.
[[nodiscard]] Result<Value> parse_yaml_document(std::string_view text);
// Block style as sigs.k8s.io/yaml writes it: keys sorted, "- " not indented under its key, text quoted only where
// needed.
[[nodiscard]] std::string write_yaml(const Value& value);

}  // namespace slipway::json
