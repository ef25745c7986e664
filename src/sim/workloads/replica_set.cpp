#include "sim/workloads/replica_set.h"

#include <algorithm>
#include <set>

#include "sim/workloads/facts.h"
#include "sim/workloads/indexes.h"
#include "sim/workloads/objects.h"

namespace slipway::sim::workloads {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;
using Pods = std::vector<kube::ObjectPtr>;

constexpr std::int64_t made_at_once_max = 500;
constexpr std::size_t name_prefix_max = 58;  // as Kubernetes cuts what it generates names from

json::Value part(const json::Value& whole, std::initializer_list<std::string_view> path) {
  const json::Value* found = whole.find_path(path);
  return found == nullptr ? json::Value(json::Object{}) : *found;
}

// Names follow from the version of the set that wants the pods: the same decision made twice makes the same pods.
std::vector<std::string> free_names(const kube::Object& set, std::int64_t count, const View& view) {
  const kube::ObjectMeta& metadata = set.metadata();
  std::string prefix = metadata.name + "-";
  prefix.resize(std::min(prefix.size(), name_prefix_max));
  std::set<std::string> chosen;
  std::vector<std::string> names;
  for (std::uint64_t draw = 0; static_cast<std::int64_t>(names.size()) < count; ++draw) {
    std::string name = prefix + name_suffix(fmt::format("{}/{}/{}", metadata.uid, metadata.resource_version, draw));
    if (view.get(pods().collection(), {metadata.namespace_, name}) != nullptr || !chosen.insert(name).second) continue;
    names.push_back(std::move(name));
  }
  return names;
}

json::Value pod_of(const kube::Object& set, const json::Value& whole, const std::string& name) {
  json::Value pod = json::Object{};
  json::Value& metadata = pod["metadata"];
  metadata["name"] = name;
  metadata["generateName"] = set.metadata().name + "-";
  metadata["namespace"] = set.metadata().namespace_;
  for (const char* key : {"labels", "annotations", "finalizers"}) {
    if (const json::Value* value = whole.find_path({"spec", "template", "metadata", key})) metadata[key] = *value;
  }
  metadata["ownerReferences"] = json::Array{controller_reference(replica_sets(), set.metadata())};
  pod["spec"] = part(whole, {"spec", "template", "spec"});
  return pod;
}

// The least useful first: not scheduled, not running, not ready, ready for the shortest time, the youngest.
void sort_by_loss(Pods& active) {
  const auto rank = [](const kube::ObjectPtr& pod) {
    const PodFacts& facts = pod_facts(*pod);
    return std::tuple(!facts.node.empty(), facts.phase == "Running", facts.is_ready, -facts.ready_since.seconds,
                      -pod->metadata().creation_timestamp.value_or(WallTime{}).seconds, pod->metadata().name);
  };
  std::ranges::sort(active, {}, rank);
}

void resize(const kube::Object& set, Pods active, const View& view, Plan& plan) {
  const std::int64_t wanted = replica_set_facts(set).replicas;
  const std::int64_t missing = wanted - std::ssize(active);
  if (missing > 0) {
    const json::Value whole = set.to_value();
    for (const std::string& name : free_names(set, std::min(missing, made_at_once_max), view)) {
      plan.chains.push_back({create(pods(), pod_of(set, whole, name), fmt::format("{} pods are wanted", wanted))});
      plan.events.push_back(event(replica_sets(), set, "SuccessfulCreate", fmt::format("Created pod: {}", name)));
    }
    return;
  }
  sort_by_loss(active);
  for (std::int64_t i = 0; i < -missing; ++i) {
    const kube::Object& pod = *active[static_cast<std::size_t>(i)];
    plan.chains.push_back({remove(pods(), pod, fmt::format("{} pods are wanted", wanted))});
    plan.events.push_back(
        event(replica_sets(), set, "SuccessfulDelete", fmt::format("Deleted pod: {}", pod.metadata().name)));
  }
}

json::Value status_of(const kube::Object& set, const Pods& active, Now now, Plan& plan) {
  const ReplicaSetFacts& facts = replica_set_facts(set);
  ReplicaCounts counts{.replicas = std::ssize(active)};
  for (const auto& pod : active) {
    const PodFacts& one = pod_facts(*pod);
    if (!one.is_ready) continue;
    ++counts.ready;
    if (one.is_available(facts.min_ready_seconds, now.wall)) {
      ++counts.available;
      continue;
    }
    const WallTime due = one.ready_since + std::chrono::seconds{facts.min_ready_seconds};
    if (!plan.look_again || due < std::get<WallTime>(plan.look_again->at)) plan.look_again = engine::Deadline{due};
  }
  json::Value status = json::Object{{"observedGeneration", set.metadata().generation},
                                    {"replicas", counts.replicas},
                                    {"fullyLabeledReplicas", counts.replicas},
                                    {"readyReplicas", counts.ready},
                                    {"availableReplicas", counts.available}};
  return status;
}

class ReplicaSetController final : public engine::Controller {
 public:
  [[nodiscard]] std::string_view name() const override { return "sim-replicaset"; }

  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    return {{.collection = replica_sets().collection(),
             .concerns = [](const Change& change, const View&,
                            std::vector<Key>& keys) { keys.push_back(change.either().key()); }},
            {.collection = pods().collection(),
             .concerns = [](const Change& change, const View& view, std::vector<Key>& keys) {
               if (change.before != nullptr) add_controller(replica_sets(), *change.before, keys);
               if (change.after != nullptr && !add_controller(replica_sets(), *change.after, keys))
                 add_selecting(replica_sets(), *change.after, view, keys);
             }}};
  }

  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    auto all = pod_indexes();
    std::ranges::move(replica_set_indexes(), std::back_inserter(all));
    return all;
  }

  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo&, Now now) const override {
    const auto set = view.get(replica_sets().collection(), key);
    if (set == nullptr) return {};
    Plan plan;
    if (settle_ownership(replica_sets(), *set, replica_set_facts(*set).selector, pods(), view, plan)) return plan;
    Pods active = controlled(pods(), set->metadata().uid, view);
    std::erase_if(active, [](const kube::ObjectPtr& pod) { return !is_active(*pod); });
    if (!set->metadata().is_deleting()) resize(*set, active, view, plan);
    plan.report = set_status(replica_sets(), *set, status_of(*set, active, now, plan), "pods have changed");
    return plan;
  }
};

}  // namespace

std::unique_ptr<engine::Controller> make_replica_set_controller() { return std::make_unique<ReplicaSetController>(); }

}  // namespace slipway::sim::workloads
