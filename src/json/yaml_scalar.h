#pragma once

#include <string_view>

#include "json/value.h"

namespace slipway::json {

// What a plain (unquoted, untagged) YAML scalar is under the rules of sigs.k8s.io/yaml: YAML 1.1's words and Go's
// numbers.
enum class PlainKind {
  text,
  null,        // empty, ~, null
  boolean,     // yes, no, on, off, y, n, true, false
  number,      // 12, 0x1F, 0o17, 017, 0b1, 1_000, 1.5e3
  not_finite,  // .inf, .nan: JSON has no such number
  timestamp,   // 2026-11-25T14:00:00Z: read as text, but quoted when written
};

struct PlainScalar {
  PlainKind kind = PlainKind::text;
  Value value;  // for not_finite and timestamp: the text
};

[[nodiscard]] PlainScalar resolve_plain(std::string_view text);

}  // namespace slipway::json
