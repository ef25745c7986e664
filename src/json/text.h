#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::json {

struct ParseOptions {
  std::size_t depth_max = 512;  // deeper nesting is refused
  // Duplicate keys: the last one wins and its path ("spec.color") is added here when given. Without it they are
  // refused.
  std::vector<std::string>* duplicate_keys = nullptr;
};

// One JSON document (UTF-8, RFC 8259), nothing but white space around it. Error: bad_request with line and column.
[[nodiscard]] Result<Value> parse(std::string_view text, const ParseOptions& options = {});

// Canonical text: keys sorted, no white space, shortest number form (Go's encoding/json format for float64), HTML
// characters not escaped. write(parse(write(v))) == write(v).
[[nodiscard]] std::string write(const Value& value);
void write_to(std::string& out, const Value& value);
void write_string_to(std::string& out, std::string_view text);  // quoted and escaped
// Two-space indentation, one member a line, as kubectl prints -o json with 4; `indent` is the width.
[[nodiscard]] std::string write_pretty(const Value& value, int indent = 2);

}  // namespace slipway::json
