#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "sim/workloads/images.h"

// What a pod's status says at a moment of its life (member.md S6). Pure.
namespace slipway::sim::workloads {

// The life of one pod on its node, as its creation and annotations determine it. Whole seconds: a start that takes less
// is over when the next second begins.
struct PodPlan {
  WallTime created{};
  WallTime started{};  // containers run, or their images are tried
  WallTime ready{};
  bool is_never_ready = false;
  std::chrono::seconds stop_time{0};  // from its deletion until it is gone
  std::string image_override{};
};
// `start_time`: where no annotation sim.fleet/start-delay says otherwise. Others: sim.fleet/ready-delay (after the
// start), sim.fleet/never-ready.
[[nodiscard]] PodPlan plan_of(const json::Value& pod, Duration start_time);

struct PodState {
  json::Value status;
  std::optional<WallTime> changes_at;  // when it will be another one
  struct Happening {
    std::string reason;
    std::string message;
    bool warning = false;
  };
  std::vector<Happening> happenings;  // what events tell when this status is new
};
// Of a scheduled pod. `address`: the pod's; `host_address`: its node's.
[[nodiscard]] PodState state_of(const json::Value& pod, const PodPlan& plan, std::string_view address,
                                std::string_view host_address, WallTime now);
// Of a pod that fits no node.
[[nodiscard]] json::Value unschedulable_status(const json::Value& pod, std::string_view message, WallTime now);

}  // namespace slipway::sim::workloads
