#pragma once

#include "json/value.h"

namespace slipway::api::builtin {

// Defaults (kube-api 15.4), one function a kind. Each is idempotent and leaves alone what has another type than it
// should.
void default_namespace(json::Value& object);
void default_secret(json::Value& object);  // also moves stringData into data
void default_service(json::Value& object);
void default_endpoints(json::Value& object);
void default_node(json::Value& object);
void default_pod(json::Value& object);
void default_deployment(json::Value& object);
void default_replica_set(json::Value& object);
void default_endpoint_slice(json::Value& object);
void default_role_binding(json::Value& object);
void default_custom_resource_definition(json::Value& object);

// The parts that a pod has in common with a pod template: `spec` is the PodSpec.
void default_pod_spec(json::Value& spec);

// Sets a text that is absent, null or "".
void set_default_text(json::Value& object, std::string_view key, std::string_view text);
// Calls `each` for the objects among the elements of the list; nothing when it is none.
template <class Each>
void for_each_object(json::Value* list, const Each& each) {
  if (list == nullptr || list->array() == nullptr) return;
  for (json::Value& one : *list->array()) {
    if (one.is_object()) each(one);
  }
}

}  // namespace slipway::api::builtin
