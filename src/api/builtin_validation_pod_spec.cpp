// Pod specs: probes, volumes, and what stands beside the containers.

#include <algorithm>
#include <set>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/names.h"

namespace slipway::api::builtin {
namespace {

void check_http_get(Errors& errors, const std::string& path, const json::Value& get) {
  if (get.text_at({"path"}).empty()) errors.required(path + ".path");
  check_port_reference(errors, path + ".port", get.find("port"));
  errors.check_one_of(path + ".scheme", get.text_at({"scheme"}), {"HTTP", "HTTPS"});
}

// Exactly one of the ways to act on a container.
void check_handler(Errors& errors, const std::string& path, const json::Value& handler) {
  bool has_one = false;
  for (const std::string_view kind : {"exec", "httpGet", "tcpSocket", "grpc", "sleep"}) {
    const json::Value* action = handler.find(kind);
    if (action == nullptr) continue;
    const std::string here = fmt::format("{}.{}", path, kind);
    if (has_one) {
      errors.forbidden(here, "may not specify more than 1 handler type");
      continue;
    }
    has_one = true;
    if (kind == "exec" && list_at(*action, {"command"}).empty()) errors.required(here + ".command");
    if (kind == "httpGet") check_http_get(errors, here, *action);
    if (kind == "tcpSocket") check_port_reference(errors, here + ".port", action->find("port"));
    if (kind == "grpc") errors.check_port(here + ".port", integer_at(*action, {"port"}));
  }
  if (!has_one) errors.required(path, "must specify a handler type");
}

// Every volume has one source; in Kubernetes' order, which decides what is called the second.
constexpr std::string_view volume_sources[] = {
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "configMap",
    "azureFile",
    "flexVolume",
    "vsphereVolume",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
    "photonPersistentDisk",
};

void check_volume_source(Errors& errors, const std::string& path, std::string_view kind, const json::Value& source) {
  if (kind == "hostPath") {
    if (source.text_at({"path"}).empty()) {
      errors.required(path + ".path");
      return;
    }
    errors.check_one_of(
        path + ".type", source.text_at({"type"}),
        {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"}, false);
  } else if (kind == "secret") {
    if (source.text_at({"secretName"}).empty()) errors.required(path + ".secretName");
  } else if (kind == "configMap") {
    if (source.text_at({"name"}).empty()) errors.required(path + ".name");
  } else if (kind == "persistentVolumeClaim") {
    if (source.text_at({"claimName"}).empty()) errors.required(path + ".claimName");
  }
  if (kind == "secret" || kind == "configMap") {
    check_file_mode(errors, path + ".defaultMode", source.find("defaultMode"));
    check_key_paths(errors, path, list_at(source, {"items"}));
  }
}

void check_host_aliases(Errors& errors, const std::string& path, const json::Array& aliases) {
  std::size_t index = 0;
  for (const json::Value& alias : aliases) {
    const std::string here = fmt::format("{}[{}]", path, index++);
    errors.check_ip(here + ".ip", alias.text_at({"ip"}));
    const std::vector<std::string> names = texts_at(alias, {"hostnames"});
    for (std::size_t i = 0; i < names.size(); ++i) {
      errors.check_rule(fmt::format("{}.hostnames[{}]", here, i), names[i], kube::check_dns1123_subdomain(names[i]));
    }
  }
}

void check_tolerations(Errors& errors, const std::string& path, const json::Array& tolerations) {
  std::size_t index = 0;
  for (const json::Value& one : tolerations) {
    const std::string here = fmt::format("{}[{}]", path, index++);
    const std::string_view key = one.text_at({"key"});
    const std::string_view op = one.text_at({"operator"});
    const std::string_view value = one.text_at({"value"});
    const std::string_view effect = one.text_at({"effect"});
    if (!key.empty()) errors.check_rule(here + ".key", key, kube::check_qualified_name(key));
    if (key.empty() && op != "Exists") {
      errors.invalid_text(here + ".operator", op,
                          "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
    }
    if (one.find("tolerationSeconds") != nullptr && effect != "NoExecute") {
      errors.invalid_text(here + ".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    if (op == "Exists") {
      if (!value.empty())
        errors.invalid_text(here + ".operator", value, "value must be empty when `operator` is 'Exists'");
    } else if (op.empty() || op == "Equal") {
      errors.check_rule(here + ".operator", value, kube::check_label_value(value));
    } else {
      errors.not_supported(here + ".operator", quoted(op), {"Equal", "Exists"});
    }
    if (!effect.empty()) check_toleration_or_taint_effect(errors, here + ".effect", effect, false);
  }
}

// metadata.labels['key'] and metadata.annotations['key'].
bool is_subscript(std::string_view path) {
  for (const std::string_view map : {"metadata.labels['", "metadata.annotations['"}) {
    if (path.starts_with(map) && path.ends_with("']") && path.size() > map.size() + 2) return true;
  }
  return false;
}

}  // namespace

void check_field_ref(Errors& errors, const std::string& path, const json::Value& ref) {
  constexpr std::string_view known[] = {
      "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
      "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
  const std::string_view field = ref.text_at({"fieldPath"});
  if (ref.text_at({"apiVersion"}).empty())
    errors.required(path + ".apiVersion");
  else if (field.empty())
    errors.required(path + ".fieldPath");
  else if (std::ranges::find(known, field) == std::end(known) && !is_subscript(field)) {
    errors.invalid_text(path + ".fieldPath", field,
                        fmt::format("error converting fieldPath: field label not supported: {}", field));
  }
}

void check_probe(Errors& errors, const std::string& path, const json::Value* probe, bool only_one_success) {
  if (probe == nullptr) return;
  check_handler(errors, path, *probe);
  for (const char* key :
       {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    errors.check_not_negative(fmt::format("{}.{}", path, key), probe->find(key));
  }
  const json::Value* grace = probe->find("terminationGracePeriodSeconds");
  if (grace != nullptr && grace->integer() != nullptr && *grace->integer() <= 0) {
    errors.invalid_number(path + ".terminationGracePeriodSeconds", *grace->integer(), "must be greater than 0");
  }
  if (const std::int64_t successes = integer_at(*probe, {"successThreshold"}, 1); only_one_success && successes != 1) {
    errors.invalid_number(path + ".successThreshold", successes, "must be 1");
  }
}

void check_lifecycle(Errors& errors, const std::string& path, const json::Value* lifecycle) {
  if (lifecycle == nullptr) return;
  for (const char* hook : {"postStart", "preStop"}) {
    if (const json::Value* handler = lifecycle->find(hook))
      check_handler(errors, fmt::format("{}.{}", path, hook), *handler);
  }
}

void check_volumes(Errors& errors, const std::string& path, const json::Array& volumes) {
  std::set<std::string> names;
  std::size_t index = 0;
  for (const json::Value& volume : volumes) {
    const std::string here = fmt::format("{}[{}]", path, index++);
    bool has_one = false;
    for (const std::string_view kind : volume_sources) {
      const json::Value* source = volume.find(kind);
      if (source == nullptr) continue;
      const std::string field = fmt::format("{}.{}", here, kind);
      if (has_one)
        errors.forbidden(field, "may not specify more than 1 volume type");
      else
        check_volume_source(errors, field, kind, *source);
      has_one = true;
    }
    if (!has_one) errors.required(here, "must specify a volume type");
    const std::string_view name = volume.text_at({"name"});
    if (name.empty())
      errors.required(here + ".name");
    else
      errors.check_rule(here + ".name", name, kube::check_dns1123_label(name));
    if (!name.empty() && !names.insert(std::string(name)).second) errors.duplicate(here + ".name", quoted(name));
  }
}

void check_pod_spec(Errors& errors, const std::string& path, const json::Value& spec) {
  check_volumes(errors, path + ".volumes", list_at(spec, {"volumes"}));
  check_containers(errors, path, spec);
  errors.check_one_of(path + ".restartPolicy", spec.text_at({"restartPolicy"}), {"Always", "OnFailure", "Never"});
  errors.check_one_of(path + ".dnsPolicy", spec.text_at({"dnsPolicy"}),
                      {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"});
  check_labels(errors, path + ".nodeSelector", map_at(spec, {"nodeSelector"}));
  for (const char* key : {"serviceAccountName", "nodeName"}) {
    if (const std::string_view name = spec.text_at({key}); !name.empty()) {
      errors.check_rule(fmt::format("{}.{}", path, key), name, kube::check_dns1123_subdomain(name));
    }
  }
  if (const json::Value* deadline = spec.find("activeDeadlineSeconds");
      deadline != nullptr && deadline->integer() != nullptr) {
    constexpr std::int64_t seconds_max = 2'147'483'647;
    if (*deadline->integer() < 1 || *deadline->integer() > seconds_max) {
      errors.invalid_number(path + ".activeDeadlineSeconds", *deadline->integer(),
                            fmt::format("must be between 1 and {}, inclusive", seconds_max));
    }
  }
  for (const char* key : {"hostname", "subdomain"}) {
    if (const std::string_view name = spec.text_at({key}); !name.empty()) {
      errors.check_rule(fmt::format("{}.{}", path, key), name, kube::check_dns1123_label(name));
    }
  }
  check_tolerations(errors, path + ".tolerations", list_at(spec, {"tolerations"}));
  check_host_aliases(errors, path + ".hostAliases", list_at(spec, {"hostAliases"}));
}

}  // namespace slipway::api::builtin
