#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/metadata.h"

namespace slipway::kube {

// One requirement of a label selector. exists / does_not_exist have no values; gt and lt one integer.
struct Requirement {
  enum class Operator { in, not_in, exists, does_not_exist, gt, lt };
  std::string key;
  Operator op = Operator::exists;
  std::vector<std::string> values;
  friend bool operator==(const Requirement&, const Requirement&) = default;
};

// A conjunction of requirements. `nothing` matches no object (a null metav1.LabelSelector); no requirement matches all.
struct LabelSelector {
  std::vector<Requirement> requirements;
  bool nothing = false;
  [[nodiscard]] bool matches(const StringMap& labels) const;
  [[nodiscard]] bool is_everything() const { return requirements.empty() && !nothing; }
  [[nodiscard]] std::string text() const;  // the query-string form
  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;
};

// The query-string form: "a=b,c!=d,e in (f,g),!h,i". Error: bad_request in Kubernetes' words (kube-api 10.4).
[[nodiscard]] Result<LabelSelector> parse_label_selector(std::string_view text);
// The object form {matchLabels, matchExpressions}; null → nothing, {} → everything. Error: invalid.
[[nodiscard]] Result<LabelSelector> label_selector_from_json(const json::Value* selector);

// One term of a field selector.
struct FieldRequirement {
  std::string path;  // "metadata.name"
  std::string value;
  bool equal = true;
};
struct FieldSelector {
  std::vector<FieldRequirement> requirements;
  // `field` returns the object's value of a path ("" when absent).
  [[nodiscard]] bool matches(const std::function<std::string(std::string_view path)>& field) const;
};
[[nodiscard]] Result<FieldSelector> parse_field_selector(std::string_view text);

}  // namespace slipway::kube
