#include "sim/workloads/node.h"

#include <algorithm>

#include "api/builtin_values.h"
#include "base/bytes.h"
#include "sim/workloads/objects.h"

namespace slipway::sim::workloads {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

constexpr std::string_view waking_namespace = "kube-system";

json::Value amounts() {
  return json::Object{{"cpu", "32"}, {"memory", "256Gi"}, {"pods", std::to_string(node_pods_max)}};
}

struct NodeCondition {
  std::string_view type;
  bool holds;
  std::string_view reason;
  std::string_view message;
};
constexpr NodeCondition node_conditions[] = {
    {"MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
    {"DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
    {"PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
    {"Ready", true, "KubeletReady", "kubelet is posting ready status"},
};

// Times of conditions that say the same stay: nothing is written to say that nothing changed.
json::Value conditions(const json::Value& node, WallTime now) {
  json::Array out;
  for (const NodeCondition& one : node_conditions) {
    const std::string_view status = one.holds ? "True" : "False";
    const auto* before = api::builtin::find_by(api::builtin::list_at(node, {"status", "conditions"}), "type", one.type);
    const bool same = before != nullptr && before->text_at({"status"}) == status;
    const std::string since(same ? std::string(before->text_at({"lastTransitionTime"})) : to_rfc3339(now));
    const std::string heard(same ? std::string(before->text_at({"lastHeartbeatTime"})) : to_rfc3339(now));
    out.emplace_back(json::Object{{"lastHeartbeatTime", heard},
                                  {"lastTransitionTime", since},
                                  {"message", one.message},
                                  {"reason", one.reason},
                                  {"status", status},
                                  {"type", one.type}});
  }
  return out;
}

json::Value node_info(const std::string& name) {
  const std::string id = sha256_hex(name).substr(0, 32);
  return json::Object{{"architecture", "amd64"},
                      {"bootID", id},
                      {"containerRuntimeVersion", "containerd://2.0.0"},
                      {"kernelVersion", "6.1.0"},
                      {"kubeProxyVersion", ""},
                      {"kubeletVersion", "v1.33.0"},
                      {"machineID", id},
                      {"operatingSystem", "linux"},
                      {"osImage", "Slipway simulated node"},
                      {"systemUUID", id}};
}

json::Value status_of(const json::Value& node, const std::string& name, WallTime now) {
  return json::Object{{"addresses", json::Array{json::Object{{"address", node_address}, {"type", "InternalIP"}},
                                                json::Object{{"address", name}, {"type", "Hostname"}}}},
                      {"allocatable", amounts()},
                      {"capacity", amounts()},
                      {"conditions", conditions(node, now)},
                      {"nodeInfo", node_info(name)}};
}

class NodeController final : public engine::Controller {
 public:
  explicit NodeController(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string_view name() const override { return "sim-node"; }

  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    const auto wake = [node = name_](std::string_view name) {
      return [node, name = std::string(name)](const Change& change, const View&, std::vector<Key>& keys) {
        if (change.either().metadata().name == name) keys.push_back({"", node});
      };
    };
    return {{.collection = namespaces().collection(), .concerns = wake(waking_namespace)},
            {.collection = nodes().collection(), .concerns = wake(name_)}};
  }

  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo&, Now now) const override {
    Plan plan;
    const auto node = view.get(nodes().collection(), key);
    if (node == nullptr) {
      json::Value whole = json::Object{
          {"metadata", json::Object{{"labels", json::Object{{"kubernetes.io/arch", "amd64"},
                                                            {"kubernetes.io/hostname", name_},
                                                            {"kubernetes.io/os", "linux"},
                                                            {"node.kubernetes.io/instance-type", "simulated"},
                                                            {"topology.kubernetes.io/region", "simulated"},
                                                            {"topology.kubernetes.io/zone", "simulated-1"}}},
                                    {"name", name_}}},
          {"spec", json::Object{}},
          {"status", status_of({}, name_, now.wall)}};
      plan.chains.push_back({create(nodes(), std::move(whole), "the cluster has no node")});
    } else {
      plan.report = set_status(nodes(), *node, status_of(node->to_value(), name_, now.wall), "the node is well");
    }
    return plan;
  }

 private:
  std::string name_;
};

}  // namespace

std::string node_name(std::string_view cluster) { return fmt::format("{}-node-1", cluster); }

std::unique_ptr<engine::Controller> make_node_controller(const WorkloadOptions& options) {
  return std::make_unique<NodeController>(node_name(options.cluster_name));
}

}  // namespace slipway::sim::workloads
