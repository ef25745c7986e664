#include "api/kinds.h"

#include <algorithm>
#include <cstdlib>

#include "api/cluster_profile.h"
#include "api/codec.h"
#include "api/kind_table.h"

// The inventory and the printer columns (api 1, 2).
namespace slipway::api {
namespace {

using Columns = std::vector<PrinterColumn>;

constexpr std::string_view v1alpha1 = "v1alpha1";
constexpr std::string_view v1 = "v1";
constexpr std::string_view v1beta1 = "v1beta1";

const PrinterColumn age = {"Age", "date", ".metadata.creationTimestamp"};
const PrinterColumn generation = {"Gen", "string", ".metadata.generation"};

#define SLIPWAY_CONDITION(type, member) ".status.conditions[?(@.type==\"" type "\")]." member
#define SLIPWAY_PLACEMENT_COLUMNS(prefix)                                                                      \
  {generation,                                                                                                 \
   {"Type", "string", ".spec.policy.placementType", 1},                                                        \
   {"Scheduled", "string", SLIPWAY_CONDITION(prefix "Scheduled", "status")},                                   \
   {"Scheduled-Gen", "string", SLIPWAY_CONDITION(prefix "Scheduled", "observedGeneration")},                   \
   {"Work-Synchronized", "string", SLIPWAY_CONDITION(prefix "WorkSynchronized", "status"), 1},                 \
   {"Work-Synchronized-Gen", "string", SLIPWAY_CONDITION(prefix "WorkSynchronized", "observedGeneration"), 1}, \
   {"Available", "string", SLIPWAY_CONDITION(prefix "Available", "status")},                                   \
   {"Available-Gen", "string", SLIPWAY_CONDITION(prefix "Available", "observedGeneration")},                   \
   age}

Columns run_columns(bool with_progressing) {
  Columns columns = {
      {"Placement", "string", ".spec.placementName"},
      // Not the spec's index, which is empty for a run on the latest content (staged-update 19, row 1).
      {"Resource-Snapshot-Index", "string", ".status.resourceSnapshotIndexUsed"},
      {"Policy-Snapshot-Index", "string", ".status.policySnapshotIndexUsed"},
      {"Initialized", "string", SLIPWAY_CONDITION("Initialized", "status")},
      {"Progressing", "string", SLIPWAY_CONDITION("Progressing", "status")},
      {"Succeeded", "string", SLIPWAY_CONDITION("Succeeded", "status")},
      age,
      {"Strategy", "string", ".spec.stagedRolloutStrategyName", 1},
  };
  if (!with_progressing) columns.erase(columns.begin() + 4);
  return columns;
}

const Columns& binding_columns() {
  static const Columns columns = {
      {"WorkSynchronized", "string", SLIPWAY_CONDITION("WorkSynchronized", "status")},
      {"ResourcesApplied", "string", SLIPWAY_CONDITION("Applied", "status")},
      {"ResourceAvailable", "string", SLIPWAY_CONDITION("Available", "status"), 1},
      age,
  };
  return columns;
}

const Columns& approval_columns() {
  static const Columns columns = {
      {"Update-Run", "string", ".spec.parentStageRollout"},
      {"Stage", "string", ".spec.targetStage"},
      {"Approved", "string", SLIPWAY_CONDITION("Approved", "status")},
      age,
  };
  return columns;
}

const Columns& member_columns() {
  static const Columns columns = {
      {"Joined", "string", SLIPWAY_CONDITION("Joined", "status")},
      age,
      {"Member-Agent-Last-Seen", "date", ".status.agentStatus[?(@.type==\"MemberAgent\")].lastReceivedHeartbeat"},
      {"Node-Count", "string", R"(.status.properties.kubernetes-fleet\.io/node-count.value)"},
      {"Available-CPU", "string", ".status.resourceUsage.available.cpu"},
      {"Available-Memory", "string", ".status.resourceUsage.available.memory"},
      {"Allocatable-CPU", "string", ".status.resourceUsage.allocatable.cpu", 1},
      {"Allocatable-Memory", "string", ".status.resourceUsage.allocatable.memory", 1},
  };
  return columns;
}

// The rows of the inventory. Each adds the kind to a table of kinds and their structs.
class Table {
 public:
  Table() {
    placements();
    overrides();
    evictions();
    updates();
    members();
  }

