#include "sim/workloads/service.h"

#include <algorithm>
#include <set>

#include "api/builtin_values.h"
#include "base/bytes.h"
#include "json/patch.h"
#include "json/text.h"
#include "sim/workloads/facts.h"
#include "sim/workloads/indexes.h"
#include "sim/workloads/objects.h"

namespace slipway::sim::workloads {
namespace {

using api::builtin::list_at;
using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

constexpr std::size_t slice_size_max = 100;
constexpr std::string_view slice_manager = "endpointslice-controller.k8s.io";
constexpr std::string_view manager_label = "endpointslice.kubernetes.io/managed-by";
constexpr std::string_view service_label = "kubernetes.io/service-name";

struct Endpoint {
  kube::ObjectPtr pod;
  bool is_ready = false;
};
// Pods that serve the service on the same ports; named ports may differ from pod to pod.
struct Group {
  json::Array ports;
  std::vector<Endpoint> endpoints;
};

std::vector<kube::ObjectPtr> selected_pods(const kube::Object& service, const View& view) {
  const kube::StringMap& selector = service_selector(service);
  const auto& [label, value] = *selector.begin();
  auto found =
      view.indexed(pods().collection(), index::by_label, place_of(service.metadata().namespace_, label, value));
  std::erase_if(found, [&](const kube::ObjectPtr& pod) {
    const bool matches = std::ranges::all_of(selector, [&](const auto& wanted) {
      const std::string* has = pod->metadata().label(wanted.first);
      return has != nullptr && *has == wanted.second;
    });
    return !matches || !is_active(*pod) || pod_facts(*pod).ip.empty();
  });
  return found;
}

// The number of a port that the service names; 0 when the pod has none of that name.
std::int64_t target_port(const json::Value& port, const json::Value& pod) {
  const json::Value* target = port.find("targetPort");
  if (target == nullptr) return api::builtin::integer_at(port, {"port"});
  if (target->integer() != nullptr) return *target->integer();
  for (const json::Value& container : list_at(pod, {"spec", "containers"})) {
    for (const json::Value& one : list_at(container, {"ports"})) {
      if (target->string() != nullptr && one.text_at({"name"}) == *target->string() &&
          one.text_at({"protocol"}) == port.text_at({"protocol"})) {
        return api::builtin::integer_at(one, {"containerPort"});
      }
    }
  }
  return 0;
}

bool has_named_target(const json::Value& service) {
  return std::ranges::any_of(list_at(service, {"spec", "ports"}), [](const json::Value& port) {
    const json::Value* target = port.find("targetPort");
    return target != nullptr && target->is_string();
  });
}

json::Array ports_for(const json::Value& service, const json::Value& pod) {
  json::Array ports;
  for (const json::Value& port : list_at(service, {"spec", "ports"})) {
    const std::int64_t number = target_port(port, pod);
    if (number == 0) continue;
    json::Object made{{"port", number}, {"protocol", port.text_at({"protocol"})}};
    if (const auto name = port.text_at({"name"}); !name.empty()) made.set("name", name);
    if (const auto protocol = port.text_at({"appProtocol"}); !protocol.empty()) made.set("appProtocol", protocol);
    ports.emplace_back(std::move(made));
  }
  return ports;
}

// In order of their ports, so that the same pods make the same objects.
std::vector<Group> group(const json::Value& service, const std::vector<kube::ObjectPtr>& found) {
  const bool differs = has_named_target(service);
  const bool all_ready = api::builtin::flag_at(service, {"spec", "publishNotReadyAddresses"});
  std::map<std::string, Group> groups;
  for (const auto& pod : found) {
    json::Array ports = ports_for(service, differs ? pod->to_value() : json::Value());
    Group& one = groups[json::write(ports)];
    one.ports = std::move(ports);
    one.endpoints.push_back({pod, all_ready || pod_facts(*pod).is_ready});
  }
  std::vector<Group> out;
  out.reserve(groups.size());
  for (auto& [text, one] : groups) out.push_back(std::move(one));
  return out;
}

json::Value reference_to(const kube::Object& pod) {
  return json::Object{{"kind", "Pod"},
                      {"name", pod.metadata().name},
                      {"namespace", pod.metadata().namespace_},
                      {"uid", pod.metadata().uid}};
}

json::Value owned_metadata(const kube::Object& service, std::string name, const kube::StringMap& labels) {
  return json::Object{{"labels", to_json(labels)},
                      {"name", std::move(name)},
                      {"namespace", service.metadata().namespace_},
                      {"ownerReferences", json::Array{controller_reference(services(), service.metadata())}}};
}

json::Value endpoints_of(const kube::Object& service, const std::vector<Group>& groups) {
  json::Array subsets;
  for (const Group& one : groups) {
    json::Array ready;
    json::Array unready;
    for (const Endpoint& endpoint : one.endpoints) {
      const PodFacts& facts = pod_facts(*endpoint.pod);
      (endpoint.is_ready ? ready : unready)
          .emplace_back(
              json::Object{{"ip", facts.ip}, {"nodeName", facts.node}, {"targetRef", reference_to(*endpoint.pod)}});
    }
    json::Object subset;
    if (!ready.empty()) subset.set("addresses", std::move(ready));
    if (!unready.empty()) subset.set("notReadyAddresses", std::move(unready));
    if (!one.ports.empty()) subset.set("ports", one.ports);
    subsets.emplace_back(std::move(subset));
  }
  kube::StringMap labels = service.metadata().labels;
  labels["endpoints.kubernetes.io/managed-by"] = "endpoint-controller";
  json::Value whole = json::Object{{"metadata", owned_metadata(service, service.metadata().name, labels)}};
  if (!subsets.empty()) whole["subsets"] = std::move(subsets);
  return whole;
}

json::Value slice_of(const kube::Object& service, std::size_t number, const json::Array& ports, json::Array members) {
  kube::StringMap labels = service.metadata().labels;
  labels[std::string(service_label)] = service.metadata().name;
  labels[std::string(manager_label)] = slice_manager;
  std::string name =
      fmt::format("{}-{}", service.metadata().name, name_suffix(fmt::format("{}/{}", service.metadata().uid, number)));
  return json::Object{{"addressType", "IPv4"},
                      {"endpoints", std::move(members)},
                      {"metadata", owned_metadata(service, std::move(name), labels)},
                      {"ports", ports}};
}

// An empty one where there is no endpoint: it tells that nobody serves.
std::vector<json::Value> slices_of(const kube::Object& service, const std::vector<Group>& groups) {
  std::vector<json::Value> slices;
  for (const Group& one : groups) {
    json::Array members;
    const auto close = [&] {
      if (!members.empty()) slices.push_back(slice_of(service, slices.size(), one.ports, std::exchange(members, {})));
    };
    for (const Endpoint& endpoint : one.endpoints) {
      const PodFacts& facts = pod_facts(*endpoint.pod);
      members.emplace_back(json::Object{
          {"addresses", json::Array{facts.ip}},
          {"conditions",
           json::Object{{"ready", endpoint.is_ready}, {"serving", facts.is_ready}, {"terminating", false}}},
          {"nodeName", facts.node},
          {"targetRef", reference_to(*endpoint.pod)}});
      if (members.size() == slice_size_max) close();
    }
    close();
  }
  if (slices.empty()) slices.push_back(slice_of(service, 0, {}, {}));
  return slices;
}

// Creates it, or makes what is there like it.
std::optional<engine::Write> ensure(const Kind& kind, json::Value wanted, const View& view) {
  wanted["apiVersion"] = kind.kind.api_version();
  wanted["kind"] = kind.kind.kind;
  const kube::NamespacedName key{std::string(wanted.text_at({"metadata", "namespace"})),
                                 std::string(wanted.text_at({"metadata", "name"}))};
  const auto present = view.get(kind.collection(), key);
  if (present == nullptr) return create(kind, std::move(wanted), "a service has endpoints");
  if (present->metadata().is_deleting()) return std::nullopt;
  const json::Value is = present->to_value();
  json::Value next = is;
  for (const char* part : {"endpoints", "ports", "subsets"}) {
    if (next.find(part) != nullptr) next.object()->erase(part);
    if (const json::Value* value = wanted.find(part)) next[part] = *value;
  }
  for (const char* part : {"labels", "ownerReferences"}) next["metadata"][part] = *wanted.find_path({"metadata", part});
  json::Value change = json::make_merge_patch(is, settled(kind, std::move(next)));
  if (change == json::Value(json::Object{})) return std::nullopt;
  return patch(kind, *present, std::move(change), "the service's pods have changed");
}

// 198.18.0.0/15, which no network routes: outside addresses of simulated load balancers.
json::Value load_balancer_status(const kube::Object& service) {
  const std::uint64_t number = fnv1a(service.key().text()) % (1U << 17U);
  const std::string address = fmt::format("198.{}.{}.{}", 18 + (number >> 16U), (number >> 8U) & 255U, number & 255U);
  return json::Object{{"ingress", json::Array{json::Object{{"ip", address}, {"ipMode", "VIP"}}}}};
}

std::optional<engine::Write> settle_load_balancer(const kube::Object& service, const json::Value& whole) {
  json::Value status = json::Object{};
  if (const json::Value* present = whole.find("status"); present != nullptr && present->is_object()) status = *present;
  const bool is_balanced = whole.text_at({"spec", "type"}) == "LoadBalancer";
  if (is_balanced != list_at(status, {"loadBalancer", "ingress"}).empty()) return std::nullopt;
  status["loadBalancer"] = is_balanced ? load_balancer_status(service) : json::Value(json::Object{});
  return set_status(services(), service, std::move(status), "a load balancer comes and goes with the type");
}

class ServiceController final : public engine::Controller {
 public:
  [[nodiscard]] std::string_view name() const override { return "sim-service"; }

  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    const auto of_owner = [](const Change& change, const View&, std::vector<Key>& keys) {
      add_controller(services(), change.either(), keys);
    };
    return {{.collection = services().collection(),
             .concerns = [](const Change& change, const View&,
                            std::vector<Key>& keys) { keys.push_back(change.either().key()); }},
            {.collection = pods().collection(),
             .concerns =
                 [](const Change& change, const View& view, std::vector<Key>& keys) {
                   if (change.before != nullptr) add_selecting(services(), *change.before, view, keys);
                   if (change.after != nullptr) add_selecting(services(), *change.after, view, keys);
                 }},
            {.collection = endpoints().collection(), .concerns = of_owner},
            {.collection = endpoint_slices().collection(), .concerns = of_owner}};
  }

  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    auto all = pod_indexes();
    all.push_back(services_by_selector());
    all.push_back(slices_by_service());
    return all;
  }

  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo&, Now) const override {
    Plan plan;
    const auto service = view.get(services().collection(), key);
    if (service == nullptr || service->metadata().is_deleting()) return plan;
    const json::Value whole = service->to_value();
    plan.report = settle_load_balancer(*service, whole);
    if (service_selector(*service).empty() || whole.text_at({"spec", "type"}) == "ExternalName") return plan;

    const auto groups = group(whole, selected_pods(*service, view));
    std::set<std::string, std::less<>> kept;
    for (json::Value& slice : slices_of(*service, groups)) {
      kept.emplace(slice.text_at({"metadata", "name"}));
      if (auto write = ensure(endpoint_slices(), std::move(slice), view)) plan.chains.push_back({*std::move(write)});
    }
    for (const auto& slice : view.indexed(endpoint_slices().collection(), index::by_service, key.text())) {
      const std::string* manager = slice->metadata().label(manager_label);
      if (manager == nullptr || *manager != slice_manager || kept.contains(slice->metadata().name)) continue;
      plan.chains.push_back({remove(endpoint_slices(), *slice, "the service has fewer endpoints")});
    }
    if (auto write = ensure(endpoints(), endpoints_of(*service, groups), view))
      plan.chains.push_back({*std::move(write)});
    return plan;
  }
};

}  // namespace

std::unique_ptr<engine::Controller> make_service_controller() { return std::make_unique<ServiceController>(); }

}  // namespace slipway::sim::workloads
