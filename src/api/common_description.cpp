#include "api/member_types.h"

// api 3.1-3.4 (the shared part).
namespace slipway::api::description {

const Struct& description_of(std::type_identity<kube::Condition>) {
  using T = kube::Condition;
  static const Struct description = described<T>({
      field<&T::type>("type").required().length({}, 316).pattern(
          R"(^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$)"),
      field<&T::status>("status").required(),
      field<&T::observed_generation>("observedGeneration").at_least(0),
      field<&T::last_transition_time>("lastTransitionTime").required(),
      field<&T::reason>("reason").required().length(1, 1024).pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"),
      field<&T::message>("message").required().length({}, 32768),
  });
  return description;
}

const Struct& description_of(std::type_identity<kube::NamespacedName>) {
  using T = kube::NamespacedName;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::namespace_>("namespace").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<LabelSelectorRequirement>) {
  using T = LabelSelectorRequirement;
  static const Struct description = described<T>({
      field<&T::key>("key").required(),
      field<&T::op>("operator").required(),
      field<&T::values>("values").atomic_list(),
  });
  return description;
}

const Struct& description_of(std::type_identity<LabelSelector>) {
  using T = LabelSelector;
  static const Struct description = [] {
    Struct one = described<T>({
        field<&T::match_labels>("matchLabels"),
        field<&T::match_expressions>("matchExpressions").atomic_list(),
    });
    one.is_atomic = true;
    return one;
  }();
  return description;
}

const Struct& description_of(std::type_identity<ServerSideApplyConfig>) {
  using T = ServerSideApplyConfig;
  static const Struct description = described<T>({field<&T::force>("force").always()});
  return description;
}

const Struct& description_of(std::type_identity<ApplyStrategy>) {
  using T = ApplyStrategy;
  static const Struct description = described<T>({
      field<&T::comparison_option>("comparisonOption").preset("PartialComparison"),
      field<&T::when_to_apply>("whenToApply").preset("Always"),
      field<&T::type>("type").preset("ClientSideApply"),
      field<&T::allow_co_ownership>("allowCoOwnership"),
      field<&T::server_side_apply_config>("serverSideApplyConfig"),
      field<&T::when_to_take_over>("whenToTakeOver").preset("Always"),
  });
  return description;
}

const Struct& description_of(std::type_identity<DeleteStrategy>) {
  using T = DeleteStrategy;
  static const Struct description = described<T>({field<&T::propagation_policy>("propagationPolicy").preset("Delete")});
  return description;
}

const Struct& description_of(std::type_identity<ReportBackStrategy>) {
  using T = ReportBackStrategy;
  static const Struct description = described<T>({
      field<&T::type>("type").required().preset("Disabled"),
      field<&T::destination>("destination"),
  });
  return description;
}

const Struct& description_of(std::type_identity<PropertySelectorRequirement>) {
  using T = PropertySelectorRequirement;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::op>("operator").required(),
      field<&T::values>("values").required().items({}, 1),
  });
  return description;
}

const Struct& description_of(std::type_identity<PropertySelector>) {
  using T = PropertySelector;
  static const Struct description = described<T>({field<&T::match_expressions>("matchExpressions").required()});
  return description;
}

const Struct& description_of(std::type_identity<PropertySorter>) {
  using T = PropertySorter;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::sort_order>("sortOrder").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterSelectorTerm>) {
  using T = ClusterSelectorTerm;
  static const Struct description = described<T>({
      field<&T::label_selector>("labelSelector"),
      field<&T::property_selector>("propertySelector"),
      field<&T::property_sorter>("propertySorter"),
  });
  return description;
}

const Struct& description_of(std::type_identity<ClusterSelector>) {
  using T = ClusterSelector;
  static const Struct description =
      described<T>({field<&T::cluster_selector_terms>("clusterSelectorTerms").required().items({}, 10)});
  return description;
}

const Struct& description_of(std::type_identity<ResourceSelectorTerm>) {
  using T = ResourceSelectorTerm;
  static const Struct description = described<T>({
      field<&T::group>("group").required(),
      field<&T::version>("version").required(),
      field<&T::kind>("kind").required(),
      field<&T::name>("name"),
      field<&T::label_selector>("labelSelector"),
      field<&T::selection_scope>("selectionScope").preset("NamespaceWithResources"),
  });
  return description;
}

const Struct& description_of(std::type_identity<EnvelopeIdentifier>) {
  using T = EnvelopeIdentifier;
  static const Struct description = described<T>({
      field<&T::name>("name").required(),
      field<&T::namespace_>("namespace"),
      field<&T::type>("type")
          .always()
          .preset("ConfigMap", not_v1)
          .one_of({"ClusterResourceEnvelope", "ResourceEnvelope"}, v1),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceIdentifier>) {
  using T = ResourceIdentifier;
  static const Struct description = described<T>({
      field<&T::group>("group"),
      field<&T::version>("version").required(),
      field<&T::kind>("kind").required(),
      field<&T::name>("name").required(),
      field<&T::namespace_>("namespace"),
      field<&T::envelope>("envelope"),
  });
  return description;
}

const Struct& description_of(std::type_identity<PatchDetail>) {
  using T = PatchDetail;
  static const Struct description = described<T>({
      field<&T::path>("path").required(),
      field<&T::value_in_member>("valueInMember"),
      field<&T::value_in_hub>("valueInHub"),
  });
  return description;
}

const Struct& description_of(std::type_identity<FailedResourcePlacement>) {
  using T = FailedResourcePlacement;
  static const Struct description = described_inline<T, &T::resource>({field<&T::condition>("condition").required()});
  return description;
}

const Struct& description_of(std::type_identity<DriftedResourcePlacement>) {
  using T = DriftedResourcePlacement;
  static const Struct description = described_inline<T, &T::resource>({
      field<&T::observation_time>("observationTime").required(),
      field<&T::target_cluster_observed_generation>("targetClusterObservedGeneration").required(),
      field<&T::first_drifted_observed_time>("firstDriftedObservedTime").required(),
      field<&T::observed_drifts>("observedDrifts"),
  });
  return description;
}

const Struct& description_of(std::type_identity<DiffedResourcePlacement>) {
  using T = DiffedResourcePlacement;
  static const Struct description = described_inline<T, &T::resource>({
      field<&T::observation_time>("observationTime").required(),
      field<&T::target_cluster_observed_generation>("targetClusterObservedGeneration").always(),
      field<&T::first_diffed_observed_time>("firstDiffedObservedTime").required(),
      field<&T::observed_diffs>("observedDiffs"),
  });
  return description;
}

}  // namespace slipway::api::description
