#include "member/applier/availability.h"

#include <algorithm>
#include <array>
#include <span>

namespace slipway::member::applier {
namespace {

using json::Value;

Availability when(bool is_available) { return is_available ? Availability::available : Availability::not_yet; }

// Numbers of an object; one that is there but is no integer makes the object unreadable.
class Numbers {
 public:
  explicit Numbers(const Value& object) : object_(object) {}
  std::int64_t at(std::initializer_list<std::string_view> path, std::int64_t absent = 0) {
    const Value* const value = object_.find_path(path);
    if (value == nullptr || value->is_null()) return absent;
    if (const auto* integer = value->integer()) return *integer;
    is_readable_ = false;
    return absent;
  }
  std::int64_t status(std::string_view field) { return at({"status", field}); }
  bool is_observed() { return status("observedGeneration") == at({"metadata", "generation"}); }
  std::int64_t replicas() { return at({"spec", "replicas"}, 1); }
  Availability verdict(bool is_available) const { return is_readable_ ? when(is_available) : Availability::unreadable; }

 private:
  const Value& object_;
  bool is_readable_ = true;
};

const Value* condition(const Value& object, std::string_view type) {
  const Value* const conditions = object.find_path({"status", "conditions"});
  if (conditions == nullptr || !conditions->is_array()) return nullptr;
  for (const Value& one : *conditions->array()) {
    if (one.text_at({"type"}) == type) return &one;
  }
  return nullptr;
}

bool is_true(const Value& object, std::string_view type) {
  const Value* const found = condition(object, type);
  return found != nullptr && found->text_at({"status"}) == "True";
}

Availability deployment(const Value& object) {
  Numbers numbers(object);
  const auto replicas = numbers.replicas();
  // Every number is looked at, so that any that cannot be read is noticed.
  const bool observed = numbers.is_observed();
  const bool available = numbers.status("availableReplicas") == replicas;
  const bool updated = numbers.status("updatedReplicas") == replicas;
  const bool complete = numbers.status("unavailableReplicas") == 0;
  return numbers.verdict(observed && available && updated && complete);
}

Availability stateful_set(const Value& object) {
  Numbers numbers(object);
  const bool observed = numbers.is_observed();
  const bool available = numbers.status("availableReplicas") == numbers.replicas();
  const bool current = numbers.status("currentReplicas") == numbers.status("updatedReplicas");
  const bool revision = object.text_at({"status", "currentRevision"}) == object.text_at({"status", "updateRevision"});
  return numbers.verdict(observed && available && current && revision);
}

Availability daemon_set(const Value& object) {
  Numbers numbers(object);
  const bool observed = numbers.is_observed();
  const bool available = numbers.status("numberAvailable") == numbers.status("desiredNumberScheduled");
  const bool updated = numbers.status("currentNumberScheduled") == numbers.status("updatedNumberScheduled");
  return numbers.verdict(observed && available && updated);
}

const Value* first_of(const Value& object, std::initializer_list<std::string_view> path) {
  const Value* const list = object.find_path(path);
  return list != nullptr && list->is_array() && !list->array()->empty() ? &list->array()->front() : nullptr;
}

Availability service(const Value& object) {
  const auto type = object.text_at({"spec", "type"});
  if (type.empty() || type == "ClusterIP" || type == "NodePort") {
    const Value* const address = first_of(object, {"spec", "clusterIPs"});
    return when(address != nullptr && address->is_string() && !address->string()->empty());
  }
  if (type != "LoadBalancer") return Availability::not_trackable;
  const Value* const entry = first_of(object, {"status", "loadBalancer", "ingress"});
  return when(entry != nullptr && !(entry->text_at({"ip"}).empty() && entry->text_at({"hostname"}).empty()));
}

Availability resource_definition(const Value& object) {
  return when(is_true(object, "Established") && is_true(object, "NamesAccepted"));
}

Availability disruption_budget(const Value& object) {
  Numbers numbers(object);
  const bool observed = numbers.is_observed();
  const bool allows = numbers.status("disruptionsAllowed") > 0;
  const Value* const allowed = condition(object, "DisruptionAllowed");
  const bool says = allowed != nullptr && allowed->text_at({"status"}) == (allows ? "True" : "False") &&
                    allowed->text_at({"reason"}) == (allows ? "SufficientPods" : "InsufficientPods");
  return numbers.verdict(observed && says);
}

struct Rule {
  std::string_view group;
  std::string_view resource;
  Availability (*decide)(const Value&);  // null: available at once
};

// All in version v1.
constexpr std::array rules{
    Rule{"apps", "deployments", deployment},
    Rule{"apps", "statefulsets", stateful_set},
    Rule{"apps", "daemonsets", daemon_set},
    Rule{"", "services", service},
    Rule{"apiextensions.k8s.io", "customresourcedefinitions", resource_definition},
    Rule{"policy", "poddisruptionbudgets", disruption_budget},
    Rule{"", "namespaces", nullptr},
    Rule{"", "secrets", nullptr},
    Rule{"", "configmaps", nullptr},
    Rule{"", "serviceaccounts", nullptr},
    Rule{"", "limitranges", nullptr},
    Rule{"", "resourcequotas", nullptr},
    Rule{"rbac.authorization.k8s.io", "roles", nullptr},
    Rule{"rbac.authorization.k8s.io", "clusterroles", nullptr},
    Rule{"rbac.authorization.k8s.io", "rolebindings", nullptr},
    Rule{"rbac.authorization.k8s.io", "clusterrolebindings", nullptr},
    Rule{"networking.k8s.io", "networkpolicies", nullptr},
    Rule{"networking.k8s.io", "ingressclasses", nullptr},
    Rule{"storage.k8s.io", "csidrivers", nullptr},
    Rule{"storage.k8s.io", "csinodes", nullptr},
    Rule{"storage.k8s.io", "storageclasses", nullptr},
    Rule{"storage.k8s.io", "csistoragecapacities", nullptr},
    Rule{"apps", "controllerrevisions", nullptr},
    Rule{"scheduling.k8s.io", "priorityclasses", nullptr},
};

}  // namespace

Availability availability_of(const kube::GroupVersionResource& resource, const kube::Object& object) {
  if (resource.version != "v1") return Availability::not_trackable;
  const auto rule = std::ranges::find_if(rules, [&resource](const Rule& candidate) {
    return candidate.resource == resource.resource && candidate.group == resource.group;
  });
  if (rule == rules.end()) return Availability::not_trackable;
  return rule->decide == nullptr ? Availability::available : rule->decide(object.to_value());
}

}  // namespace slipway::member::applier
