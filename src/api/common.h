#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/unknown.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"
#include "kube/condition.h"
#include "kube/metadata.h"
#include "kube/names.h"
#include "kube/selector.h"

// Structs that several families share (api 3.1-3.4). In all structs of this layer:
// - a field that the API may leave out is empty, zero or nullopt when it is absent, and an empty one is not written;
//   std::optional is used where absence and zero differ, or where a write must not add a key that was not there;
// - an enum field with a default in the schema starts with that default; text outside the enum does not decode;
// - the order of members is the order in which the reference serialises them: hashes depend on it (api 8.7).
namespace slipway::api {

// Whether a kind's objects live in namespaces; most kinds come in a pair, one of each.
enum class Scope : std::uint8_t { cluster, namespaced };
[[nodiscard]] std::string_view text(Scope scope);  // "Cluster", "Namespaced"

using Conditions = std::vector<kube::Condition>;

// A whole manifest, or a part of one, that is walked and never decoded into a type (design 3).
using RawObject = json::Value;

// intstr.IntOrString: a count, or text that is usually a percentage ("33%").
class IntOrString {
 public:
  IntOrString() = default;
  IntOrString(std::int64_t count) : value_(count) {}
  IntOrString(int count) : value_(std::int64_t{count}) {}
  IntOrString(std::string text) : value_(std::move(text)) {}
  IntOrString(const char* text) : value_(std::string(text)) {}

  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&value_); }
  friend bool operator==(const IntOrString&, const IntOrString&) = default;

 private:
  std::variant<std::int64_t, std::string> value_{};
};

struct LabelSelectorRequirement {
  std::string key{};
  std::string op{};  // In, NotIn, Exists, DoesNotExist; JSON name "operator"
  std::vector<std::string> values{};
  Unknown unknown{};
  friend bool operator==(const LabelSelectorRequirement&, const LabelSelectorRequirement&) = default;
};

// metav1.LabelSelector, all entries ANDed. What an absent selector means is said where it is used.
struct LabelSelector {
  kube::StringMap match_labels{};
  std::vector<LabelSelectorRequirement> match_expressions{};
  Unknown unknown{};
  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;
};
// Ready to match labels; {} matches everything. Error: invalid (an operator or value is not allowed).
[[nodiscard]] Result<kube::LabelSelector> compile(const LabelSelector& selector);

// --- 3.2 apply, delete, report back ---

enum class ComparisonOption : std::uint8_t { partial_comparison, full_comparison };
enum class WhenToApply : std::uint8_t { always, if_not_drifted };
enum class ApplyType : std::uint8_t { client_side_apply, server_side_apply, report_diff };
enum class WhenToTakeOver : std::uint8_t { always, if_no_diff, never };
enum class PropagationPolicy : std::uint8_t { abandon, delete_ };
enum class ReportBackType : std::uint8_t { disabled, mirror };
enum class ReportBackDestination : std::uint8_t { original_resource, work_api };
[[nodiscard]] std::string_view text(ComparisonOption value);
[[nodiscard]] std::string_view text(WhenToApply value);
[[nodiscard]] std::string_view text(ApplyType value);
[[nodiscard]] std::string_view text(WhenToTakeOver value);
[[nodiscard]] std::string_view text(PropagationPolicy value);
[[nodiscard]] std::string_view text(ReportBackType value);
[[nodiscard]] std::string_view text(ReportBackDestination value);

struct ServerSideApplyConfig {
  std::optional<bool> force{};  // absent = false
  Unknown unknown{};
  friend bool operator==(const ServerSideApplyConfig&, const ServerSideApplyConfig&) = default;
};

// How manifests meet what is on the member. A default-constructed one is the default of api 9.1.
struct ApplyStrategy {
  ComparisonOption comparison_option = ComparisonOption::partial_comparison;
  WhenToApply when_to_apply = WhenToApply::always;
  ApplyType type = ApplyType::client_side_apply;
  bool allow_co_ownership = false;
  std::optional<ServerSideApplyConfig> server_side_apply_config{};
  WhenToTakeOver when_to_take_over = WhenToTakeOver::always;
  Unknown unknown{};
  friend bool operator==(const ApplyStrategy&, const ApplyStrategy&) = default;
};

struct DeleteStrategy {
  PropagationPolicy propagation_policy = PropagationPolicy::delete_;
  Unknown unknown{};
  friend bool operator==(const DeleteStrategy&, const DeleteStrategy&) = default;
};

struct ReportBackStrategy {
  ReportBackType type = ReportBackType::disabled;
  std::optional<ReportBackDestination> destination{};
  Unknown unknown{};
  friend bool operator==(const ReportBackStrategy&, const ReportBackStrategy&) = default;
};

