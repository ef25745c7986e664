#pragma once

#include <ostream>

#include "json/text.h"

namespace slipway::json {

// So that a failed expectation shows a value as its text (found by GoogleTest through argument-dependent lookup).
inline void PrintTo(const Value& value, std::ostream* out) { *out << write(value); }

}  // namespace slipway::json
