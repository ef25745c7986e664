#include "app/install_manifests.h"

#include "api/crd.h"
#include "api/names.h"
#include "app/rights.h"
#include "app/version.h"
#include "json/yaml.h"

namespace slipway::app {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr int pod_user = 65532;  // as KubeFleet's images (member 2.6); it owns nothing in them

json::Object labels_of(std::string_view name) {
  return {{"app.kubernetes.io/name", name},
          {"app.kubernetes.io/part-of", "fleet"},
          {std::string(managed_by_label), managed_by}};
}

json::Value object(std::string_view api_version, std::string_view kind, std::string_view component,
                   const std::string& name, const std::string& namespace_) {
  json::Object metadata{{"name", name}, {"labels", labels_of(component)}};
  if (!namespace_.empty()) metadata.set("namespace", namespace_);
  return json::Object{{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

void add_rights(std::vector<json::Value>& out, std::string_view component, const std::string& namespace_,
                const std::vector<RoleOf>& roles) {
  const std::string api_version = fmt::format("{}/v1", rbac_group);
  out.push_back(object("v1", "ServiceAccount", component, std::string(component), namespace_));
  for (const auto& role : roles) {
    const std::string_view kind = role.namespace_.empty() ? "ClusterRole" : "Role";
    json::Value rules = object(api_version, kind, component, role.name, role.namespace_);
    rules["rules"] = rules_of(role.rights);
    out.push_back(std::move(rules));
    json::Value binding = object(api_version, fmt::format("{}Binding", kind), component, role.name, role.namespace_);
    binding["roleRef"] = json::Object{{"apiGroup", rbac_group}, {"kind", kind}, {"name", role.name}};
    binding["subjects"] =
        json::Array{json::Object{{"kind", "ServiceAccount"}, {"name", component}, {"namespace", namespace_}}};
    out.push_back(std::move(binding));
  }
}

// The answer comes from the core thread (docs/decisions/0019), which a big fleet's start keeps busy for longer than the
// second that a kubelet waits by itself.
json::Value probe(std::string_view path, int period_seconds) {
  return json::Object{{"httpGet", json::Object{{"path", path}, {"port", "health"}}},
                      {"periodSeconds", period_seconds},
                      {"timeoutSeconds", 5},
                      {"failureThreshold", 3}};
}

json::Value container_port(std::string_view name, int port) {
  return json::Object{{"name", name}, {"containerPort", port}, {"protocol", "TCP"}};
}

struct Ports {
  int health;
  int metrics;
};

json::Value container(std::string_view name, const std::string& image, json::Array args, Ports ports, json::Value cpu,
                      std::string_view memory, std::string_view memory_max) {
  return json::Object{
      {"name", name},
      {"image", image},
      {"args", std::move(args)},
      {"ports", json::Array{container_port("health", ports.health), container_port("metrics", ports.metrics)}},
      {"livenessProbe", probe("/healthz", 10)},
      {"readinessProbe", probe("/readyz", 5)},
      {"resources", json::Object{{"requests", json::Object{{"cpu", std::move(cpu)}, {"memory", memory}}},
                                 {"limits", json::Object{{"memory", memory_max}}}}},
      {"securityContext", json::Object{{"allowPrivilegeEscalation", false},
                                       {"capabilities", json::Object{{"drop", json::Array{"ALL"}}}},
                                       {"readOnlyRootFilesystem", true}}}};
}

json::Value deployment(std::string_view component, const std::string& namespace_, int replicas, json::Value container,
                       json::Value volumes) {
  json::Value value = object("apps/v1", "Deployment", component, std::string(component), namespace_);
  const json::Object selector{{"app.kubernetes.io/name", component}};
  json::Value pod = json::Object{
      {"serviceAccountName", component},
      {"containers", json::Array{std::move(container)}},
      {"securityContext", json::Object{{"runAsNonRoot", true},
                                       {"runAsUser", pod_user},
                                       {"runAsGroup", pod_user},
                                       {"fsGroup", pod_user},
                                       {"seccompProfile", json::Object{{"type", "RuntimeDefault"}}}}},
  };
  if (!volumes.is_null()) pod["volumes"] = std::move(volumes);
  if (replicas > 1) {
    pod["topologySpreadConstraints"] =
        json::Array{json::Object{{"maxSkew", 1},
                                 {"topologyKey", "kubernetes.io/hostname"},
                                 {"whenUnsatisfiable", "ScheduleAnyway"},
                                 {"labelSelector", json::Object{{"matchLabels", selector}}}}};
  }
  value["spec"] = json::Object{{"replicas", replicas},
                               {"selector", json::Object{{"matchLabels", selector}}},
                               {"template", json::Object{{"metadata", json::Object{{"labels", labels_of(component)}}},
                                                         {"spec", std::move(pod)}}}};
  return value;
}

json::Value controllers_deployment(const ManifestOptions& options) {
  const Ports ports{.health = 8081, .metrics = 8080};
  json::Array args{"controllers", "--leader-elect=true",
                   fmt::format("--leader-election-namespace={}", options.namespace_),
                   fmt::format("--health-probe-bind-address=:{}", ports.health),
                   fmt::format("--metrics-bind-address=:{}", ports.metrics)};
  return deployment(controllers_name, options.namespace_, options.replicas,
                    container("controllers", options.image, std::move(args), ports, "50m", "64Mi", "1Gi"), {});
}

json::Value agent_deployment(const ManifestOptions& options) {
  const Ports ports{.health = 8091, .metrics = 8090};
  json::Array args{"agent",
                   "--hub-kubeconfig=/etc/slipway/hub/kubeconfig",
                   "--leader-elect=true",
                   fmt::format("--leader-election-namespace={}", options.namespace_),
                   fmt::format("--health-probe-bind-address=:{}", ports.health),
                   fmt::format("--metrics-bind-address=:{}", ports.metrics)};
  json::Value agent = container("agent", options.image, std::move(args), ports, "20m", "32Mi", "512Mi");
  agent["env"] = json::Array{json::Object{
      {"name", "MEMBER_CLUSTER_NAME"},
      {"valueFrom", json::Object{{"secretKeyRef", json::Object{{"name", hub_secret_name}, {"key", "member-name"}}}}}}};
  agent["volumeMounts"] =
      json::Array{json::Object{{"name", "hub"}, {"mountPath", "/etc/slipway/hub"}, {"readOnly", true}}};
  return deployment(
      agent_name, options.namespace_, options.replicas, std::move(agent),
      json::Array{json::Object{{"name", "hub"},
                               {"secret", json::Object{{"secretName", hub_secret_name}, {"defaultMode", 0440}}}}});
}

}  // namespace

json::Value namespace_manifest(const std::string& name) {
  return json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", name}}}};
}

std::vector<json::Value> hub_manifests(const ManifestOptions& options) {
  std::vector<json::Value> out = api::hub_crds();
  out.push_back(namespace_manifest(options.namespace_));
  if (options.namespace_ != api::fleet_system_namespace)
    out.push_back(namespace_manifest(std::string(api::fleet_system_namespace)));
  add_rights(out, controllers_name, options.namespace_, controllers_rights(options.namespace_));
  out.push_back(controllers_deployment(options));
  return out;
}

std::vector<json::Value> member_manifests(const ManifestOptions& options, bool with_deployment) {
  std::vector<json::Value> out = api::member_crds();
  out.push_back(namespace_manifest(options.namespace_));
  add_rights(out, agent_name, options.namespace_, agent_rights(options.with_watch));
  if (with_deployment) out.push_back(agent_deployment(options));
  return out;
}

std::string to_yaml(const std::vector<json::Value>& objects) {
  std::string text;
  for (const auto& object : objects) text += "---\n" + json::write_yaml(object);
  return text;
}

std::string default_image() { return fmt::format("slipway:{}", version); }

}  // namespace slipway::app
