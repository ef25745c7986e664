#pragma once

#include "api/common.h"

// ClusterResourcePlacement and ResourcePlacement (api 3.3, 3.4), and the mirrored status of the first.
namespace slipway::api {

enum class PlacementType : std::uint8_t { pick_all, pick_n, pick_fixed };
enum class WhenUnsatisfiable : std::uint8_t { do_not_schedule, schedule_anyway };
enum class TolerationOperator : std::uint8_t { equal, exists };
enum class RolloutStrategyType : std::uint8_t { rolling_update, external };
enum class StatusReportingScope : std::uint8_t { cluster_scope_only, namespace_accessible };
[[nodiscard]] std::string_view text(PlacementType value);
[[nodiscard]] std::string_view text(WhenUnsatisfiable value);
[[nodiscard]] std::string_view text(TolerationOperator value);
[[nodiscard]] std::string_view text(RolloutStrategyType value);
[[nodiscard]] std::string_view text(StatusReportingScope value);

struct PreferredClusterSelector {
  std::int32_t weight = 0;  // -100..100
  ClusterSelectorTerm preference{};
  Unknown unknown{};
  friend bool operator==(const PreferredClusterSelector&, const PreferredClusterSelector&) = default;
};

struct ClusterAffinity {
  std::optional<ClusterSelector> required{};          // requiredDuringSchedulingIgnoredDuringExecution
  std::vector<PreferredClusterSelector> preferred{};  // preferredDuringSchedulingIgnoredDuringExecution
  Unknown unknown{};
  friend bool operator==(const ClusterAffinity&, const ClusterAffinity&) = default;
};

struct Affinity {
  std::optional<ClusterAffinity> cluster_affinity{};
  Unknown unknown{};
  friend bool operator==(const Affinity&, const Affinity&) = default;
};

struct TopologySpreadConstraint {
  std::optional<std::int32_t> max_skew{};  // absent = 1
  std::string topology_key{};
  WhenUnsatisfiable when_unsatisfiable = WhenUnsatisfiable::do_not_schedule;
  Unknown unknown{};
  friend bool operator==(const TopologySpreadConstraint&, const TopologySpreadConstraint&) = default;
};

struct Toleration {
  std::string key{};
  TolerationOperator op = TolerationOperator::equal;  // JSON name "operator"
  std::string value{};
  std::string effect{};  // "NoSchedule"; empty = any effect
  Unknown unknown{};
  friend bool operator==(const Toleration&, const Toleration&) = default;
};

struct PlacementPolicy {
  PlacementType placement_type = PlacementType::pick_all;
  std::vector<std::string> cluster_names{};          // PickFixed
  std::optional<std::int32_t> number_of_clusters{};  // PickN
  std::optional<Affinity> affinity{};
  std::vector<TopologySpreadConstraint> topology_spread_constraints{};
  std::vector<Toleration> tolerations{};
  Unknown unknown{};
  friend bool operator==(const PlacementPolicy&, const PlacementPolicy&) = default;
};

struct RollingUpdateConfig {
  std::optional<IntOrString> max_unavailable{};              // absent = "25%"
  std::optional<IntOrString> max_surge{};                    // absent = "25%"
  std::optional<std::int64_t> unavailable_period_seconds{};  // absent = 60
  Unknown unknown{};
  friend bool operator==(const RollingUpdateConfig&, const RollingUpdateConfig&) = default;
};

struct RolloutStrategy {
  RolloutStrategyType type = RolloutStrategyType::rolling_update;
  std::optional<RollingUpdateConfig> rolling_update{};
  std::optional<ApplyStrategy> apply_strategy{};
  std::optional<DeleteStrategy> delete_strategy{};
  std::optional<ReportBackStrategy> report_back_strategy{};
  Unknown unknown{};
  friend bool operator==(const RolloutStrategy&, const RolloutStrategy&) = default;
};

struct PlacementSpec {
  std::vector<ResourceSelectorTerm> resource_selectors{};  // ORed
  std::optional<PlacementPolicy> policy{};                 // absent = PickAll
  std::optional<RolloutStrategy> strategy{};               // absent = RollingUpdate with defaults
  std::optional<std::int32_t> revision_history_limit{};    // absent = 10
  StatusReportingScope status_reporting_scope = StatusReportingScope::cluster_scope_only;
  Unknown unknown{};
  friend bool operator==(const PlacementSpec&, const PlacementSpec&) = default;

  [[nodiscard]] RolloutStrategyType strategy_type() const {
    return strategy ? strategy->type : RolloutStrategyType::rolling_update;
  }
  [[nodiscard]] PlacementType placement_type() const {
    return policy ? policy->placement_type : PlacementType::pick_all;
  }
};

struct PerClusterPlacementStatus {
  std::string cluster_name{};  // empty: an unfilled slot (api 7.2)
  std::string observed_resource_index{};
  std::vector<kube::NamespacedName> applicable_resource_overrides{};  // snapshot names
  std::vector<std::string> applicable_cluster_resource_overrides{};   // snapshot names
  std::vector<FailedResourcePlacement> failed_placements{};
  std::vector<DriftedResourcePlacement> drifted_placements{};
  std::vector<DiffedResourcePlacement> diffed_placements{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const PerClusterPlacementStatus&, const PerClusterPlacementStatus&) = default;
};

struct PlacementStatus {
  std::vector<ResourceIdentifier> selected_resources{};
  std::string observed_resource_index{};
  std::vector<PerClusterPlacementStatus> placement_statuses{};
  Conditions conditions{};
  Unknown unknown{};
  friend bool operator==(const PlacementStatus&, const PlacementStatus&) = default;
};

// ClusterResourcePlacement, or with a namespace ResourcePlacement.
struct Placement {
  kube::ObjectMeta metadata{};
  PlacementSpec spec{};
  PlacementStatus status{};
  Unknown unknown{};
  friend bool operator==(const Placement&, const Placement&) = default;
};

// The status of a ClusterResourcePlacement, mirrored into the namespace it selects. The payload stands at the root and
// is written with an ordinary update.
struct ClusterResourcePlacementStatus {
  kube::ObjectMeta metadata{};
  PlacementStatus source_status{};
  WallTime last_updated_time{};
  Unknown unknown{};
  friend bool operator==(const ClusterResourcePlacementStatus&, const ClusterResourcePlacementStatus&) = default;
};

}  // namespace slipway::api
