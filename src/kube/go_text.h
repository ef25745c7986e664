#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace slipway::kube {

// How Kubernetes' messages show a JSON value: the words of Go's fmt package.

// "%v": map[image:x] for an object, [a b] for a list, <nil> for null, text bare.
[[nodiscard]] std::string go_text(const json::Value& value);
// "%#v": map[string]interface {}{"name":"a"}, []interface {}{1, 2}, interface {}(nil), text quoted.
[[nodiscard]] std::string go_syntax(const json::Value& value);
// As field errors show the refused value (kube-api 5): "null" for null, else as go_syntax.
[[nodiscard]] std::string go_field_value(const json::Value& value);
// Text in double quotes, escaped.
[[nodiscard]] std::string go_quoted(std::string_view text);

// Go's name for what a JSON value is, as the errors of its decoder say it: "number" for both kinds of number, "bool".
[[nodiscard]] std::string_view go_kind(const json::Value& value);

}  // namespace slipway::kube
