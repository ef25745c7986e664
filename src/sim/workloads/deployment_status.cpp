#include "sim/workloads/deployment_status.h"

#include <algorithm>
#include <vector>

#include "api/builtin_values.h"

namespace slipway::sim::workloads {
namespace {

struct Condition {
  std::string type{};
  std::string status{};
  std::string reason{};
  std::string message{};
  WallTime updated{};
  WallTime changed{};
};
using Conditions = std::vector<Condition>;

Conditions read_conditions(const json::Value& whole) {
  Conditions out;
  for (const json::Value& one : api::builtin::list_at(whole, {"status", "conditions"})) {
    out.push_back({.type = std::string(one.text_at({"type"})),
                   .status = std::string(one.text_at({"status"})),
                   .reason = std::string(one.text_at({"reason"})),
                   .message = std::string(one.text_at({"message"})),
                   .updated = parse_rfc3339(one.text_at({"lastUpdateTime"})).value_or(WallTime{}),
                   .changed = parse_rfc3339(one.text_at({"lastTransitionTime"})).value_or(WallTime{})});
  }
  return out;
}

json::Array write_conditions(const Conditions& conditions) {
  json::Array out;
  for (const Condition& one : conditions) {
    out.emplace_back(json::Object{{"lastTransitionTime", to_rfc3339(one.changed)},
                                  {"lastUpdateTime", to_rfc3339(one.updated)},
                                  {"message", one.message},
                                  {"reason", one.reason},
                                  {"status", one.status},
                                  {"type", one.type}});
  }
  return out;
}

Condition* find(Conditions& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, type, &Condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

// `is_news`: the time of the update moves although status and reason stay (progress goes on).
void set(Conditions& conditions, Condition next, WallTime now, bool is_news = false) {
  next.updated = now;
  next.changed = now;
  Condition* present = find(conditions, next.type);
  if (present == nullptr) {
    conditions.push_back(std::move(next));
    return;
  }
  if (present->status == next.status) {
    next.changed = present->changed;
    if (present->reason == next.reason && present->message == next.message && !is_news) next.updated = present->updated;
  }
  *present = std::move(next);
}

void set_available(Conditions& conditions, const Rollout& rollout, WallTime now) {
  if (rollout.counts().available >= rollout.wanted->replicas - rollout.unavailable()) {
    set(conditions, {"Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."}, now);
  } else {
    set(conditions,
        {"Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."}, now);
  }
}

bool has_progressed(const Rollout& rollout) {
  const DeploymentFacts& before = *rollout.wanted;
  const ReplicaCounts after = rollout.counts();
  return rollout.updated() > before.updated ||
         after.replicas - rollout.updated() < before.counted.replicas - before.updated ||
         after.ready > before.counted.ready || after.available > before.counted.available;
}

Condition progressing(std::string_view status, std::string_view reason, std::string message) {
  return {.type = "Progressing",
          .status = std::string(status),
          .reason = std::string(reason),
          .message = std::move(message)};
}

// The condition names the replica set it speaks of: what was said of another one is over.
void set_progressing(Conditions& conditions, const Rollout& rollout, WallTime now) {
  const DeploymentFacts& wanted = *rollout.wanted;
  if (!wanted.progress_deadline) {
    std::erase_if(conditions, [](const Condition& one) { return one.type == "Progressing"; });
    return;
  }
  const Condition* present = find(conditions, "Progressing");
  if (wanted.is_paused) {
    if (present == nullptr || present->reason != "ProgressDeadlineExceeded")
      set(conditions, progressing("Unknown", "DeploymentPaused", "Deployment is paused"), now);
    return;
  }
  if (!rollout.current) return;
  const std::string subject = fmt::format("ReplicaSet \"{}\"", rollout.current->name());
  const std::string quoted = fmt::format("\"{}\"", rollout.current->name());
  const bool speaks_of_it = present != nullptr && present->message.find(quoted) != std::string::npos;
  const bool was_complete = speaks_of_it && present->reason == "NewReplicaSetAvailable";
  if (was_complete && rollout.counts().replicas == rollout.updated()) return;
  if (is_complete(rollout)) {
    set(conditions, progressing("True", "NewReplicaSetAvailable", subject + " has successfully progressed."), now);
  } else if (!speaks_of_it) {
    const bool is_new = rollout.current->object->metadata().annotation(annotation::revision_history) == nullptr;
    set(conditions,
        is_new ? progressing("True", "NewReplicaSetCreated", fmt::format("Created new replica set {}", quoted))
               : progressing("True", "FoundNewReplicaSet", fmt::format("Found new replica set {}", quoted)),
        now);
  } else if (has_progressed(rollout)) {
    set(conditions, progressing("True", "ReplicaSetUpdated", subject + " is progressing."), now, true);
  } else if (!was_complete && present->updated + *wanted.progress_deadline <= now) {
    set(conditions, progressing("False", "ProgressDeadlineExceeded", subject + " has timed out progressing."), now);
  }
}

std::optional<WallTime> deadline_of(Conditions& conditions, const Rollout& rollout) {
  const Condition* present = find(conditions, "Progressing");
  if (present == nullptr || !rollout.wanted->progress_deadline || rollout.wanted->is_paused) return std::nullopt;
  if (present->status != "True" || present->reason == "NewReplicaSetAvailable") return std::nullopt;
  return present->updated + *rollout.wanted->progress_deadline;
}

}  // namespace

DeploymentStatus status_of(const kube::Object& deployment, const Rollout& rollout, WallTime now) {
  const json::Value whole = deployment.to_value();
  Conditions conditions = read_conditions(whole);
  set_available(conditions, rollout, now);
  set_progressing(conditions, rollout, now);
  const ReplicaCounts counts = rollout.counts();
  json::Value status =
      json::Object{{"observedGeneration", deployment.metadata().generation},
                   {"replicas", counts.replicas},
                   {"updatedReplicas", rollout.updated()},
                   {"readyReplicas", counts.ready},
                   {"availableReplicas", counts.available},
                   {"unavailableReplicas", std::max(std::int64_t{0}, counts.replicas - counts.available)},
                   {"conditions", write_conditions(conditions)}};
  if (const json::Value* collisions = whole.find_path({"status", "collisionCount"}))
    status["collisionCount"] = *collisions;
  return {.status = std::move(status), .deadline = deadline_of(conditions, rollout)};
}

}  // namespace slipway::sim::workloads
