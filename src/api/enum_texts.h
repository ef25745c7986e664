#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include "api/membership.h"
#include "api/override.h"
#include "api/placement.h"
#include "api/staged_update.h"

// The texts of the API's enums, by enumerator, in the order of the schema's `enum`. Internal to this layer.
namespace slipway::api::description {

template <class E>
using Of = std::type_identity<E>;

constexpr auto texts(Of<Scope>) { return std::to_array<std::string_view>({"Cluster", "Namespaced"}); }
constexpr auto texts(Of<ComparisonOption>) {
  return std::to_array<std::string_view>({"PartialComparison", "FullComparison"});
}
constexpr auto texts(Of<WhenToApply>) { return std::to_array<std::string_view>({"Always", "IfNotDrifted"}); }
constexpr auto texts(Of<ApplyType>) {
  return std::to_array<std::string_view>({"ClientSideApply", "ServerSideApply", "ReportDiff"});
}
constexpr auto texts(Of<WhenToTakeOver>) { return std::to_array<std::string_view>({"Always", "IfNoDiff", "Never"}); }
constexpr auto texts(Of<PropagationPolicy>) { return std::to_array<std::string_view>({"Abandon", "Delete"}); }
constexpr auto texts(Of<ReportBackType>) { return std::to_array<std::string_view>({"Disabled", "Mirror"}); }
constexpr auto texts(Of<ReportBackDestination>) {
  return std::to_array<std::string_view>({"OriginalResource", "WorkAPI"});
}
constexpr auto texts(Of<SortOrder>) { return std::to_array<std::string_view>({"Ascending", "Descending"}); }
constexpr auto texts(Of<SelectionScope>) {
  return std::to_array<std::string_view>({"NamespaceOnly", "NamespaceWithResources", "NamespaceWithResourceSelectors"});
}
constexpr auto texts(Of<EnvelopeType>) {
  return std::to_array<std::string_view>({"ConfigMap", "ClusterResourceEnvelope", "ResourceEnvelope"});
}
constexpr auto texts(Of<PlacementType>) { return std::to_array<std::string_view>({"PickAll", "PickN", "PickFixed"}); }
constexpr auto texts(Of<WhenUnsatisfiable>) {
  return std::to_array<std::string_view>({"DoNotSchedule", "ScheduleAnyway"});
}
constexpr auto texts(Of<TolerationOperator>) { return std::to_array<std::string_view>({"Equal", "Exists"}); }
constexpr auto texts(Of<RolloutStrategyType>) { return std::to_array<std::string_view>({"RollingUpdate", "External"}); }
constexpr auto texts(Of<StatusReportingScope>) {
  return std::to_array<std::string_view>({"ClusterScopeOnly", "NamespaceAccessible"});
}
constexpr auto texts(Of<OverrideType>) { return std::to_array<std::string_view>({"JSONPatch", "Delete"}); }
constexpr auto texts(Of<PatchOperator>) { return std::to_array<std::string_view>({"add", "remove", "replace"}); }
constexpr auto texts(Of<UpdateRunState>) { return std::to_array<std::string_view>({"Initialize", "Run", "Stop"}); }
constexpr auto texts(Of<StageTaskType>) { return std::to_array<std::string_view>({"TimedWait", "Approval"}); }
constexpr auto texts(Of<DeleteValidationMode>) { return std::to_array<std::string_view>({"Skip", "Strict"}); }
constexpr auto texts(Of<kube::ConditionStatus>) {
  return std::to_array<std::string_view>({"True", "False", "Unknown"});
}

}  // namespace slipway::api::description
