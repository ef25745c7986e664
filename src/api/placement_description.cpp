#include "api/codec.h"

// api 3.3, 3.4 and the placement kinds of 4. Rules R1-R15 of 5.
namespace slipway::api {
namespace description {
namespace {

// P1 of api 0.
constexpr std::string_view count_or_percentage = "^((100|[0-9]{1,2})%|[0-9]+)$";

}  // namespace

const Struct& description_of(std::type_identity<PreferredClusterSelector>) {
  using T = PreferredClusterSelector;
  static const Struct description = described<T>({
      field<&T::weight>("weight").required().at_least(-100).at_most(100),
      field<&T::preference>("preference").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterAffinity>) {
  using T = ClusterAffinity;
  static const Struct description = described<T>({
      field<&T::required>("requiredDuringSchedulingIgnoredDuringExecution"),
      field<&T::preferred>("preferredDuringSchedulingIgnoredDuringExecution"),
  });
  return description;
}

const Struct& description_of(std::type_identity<Affinity>) {
  using T = Affinity;
  static const Struct description = described<T>({field<&T::cluster_affinity>("clusterAffinity")});
  return description;
}

const Struct& description_of(std::type_identity<TopologySpreadConstraint>) {
  using T = TopologySpreadConstraint;
  static const Struct description = described<T>({
      field<&T::max_skew>("maxSkew").preset(1).at_least(1),
      field<&T::topology_key>("topologyKey").required(),
      field<&T::when_unsatisfiable>("whenUnsatisfiable").preset("DoNotSchedule"),
  });
  return description;
}

const Struct& description_of(std::type_identity<Toleration>) {
  using T = Toleration;
  static const Struct description = described<T>({
      field<&T::key>("key"),
      field<&T::op>("operator").preset("Equal"),
      field<&T::value>("value"),
      field<&T::effect>("effect").one_of({"NoSchedule"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<PlacementPolicy>) {
  using T = PlacementPolicy;
  static const Struct description = described<T>({
      field<&T::placement_type>("placementType").preset("PickAll"),
      field<&T::cluster_names>("clusterNames").items({}, 100),
      field<&T::number_of_clusters>("numberOfClusters").at_least(0),
      field<&T::affinity>("affinity"),
      field<&T::topology_spread_constraints>("topologySpreadConstraints"),
      field<&T::tolerations>("tolerations")
          .items({}, 100)
          .rule({"self.all(x, x.operator != 'Exists' || !has(x.value) || size(x.value) == 0)",
                 "value must be empty when operator is Exists"})
          .rule({"self.all(x, (has(x.key) && size(x.key) > 0) || x.operator == 'Exists')",
                 "operator must be Exists when key is empty"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<RollingUpdateConfig>) {
  using T = RollingUpdateConfig;
  static const Struct description = described<T>({
      field<&T::max_unavailable>("maxUnavailable").preset("25%").pattern(count_or_percentage),
      field<&T::max_surge>("maxSurge").preset("25%").pattern(count_or_percentage),
      field<&T::unavailable_period_seconds>("unavailablePeriodSeconds")
          .preset(60)
          .at_least(0)
          .keyword("format", nullptr),
  });
  return description;
}

const Struct& description_of(std::type_identity<RolloutStrategy>) {
  using T = RolloutStrategy;
  static const Struct description = described<T>({
      field<&T::type>("type")
          .preset("RollingUpdate")
          .rule({
              "!(self != 'External' && oldSelf == 'External')",
              "cannot change rollout strategy type from 'External' to other types",
          }),
      field<&T::rolling_update>("rollingUpdate"),
      field<&T::apply_strategy>("applyStrategy"),
      field<&T::delete_strategy>("deleteStrategy").in(not_v1),
      field<&T::report_back_strategy>("reportBackStrategy")
          .in(not_v1)
          .rule({
              "(self == null) || (self.type == 'Mirror' ? size(self.destination) != 0 : true)",
              "when reportBackStrategy.type is 'Mirror', a destination must be specified",
          }),
  });
  return description;
}

const Struct& description_of(std::type_identity<PlacementSpec>) {
  using T = PlacementSpec;
  static const Struct description = described<T>({
      field<&T::resource_selectors>("resourceSelectors")
          .required()
          .items(1, 100)
          .rule({"self.all(x, !(has(x.name) && size(x.name) > 0 && has(x.labelSelector)))",
                 "name and labelSelector are mutually exclusive in a resource selector"}),
      field<&T::policy>("policy")
          .rule({"!(self.placementType != oldSelf.placementType)", "placement type is immutable"})
          .rule({"self.placementType != 'PickFixed' || (!has(self.affinity) && !has(self.numberOfClusters) && "
                 "!has(self.topologySpreadConstraints) && !has(self.tolerations))",
                 "affinity, numberOfClusters, topologySpreadConstraints, and tolerations cannot be set when "
                 "placementType "
                 "is PickFixed"})
          .rule({"self.placementType != 'PickAll' || (!has(self.clusterNames) && !has(self.numberOfClusters) && "
                 "!has(self.topologySpreadConstraints))",
                 "clusterNames, numberOfClusters, and topologySpreadConstraints cannot be set when placementType is "
                 "PickAll"})
          .rule({"self.placementType != 'PickN' || (!has(self.clusterNames) && has(self.numberOfClusters))",
                 "clusterNames cannot be set and numberOfClusters must be set when placementType is PickN"}),
      field<&T::strategy>("strategy").always(),
      field<&T::revision_history_limit>("revisionHistoryLimit").preset(10).at_least(1).at_most(1000),
      field<&T::status_reporting_scope>("statusReportingScope").preset("ClusterScopeOnly"),
  });
  return description;
}

const Struct& description_of(std::type_identity<PerClusterPlacementStatus>) {
  using T = PerClusterPlacementStatus;
  static const Struct description = described<T>({
      field<&T::cluster_name>("clusterName"),
      field<&T::observed_resource_index>("observedResourceIndex"),
      field<&T::applicable_resource_overrides>("applicableResourceOverrides"),
      field<&T::applicable_cluster_resource_overrides>("applicableClusterResourceOverrides"),
      field<&T::failed_placements>("failedPlacements").items({}, 100),
      field<&T::drifted_placements>("driftedPlacements").items({}, 100),
      field<&T::diffed_placements>("diffedPlacements").items({}, 100),
      field<&T::conditions>("conditions"),
  });
  return description;
}

const Struct& description_of(std::type_identity<PlacementStatus>) {
  using T = PlacementStatus;
  static const Struct description = described<T>({
      field<&T::selected_resources>("selectedResources"),
      field<&T::observed_resource_index>("observedResourceIndex"),
      field<&T::placement_statuses>("placementStatuses"),
      field<&T::conditions>("conditions").map_list("type"),
  });
  return description;
}

const Struct& description_of(std::type_identity<Placement>) {
  using T = Placement;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec")
          .required()
          .rule({"!(has(oldSelf.policy) && !has(self.policy))", "policy cannot be removed once set"})
          .rule({"!(self.statusReportingScope == 'NamespaceAccessible' && size(self.resourceSelectors.filter(x, x.kind "
                 "== "
                 "'Namespace')) != 1)",
                 "when statusReportingScope is NamespaceAccessible, exactly one resourceSelector with kind 'Namespace' "
                 "is "
                 "required",
                 every_version, Scope::cluster})
          .rule({"!has(oldSelf.statusReportingScope) || self.statusReportingScope == oldSelf.statusReportingScope",
                 "statusReportingScope is immutable", every_version, Scope::cluster})
          .rule(
              {"size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
               "has(x.selectionScope) && x.selectionScope == 'NamespaceWithResourceSelectors')) <= 1",
               "only one namespace selector with NamespaceWithResourceSelectors mode is allowed"})
          .rule(
              {"size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
               "has(x.selectionScope) && x.selectionScope == 'NamespaceWithResourceSelectors')) == 0 || "
               "(size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' "
               "&& "
               "has(x.selectionScope) && x.selectionScope == 'NamespaceWithResourceSelectors' && has(x.name) && "
               "size(x.name) > 0 && !has(x.labelSelector))) == 1)",
               "namespace selector with NamespaceWithResourceSelectors mode must select by name (not by label)"})
          .rule(
              {"size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1' && "
               "has(x.selectionScope) && x.selectionScope == 'NamespaceWithResourceSelectors')) == 0 || "
               "size(self.resourceSelectors.filter(x, x.kind == 'Namespace' && x.group == \"\" && x.version == 'v1')) "
               "== 1",
               "when using NamespaceWithResourceSelectors mode, only one namespace selector is allowed (cannot mix "
               "with "
               "other namespace selectors)"}),
      field<&T::status>("status").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterResourcePlacementStatus>) {
  using T = ClusterResourcePlacementStatus;
  static const Struct description = described_root<T>({
      field<&T::source_status>("sourceStatus").required(),
      field<&T::last_updated_time>("lastUpdatedTime").required(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(Placement, "ClusterResourcePlacement", "ResourcePlacement")
SLIPWAY_API_ROOT(ClusterResourcePlacementStatus, "ClusterResourcePlacementStatus", "ClusterResourcePlacementStatus")
SLIPWAY_API_STRUCT(PlacementPolicy)
SLIPWAY_API_STRUCT(PlacementSpec)
SLIPWAY_API_STRUCT(PlacementStatus)
SLIPWAY_API_STRUCT(RolloutStrategy)

}  // namespace slipway::api
