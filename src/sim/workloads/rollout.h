#pragma once

#include <optional>
#include <vector>

#include "kube/object.h"
#include "sim/workloads/facts.h"

// How a deployment moves pods from its old replica sets to the current one (member.md S5). Pure.
namespace slipway::sim::workloads {

struct Generation {  // one replica set of a deployment
  kube::ObjectPtr object;
  const ReplicaSetFacts* facts = nullptr;
  [[nodiscard]] const std::string& name() const { return object->metadata().name; }
  // An annotation that holds a number; `otherwise` where it holds none.
  [[nodiscard]] std::int64_t number(std::string_view annotation, std::int64_t otherwise = 0) const;
};

struct Rollout {
  const DeploymentFacts* wanted = nullptr;
  std::optional<Generation> current;  // the one with the deployment's template
  std::vector<Generation> old;        // the eldest first

  [[nodiscard]] std::vector<const Generation*> all() const;  // old ones, then the current one
  [[nodiscard]] std::int64_t surge() const;                  // pods above the wanted number; 0 with Recreate
  [[nodiscard]] std::int64_t unavailable() const;            // pods that may be missing, never more than wanted
  [[nodiscard]] std::int64_t pods_max() const { return wanted->replicas + surge(); }
  [[nodiscard]] ReplicaCounts counts() const;  // over all replica sets
  [[nodiscard]] std::int64_t updated() const { return current ? current->facts->counted.replicas : 0; }
};

namespace annotation {
inline constexpr std::string_view revision = "deployment.kubernetes.io/revision";
inline constexpr std::string_view revision_history = "deployment.kubernetes.io/revision-history";
inline constexpr std::string_view desired_replicas = "deployment.kubernetes.io/desired-replicas";
inline constexpr std::string_view max_replicas = "deployment.kubernetes.io/max-replicas";
}  // namespace annotation

struct Resize {
  const Generation* generation;
  std::int64_t replicas;
  friend bool operator==(const Resize&, const Resize&) = default;
};

// The size the current replica set may have now, where it has `present` pods.
[[nodiscard]] std::int64_t current_size(const Rollout& rollout, std::int64_t present);
// The next step of a rolling update, or of Recreate (old pods first); empty when there is none for now.
[[nodiscard]] std::vector<Resize> next_step(const Rollout& rollout);
// The deployment was scaled since its replica sets were sized.
[[nodiscard]] bool is_scaling(const Rollout& rollout);
// Sizes after scaling, shared out in proportion; also for those whose size stays (their annotations change).
[[nodiscard]] std::vector<Resize> scale(const Rollout& rollout);
// Old replica sets that the history no longer has room for.
[[nodiscard]] std::vector<const Generation*> beyond_history(const Rollout& rollout);
[[nodiscard]] bool is_complete(const Rollout& rollout);

}  // namespace slipway::sim::workloads