// --- 3.3 cluster selection ---

enum class SortOrder : std::uint8_t { ascending, descending };
[[nodiscard]] std::string_view text(SortOrder value);

struct PropertySelectorRequirement {
  std::string name{};
  std::string op{};                   // Gt, Ge, Eq, Ne, Lt, Le; JSON name "operator"
  std::vector<std::string> values{};  // one quantity
  Unknown unknown{};
  friend bool operator==(const PropertySelectorRequirement&, const PropertySelectorRequirement&) = default;
};

struct PropertySelector {
  std::vector<PropertySelectorRequirement> match_expressions{};  // ANDed
  Unknown unknown{};
  friend bool operator==(const PropertySelector&, const PropertySelector&) = default;
};

struct PropertySorter {
  std::string name{};
  SortOrder sort_order = SortOrder::ascending;
  Unknown unknown{};
  friend bool operator==(const PropertySorter&, const PropertySorter&) = default;
};

// Members are ANDed.
struct ClusterSelectorTerm {
  std::optional<LabelSelector> label_selector{};
  std::optional<PropertySelector> property_selector{};
  std::optional<PropertySorter> property_sorter{};
  Unknown unknown{};
  friend bool operator==(const ClusterSelectorTerm&, const ClusterSelectorTerm&) = default;
};

// Terms are ORed; none at all matches every cluster.
struct ClusterSelector {
  std::vector<ClusterSelectorTerm> cluster_selector_terms{};
  Unknown unknown{};
  friend bool operator==(const ClusterSelector&, const ClusterSelector&) = default;
};

// --- 3.4 resources ---

enum class SelectionScope : std::uint8_t {
  namespace_only,
  namespace_with_resources,
  namespace_with_resource_selectors
};
enum class EnvelopeType : std::uint8_t { config_map, cluster_resource_envelope, resource_envelope };
[[nodiscard]] std::string_view text(SelectionScope value);
[[nodiscard]] std::string_view text(EnvelopeType value);

// By name, by label, or (neither given) all of a kind.
struct ResourceSelectorTerm {
  std::string group{};
  std::string version{};
  std::string kind{};
  std::string name{};
  std::optional<LabelSelector> label_selector{};
  SelectionScope selection_scope = SelectionScope::namespace_with_resources;  // only for core/v1 Namespace
  Unknown unknown{};
  friend bool operator==(const ResourceSelectorTerm&, const ResourceSelectorTerm&) = default;
};

struct EnvelopeIdentifier {
  std::string name{};
  std::string namespace_{};
  EnvelopeType type = EnvelopeType::config_map;
  Unknown unknown{};
  friend bool operator==(const EnvelopeIdentifier&, const EnvelopeIdentifier&) = default;
};

struct ResourceIdentifier {
  std::string group{};
  std::string version{};
  std::string kind{};
  std::string name{};
  std::string namespace_{};
  std::optional<EnvelopeIdentifier> envelope{};  // set when the object came out of an envelope
  Unknown unknown{};
  friend bool operator==(const ResourceIdentifier&, const ResourceIdentifier&) = default;
};

// One difference between hub and member; an absent value (nullopt) is not present on that side.
struct PatchDetail {
  std::string path{};  // JSON pointer; "/" for a missing object
  std::optional<std::string> value_in_member{};
  std::optional<std::string> value_in_hub{};
  Unknown unknown{};
  friend bool operator==(const PatchDetail&, const PatchDetail&) = default;
};

// The three lists that placements and bindings share. `resource` stands inline in the JSON.
struct FailedResourcePlacement {
  ResourceIdentifier resource{};
  kube::Condition condition{};
  friend bool operator==(const FailedResourcePlacement&, const FailedResourcePlacement&) = default;
};
struct DriftedResourcePlacement {
  ResourceIdentifier resource{};
  WallTime observation_time{};
  std::int64_t target_cluster_observed_generation = 0;
  WallTime first_drifted_observed_time{};
  std::vector<PatchDetail> observed_drifts{};
  friend bool operator==(const DriftedResourcePlacement&, const DriftedResourcePlacement&) = default;
};
struct DiffedResourcePlacement {
  ResourceIdentifier resource{};
  WallTime observation_time{};
  std::optional<std::int64_t> target_cluster_observed_generation{};  // absent: no such object on the member
  WallTime first_diffed_observed_time{};
  std::vector<PatchDetail> observed_diffs{};
  friend bool operator==(const DiffedResourcePlacement&, const DiffedResourcePlacement&) = default;
};

}  // namespace slipway::api