  [[nodiscard]] const std::vector<KindInfo>& kinds() const { return kinds_; }
  [[nodiscard]] const description::Struct& root(const KindInfo& kind) const { return *roots_[&kind - kinds_.data()]; }

 private:
  struct Row {
    std::string_view kind, list_kind, plural, singular;
    std::vector<std::string_view> short_names;
    Scope scope;
    std::vector<KindVersion> versions;
    StatusSubresource status;
  };

  template <class T>
  KindInfo& add(Row row) {
    kinds_.push_back({
        .group = placement_group,
        .kind = row.kind,
        .list_kind = row.list_kind,
        .plural = row.plural,
        .singular = row.singular,
        .short_names = std::move(row.short_names),
        .categories = {"fleet", "fleet-placement"},
        .namespaced = row.scope == Scope::namespaced,
        .versions = std::move(row.versions),
        .storage = storage_version,
        .status = row.status,
    });
    roots_.push_back(&description::description_of(std::type_identity<T>{}));
    return kinds_.back();
  }

  static std::vector<KindVersion> same_columns(std::initializer_list<std::string_view> versions,
                                               const Columns& columns) {
    std::vector<KindVersion> all;
    for (const std::string_view version : versions) all.push_back({version, columns});
    return all;
  }

#define SLIPWAY_NAMES(kind, lower) kind, kind "List", lower "s", lower

  void placements() {
    const Columns snapshot_columns = {generation, age};
    add<Placement>({SLIPWAY_NAMES("ClusterResourcePlacement", "clusterresourceplacement"),
                    {"crp"},
                    Scope::cluster,
                    same_columns({v1, v1beta1}, SLIPWAY_PLACEMENT_COLUMNS("ClusterResourcePlacement")),
                    StatusSubresource::yes});
    add<Placement>({SLIPWAY_NAMES("ResourcePlacement", "resourceplacement"),
                    {"rp"},
                    Scope::namespaced,
                    same_columns({v1, v1beta1}, SLIPWAY_PLACEMENT_COLUMNS("ResourcePlacement")),
                    StatusSubresource::yes});
    add<SchedulingPolicySnapshot>({SLIPWAY_NAMES("ClusterSchedulingPolicySnapshot", "clusterschedulingpolicysnapshot"),
                                   {"csps"},
                                   Scope::cluster,
                                   same_columns({v1, v1beta1}, snapshot_columns),
                                   StatusSubresource::yes});
    add<SchedulingPolicySnapshot>({SLIPWAY_NAMES("SchedulingPolicySnapshot", "schedulingpolicysnapshot"),
                                   {"sps"},
                                   Scope::namespaced,
                                   same_columns({v1beta1}, snapshot_columns),
                                   StatusSubresource::yes});
    add<ResourceSnapshot>({SLIPWAY_NAMES("ClusterResourceSnapshot", "clusterresourcesnapshot"),
                           {"crs"},
                           Scope::cluster,
                           same_columns({v1, v1beta1}, snapshot_columns),
                           StatusSubresource::yes});
    add<ResourceSnapshot>({SLIPWAY_NAMES("ResourceSnapshot", "resourcesnapshot"),
                           {"rs"},
                           Scope::namespaced,
                           same_columns({v1beta1}, snapshot_columns),
                           StatusSubresource::yes});
    add<ResourceBinding>({SLIPWAY_NAMES("ClusterResourceBinding", "clusterresourcebinding"),
                          {"crb"},
                          Scope::cluster,
                          same_columns({v1, v1beta1}, binding_columns()),
                          StatusSubresource::yes});
    add<ResourceBinding>({SLIPWAY_NAMES("ResourceBinding", "resourcebinding"),
                          {"rb"},
                          Scope::namespaced,
                          same_columns({v1beta1}, binding_columns()),
                          StatusSubresource::yes});
    add<Work>({SLIPWAY_NAMES("Work", "work"),
               {},
               Scope::namespaced,
               same_columns({v1, v1beta1}, {}),
               StatusSubresource::yes});
    add<AppliedWork>({SLIPWAY_NAMES("AppliedWork", "appliedwork"),
                      {},
                      Scope::cluster,
                      same_columns({v1, v1beta1}, {}),
                      StatusSubresource::yes})
        .on_hub = false;
    add<ClusterResourcePlacementStatus>(
        {"ClusterResourcePlacementStatus",
         "ClusterResourcePlacementStatusList",
         "clusterresourceplacementstatuses",
         "clusterresourceplacementstatus",
         {"crps"},
         Scope::namespaced,
         same_columns({v1, v1beta1}, {{"Resource-Index", "string", ".sourceStatus.observedResourceIndex"},
                                      {"Last-Updated", "string", ".lastUpdatedTime"},
                                      age}),
         StatusSubresource::empty});
  }

