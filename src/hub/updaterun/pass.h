#pragma once

#include <optional>
#include <vector>

#include "engine/controller.h"
#include "hub/updaterun/status.h"
#include "hub/updaterun/validation.h"
#include "hub/updaterun/verdict.h"

// What one look at a run in state Run or Stop comes to (staged-update 5, 6).
namespace slipway::hub::updaterun {

struct Pass {
  std::vector<engine::Chain> chains{};   // to do before the status is written; then look again
  std::optional<WallTime> look_again{};  // the end of a timed wait, or the moment a cluster becomes stuck
  bool finished = false;                 // nothing is left to do
};

// One look at one run. `status` is the run's status with 2.3 applied; the functions below write into it.
struct Scene {
  const api::StagedUpdateRun& run;
  const Validated& validated;
  const engine::View& view;
  const Recorder& recorder;
  api::UpdateRunStatus& status;

  [[nodiscard]] const api::ResourceBinding* selected_binding(std::string_view cluster) const;
};

// State Run (5). One stage at most is handled. A terminal verdict has already been recorded in the stage it concerns.
[[nodiscard]] Outcome<Pass> execute(const Scene& scene);
// State Stop (6): nothing new begins, what is in flight is awaited.
[[nodiscard]] Outcome<Pass> stop(const Scene& scene);

// The deletion stage in state Run (5.9).
[[nodiscard]] Outcome<Pass> execute_deletion(const Scene& scene);
// The deletion stage in state Stop (6.2).
[[nodiscard]] Outcome<Pass> stop_deletion(const Scene& scene);

// A started cluster whose binding is no longer what this run made of it was taken over by someone else: the only way a
// cluster fails (5.5). The binding is read live first, because this ends the run.
// Also while stopping, or a run could book another one's success as its own (W12).
[[nodiscard]] Outcome<void> check_ownership(const Scene& scene, const std::string& stage,
                                            api::ClusterUpdatingStatus& cluster, const api::ResourceBinding& binding);

// Clusters in flight for longer than stuck_after; where there is one, the run shows Stuck (5.7) and true is returned.
// `earliest` receives when the next one would become stuck.
class StuckClusters {
 public:
  explicit StuckClusters(WallTime now) : now_(now) {}
  void look_at(const api::ClusterUpdatingStatus& cluster, std::string_view why);
  [[nodiscard]] bool any() const { return !names_.empty(); }
  [[nodiscard]] std::string message(std::string_view stage) const;
  [[nodiscard]] std::optional<WallTime> next() const { return next_; }

 private:
  WallTime now_;
  std::vector<std::string> names_;  // with why
  std::optional<WallTime> next_;
};

}  // namespace slipway::hub::updaterun
