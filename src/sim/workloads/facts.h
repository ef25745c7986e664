#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "kube/object.h"
#include "kube/quantity.h"
#include "kube/selector.h"

// What the simulated controllers want to know of an object, read once per version.
namespace slipway::sim::workloads {

// A count or a share of a total, as maxSurge and maxUnavailable are given.
struct CountOrShare {
  std::int64_t number = 0;
  bool is_share = false;  // `number` is a percentage
  [[nodiscard]] std::int64_t of(std::int64_t total, bool round_up) const;
};

// How many replicas there are, counted in the ways that statuses count them.
struct ReplicaCounts {
  std::int64_t replicas = 0;
  std::int64_t ready = 0;
  std::int64_t available = 0;
  friend bool operator==(const ReplicaCounts&, const ReplicaCounts&) = default;
};

struct DeploymentFacts {
  std::int64_t replicas = 1;
  bool is_paused = false;
  bool is_recreate = false;
  CountOrShare max_surge{};
  CountOrShare max_unavailable{};
  std::int64_t min_ready_seconds = 0;
  std::int64_t revision_history_limit = 10;
  std::optional<std::chrono::seconds> progress_deadline{};
  kube::LabelSelector selector{};
  json::Value selector_json{};
  json::Value pod_template{};
  std::string template_text{};  // two templates are the same when their texts are
  // Of the stored status.
  ReplicaCounts counted{};
  std::int64_t updated = 0;
};

struct ReplicaSetFacts {
  std::int64_t replicas = 1;
  std::int64_t min_ready_seconds = 0;
  kube::LabelSelector selector{};
  std::string template_text{};  // without the label that tells templates apart
  ReplicaCounts counted{};
  std::int64_t observed_generation = 0;
};

struct PodFacts {
  std::string node{};   // "": not scheduled
  std::string phase{};  // Pending, Running, Succeeded, Failed
  std::string ip{};
  bool is_ready = false;
  WallTime ready_since{};  // where it is ready
  kube::Quantity cpu{};    // what its containers request
  kube::Quantity memory{};
  [[nodiscard]] bool is_over() const { return phase == "Succeeded" || phase == "Failed"; }
  [[nodiscard]] bool is_available(std::int64_t min_ready_seconds, WallTime now) const {
    return is_ready && (min_ready_seconds == 0 || ready_since + std::chrono::seconds{min_ready_seconds} <= now);
  }
};

inline constexpr std::string_view template_hash_label = "pod-template-hash";

[[nodiscard]] const DeploymentFacts& deployment_facts(const kube::Object& deployment);
[[nodiscard]] const ReplicaSetFacts& replica_set_facts(const kube::Object& replica_set);
[[nodiscard]] const PodFacts& pod_facts(const kube::Object& pod);
// Counts for a replica set: neither over nor being deleted.
[[nodiscard]] bool is_active(const kube::Object& pod);
// A service's spec.selector; empty: it has none.
[[nodiscard]] const kube::StringMap& service_selector(const kube::Object& service);

}  // namespace slipway::sim::workloads