  void overrides() {
    const auto versions = same_columns({v1, v1alpha1, v1beta1}, {});
    add<ClusterResourceOverride>({SLIPWAY_NAMES("ClusterResourceOverride", "clusterresourceoverride"),
                                  {},
                                  Scope::cluster,
                                  versions,
                                  StatusSubresource::none});
    add<ClusterResourceOverrideSnapshot>(
        {SLIPWAY_NAMES("ClusterResourceOverrideSnapshot", "clusterresourceoverridesnapshot"),
         {},
         Scope::cluster,
         versions,
         StatusSubresource::none});
    add<ResourceOverride>({SLIPWAY_NAMES("ResourceOverride", "resourceoverride"),
                           {},
                           Scope::namespaced,
                           versions,
                           StatusSubresource::none});
    add<ResourceOverrideSnapshot>({SLIPWAY_NAMES("ResourceOverrideSnapshot", "resourceoverridesnapshot"),
                                   {},
                                   Scope::namespaced,
                                   versions,
                                   StatusSubresource::none});
    add<ResourceEnvelope>({SLIPWAY_NAMES("ClusterResourceEnvelope", "clusterresourceenvelope"),
                           {},
                           Scope::cluster,
                           same_columns({v1beta1}, {}),
                           StatusSubresource::none});
    add<ResourceEnvelope>({SLIPWAY_NAMES("ResourceEnvelope", "resourceenvelope"),
                           {},
                           Scope::namespaced,
                           same_columns({v1beta1}, {}),
                           StatusSubresource::none});
  }

  void evictions() {
    add<PlacementEviction>({SLIPWAY_NAMES("ClusterResourcePlacementEviction", "clusterresourceplacementeviction"),
                            {"crpe"},
                            Scope::cluster,
                            {{v1alpha1, {}},
                             {v1beta1,
                              {{"Valid", "string", SLIPWAY_CONDITION("Valid", "status")},
                               {"Executed", "string", SLIPWAY_CONDITION("Executed", "status")}}}},
                            StatusSubresource::yes});
    add<DisruptionBudget>(
        {SLIPWAY_NAMES("ClusterResourcePlacementDisruptionBudget", "clusterresourceplacementdisruptionbudget"),
         {"crpdb"},
         Scope::cluster,
         same_columns({v1alpha1, v1beta1}, {}),
         StatusSubresource::none});
  }

