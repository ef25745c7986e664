#pragma once

#include "api/common.h"

// Work (on the hub, in a member's namespace) and AppliedWork (on the member) (api 3.6).
namespace slipway::api {

struct WorkloadTemplate {
  std::vector<RawObject> manifests{};  // the place in this list is the manifest's ordinal
  Unknown unknown{};
  friend bool operator==(const WorkloadTemplate&, const WorkloadTemplate&) = default;
};

struct WorkSpec {
  WorkloadTemplate workload{};
  std::optional<ApplyStrategy> apply_strategy{};
  std::optional<ReportBackStrategy> report_back_strategy{};
  Unknown unknown{};
  friend bool operator==(const WorkSpec&, const WorkSpec&) = default;
};

struct WorkResourceIdentifier {
  std::int64_t ordinal = 0;
  std::string group{};
  std::string version{};
  std::string kind{};
  std::string resource{};  // plural
  std::string namespace_{};
  std::string name{};
  Unknown unknown{};
  friend bool operator==(const WorkResourceIdentifier&, const WorkResourceIdentifier&) = default;
};

struct DriftDetails {
  WallTime observation_time{};
  std::int64_t observed_in_member_cluster_generation = 0;
  WallTime first_drifted_observed_time{};
  std::vector<PatchDetail> observed_drifts{};
  Unknown unknown{};
  friend bool operator==(const DriftDetails&, const DriftDetails&) = default;
};

struct DiffDetails {
  WallTime observation_time{};
  std::optional<std::int64_t> observed_in_member_cluster_generation{};  // absent: no such object on the member
  WallTime first_diffed_observed_time{};
  std::vector<PatchDetail> observed_diffs{};
  Unknown unknown{};
  friend bool operator==(const DiffDetails&, const DiffDetails&) = default;
};

struct BackReportedStatus {
  RawObject observed_status{};  // {apiVersion, kind, status}; null when absent
  WallTime observation_time{};
  Unknown unknown{};
  friend bool operator==(const BackReportedStatus&, const BackReportedStatus&) = default;
};

struct ManifestCondition {
  WorkResourceIdentifier identifier{};
  Conditions conditions{};
  std::optional<DriftDetails> drift_details{};
  std::optional<DiffDetails> diff_details{};
  std::optional<BackReportedStatus> back_reported_status{};
  Unknown unknown{};
  friend bool operator==(const ManifestCondition&, const ManifestCondition&) = default;
};

struct WorkStatus {
  Conditions conditions{};
  std::vector<ManifestCondition> manifest_conditions{};  // one a manifest, in order of ordinal
  Unknown unknown{};
  friend bool operator==(const WorkStatus&, const WorkStatus&) = default;
};

struct Work {
  kube::ObjectMeta metadata{};
  WorkSpec spec{};
  WorkStatus status{};
  Unknown unknown{};
  friend bool operator==(const Work&, const Work&) = default;
};

struct AppliedWorkSpec {
  std::string work_name{};
  std::string work_namespace{};  // the Work's, on the hub
  Unknown unknown{};
  friend bool operator==(const AppliedWorkSpec&, const AppliedWorkSpec&) = default;
};

// `resource` stands inline in the JSON.
struct AppliedResourceMeta {
  WorkResourceIdentifier resource{};
  std::string uid{};  // on the member
  friend bool operator==(const AppliedResourceMeta&, const AppliedResourceMeta&) = default;
};

struct AppliedWorkStatus {
  std::vector<AppliedResourceMeta> applied_resources{};
  Unknown unknown{};
  friend bool operator==(const AppliedWorkStatus&, const AppliedWorkStatus&) = default;
};

struct AppliedWork {
  kube::ObjectMeta metadata{};
  AppliedWorkSpec spec{};
  AppliedWorkStatus status{};
  Unknown unknown{};
  friend bool operator==(const AppliedWork&, const AppliedWork&) = default;
};

}  // namespace slipway::api
