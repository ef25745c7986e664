#include "api/builtin_defaults.h"

#include <algorithm>
#include <cctype>

#include "api/builtin_values.h"
#include "base/bytes.h"

namespace slipway::api::builtin {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr int affinity_seconds = 3 * 60 * 60;
constexpr int https_port = 443;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

void default_protocol(json::Value& port) { set_default_text(port, "protocol", "TCP"); }

bool is_zero_or_empty(const json::Value* value) {
  if (value == nullptr || value->is_null()) return true;
  if (const auto* number = value->integer()) return *number == 0;
  return value->string() != nullptr && value->string()->empty();
}

}  // namespace

void set_default_text(json::Value& object, std::string_view key, std::string_view text) {
  if (!is_set(object, {key})) object[key] = text;
}

void default_namespace(json::Value& object) {
  // Put back on every write, whatever the client says.
  if (const std::string name(object.text_at({"metadata", "name"})); !name.empty()) {
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
  }
  set_default_text(object["status"], "phase", "Active");
}

void default_secret(json::Value& object) {
  set_default_text(object, "type", "Opaque");
  for (const auto& [key, value] : json::Object(map_at(object, {"stringData"}))) {
    if (value.string() != nullptr) object["data"][key] = base64(*value.string());
  }
  if (object.object() != nullptr) object.object()->erase("stringData");
}

void default_service(json::Value& object) {
  json::Value& spec = object["spec"];
  set_default_text(spec, "type", "ClusterIP");
  set_default_text(spec, "sessionAffinity", "None");
  if (spec.text_at({"sessionAffinity"}) == "None") spec.object()->erase("sessionAffinityConfig");
  if (spec.text_at({"sessionAffinity"}) == "ClientIP") {
    set_default(spec["sessionAffinityConfig"]["clientIP"], "timeoutSeconds", affinity_seconds);
  }
  for_each_object(spec.find("ports"), [](json::Value& port) {
    default_protocol(port);
    if (is_zero_or_empty(port.find("targetPort"))) port["targetPort"] = integer_at(port, {"port"});
  });
  const std::string type(spec.text_at({"type"}));
  const bool has_ports_outside = type == "NodePort" || type == "LoadBalancer";
  const bool is_external = has_ports_outside || (type == "ClusterIP" && !list_at(spec, {"externalIPs"}).empty());
  if (is_external) set_default_text(spec, "externalTrafficPolicy", "Cluster");
  if (has_ports_outside || type == "ClusterIP") set_default_text(spec, "internalTrafficPolicy", "Cluster");
  if (type == "LoadBalancer") set_default(spec, "allocateLoadBalancerNodePorts", true);
}

void default_endpoints(json::Value& object) {
  for_each_object(object.find("subsets"),
                  [](json::Value& subset) { for_each_object(subset.find("ports"), default_protocol); });
}

void default_endpoint_slice(json::Value& object) {
  for_each_object(object.find("ports"), [](json::Value& port) {
    set_default(port, "name", "");
    default_protocol(port);
  });
}

void default_node(json::Value& object) {
  const json::Value* capacity = object.find_path({"status", "capacity"});
  if (capacity == nullptr || object.find_path({"status", "allocatable"}) != nullptr) return;
  object["status"]["allocatable"] = json::Value(*capacity);
}

void default_deployment(json::Value& object) {
  json::Value& spec = object["spec"];
  set_default(spec, "replicas", 1);
  set_default(spec, "revisionHistoryLimit", 10);
  set_default(spec, "progressDeadlineSeconds", 600);
  json::Value& strategy = spec["strategy"];
  set_default_text(strategy, "type", "RollingUpdate");
  if (strategy.text_at({"type"}) == "RollingUpdate") {
    set_default(strategy["rollingUpdate"], "maxUnavailable", "25%");
    set_default(strategy["rollingUpdate"], "maxSurge", "25%");
  }
  default_pod_spec(spec["template"]["spec"]);
}

void default_replica_set(json::Value& object) {
  set_default(object["spec"], "replicas", 1);
  default_pod_spec(object["spec"]["template"]["spec"]);
}

void default_role_binding(json::Value& object) {
  if (json::Value* role = object.find("roleRef"); role != nullptr && role->is_object()) {
    set_default_text(*role, "apiGroup", rbac_group);
  }
  for_each_object(object.find("subjects"), [](json::Value& subject) {
    const std::string_view kind = subject.text_at({"kind"});
    if (kind == "User" || kind == "Group") set_default_text(subject, "apiGroup", rbac_group);
  });
}

void default_custom_resource_definition(json::Value& object) {
  json::Value& spec = object["spec"];
  json::Value& names = spec["names"];
  if (const std::string kind(names.text_at({"kind"})); !kind.empty()) {
    set_default_text(names, "singular", lower(kind));
    set_default_text(names, "listKind", kind + "List");
  }
  set_default_text(spec["conversion"], "strategy", "None");
  if (json::Value* service = spec.find_path({"conversion", "webhook", "clientConfig", "service"});
      service != nullptr && service->is_object()) {
    set_default(*service, "port", https_port);
  }
}

}  // namespace slipway::api::builtin
