#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "json/value.h"
#include "sim/workloads/rollout.h"

namespace slipway::sim::workloads {

struct DeploymentStatus {
  json::Value status;
  std::optional<WallTime> deadline;  // when a rollout that makes no progress until then has failed
};
// The status of a deployment (member.md S5), as kubectl rollout status reads it: counts, Available and Progressing, the
// latter with NewReplicaSetCreated or FoundNewReplicaSet, ReplicaSetUpdated, NewReplicaSetAvailable,
// ProgressDeadlineExceeded, DeploymentPaused. Transition and update times stay where nothing changed. Pure.
[[nodiscard]] DeploymentStatus status_of(const kube::Object& deployment, const Rollout& rollout, WallTime now);

}  // namespace slipway::sim::workloads
