#include "sim/workloads/facts.h"

#include <charconv>

#include "api/builtin_values.h"
#include "json/text.h"
#include "sim/workloads/objects.h"

namespace slipway::sim::workloads {
namespace {

using api::builtin::flag_at;
using api::builtin::integer_at;
using api::builtin::list_at;
using api::builtin::map_at;

// "No deadline" as clients write it.
constexpr std::int64_t no_deadline = 2147483647;

CountOrShare read_count_or_share(const json::Value* value) {
  CountOrShare read;
  if (value == nullptr) return read;
  if (const std::int64_t* number = value->integer()) read.number = *number;
  if (const std::string* text = value->string()) {
    std::from_chars(text->data(), text->data() + text->size(), read.number);
    read.is_share = text->ends_with('%');
  }
  return read;
}

kube::LabelSelector read_selector(const json::Value* value) {
  return kube::label_selector_from_json(value).value_or(kube::LabelSelector{.requirements = {}, .nothing = true});
}

json::Value part(const json::Value& whole, std::initializer_list<std::string_view> path) {
  const json::Value* found = whole.find_path(path);
  return found == nullptr ? json::Value() : *found;
}

std::string text_of_template(json::Value pod_template) {
  if (json::Value* metadata = pod_template.find("metadata"); metadata != nullptr && metadata->is_object()) {
    metadata->object()->erase("creationTimestamp");
    if (json::Value* labels = metadata->find("labels"); labels != nullptr && labels->is_object())
      labels->object()->erase(template_hash_label);
  }
  return json::write(pod_template);
}

ReplicaCounts read_counts(const json::Value& whole) {
  return {.replicas = integer_at(whole, {"status", "replicas"}),
          .ready = integer_at(whole, {"status", "readyReplicas"}),
          .available = integer_at(whole, {"status", "availableReplicas"})};
}

DeploymentFacts read_deployment(const kube::Object& object) {
  const json::Value whole = object.to_value();
  DeploymentFacts facts;
  facts.replicas = integer_at(whole, {"spec", "replicas"}, 1);
  facts.is_paused = flag_at(whole, {"spec", "paused"});
  facts.is_recreate = whole.text_at({"spec", "strategy", "type"}) == "Recreate";
  facts.max_surge = read_count_or_share(whole.find_path({"spec", "strategy", "rollingUpdate", "maxSurge"}));
  facts.max_unavailable = read_count_or_share(whole.find_path({"spec", "strategy", "rollingUpdate", "maxUnavailable"}));
  facts.min_ready_seconds = integer_at(whole, {"spec", "minReadySeconds"});
  facts.revision_history_limit = integer_at(whole, {"spec", "revisionHistoryLimit"}, 10);
  if (const std::int64_t deadline = integer_at(whole, {"spec", "progressDeadlineSeconds"}, no_deadline);
      deadline != no_deadline) {
    facts.progress_deadline = std::chrono::seconds{deadline};
  }
  facts.selector = read_selector(whole.find_path({"spec", "selector"}));
  facts.selector_json = part(whole, {"spec", "selector"});
  facts.pod_template = part(whole, {"spec", "template"});
  facts.template_text = text_of_template(facts.pod_template);
  facts.counted = read_counts(whole);
  facts.updated = integer_at(whole, {"status", "updatedReplicas"});
  return facts;
}

ReplicaSetFacts read_replica_set(const kube::Object& object) {
  const json::Value whole = object.to_value();
  return {.replicas = integer_at(whole, {"spec", "replicas"}, 1),
          .min_ready_seconds = integer_at(whole, {"spec", "minReadySeconds"}),
          .selector = read_selector(whole.find_path({"spec", "selector"})),
          .template_text = text_of_template(part(whole, {"spec", "template"})),
          .counted = read_counts(whole),
          .observed_generation = integer_at(whole, {"status", "observedGeneration"})};
}

kube::Quantity requested(const json::Value& pod, std::string_view what) {
  kube::Quantity sum;
  for (const json::Value& container : list_at(pod, {"spec", "containers"})) {
    const json::Value* amount = container.find_path({"resources", "requests", what});
    if (amount == nullptr) continue;
    const std::string text = amount->string() != nullptr ? *amount->string() : json::write(*amount);
    if (const auto quantity = kube::parse_quantity(text)) sum = sum + *quantity;
  }
  return sum;
}

PodFacts read_pod(const kube::Object& object) {
  const json::Value whole = object.to_value();
  PodFacts facts{.node = std::string(whole.text_at({"spec", "nodeName"})),
                 .phase = std::string(whole.text_at({"status", "phase"})),
                 .ip = std::string(whole.text_at({"status", "podIP"})),
                 .cpu = requested(whole, "cpu"),
                 .memory = requested(whole, "memory")};
  const json::Value* ready = api::builtin::find_by(list_at(whole, {"status", "conditions"}), "type", "Ready");
  if (ready != nullptr && ready->text_at({"status"}) == "True") {
    facts.is_ready = true;
    facts.ready_since = parse_rfc3339(ready->text_at({"lastTransitionTime"})).value_or(WallTime{});
  }
  return facts;
}

kube::StringMap read_service_selector(const kube::Object& object) {
  const json::Value whole = object.to_value();
  kube::StringMap selector;
  for (const auto& [key, value] : map_at(whole, {"spec", "selector"})) {
    if (value.string() != nullptr) selector.emplace(key, *value.string());
  }
  return selector;
}

}  // namespace

std::int64_t CountOrShare::of(std::int64_t total, bool round_up) const {
  if (!is_share) return number;
  return (number * total + (round_up ? 99 : 0)) / 100;
}

const DeploymentFacts& deployment_facts(const kube::Object& deployment) {
  return remembered<DeploymentFacts>(deployment, read_deployment);
}
const ReplicaSetFacts& replica_set_facts(const kube::Object& replica_set) {
  return remembered<ReplicaSetFacts>(replica_set, read_replica_set);
}
const PodFacts& pod_facts(const kube::Object& pod) { return remembered<PodFacts>(pod, read_pod); }

bool is_active(const kube::Object& pod) { return !pod.metadata().is_deleting() && !pod_facts(pod).is_over(); }

const kube::StringMap& service_selector(const kube::Object& service) {
  return remembered<kube::StringMap>(service, read_service_selector);
}

}  // namespace slipway::sim::workloads