  void updates() {
    add<StagedUpdateRun>({SLIPWAY_NAMES("ClusterStagedUpdateRun", "clusterstagedupdaterun"),
                          {"csur"},
                          Scope::cluster,
                          {{v1, run_columns(true)}, {v1alpha1, run_columns(false)}, {v1beta1, run_columns(true)}},
                          StatusSubresource::yes});
    add<StagedUpdateRun>({SLIPWAY_NAMES("StagedUpdateRun", "stagedupdaterun"),
                          {"sur"},
                          Scope::namespaced,
                          same_columns({v1, v1beta1}, run_columns(true)),
                          StatusSubresource::yes});
    add<StagedUpdateStrategy>({"ClusterStagedUpdateStrategy",
                               "ClusterStagedUpdateStrategyList",
                               "clusterstagedupdatestrategies",
                               "clusterstagedupdatestrategy",
                               {"csus"},
                               Scope::cluster,
                               same_columns({v1, v1alpha1, v1beta1}, {}),
                               StatusSubresource::yes});
    add<StagedUpdateStrategy>({"StagedUpdateStrategy",
                               "StagedUpdateStrategyList",
                               "stagedupdatestrategies",
                               "stagedupdatestrategy",
                               {"sus"},
                               Scope::namespaced,
                               same_columns({v1, v1beta1}, {}),
                               StatusSubresource::none});
    add<ApprovalRequest>({SLIPWAY_NAMES("ClusterApprovalRequest", "clusterapprovalrequest"),
                          {"careq"},
                          Scope::cluster,
                          same_columns({v1, v1alpha1, v1beta1}, approval_columns()),
                          StatusSubresource::yes});
    add<ApprovalRequest>({SLIPWAY_NAMES("ApprovalRequest", "approvalrequest"),
                          {"areq"},
                          Scope::namespaced,
                          same_columns({v1, v1beta1}, approval_columns()),
                          StatusSubresource::yes});
  }

  void members() {
    KindInfo& member = add<MemberCluster>({SLIPWAY_NAMES("MemberCluster", "membercluster"),
                                           {"cluster"},
                                           Scope::cluster,
                                           same_columns({v1, v1beta1}, member_columns()),
                                           StatusSubresource::yes});
    member.group = cluster_group;
    member.categories = {"fleet", "fleet-cluster"};
    KindInfo& internal = add<InternalMemberCluster>({SLIPWAY_NAMES("InternalMemberCluster", "internalmembercluster"),
                                                     {"imc"},
                                                     Scope::namespaced,
                                                     same_columns({v1, v1beta1}, {age}),
                                                     StatusSubresource::yes});
    internal.group = cluster_group;
    internal.categories = {"fleet", "fleet-cluster"};
    KindInfo& profile = add<ClusterProfile>({SLIPWAY_NAMES("ClusterProfile", "clusterprofile"),
                                             {},
                                             Scope::namespaced,
                                             same_columns({v1alpha1}, {}),
                                             StatusSubresource::yes});
    profile.group = cluster_profile_group;
    profile.categories = {};
    profile.storage = v1alpha1;
  }

  std::vector<KindInfo> kinds_;
  std::vector<const description::Struct*> roots_;
};

const Table& table() {
  static const Table one;
  return one;
}

}  // namespace

std::span<const KindInfo> fleet_kinds() { return table().kinds(); }

const KindInfo* find_kind(const kube::GroupKind& kind) {
  for (const KindInfo& one : fleet_kinds()) {
    if (one.kind == kind.kind && one.group == kind.group) return &one;
  }
  return nullptr;
}

const KindInfo* find_kind(const kube::GroupResource& resource) {
  for (const KindInfo& one : fleet_kinds()) {
    if (one.plural == resource.resource && one.group == resource.group) return &one;
  }
  return nullptr;
}

const KindInfo& kind_named(std::string_view kind) {
  for (const KindInfo& one : fleet_kinds()) {
    if (one.kind == kind) return one;
  }
  std::abort();  // only names written in this layer are asked for
}

const description::Struct& root_of(const KindInfo& kind) { return table().root(kind); }

}  // namespace slipway::api
