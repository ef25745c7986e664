#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/metadata.h"

namespace slipway::cli {

// A member to create: its name and the labels of its MemberCluster.
struct MemberSpec {
  std::string name;
  kube::StringMap labels;
  friend bool operator==(const MemberSpec&, const MemberSpec&) = default;
};

// The members of `slipway up --members count --label …` (ux 1.3.5). Each rule is one of
//   key=value                                every member
//   key=a:10%,b:20%,c:rest                   shares, rounded down but at least one, in order of name; "a:3" is a count
//   key=cycle(a,b,c)                         in turn
//   key=index                                1, 2, 3, …
//   member1:key=value,other=value            one member's own, after the other rules
// Three members without a rule get the how-to's labels. Error: usage, naming the rule and how to write it.
[[nodiscard]] Result<std::vector<MemberSpec>> plan_members(std::size_t count, const std::vector<std::string>& rules,
                                                           std::string_view name_prefix = "member");

}  // namespace slipway::cli
