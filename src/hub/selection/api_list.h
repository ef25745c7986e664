#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/names.h"

// Lists of APIs as the hub's flags name them (placement 1.6.1). Pure.
namespace slipway::hub::selection {

// A group, one version of it, or one kind of that version; "" is all. The core group is "", always with a version.
struct ApiPattern {
  std::string group;
  std::string version{};
  std::string kind{};
  [[nodiscard]] bool matches(const kube::GroupVersionKind& of) const;
  friend bool operator==(const ApiPattern&, const ApiPattern&) = default;
};

// "group;group/version;group/version/Kind,Kind;v1/Kind": parts separated by semicolons, white space and empty parts
// ignored. Error: usage, when a part is none of these.
[[nodiscard]] Result<std::vector<ApiPattern>> parse_api_list(std::string_view text);

}  // namespace slipway::hub::selection
