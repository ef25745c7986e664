#include "sim/workloads/deployment.h"

#include <algorithm>

#include "base/bytes.h"
#include "sim/workloads/deployment_status.h"
#include "sim/workloads/indexes.h"
#include "sim/workloads/objects.h"
#include "sim/workloads/rollout.h"

namespace slipway::sim::workloads {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

Rollout observe(const kube::Object& deployment, const View& view) {
  Rollout rollout;
  rollout.wanted = &deployment_facts(deployment);
  for (auto& object : controlled(replica_sets(), deployment.metadata().uid, view)) {
    const ReplicaSetFacts& facts = replica_set_facts(*object);
    Generation one{.object = std::move(object), .facts = &facts};
    // The eldest of equals, should there be several.
    if (!rollout.current && !one.object->metadata().is_deleting() &&
        facts.template_text == rollout.wanted->template_text) {
      rollout.current = std::move(one);
    } else {
      rollout.old.push_back(std::move(one));
    }
  }
  return rollout;
}

std::int64_t next_revision(const Rollout& rollout) {
  std::int64_t highest = 0;
  for (const Generation& one : rollout.old) highest = std::max(highest, one.number(annotation::revision));
  return highest + 1;
}

// A replica set carries its deployment's annotations, without those that speak of the deployment alone.
kube::StringMap inherited_annotations(const kube::Object& deployment) {
  kube::StringMap annotations = deployment.metadata().annotations;
  std::erase_if(annotations, [](const auto& entry) {
    return entry.first == annotation::revision || entry.first == annotation::revision_history ||
           entry.first == annotation::desired_replicas || entry.first == annotation::max_replicas ||
           entry.first.ends_with("/last-applied-configuration");
  });
  return annotations;
}

kube::StringMap size_annotations(const Rollout& rollout) {
  return {{std::string(annotation::desired_replicas), std::to_string(rollout.wanted->replicas)},
          {std::string(annotation::max_replicas), std::to_string(rollout.pods_max())}};
}

// Two templates may have one hash, and a name may be taken by what is not ours: then the next one is tried.
std::string free_hash(const kube::Object& deployment, const std::string& template_text, const View& view) {
  for (int collisions = 0;; ++collisions) {
    const std::uint64_t hash = fnv1a(collisions == 0 ? template_text : fmt::format("{}/{}", template_text, collisions));
    std::string text = safe_text((hash ^ (hash >> 32U)) & 0xFFFFFFFFU);
    const kube::NamespacedName key{deployment.metadata().namespace_,
                                   fmt::format("{}-{}", deployment.metadata().name, text)};
    if (view.get(replica_sets().collection(), key) == nullptr) return text;
  }
}

void create_current(const kube::Object& deployment, const Rollout& rollout, const View& view, Plan& plan) {
  const DeploymentFacts& wanted = *rollout.wanted;
  const std::string hash = free_hash(deployment, wanted.template_text, view);
  const std::string name = fmt::format("{}-{}", deployment.metadata().name, hash);
  kube::StringMap annotations = inherited_annotations(deployment);
  annotations.merge(size_annotations(rollout));
  annotations[std::string(annotation::revision)] = std::to_string(next_revision(rollout));
  json::Value pod_template = wanted.pod_template;
  pod_template["metadata"]["labels"][template_hash_label] = hash;
  json::Value selector = wanted.selector_json;
  selector["matchLabels"][template_hash_label] = hash;
  const std::int64_t size = current_size(rollout, 0);
  json::Value spec = json::Object{{"replicas", size}, {"selector", std::move(selector)}};
  if (wanted.min_ready_seconds > 0) spec["minReadySeconds"] = wanted.min_ready_seconds;
  json::Value metadata =
      json::Object{{"name", name},
                   {"namespace", deployment.metadata().namespace_},
                   {"annotations", to_json(annotations)},
                   {"labels", pod_template["metadata"]["labels"]},
                   {"ownerReferences", json::Array{controller_reference(deployments(), deployment.metadata())}}};
  spec["template"] = std::move(pod_template);
  plan.chains.push_back(
      {create(replica_sets(), json::Object{{"metadata", std::move(metadata)}, {"spec", std::move(spec)}},
              "no replica set has the deployment's template")});
  if (size > 0) {
    plan.events.push_back(event(deployments(), deployment, "ScalingReplicaSet",
                                fmt::format("Scaled up replica set {} from 0 to {}", name, size)));
  }
}

// Its number is the highest, its annotations and readiness rule are the deployment's.
void refresh_current(const kube::Object& deployment, const Rollout& rollout, Plan& plan) {
  const Generation& current = *rollout.current;
  json::Value annotations = json::Object{};
  for (const auto& [key, text] : inherited_annotations(deployment)) {
    const std::string* present = current.object->metadata().annotation(key);
    if (present == nullptr || *present != text) annotations[key] = text;
  }
  const std::int64_t revision = next_revision(rollout);
  if (const std::int64_t before = current.number(annotation::revision); before < revision) {
    annotations[annotation::revision] = std::to_string(revision);
    if (before > 0) {
      const std::string* history = current.object->metadata().annotation(annotation::revision_history);
      annotations[annotation::revision_history] =
          history == nullptr ? std::to_string(before) : fmt::format("{},{}", *history, before);
    }
  }
  json::Value change = json::Object{};
  if (!annotations.object()->empty()) change["metadata"]["annotations"] = std::move(annotations);
  if (current.facts->min_ready_seconds != rollout.wanted->min_ready_seconds)
    change["spec"]["minReadySeconds"] = rollout.wanted->min_ready_seconds;
  if (!change.object()->empty())
    plan.chains.push_back({patch(replica_sets(), *current.object, std::move(change), "the deployment has changed")});
}

void resize(const kube::Object& deployment, const Rollout& rollout, const std::vector<Resize>& sizes, Plan& plan) {
  for (const auto& [generation, size] : sizes) {
    const std::int64_t present = generation->facts->replicas;
    json::Value change = json::Object{};
    for (const auto& [key, text] : size_annotations(rollout)) {
      const std::string* has = generation->object->metadata().annotation(key);
      if (has == nullptr || *has != text) change["metadata"]["annotations"][key] = text;
    }
    if (size != present) {
      change["spec"]["replicas"] = size;
      plan.events.push_back(event(deployments(), deployment, "ScalingReplicaSet",
                                  fmt::format("Scaled {} replica set {} from {} to {}", size > present ? "up" : "down",
                                              generation->name(), present, size)));
    }
    if (!change.object()->empty()) {
      plan.chains.push_back({patch(replica_sets(), *generation->object, std::move(change),
                                   fmt::format("{} of its pods are wanted", size))});
    }
  }
}

// Recreate: nothing new runs beside anything old.
bool has_old_pods(const Rollout& rollout, const View& view) {
  return std::ranges::any_of(rollout.old, [&](const Generation& one) {
    return std::ranges::any_of(controlled(pods(), one.object->metadata().uid, view),
                               [](const kube::ObjectPtr& pod) { return !pod_facts(*pod).is_over(); });
  });
}

// The writes of the next step; none when there is nothing to do but wait or rest.
void step(const kube::Object& deployment, const Rollout& rollout, const View& view, Plan& plan) {
  if (rollout.current && !rollout.wanted->is_paused) refresh_current(deployment, rollout, plan);
  if (plan.chains.empty() && (rollout.wanted->is_paused || is_scaling(rollout)))
    resize(deployment, rollout, scale(rollout), plan);
  if (!plan.chains.empty() || rollout.wanted->is_paused) return;

  const bool waits_for_old = rollout.wanted->is_recreate && has_old_pods(rollout, view);
  auto sizes = next_step(rollout);
  if (waits_for_old) std::erase_if(sizes, [](const Resize& one) { return one.replicas > 0; });
  if (!rollout.current && !waits_for_old) {
    create_current(deployment, rollout, view, plan);
  } else {
    resize(deployment, rollout, sizes, plan);
  }
  if (!plan.chains.empty() || !is_complete(rollout)) return;
  for (const Generation* one : beyond_history(rollout))
    plan.chains.push_back({remove(replica_sets(), *one->object, "the revision history is full")});
}

class DeploymentController final : public engine::Controller {
 public:
  [[nodiscard]] std::string_view name() const override { return "sim-deployment"; }

  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    return {{.collection = deployments().collection(),
             .concerns = [](const Change& change, const View&,
                            std::vector<Key>& keys) { keys.push_back(change.either().key()); }},
            {.collection = replica_sets().collection(),
             .concerns =
                 [](const Change& change, const View& view, std::vector<Key>& keys) {
                   if (change.before != nullptr) add_controller(deployments(), *change.before, keys);
                   if (change.after != nullptr && !add_controller(deployments(), *change.after, keys))
                     add_selecting(deployments(), *change.after, view, keys);
                 }},
            {.collection = pods().collection(),
             .concerns = [](const Change& change, const View& view, std::vector<Key>& keys) {
               if (change.after != nullptr && !pod_facts(*change.after).is_over()) return;
               std::vector<Key> sets;
               add_controller(replica_sets(), change.either(), sets);
               for (const Key& key : sets) {
                 if (const auto set = view.get(replica_sets().collection(), key))
                   add_controller(deployments(), *set, keys);
               }
             }}};
  }

  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    auto all = pod_indexes();
    std::ranges::move(replica_set_indexes(), std::back_inserter(all));
    all.push_back(deployments_by_selector());
    return all;
  }

  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo&, Now now) const override {
    const auto deployment = view.get(deployments().collection(), key);
    if (deployment == nullptr) return {};
    Plan plan;
    if (settle_ownership(deployments(), *deployment, deployment_facts(*deployment).selector, replica_sets(), view,
                         plan))
      return plan;
    const Rollout rollout = observe(*deployment, view);
    if (!deployment->metadata().is_deleting()) step(*deployment, rollout, view, plan);
    DeploymentStatus status = status_of(*deployment, rollout, now.wall);
    if (status.deadline) plan.look_again = engine::Deadline{*status.deadline};
    kube::StringMap annotations;
    if (rollout.current) {
      const std::string* revision = rollout.current->object->metadata().annotation(annotation::revision);
      if (revision != nullptr) annotations.emplace(annotation::revision, *revision);
    }
    plan.report =
        set_status(deployments(), *deployment, std::move(status.status), "replica sets have changed", annotations);
    return plan;
  }
};

}  // namespace

std::unique_ptr<engine::Controller> make_deployment_controller() { return std::make_unique<DeploymentController>(); }

}  // namespace slipway::sim::workloads
