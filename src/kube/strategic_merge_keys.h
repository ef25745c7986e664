#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kube/names.h"

// What the kinds' tables say about a place (kube-api 15.3). Private to the strategic_merge*.cpp files.
namespace slipway::kube::strategic {

struct Strategy {
  // Lists: merged by this member of their elements; "" for a set of scalars; null: replaced whole.
  const std::string_view* merge_key = nullptr;
  // The object, or each element of the list, says with $retainKeys which of its members stay.
  bool retains_keys = false;
  // The object is replaced whole, as most lists are.
  bool replaces = false;
};

// `path` has the fields from the root, joined by '.', without indexes.
[[nodiscard]] Strategy find_strategy(const GroupKind& kind, std::string_view path);

// The path of a member of the object at `path`.
[[nodiscard]] inline std::string member_path(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path).append(".").append(name);
}

inline constexpr std::string_view kPatch = "$patch";
inline constexpr std::string_view kRetainKeys = "$retainKeys";
inline constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList/";
inline constexpr std::string_view kSetElementOrder = "$setElementOrder/";

}  // namespace slipway::kube::strategic
