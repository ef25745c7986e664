#include "member/join/properties.h"

#include <algorithm>

#include "api/conditions.h"

namespace slipway::member::join {
namespace {

// 6.2.
constexpr std::string_view node_count = "kubernetes-fleet.io/node-count";
constexpr std::string_view server_version = "k8s.io/k8s-version";
constexpr std::string_view server_entrypoint = "k8s.io/cluster-entrypoint";
constexpr std::string_view server_authority = "k8s.io/cluster-certificate-authority-data";
constexpr std::string_view sku_prefix = "kubernetes.azure.com/vm-sizes/";
constexpr std::string_view sku_suffix = "/count";
constexpr std::string_view sku_label = "beta.kubernetes.io/instance-type";
constexpr std::string_view unknown_sku = "undefined";
constexpr std::string_view cpu_cost = "kubernetes.azure.com/per-cpu-core-cost";
constexpr std::string_view memory_cost = "kubernetes.azure.com/per-gb-memory-cost";

constexpr std::string_view pods_resource = "pods";
constexpr std::string_view counted_resources[] = {"cpu", "memory"};

bool is_counted(std::string_view resource) {
  return std::ranges::find(counted_resources, resource) != std::end(counted_resources);
}

void add(api::ResourceList& sum, const json::Value* amounts, bool counts_all) {
  const json::Object* const members = amounts == nullptr ? nullptr : amounts->object();
  if (members == nullptr) return;
  for (const auto& [resource, amount] : *members) {
    if (!counts_all && !is_counted(resource)) continue;
    const auto parsed = amount.is_integer()  ? Result<kube::Quantity>(kube::Quantity::from_integer(*amount.integer()))
                        : amount.is_string() ? kube::parse_quantity(*amount.string())
                                             : Result<kube::Quantity>(kube::Quantity());
    if (!parsed) continue;
    auto& total = sum[resource];
    total = total + *parsed;
  }
}

api::ResourceList nothing() {
  api::ResourceList list;
  for (const auto resource : counted_resources) list.emplace(resource, kube::Quantity());
  return list;
}

// Requests of the pods that are, or will be, running on a node. Each of them is a pod that the node may have.
void add_requests(api::ResourceList& sum, const json::Value& pod, bool counts_all) {
  const auto phase = pod.text_at({"status", "phase"});
  if (pod.text_at({"spec", "nodeName"}).empty() || phase == "Succeeded" || phase == "Failed") return;
  auto& count = sum[std::string(pods_resource)];
  count = count + kube::Quantity::from_integer(1);
  const json::Value* const containers = pod.find_path({"spec", "containers"});
  if (containers == nullptr || !containers->is_array()) return;
  for (const json::Value& container : *containers->array())
    add(sum, container.find_path({"resources", "requests"}), counts_all);
}

std::string_view sku_of(const kube::Object& node) {
  const std::string* const label = node.metadata().label(sku_label);
  return label == nullptr || label->empty() ? unknown_sku : std::string_view(*label);
}

void set(api::Properties& properties, std::string_view name, std::string value, WallTime at) {
  properties.insert_or_assign(std::string(name), api::PropertyValue{.value = std::move(value), .observation_time = at});
}

bool is_of_nodes(std::string_view property) { return property == node_count || property.starts_with(sku_prefix); }

std::vector<std::pair<std::string_view, std::string_view>> of_nodes(const api::Properties& properties) {
  std::vector<std::pair<std::string_view, std::string_view>> found;
  for (const auto& [name, property] : properties) {
    if (is_of_nodes(name)) found.emplace_back(name, property.value);
  }
  return found;
}

}  // namespace

engine::Collection nodes() { return {engine::Side::member, {"", "nodes"}}; }
engine::Collection pods() { return {engine::Side::member, {"", "pods"}}; }

ClusterFacts collect_nodes(PropertyProvider provider, const engine::View& view, WallTime now) {
  ClusterFacts facts;
  facts.usage = {.capacity = nothing(), .allocatable = nothing(), .available = {}, .observation_time = now};
  const bool counts_all = provider == PropertyProvider::standard;
  const auto all_nodes = view.list(nodes(), "");
  std::map<std::string_view, std::size_t> skus;
  for (const auto& node : all_nodes) {
    const json::Value whole = node->to_value();
    add(facts.usage.capacity, whole.find_path({"status", "capacity"}), counts_all);
    add(facts.usage.allocatable, whole.find_path({"status", "allocatable"}), counts_all);
    if (provider == PropertyProvider::azure) ++skus[sku_of(*node)];
  }
  set(facts.properties, node_count, std::to_string(all_nodes.size()), now);
  for (const auto& [sku, count] : skus)
    set(facts.properties, fmt::format("{}{}{}", sku_prefix, sku, sku_suffix), std::to_string(count), now);
  return facts;
}

void add_available(ClusterFacts& facts, PropertyProvider provider, const engine::View& view) {
  api::ResourceList requested = nothing();
  for (const auto& pod : view.list(pods(), ""))
    add_requests(requested, pod->to_value(), provider == PropertyProvider::standard);
  for (const auto& [resource, allocatable] : facts.usage.allocatable) {
    const auto taken = requested.find(resource);
    const kube::Quantity left = taken == requested.end() ? allocatable : allocatable - taken->second;
    facts.usage.available.emplace(resource, std::max(left, kube::Quantity()));
  }
}

void add_server(ClusterFacts& facts, const PropertyOptions& options, const SeenVersion* version, WallTime now) {
  if (options.provider == PropertyProvider::built_in) return;
  if (version != nullptr) set(facts.properties, server_version, version->text, version->at);
  if (!options.entrypoint.empty()) set(facts.properties, server_entrypoint, options.entrypoint, now);
  if (!options.authority.empty()) set(facts.properties, server_authority, options.authority, now);
}

std::optional<kube::Condition> add_costs(ClusterFacts& facts, const PropertyOptions& options, WallTime now) {
  if (options.provider != PropertyProvider::azure || !options.costs) return std::nullopt;
  kube::Condition condition{.type = std::string(api::condition::aks_cluster_cost_properties_collection_succeeded),
                            .status = kube::ConditionStatus::false_,
                            .reason = std::string(api::member_reason::costs_calculation_failed),
                            .message = "this agent has no list of prices: no node has one"};
  const auto count = facts.properties.find(node_count);
  if (count != facts.properties.end() && count->second.value == "0") {
    for (const auto cost : {cpu_cost, memory_cost}) set(facts.properties, cost, "0.000", now);
    condition.status = kube::ConditionStatus::true_;
    condition.reason = api::member_reason::costs_calculated;
    condition.message = "there are no nodes to pay for";
  }
  return condition;
}

bool changes_capacity(const engine::Change& change) {
  if (change.before == nullptr || change.after == nullptr) return true;
  if (sku_of(*change.before) != sku_of(*change.after)) return true;
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
  return of_nodes(facts.properties) != of_nodes(reported.properties) ||
         facts.usage.capacity != reported.resource_usage.capacity ||
         facts.usage.allocatable != reported.resource_usage.allocatable;
}

}  // namespace slipway::member::join
