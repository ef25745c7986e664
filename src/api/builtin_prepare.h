#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::api::builtin {

// What the server itself writes into an object (see BuiltinKind::prepare_for_create and prepare_for_update).
void prepare_namespace(json::Value& object);
void prepare_pod(json::Value& object);
void prepare_service(json::Value& object);
void prepare_custom_resource_definition(json::Value& object);

void keep_namespace(json::Value& object, const json::Value& old);
void keep_service(json::Value& object, const json::Value& old);
void keep_pod(json::Value& object, const json::Value& old);
void keep_custom_resource_definition(json::Value& object, const json::Value& old);

// Addresses from 10.96.0.0/12 and node ports from 30000-32767, chosen by a hash of the service's name so that the
// choice does not depend on the order of creation, and moved on while taken (15.4).
[[nodiscard]] std::vector<std::string> service_claims(const json::Value& object);
[[nodiscard]] std::vector<Cause> allocate_service(json::Value& object,
                                                  const std::function<bool(std::string_view claim)>& taken);

// "Guaranteed", "Burstable" or "BestEffort": how a pod's containers ask for CPU and memory.
[[nodiscard]] std::string_view qos_class(const json::Value& pod);

}  // namespace slipway::api::builtin
