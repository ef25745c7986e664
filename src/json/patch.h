#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::json {

// A JSON pointer (RFC 6901) as its decoded reference tokens.
[[nodiscard]] Result<std::vector<std::string>> parse_pointer(std::string_view text);
[[nodiscard]] std::string write_pointer(const std::vector<std::string>& tokens);
// The value the pointer names, or null pointer.
[[nodiscard]] const Value* resolve(const Value& root, const std::vector<std::string>& tokens);

// RFC 6902. `operations` is the decoded patch document. All or nothing: on error `document` is not returned changed.
// Errors: bad_request (not a patch document: kube-api 7.2), invalid (an operation cannot be carried out; the message
// names it). The sum of sizes made by copy is limited to `copy_bytes_max` (invalid beyond).
[[nodiscard]] Result<Value> apply_json_patch(Value document, const Value& operations,
                                             std::size_t copy_bytes_max = 3'145'728);

// RFC 7386: null deletes, objects merge, everything else replaces.
[[nodiscard]] Value apply_merge_patch(Value document, const Value& patch);
// The merge patch that turns `from` into `to` ({} when equal).
[[nodiscard]] Value make_merge_patch(const Value& from, const Value& to);

// One difference between two values, as JSON pointer and both texts; nothing where a side has no value.
struct Difference {
  std::string path;
  const Value* left = nullptr;
  const Value* right = nullptr;
};
// All differences, deepest paths, in order of path; at most `count_max`.
[[nodiscard]] std::vector<Difference> diff(const Value& left, const Value& right, std::size_t count_max = 1000);

}  // namespace slipway::json
