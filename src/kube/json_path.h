#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube {

// A compiled JSONPath as printer columns have it (kube-api 8.7): ".spec.x", "['key']", "[0]", "[-1]", "[1:3]", "[*]",
// ".*", filters "[?(@.type=="Ready")].status" with == != < <= > >= or mere presence, and "\." for a dot within a key.
// "$" and surrounding braces are allowed. Immutable; copies share.
class JsonPath {
 public:
  // Error: invalid, with the position and what was found there. Recursive descent ("..") is not known.
  [[nodiscard]] static Result<JsonPath> compile(std::string_view text);
  // What the path leads to, in order; empty when a key is missing or a value has another type. The pointers live as
  // long as `root` is unchanged.
  [[nodiscard]] std::vector<const json::Value*> evaluate(const json::Value& root) const;

  struct Step;

 private:
  explicit JsonPath(std::vector<Step> steps);
  std::shared_ptr<const std::vector<Step>> steps_;
};

}  // namespace slipway::kube
