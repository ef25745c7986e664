#pragma once

#include <string>
#include <vector>

#include "engine/controller.h"
#include "sim/workloads/objects.h"

// How the simulated controllers find objects without listing them.
namespace slipway::sim::workloads {

namespace index {
inline constexpr std::string_view by_controller = "controller";  // its UID
inline constexpr std::string_view orphans = "orphans";           // namespace of what nobody controls
inline constexpr std::string_view by_label = "label";            // place_of() of each label
inline constexpr std::string_view by_selector = "selector";      // place_of() of the first label it asks for
inline constexpr std::string_view by_node = "node";              // pods: the node's name; "" = not scheduled
inline constexpr std::string_view by_address = "address";        // pods: their IP
inline constexpr std::string_view by_service = "service";        // endpoint slices: the service's namespace/name
}  // namespace index

[[nodiscard]] std::string place_of(std::string_view namespace_, std::string_view label, std::string_view value);

[[nodiscard]] std::vector<engine::Index> replica_set_indexes();
[[nodiscard]] std::vector<engine::Index> pod_indexes();
[[nodiscard]] engine::Index deployments_by_selector();
[[nodiscard]] engine::Index services_by_selector();
[[nodiscard]] engine::Index slices_by_service();

// Adds the keys of what (a kind with index::by_selector) may select an object with these labels: the caller's
// reconcile decides whether it does.
void add_selecting(const Kind& kind, const kube::Object& object, const engine::View& view,
                   std::vector<engine::Key>& keys);
// Adds the object's controller when it is of this kind; false when nobody controls it.
bool add_controller(const Kind& kind, const kube::Object& object, std::vector<engine::Key>& keys);
// The objects of a kind that `owner_uid` controls, the eldest first.
[[nodiscard]] std::vector<kube::ObjectPtr> controlled(const Kind& kind, const std::string& owner_uid,
                                                      const engine::View& view);

// Takes in what the selector matches and nobody controls, and lets go what it no longer matches. True when there is
// something to do: then decide again afterwards.
[[nodiscard]] bool settle_ownership(const Kind& owner_kind, const kube::Object& owner,
                                    const kube::LabelSelector& selector, const Kind& kind, const engine::View& view,
                                    engine::Plan& plan);

}  // namespace slipway::sim::workloads
