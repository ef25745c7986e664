#include "sim/workloads/scheduling.h"

#include <algorithm>

#include "api/builtin_values.h"
#include "sim/workloads/facts.h"

namespace slipway::sim::workloads {
namespace {

using api::builtin::list_at;
using api::builtin::map_at;

kube::Quantity allocatable(const json::Value& node, std::string_view what) {
  return kube::parse_quantity(node.text_at({"status", "allocatable", what})).value_or(kube::Quantity{});
}

bool tolerates(const json::Value& pod, const json::Value& taint) {
  return std::ranges::any_of(list_at(pod, {"spec", "tolerations"}), [&](const json::Value& one) {
    const std::string_view effect = one.text_at({"effect"});
    if (!effect.empty() && effect != taint.text_at({"effect"})) return false;
    const std::string_view key = one.text_at({"key"});
    if (one.text_at({"operator"}) == "Exists") return key.empty() || key == taint.text_at({"key"});
    return key == taint.text_at({"key"}) && one.text_at({"value"}) == taint.text_at({"value"});
  });
}

bool is_repelled(const json::Value& pod, const json::Value& node) {
  return std::ranges::any_of(list_at(node, {"spec", "taints"}), [&](const json::Value& taint) {
    return taint.text_at({"effect"}) != "PreferNoSchedule" && !tolerates(pod, taint);
  });
}

bool is_selected(const json::Value& pod, const kube::Object& node) {
  return std::ranges::all_of(map_at(pod, {"spec", "nodeSelector"}), [&](const auto& wanted) {
    const std::string* has = node.metadata().label(wanted.first);
    return has != nullptr && wanted.second.string() != nullptr && *wanted.second.string() == *has;
  });
}

}  // namespace

bool is_for_default_scheduler(const json::Value& pod) {
  const std::string_view scheduler = pod.text_at({"spec", "schedulerName"});
  return (scheduler.empty() || scheduler == "default-scheduler") && list_at(pod, {"spec", "schedulingGates"}).empty();
}

std::string why_not_here(const kube::Object& pod, const json::Value& whole, const kube::Object* node,
                         const std::vector<kube::ObjectPtr>& others) {
  if (node == nullptr) return "no nodes available to schedule pods";
  const json::Value node_value = node->to_value();
  const auto refuse = [](std::string_view cause) { return fmt::format("0/1 nodes are available: 1 {}.", cause); };
  if (api::builtin::flag_at(node_value, {"spec", "unschedulable"})) return refuse("node(s) were unschedulable");
  if (!is_selected(whole, *node)) return refuse("node(s) didn't match Pod's node affinity/selector");
  if (is_repelled(whole, node_value)) return refuse("node(s) had untolerated taint(s)");
  const PodFacts& wanted = pod_facts(pod);
  kube::Quantity cpu = wanted.cpu;
  kube::Quantity memory = wanted.memory;
  for (const auto& other : others) {
    cpu = cpu + pod_facts(*other).cpu;
    memory = memory + pod_facts(*other).memory;
  }
  if (!wanted.cpu.is_zero() && cpu > allocatable(node_value, "cpu")) return refuse("Insufficient cpu");
  if (!wanted.memory.is_zero() && memory > allocatable(node_value, "memory")) return refuse("Insufficient memory");
  if (static_cast<std::int64_t>(others.size()) >= allocatable(node_value, "pods").integer_rounded_up())
    return refuse("Too many pods");
  return "";
}

}  // namespace slipway::sim::workloads
