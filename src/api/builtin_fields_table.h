#pragma once

#include <string_view>

namespace slipway::api::fields {

// The members of every type that the built-in kinds are made of, as Kubernetes 1.33 serves them: facts of its API, one
// type to a line ("group.version.Name member:type member:type …"; a line that begins with a space goes on with the type
// above).
//
// A type is string, bool, int32, int64, double, bytes (base64 text), time, microtime, quantity, intorstring, any (JSON
// as it comes), schemaorbool, schemaorarray or schemaorstrings (the unions of a CRD's schema), or the name of another
// line. Before it: `*` may be absent although its zero value means something, `[]` list, `{}` map by text. `!` after
// the member's name: written even when empty (Go: no omitempty).
extern const std::string_view table_a_to_n;
extern const std::string_view table_p_to_z;

}  // namespace slipway::api::fields
