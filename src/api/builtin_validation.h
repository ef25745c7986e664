#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/builtin_errors.h"
#include "json/value.h"

namespace slipway::api::builtin {

// Kind-specific rules (kube-api 15.6 and what Kubernetes 1.33 refuses), one function a kind: errors of the object as it
// is, and of what an update may not change when `old` is given. Metadata is the caller's.
using Validate = std::vector<Cause> (*)(const json::Value& object, const json::Value* old);

std::vector<Cause> validate_namespace(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_config_map(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_secret(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_service(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_event(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_node(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_endpoints(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_endpoint_slice(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_pod(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_deployment(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_replica_set(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_lease(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_role(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_cluster_role(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_role_binding(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_cluster_role_binding(const json::Value& object, const json::Value* old);
std::vector<Cause> validate_custom_resource_definition(const json::Value& object, const json::Value* old);

// Parts that several kinds share. `path` is the whole path of the part.
void check_labels(Errors& errors, const std::string& path, const json::Object& labels);
void check_label_selector(Errors& errors, const std::string& path, const json::Value& selector);
// "must contain at least one letter (a-z)" and the like: names that a port may be called by.
void check_port_name(Errors& errors, const std::string& path, std::string_view name);
// A port by number or by name.
void check_port_reference(Errors& errors, const std::string& path, const json::Value* port);
void check_toleration_or_taint_effect(Errors& errors, const std::string& path, std::string_view effect,
                                      bool is_required);
void check_pod_spec(Errors& errors, const std::string& path, const json::Value& spec);
void check_volumes(Errors& errors, const std::string& path, const json::Array& volumes);
void check_containers(Errors& errors, const std::string& path, const json::Value& spec);
void check_probe(Errors& errors, const std::string& path, const json::Value* probe, bool only_one_success);
void check_lifecycle(Errors& errors, const std::string& path, const json::Value* lifecycle);
void check_resources(Errors& errors, const std::string& path, const json::Value& resources);
// The files that a config map, secret or downward volume shows, and their mode.
void check_key_paths(Errors& errors, const std::string& path, const json::Array& items);
void check_file_mode(Errors& errors, const std::string& path, const json::Value* mode);
void check_relative_path(Errors& errors, const std::string& path, std::string_view text);
void check_field_ref(Errors& errors, const std::string& path, const json::Value& ref);

}  // namespace slipway::api::builtin
