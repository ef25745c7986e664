#pragma once

#include <optional>
#include <vector>

#include "api/placement.h"
#include "engine/view.h"
#include "hub/selection/api_list.h"

// What a placement selects on the hub right now, as manifests ready for a snapshot (placement 1.5-1.8). Pure:
// everything comes from live reads, so that nothing stale is ever rolled out (staged-update W1).
namespace slipway::hub::selection {

struct SelectedResources {
  std::vector<json::Value> manifests;                // normalised (1.7), in the order of 1.8
  std::vector<api::ResourceIdentifier> identifiers;  // of the manifests, same order
};

// Either reads that must be made first, or the outcome. Errors: invalid (the user's selectors are wrong; the message
// says which and why), unavailable (try again: something is not readable yet).
struct Step {
  std::vector<engine::Read> reads;
  std::optional<Result<SelectedResources>> outcome;  // present exactly when `reads` is empty
};

struct Rules {
  // Further namespaces that are never selected (--skipped-propagating-namespaces).
  std::vector<std::string> skipped_namespaces{};
  bool enable_workload = false;  // placement 1.6.2
  // Never selected, beside what never is (--skipped-propagating-apis).
  std::vector<ApiPattern> skipped_apis{};
  // Not empty: these, and nothing else, whatever never is without it (--allowed-propagating-apis).
  std::vector<ApiPattern> allowed_apis{};
};

[[nodiscard]] Step select_resources(const api::Placement& placement, const engine::View& view, const Rules& rules = {});

// Identifiers of manifests as they stand in a snapshot group, in its order.
[[nodiscard]] std::vector<api::ResourceIdentifier> identify(const std::vector<json::Value>& manifests);

// Is this API ever selected (placement 1.6.1)?
[[nodiscard]] bool is_selectable(const kube::GroupVersionKind& kind, const Rules& rules = {});

}  // namespace slipway::hub::selection
