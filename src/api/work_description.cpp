#include "api/codec.h"

// api 3.6.
namespace slipway::api {
namespace description {

const Struct& description_of(std::type_identity<WorkloadTemplate>) {
  using T = WorkloadTemplate;
  static const Struct description = described<T>({field<&T::manifests>("manifests").shape(Shape::embedded)});
  return description;
}

const Struct& description_of(std::type_identity<WorkSpec>) {
  using T = WorkSpec;
  static const Struct description = described<T>({
      field<&T::workload>("workload").always(),
      field<&T::apply_strategy>("applyStrategy"),
      field<&T::report_back_strategy>("reportBackStrategy").in(not_v1),
  });
  return description;
}

const Struct& description_of(std::type_identity<WorkResourceIdentifier>) {
  using T = WorkResourceIdentifier;
  static const Struct description = described<T>({
      field<&T::ordinal>("ordinal").required().keyword("format", nullptr),
      field<&T::group>("group"),
      field<&T::version>("version"),
      field<&T::kind>("kind"),
      field<&T::resource>("resource"),
      field<&T::namespace_>("namespace"),
      field<&T::name>("name"),
  });
  return description;
}

const Struct& description_of(std::type_identity<DriftDetails>) {
  using T = DriftDetails;
  static const Struct description = described<T>({
      field<&T::observation_time>("observationTime").required(),
      field<&T::observed_in_member_cluster_generation>("observedInMemberClusterGeneration").required(),
      field<&T::first_drifted_observed_time>("firstDriftedObservedTime").required(),
      field<&T::observed_drifts>("observedDrifts"),
  });
  return description;
}

const Struct& description_of(std::type_identity<DiffDetails>) {
  using T = DiffDetails;
  static const Struct description = described<T>({
      field<&T::observation_time>("observationTime").required(),
      field<&T::observed_in_member_cluster_generation>("observedInMemberClusterGeneration").always(),
      field<&T::first_diffed_observed_time>("firstDiffedObservedTime").required(),
      field<&T::observed_diffs>("observedDiffs"),
  });
  return description;
}

const Struct& description_of(std::type_identity<BackReportedStatus>) {
  using T = BackReportedStatus;
  static const Struct description = described<T>({
      field<&T::observed_status>("observedStatus").always().shape(Shape::embedded),
      field<&T::observation_time>("observationTime").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ManifestCondition>) {
  using T = ManifestCondition;
  static const Struct description = described<T>({
      field<&T::identifier>("identifier").required(),
      field<&T::conditions>("conditions").required(),
      field<&T::drift_details>("driftDetails"),
      field<&T::diff_details>("diffDetails"),
      field<&T::back_reported_status>("backReportedStatus").in(not_v1),
  });
  return description;
}

const Struct& description_of(std::type_identity<WorkStatus>) {
  using T = WorkStatus;
  static const Struct description = described<T>({
      field<&T::conditions>("conditions").required(),
      field<&T::manifest_conditions>("manifestConditions"),
  });
  return description;
}

const Struct& description_of(std::type_identity<Work>) {
  using T = Work;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").always(),
      field<&T::status>("status").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<AppliedWorkSpec>) {
  using T = AppliedWorkSpec;
  static const Struct description = described<T>({
      field<&T::work_name>("workName").required(),
      field<&T::work_namespace>("workNamespace").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<AppliedResourceMeta>) {
  using T = AppliedResourceMeta;
  static const Struct description = described_inline<T, &T::resource>({field<&T::uid>("uid")});
  return description;
}

const Struct& description_of(std::type_identity<AppliedWorkStatus>) {
  using T = AppliedWorkStatus;
  static const Struct description = described<T>({field<&T::applied_resources>("appliedResources")});
  return description;
}

const Struct& description_of(std::type_identity<AppliedWork>) {
  using T = AppliedWork;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(Work, "Work", "Work")
SLIPWAY_API_ROOT(AppliedWork, "AppliedWork", "AppliedWork")
SLIPWAY_API_STRUCT(WorkSpec)
SLIPWAY_API_STRUCT(WorkStatus)
SLIPWAY_API_STRUCT(ManifestCondition)
SLIPWAY_API_STRUCT(AppliedWorkStatus)

}  // namespace slipway::api
