#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/common.h"

// Labels, annotations, finalizers and name formats of the fleet (api 8.1-8.5). All indices start at 0.
namespace slipway::api {

#define SLIPWAY_FLEET_PREFIX "kubernetes-fleet.io/"
inline constexpr std::string_view fleet_prefix = SLIPWAY_FLEET_PREFIX;

// api 8.1. Placement = ClusterResourcePlacement or ResourcePlacement.
namespace label {
inline constexpr std::string_view parent_crp = SLIPWAY_FLEET_PREFIX "parent-CRP";  // the placement's name, both scopes
inline constexpr std::string_view is_latest_snapshot = SLIPWAY_FLEET_PREFIX "is-latest-snapshot";
inline constexpr std::string_view policy_index = SLIPWAY_FLEET_PREFIX "policy-index";
inline constexpr std::string_view resource_index = SLIPWAY_FLEET_PREFIX "resource-index";
inline constexpr std::string_view override_index = SLIPWAY_FLEET_PREFIX "override-index";
inline constexpr std::string_view parent_resource_override = SLIPWAY_FLEET_PREFIX "parent-resource-override";
inline constexpr std::string_view parent_resource_binding = SLIPWAY_FLEET_PREFIX "parent-resource-binding";
inline constexpr std::string_view parent_resource_snapshot_index =
    SLIPWAY_FLEET_PREFIX "parent-resource-snapshot-index";
inline constexpr std::string_view parent_placement_namespace = SLIPWAY_FLEET_PREFIX "parent-placement-namespace";
inline constexpr std::string_view envelope_work = SLIPWAY_FLEET_PREFIX "envelope-work";
inline constexpr std::string_view envelope_name = SLIPWAY_FLEET_PREFIX "envelope-name";
inline constexpr std::string_view envelope_namespace = SLIPWAY_FLEET_PREFIX "envelope-namespace";
inline constexpr std::string_view target_update_run = SLIPWAY_FLEET_PREFIX "targetUpdateRun";
inline constexpr std::string_view target_updating_stage = SLIPWAY_FLEET_PREFIX "targetUpdatingStage";
inline constexpr std::string_view task_type = SLIPWAY_FLEET_PREFIX "taskType";  // task_type_before or _after
inline constexpr std::string_view is_latest_update_run_approval = SLIPWAY_FLEET_PREFIX "isLatestUpdateRunApproval";
inline constexpr std::string_view is_fleet_resource = SLIPWAY_FLEET_PREFIX "is-fleet-resource";
inline constexpr std::string_view member_name = SLIPWAY_FLEET_PREFIX "member-name";
}  // namespace label
inline constexpr std::string_view task_type_before = "beforeStage";
inline constexpr std::string_view task_type_after = "afterStage";

// api 8.2.
namespace annotation {
inline constexpr std::string_view crp_generation = SLIPWAY_FLEET_PREFIX "CRP-generation";
inline constexpr std::string_view number_of_clusters = SLIPWAY_FLEET_PREFIX "number-of-clusters";
inline constexpr std::string_view resource_hash = SLIPWAY_FLEET_PREFIX "resource-hash";  // its presence makes a master
inline constexpr std::string_view number_of_resource_snapshots = SLIPWAY_FLEET_PREFIX "number-of-resource-snapshots";
inline constexpr std::string_view number_of_enveloped_object = SLIPWAY_FLEET_PREFIX "number-of-enveloped-object";
inline constexpr std::string_view subindex_of_resource_snapshot = SLIPWAY_FLEET_PREFIX "subindex-of-resource-snapshot";
inline constexpr std::string_view next_resource_snapshot_candidate_detection_time =
    SLIPWAY_FLEET_PREFIX "next-resource-snapshot-candidate-detection-time";
inline constexpr std::string_view previous_binding_state = SLIPWAY_FLEET_PREFIX "previous-binding-state";
inline constexpr std::string_view parent_resource_snapshot_name = SLIPWAY_FLEET_PREFIX "parent-resource-snapshot-name";
inline constexpr std::string_view parent_resource_override_snapshot_hash =
    SLIPWAY_FLEET_PREFIX "parent-resource-override-snapshot-hash";
inline constexpr std::string_view parent_cluster_resource_override_snapshot_hash =
    SLIPWAY_FLEET_PREFIX "parent-cluster-resource-override-snapshot-hash";
inline constexpr std::string_view spec_hash = SLIPWAY_FLEET_PREFIX "spec-hash";
inline constexpr std::string_view last_applied_configuration = SLIPWAY_FLEET_PREFIX "last-applied-configuration";
inline constexpr std::string_view envelope_config_map = SLIPWAY_FLEET_PREFIX "envelope-configmap";  // legacy, ignored
}  // namespace annotation

// api 8.3. Order in the list is the order of adding, as given there.
namespace finalizer {
inline constexpr std::string_view crp_cleanup = SLIPWAY_FLEET_PREFIX "crp-cleanup";  // of both placement kinds
inline constexpr std::string_view scheduler_cleanup = SLIPWAY_FLEET_PREFIX "scheduler-cleanup";
inline constexpr std::string_view scheduler_crb_cleanup =
    SLIPWAY_FLEET_PREFIX "scheduler-crb-cleanup";  // of both binding kinds
inline constexpr std::string_view work_cleanup =
    SLIPWAY_FLEET_PREFIX "work-cleanup";  // of bindings (hub) and Works (agent)
inline constexpr std::string_view override_cleanup = SLIPWAY_FLEET_PREFIX "override-cleanup";
inline constexpr std::string_view staged_update_run = SLIPWAY_FLEET_PREFIX "stagedupdaterun-finalizer";
inline constexpr std::string_view member_cluster = SLIPWAY_FLEET_PREFIX "membercluster-finalizer";
inline constexpr std::string_view cluster_profile_cleanup = SLIPWAY_FLEET_PREFIX "cluster-profile-cleanup";
}  // namespace finalizer

inline constexpr std::string_view deletion_stage_name = SLIPWAY_FLEET_PREFIX "deleteStage";
inline constexpr std::string_view fleet_system_namespace = "fleet-system";
inline constexpr std::string_view member_namespace_prefix = "fleet-member-";
inline constexpr std::string_view hub_lease_name = "136224848560.hub.fleet.azure.com";
inline constexpr std::string_view member_lease_name = "136224848560.member.fleet.azure.com";
inline constexpr std::string_view member_cluster_name_variable = "${MEMBER-CLUSTER-NAME}";
inline constexpr std::string_view member_cluster_label_variable_prefix = "${MEMBER-CLUSTER-LABEL-KEY-";

// Field managers (api 8.4).
namespace field_manager {
inline constexpr std::string_view member_apply = "work-api-agent";
inline constexpr std::string_view placement = "cluster-placement-controller";
inline constexpr std::string_view member_cluster = "member-cluster-controller";
inline constexpr std::string_view override = "override-controller";
inline constexpr std::string_view staged_update_run = "cluster-staged-update-run-controller";
}  // namespace field_manager

#undef SLIPWAY_FLEET_PREFIX

// Names of 8.4. Namespaces are given there: snapshots, bindings and approval requests live where their placement or run
// does.
[[nodiscard]] std::string policy_snapshot_name(std::string_view placement, std::int64_t index);
[[nodiscard]] std::string master_resource_snapshot_name(std::string_view placement, std::int64_t index);
[[nodiscard]] std::string sub_resource_snapshot_name(std::string_view placement, std::int64_t index,
                                                     std::int64_t subindex);
[[nodiscard]] std::string override_snapshot_name(std::string_view override_name, std::int64_t index);

// "<26 characters of placement>-<27 of cluster>-<8 hex digits>". The digits are derived from the placement's UID, the
// cluster and the UID of a binding of this pair that is still being deleted ("" if none): the same decision made twice
// has one name (design 4). The name must be an RFC 1123 label: check with kube::check_dns1123_label (a dot in the kept
// part breaks it).
[[nodiscard]] std::string binding_name(std::string_view placement, std::string_view cluster,
                                       std::string_view placement_uid, std::string_view predecessor_uid);

// `placement`: with a namespace a ResourcePlacement's.
[[nodiscard]] std::string work_base_name(const kube::NamespacedName& placement);
[[nodiscard]] std::string master_work_name(const kube::NamespacedName& placement);
[[nodiscard]] std::string sub_work_name(const kube::NamespacedName& placement, std::int64_t subindex);
// `parent_work`: the name of the Work of the snapshot that holds the envelope.
[[nodiscard]] std::string envelope_work_name(std::string_view parent_work, EnvelopeType type,
                                             std::string_view envelope_namespace, std::string_view envelope_name);

[[nodiscard]] std::string approval_request_name(std::string_view run, std::string_view stage, bool before);
[[nodiscard]] std::string member_namespace(std::string_view member_cluster);
// The member's name if this is a member namespace.
[[nodiscard]] std::optional<std::string_view> member_of_namespace(std::string_view namespace_);
[[nodiscard]] std::string member_role_name(std::string_view member_cluster);
[[nodiscard]] std::string member_role_binding_name(std::string_view member_cluster);
// fleet-… and kube-…: never selected.
[[nodiscard]] bool is_reserved_namespace(std::string_view namespace_);

// A decimal index label or annotation, or nullopt when it is absent, no number or negative.
[[nodiscard]] std::optional<std::int64_t> index_of(const kube::StringMap& map, std::string_view key);

// Controller reference to an object of the fleet (v1beta1, controller, blockOwnerDeletion as given; api 8.5).
[[nodiscard]] kube::OwnerReference owner_reference(const kube::GroupVersionKind& kind, const kube::ObjectMeta& owner,
                                                   bool block_owner_deletion = true);

}  // namespace slipway::api
