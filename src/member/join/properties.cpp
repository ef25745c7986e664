#include "member/join/properties.h"

#include <algorithm>

namespace slipway::member::join {
namespace {

constexpr std::string_view node_count = "kubernetes-fleet.io/node-count";
constexpr std::string_view counted_resources[] = {"cpu", "memory"};

void add(api::ResourceList& sum, const json::Value* amounts) {
  for (const auto resource : counted_resources) {
    const json::Value* amount = amounts == nullptr ? nullptr : amounts->find(resource);
    if (amount == nullptr) continue;
    const auto parsed = amount->is_integer()  ? Result<kube::Quantity>(kube::Quantity::from_integer(*amount->integer()))
                        : amount->is_string() ? kube::parse_quantity(*amount->string())
                                              : Result<kube::Quantity>(kube::Quantity());
    if (!parsed) continue;
    auto& total = sum[std::string(resource)];
    total = total + *parsed;
  }
}

api::ResourceList nothing() {
  api::ResourceList list;
  for (const auto resource : counted_resources) list.emplace(resource, kube::Quantity());
  return list;
}

// Requests of the pods that are, or will be, running on a node.
void add_requests(api::ResourceList& sum, const json::Value& pod) {
  const auto phase = pod.text_at({"status", "phase"});
  if (pod.text_at({"spec", "nodeName"}).empty() || phase == "Succeeded" || phase == "Failed") return;
  const json::Value* const containers = pod.find_path({"spec", "containers"});
  if (containers == nullptr || !containers->is_array()) return;
  for (const json::Value& container : *containers->array()) add(sum, container.find_path({"resources", "requests"}));
}

}  // namespace

engine::Collection nodes() { return {engine::Side::member, {"", "nodes"}}; }
engine::Collection pods() { return {engine::Side::member, {"", "pods"}}; }

ClusterFacts collect_nodes(const engine::View& view, WallTime now) {
  ClusterFacts facts;
  facts.usage = {.capacity = nothing(), .allocatable = nothing(), .available = {}, .observation_time = now};
  const auto all_nodes = view.list(nodes(), "");
  for (const auto& node : all_nodes) {
    const json::Value whole = node->to_value();
    add(facts.usage.capacity, whole.find_path({"status", "capacity"}));
    add(facts.usage.allocatable, whole.find_path({"status", "allocatable"}));
  }
  facts.properties.emplace(node_count,
                           api::PropertyValue{.value = std::to_string(all_nodes.size()), .observation_time = now});
  return facts;
}

void add_available(ClusterFacts& facts, const engine::View& view) {
  api::ResourceList requested = nothing();
  for (const auto& pod : view.list(pods(), "")) add_requests(requested, pod->to_value());
  for (const auto& [resource, allocatable] : facts.usage.allocatable) {
    const kube::Quantity left = allocatable - requested.find(resource)->second;
    facts.usage.available.emplace(resource, std::max(left, kube::Quantity()));
  }
}

bool changes_capacity(const engine::Change& change) {
  if (change.before == nullptr || change.after == nullptr) return true;
  const json::Value before = change.before->to_value();
  const json::Value after = change.after->to_value();
  const auto differ = [&](std::string_view field) {
    const json::Value* const a = before.find_path({"status", field});
    const json::Value* const b = after.find_path({"status", field});
    return a == nullptr || b == nullptr ? a != b : *a != *b;
  };
  return differ("capacity") || differ("allocatable");
}

bool has_other_nodes(const ClusterFacts& facts, const api::InternalMemberClusterStatus& reported) {
  const auto count = reported.properties.find(node_count);
  return count == reported.properties.end() || count->second.value != facts.properties.find(node_count)->second.value ||
         facts.usage.capacity != reported.resource_usage.capacity ||
         facts.usage.allocatable != reported.resource_usage.allocatable;
}

}  // namespace slipway::member::join
