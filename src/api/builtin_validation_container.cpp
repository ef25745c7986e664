// Containers and what stands in them. The order of the checks is that of Kubernetes, so that messages list causes
// alike.

#include <algorithm>
#include <set>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/names.h"
#include "kube/quantity.h"

namespace slipway::api::builtin {
namespace {

void check_env_name(Errors& errors, const std::string& path, std::string_view name) {
  const bool printable = std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~' && c != '='; });
  if (!printable) {
    errors.invalid_text(
        path, name, "a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
}

void check_key_ref(Errors& errors, const std::string& path, const json::Value& ref) {
  errors.check_rule(path + ".name", ref.text_at({"name"}), kube::check_dns1123_subdomain(ref.text_at({"name"})));
  const std::string_view key = ref.text_at({"key"});
  if (key.empty())
    errors.required(path + ".key");
  else
    errors.check_rule(path + ".key", key, kube::check_config_map_key(key));
}

void check_resource_field_ref(Errors& errors, const std::string& path, const json::Value& ref) {
  const std::string_view resource = ref.text_at({"resource"});
  if (resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-")) return;
  errors.check_one_of(path + ".resource", resource,
                      {"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
                       "requests.ephemeral-storage", "requests.memory"});
}

void check_value_from(Errors& errors, const std::string& path, const json::Value& env) {
  const json::Value* from = env.find("valueFrom");
  if (from == nullptr) return;
  std::size_t sources = 0;
  if (const json::Value* ref = from->find("fieldRef")) {
    ++sources;
    check_field_ref(errors, path + ".fieldRef", *ref);
  }
  if (const json::Value* ref = from->find("resourceFieldRef")) {
    ++sources;
    check_resource_field_ref(errors, path + ".resourceFieldRef", *ref);
  }
  for (const char* kind : {"configMapKeyRef", "secretKeyRef"}) {
    const json::Value* ref = from->find(kind);
    if (ref == nullptr) continue;
    ++sources;
    check_key_ref(errors, fmt::format("{}.{}", path, kind), *ref);
  }
  if (sources == 0) {
    errors.invalid_text(path, "",
                        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
  }
  if (!env.text_at({"value"}).empty()) {
    if (sources > 0) errors.invalid_text(path, "", "may not be specified when `value` is not empty");
  } else if (sources > 1) {
    errors.invalid_text(path, "", "may not have more than one field specified at a time");
  }
}

void check_env(Errors& errors, const std::string& path, const json::Value& container) {
  std::size_t index = 0;
  for (const json::Value& env : list_at(container, {"env"})) {
    const std::string here = fmt::format("{}.env[{}]", path, index++);
    const std::string_view name = env.text_at({"name"});
    if (name.empty())
      errors.required(here + ".name");
    else
      check_env_name(errors, here + ".name", name);
    check_value_from(errors, here + ".valueFrom", env);
  }
  index = 0;
  for (const json::Value& from : list_at(container, {"envFrom"})) {
    const std::string here = fmt::format("{}.envFrom[{}]", path, index++);
    check_env_name(errors, here + ".prefix", from.text_at({"prefix"}));
    std::size_t sources = 0;
    for (const char* kind : {"configMapRef", "secretRef"}) {
      const json::Value* ref = from.find(kind);
      if (ref == nullptr) continue;
      ++sources;
      const std::string field = fmt::format("{}.{}.name", here, kind);
      if (ref->text_at({"name"}).empty())
        errors.required(field);
      else
        errors.check_rule(field, ref->text_at({"name"}), kube::check_dns1123_subdomain(ref->text_at({"name"})));
    }
    if (sources == 0)
      errors.invalid_text(path + ".envFrom", "", "must specify one of: `configMapRef` or `secretRef`");
    else if (sources > 1)
      errors.invalid_text(path + ".envFrom", "", "may not have more than one field specified at a time");
  }
}

void check_ports(Errors& errors, const std::string& path, const json::Array& ports) {
  std::set<std::string> names;
  std::size_t index = 0;
  for (const json::Value& port : ports) {
    const std::string here = fmt::format("{}.ports[{}]", path, index++);
    if (const std::string_view name = port.text_at({"name"}); !name.empty()) {
      const std::size_t before = errors.size();
      check_port_name(errors, here + ".name", name);
      if (errors.size() == before && !names.insert(std::string(name)).second)
        errors.duplicate(here + ".name", quoted(name));
    }
    const std::int64_t number = integer_at(port, {"containerPort"});
    if (number == 0)
      errors.required(here + ".containerPort");
    else
      errors.check_port(here + ".containerPort", number);
    if (const std::int64_t host = integer_at(port, {"hostPort"}); host != 0)
      errors.check_port(here + ".hostPort", host);
    errors.check_one_of(here + ".protocol", port.text_at({"protocol"}), {"SCTP", "TCP", "UDP"});
  }
}

void check_mounts(Errors& errors, const std::string& path, const json::Value& container, const json::Array& volumes) {
  std::set<std::string> mounted;
  std::size_t index = 0;
  for (const json::Value& mount : list_at(container, {"volumeMounts"})) {
    const std::string here = fmt::format("{}.volumeMounts[{}]", path, index++);
    const std::string_view name = mount.text_at({"name"});
    if (name.empty()) errors.required(here + ".name");
    if (name.empty() || find_by(volumes, "name", name) == nullptr) errors.not_found(here + ".name", quoted(name));
    const std::string_view at = mount.text_at({"mountPath"});
    if (at.empty()) errors.required(here + ".mountPath");
    if (!mounted.insert(std::string(at)).second) errors.invalid_text(here + ".mountPath", at, "must be unique");
    // Kubernetes leaves the index out of these two.
    check_relative_path(errors, path + ".volumeMounts.subPath", mount.text_at({"subPath"}));
    check_relative_path(errors, path + ".volumeMounts.subPathExpr", mount.text_at({"subPathExpr"}));
  }
}

// Name, image and the rest that every kind of container has; the name's uniqueness is the caller's.
void check_container(Errors& errors, const std::string& path, const json::Value& container,
                     const json::Array& volumes) {
  const std::string_view name = container.text_at({"name"});
  if (name.empty())
    errors.required(path + ".name");
  else
    errors.check_rule(path + ".name", name, kube::check_dns1123_label(name));
  if (container.text_at({"image"}).empty()) errors.required(path + ".image");
  errors.check_one_of(path + ".terminationMessagePolicy", container.text_at({"terminationMessagePolicy"}),
                      {"File", "FallbackToLogsOnError"});
  check_ports(errors, path, list_at(container, {"ports"}));
  check_env(errors, path, container);
  check_mounts(errors, path, container, volumes);
  errors.check_one_of(path + ".imagePullPolicy", container.text_at({"imagePullPolicy"}),
                      {"Always", "IfNotPresent", "Never"});
  if (const json::Value* resources = container.find("resources"))
    check_resources(errors, path + ".resources", *resources);
}

void check_init_container(Errors& errors, const std::string& path, const json::Value& container) {
  const std::string_view policy = container.text_at({"restartPolicy"});
  errors.check_one_of(path + ".restartPolicy", policy, {"Always"}, false);
  if (policy == "Always") {
    check_lifecycle(errors, path + ".lifecycle", container.find("lifecycle"));
    check_probe(errors, path + ".livenessProbe", container.find("livenessProbe"), true);
    check_probe(errors, path + ".readinessProbe", container.find("readinessProbe"), false);
    check_probe(errors, path + ".startupProbe", container.find("startupProbe"), true);
    return;
  }
  for (const char* key : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"}) {
    if (container.find(key) != nullptr) {
      errors.forbidden(fmt::format("{}.{}", path, key),
                       "may not be set for init containers without restartPolicy=Always");
    }
  }
}

void check_host_ports(Errors& errors, const std::string& path, const json::Array& containers) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const json::Array& ports = list_at(containers[i], {"ports"});
    for (std::size_t k = 0; k < ports.size(); ++k) {
      const std::int64_t port = integer_at(ports[k], {"hostPort"});
      if (port == 0) continue;
      const std::string claim =
          fmt::format("{}/{}/{}", ports[k].text_at({"protocol"}), ports[k].text_at({"hostIP"}), port);
      if (!taken.insert(claim).second)
        errors.duplicate(fmt::format("{}[{}].ports[{}].hostPort", path, i, k), quoted(claim));
    }
  }
}

bool is_standard_resource(std::string_view name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
}

void check_amounts(Errors& errors, const std::string& path, const json::Object& amounts) {
  for (const auto& [name, value] : amounts) {
    const std::string here = fmt::format("{}[{}]", path, name);
    if (const std::string verdict = kube::check_qualified_name(name); !verdict.empty())
      errors.invalid(here, name, verdict);
    if (!name.contains('/') && !is_standard_resource(name))
      errors.invalid(here, name, "must be a standard resource for containers");
    const auto amount = kube::parse_quantity(value.string() == nullptr ? "" : *value.string());
    if (amount && *amount < kube::Quantity{})
      errors.invalid_text(here, amount->text(), "must be greater than or equal to 0");
  }
}

}  // namespace

void check_resources(Errors& errors, const std::string& path, const json::Value& resources) {
  const json::Object& limits = map_at(resources, {"limits"});
  const json::Object& requests = map_at(resources, {"requests"});
  check_amounts(errors, path + ".limits", limits);
  check_amounts(errors, path + ".requests", requests);
  for (const auto& [name, value] : requests) {
    const json::Value* limit = limits.find(name);
    const bool can_overcommit = is_standard_resource(name) && !name.starts_with("hugepages-");
    if (limit == nullptr) {
      if (!can_overcommit) errors.required(path + ".limits", "Limit must be set for non overcommitable resources");
      continue;
    }
    const auto asked = kube::parse_quantity(value.string() == nullptr ? "" : *value.string());
    const auto allowed = kube::parse_quantity(limit->string() == nullptr ? "" : *limit->string());
    if (!asked || !allowed) continue;
    if (!can_overcommit && *asked != *allowed) {
      errors.invalid_text(path + ".requests", asked->text(),
                          fmt::format("must be equal to {} limit of {}", name, allowed->text()));
    } else if (*asked > *allowed) {
      errors.invalid_text(path + ".requests", asked->text(),
                          fmt::format("must be less than or equal to {} limit of {}", name, allowed->text()));
    }
  }
}

void check_containers(Errors& errors, const std::string& path, const json::Value& spec) {
  const json::Array& volumes = list_at(spec, {"volumes"});
  const json::Array& containers = list_at(spec, {"containers"});
  std::set<std::string> names;
  const auto check_name = [&](const std::string& here, const json::Value& container) {
    const std::string_view name = container.text_at({"name"});
    if (!name.empty() && !names.insert(std::string(name)).second) errors.duplicate(here + ".name", quoted(name));
  };
  if (containers.empty()) errors.required(path + ".containers");
  std::size_t index = 0;
  for (const json::Value& container : containers) {
    const std::string here = fmt::format("{}.containers[{}]", path, index++);
    check_container(errors, here, container, volumes);
    check_name(here, container);
    check_lifecycle(errors, here + ".lifecycle", container.find("lifecycle"));
    check_probe(errors, here + ".livenessProbe", container.find("livenessProbe"), true);
    check_probe(errors, here + ".readinessProbe", container.find("readinessProbe"), false);
    check_probe(errors, here + ".startupProbe", container.find("startupProbe"), true);
  }
  check_host_ports(errors, path + ".containers", containers);
  index = 0;
  for (const json::Value& container : list_at(spec, {"initContainers"})) {
    const std::string here = fmt::format("{}.initContainers[{}]", path, index++);
    check_container(errors, here, container, volumes);
    check_name(here, container);
    check_init_container(errors, here, container);
  }
}

}  // namespace slipway::api::builtin
