#include "api/builtin_prepare.h"

#include <algorithm>

#include "api/builtin_defaults.h"
#include "api/builtin_values.h"
#include "kube/quantity.h"

namespace slipway::api::builtin {
namespace {

constexpr std::string_view namespace_finalizer = "kubernetes";

// The positive CPU and memory of one list of a container, as canonical text.
std::vector<std::pair<std::string, std::string>> computed(const json::Value& container, std::string_view list) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* resource : {"cpu", "memory"}) {
    const auto amount = kube::parse_quantity(container.text_at({"resources", list, resource}));
    if (amount && *amount > kube::Quantity{}) out.emplace_back(resource, amount->text());
  }
  return out;
}

}  // namespace

void prepare_namespace(json::Value& object) {
  json::Value& finalizers = object["spec"]["finalizers"];
  if (finalizers.array() == nullptr) finalizers = json::Array{};
  if (std::ranges::find(*finalizers.array(), json::Value(namespace_finalizer)) == finalizers.array()->end()) {
    finalizers.array()->emplace_back(namespace_finalizer);
  }
  object["status"] = json::Object{{"phase", "Active"}};
}

void keep_namespace(json::Value& object, const json::Value& old) {
  // Finalizers of the content change through /finalize alone.
  const json::Value* finalizers = old.find_path({"spec", "finalizers"});
  if (finalizers == nullptr)
    object["spec"].object()->erase("finalizers");
  else
    object["spec"]["finalizers"] = *finalizers;
}

std::string_view qos_class(const json::Value& pod) {
  bool any = false;
  bool all_limited = true;
  for (const char* list : {"initContainers", "containers"}) {
    for (const json::Value& container : list_at(pod, {"spec", list})) {
      const auto requests = computed(container, "requests");
      const auto limits = computed(container, "limits");
      any = any || !requests.empty() || !limits.empty();
      all_limited = all_limited && limits.size() == 2 && requests == limits;
    }
  }
  if (!any) return "BestEffort";
  return all_limited ? "Guaranteed" : "Burstable";
}

void prepare_pod(json::Value& object) {
  json::Object status{{"phase", "Pending"}, {"qosClass", qos_class(object)}};
  if (!list_at(object, {"spec", "schedulingGates"}).empty()) {
    status.set("conditions",
               json::Array{json::Object{{"type", "PodScheduled"},
                                        {"status", "False"},
                                        {"reason", "SchedulingGated"},
                                        {"message", "Scheduling is blocked due to non-empty scheduling gates"}}});
  }
  object["status"] = std::move(status);
}

void keep_pod(json::Value& object, const json::Value& old) {
  // A client that does not know the newer of the two names cannot lose it.
  if (is_set(object, {"spec", "serviceAccountName"}) || !is_set(old, {"spec", "serviceAccountName"})) return;
  object["spec"]["serviceAccountName"] = *old.find_path({"spec", "serviceAccountName"});
  object["spec"]["serviceAccount"] = *old.find_path({"spec", "serviceAccountName"});
}

namespace {

std::string_view storage_version(const json::Value& definition) {
  for (const json::Value& version : list_at(definition, {"spec", "versions"})) {
    if (flag_at(version, {"storage"})) return version.text_at({"name"});
  }
  return "";
}

}  // namespace

void prepare_custom_resource_definition(json::Value& object) {
  object["status"] = json::Object{};
  if (const std::string storage(storage_version(object)); !storage.empty())
    object["status"]["storedVersions"] = json::Array{storage};
}

void keep_custom_resource_definition(json::Value& object, const json::Value&) {
  // Objects may be stored in the new storage version from now on.
  const std::string storage(storage_version(object));
  if (storage.empty()) return;
  json::Value& stored = object["status"]["storedVersions"];
  if (stored.array() == nullptr) stored = json::Array{};
  if (std::ranges::find(*stored.array(), json::Value(storage)) == stored.array()->end())
    stored.array()->emplace_back(storage);
}

}  // namespace slipway::api::builtin
