#include <algorithm>

#include "api/builtin_defaults.h"
#include "api/builtin_values.h"

namespace slipway::api::builtin {
namespace {

constexpr int file_mode = 0644;  // of files made from config maps, secrets and the like

// Always for the tag "latest" and for none, unless a digest pins the image.
std::string_view pull_policy(std::string_view image) {
  const std::size_t digest = image.find('@');
  const std::string_view name = image.substr(0, digest);
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  const bool has_tag = colon != std::string_view::npos;
  const bool is_latest =
      has_tag ? name.substr(colon + 1) == "latest" : digest == std::string_view::npos && !name.empty();
  return is_latest ? "Always" : "IfNotPresent";
}

void default_http_get(json::Value* handler) {
  if (handler == nullptr) return;
  json::Value* get = handler->find("httpGet");
  if (get == nullptr || !get->is_object()) return;
  set_default_text(*get, "path", "/");
  set_default_text(*get, "scheme", "HTTP");
}

void default_probe(json::Value* probe) {
  if (probe == nullptr || !probe->is_object()) return;
  const auto at_least_one = [&](std::string_view key, int value) {
    if (integer_at(*probe, {key}) == 0) (*probe)[key] = value;
  };
  at_least_one("timeoutSeconds", 1);
  at_least_one("periodSeconds", 10);
  at_least_one("successThreshold", 1);
  at_least_one("failureThreshold", 3);
  default_http_get(probe);
  if (json::Value* grpc = probe->find("grpc"); grpc != nullptr && grpc->is_object()) set_default(*grpc, "service", "");
}

void default_field_ref(json::Value* holder) {
  if (holder == nullptr) return;
  if (json::Value* ref = holder->find("fieldRef"); ref != nullptr && ref->is_object())
    set_default_text(*ref, "apiVersion", "v1");
}

void default_container(json::Value& container) {
  set_default_text(container, "imagePullPolicy", pull_policy(container.text_at({"image"})));
  set_default_text(container, "terminationMessagePath", "/dev/termination-log");
  set_default_text(container, "terminationMessagePolicy", "File");
  set_default(container, "resources", json::Object{});
  for_each_object(container.find("ports"), [](json::Value& port) { set_default_text(port, "protocol", "TCP"); });
  for_each_object(container.find("env"), [](json::Value& env) { default_field_ref(env.find("valueFrom")); });
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) default_probe(container.find(probe));
  for (const char* hook : {"postStart", "preStop"}) default_http_get(container.find_path({"lifecycle", hook}));
}

void default_downward_items(json::Value& source) {
  for_each_object(source.find("items"), [](json::Value& item) { default_field_ref(&item); });
}

void default_projection(json::Value& source) {
  if (json::Value* token = source.find("serviceAccountToken"); token != nullptr && token->is_object()) {
    set_default(*token, "expirationSeconds", 3600);
  }
  if (json::Value* downward = source.find("downwardAPI"); downward != nullptr) default_downward_items(*downward);
}

// Texts that kinds of volumes nobody needs to set have.
struct VolumeText {
  std::string_view volume, key, text;
};
constexpr VolumeText volume_texts[] = {
    {"iscsi", "iscsiInterface", "default"},
    {"rbd", "keyring", "/etc/ceph/keyring"},
    {"rbd", "pool", "rbd"},
    {"rbd", "user", "admin"},
    {"azureDisk", "cachingMode", "ReadWrite"},
    {"azureDisk", "kind", "Shared"},
    {"azureDisk", "fsType", "ext4"},
    {"scaleIO", "storageMode", "ThinProvisioned"},
    {"scaleIO", "fsType", "xfs"},
};

void default_volume(json::Value& volume) {
  if (volume.object()->size() == (volume.find("name") == nullptr ? 0U : 1U)) volume["emptyDir"] = json::Object{};
  for (const char* key : {"secret", "configMap", "downwardAPI", "projected"}) {
    if (json::Value* source = volume.find(key); source != nullptr && source->is_object()) {
      set_default(*source, "defaultMode", file_mode);
    }
  }
  for (const VolumeText& row : volume_texts) {
    if (json::Value* source = volume.find(row.volume); source != nullptr && source->is_object()) {
      set_default_text(*source, row.key, row.text);
    }
  }
  if (json::Value* host = volume.find("hostPath"); host != nullptr && host->is_object()) set_default(*host, "type", "");
  if (json::Value* disk = volume.find("azureDisk"); disk != nullptr && disk->is_object())
    set_default(*disk, "readOnly", false);
  if (json::Value* downward = volume.find("downwardAPI")) default_downward_items(*downward);
  for_each_object(volume.find_path({"projected", "sources"}), default_projection);
  if (json::Value* claim = volume.find_path({"ephemeral", "volumeClaimTemplate", "spec"});
      claim != nullptr && claim->is_object()) {
    set_default_text(*claim, "volumeMode", "Filesystem");
  }
  if (json::Value* image = volume.find("image"); image != nullptr && image->is_object()) {
    set_default_text(*image, "pullPolicy", pull_policy(image->text_at({"reference"})));
  }
}

constexpr const char* container_lists[] = {"initContainers", "containers", "ephemeralContainers"};

// Requests follow limits where nothing is said: in pods only, templates keep what they say.
void default_requests(json::Value& container) {
  for (const auto& [resource, limit] : json::Object(map_at(container, {"resources", "limits"}))) {
    set_default(container["resources"]["requests"], resource, limit);
  }
}

void default_host_port(json::Value& port) {
  if (integer_at(port, {"hostPort"}) == 0) port["hostPort"] = integer_at(port, {"containerPort"});
}

}  // namespace

void default_pod_spec(json::Value& spec) {
  if (!spec.is_object()) return;
  set_default_text(spec, "dnsPolicy", "ClusterFirst");
  set_default_text(spec, "restartPolicy", "Always");
  set_default_text(spec, "schedulerName", "default-scheduler");
  set_default(spec, "securityContext", json::Object{});
  set_default(spec, "terminationGracePeriodSeconds", 30);
  // The old name of the same member, always equal.
  const std::string account(
      spec.text_at({is_set(spec, {"serviceAccountName"}) ? "serviceAccountName" : "serviceAccount"}));
  if (!account.empty()) {
    spec["serviceAccountName"] = account;
    spec["serviceAccount"] = account;
  }
  for (const char* list : container_lists) for_each_object(spec.find(list), default_container);
  for_each_object(spec.find("volumes"), default_volume);
}

void default_pod(json::Value& object) {
  json::Value& spec = object["spec"];
  default_pod_spec(spec);
  if (!spec.is_object()) return;
  set_default(spec, "enableServiceLinks", true);
  for (const char* list : {"initContainers", "containers"}) {
    for_each_object(spec.find(list), [&](json::Value& container) {
      default_requests(container);
      if (flag_at(spec, {"hostNetwork"})) for_each_object(container.find("ports"), default_host_port);
    });
  }
}

}  // namespace slipway::api::builtin
