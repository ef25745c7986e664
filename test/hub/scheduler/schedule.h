#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/binding.h"
#include "api/membership.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "test/hub/fake_view.h"

// A placement with its latest policy snapshot and a fleet in memory, scheduled by the scheduler alone.
namespace slipway::hub::scheduler::testing {

using hub::testing::FakeView;

class Schedule {
 public:
  explicit Schedule(api::Scope scope = api::Scope::cluster);

  // The placement "p" and its policy snapshot p-<index>; an earlier snapshot stops being the latest.
  void put_policy(std::string_view policy, std::int64_t index = 0);
  // A member that may be picked; `labels` and `spec` as JSON members.
  void put_member(std::string_view name, std::string_view labels = "", std::string_view spec = "");
  void edit_member(std::string_view name, const std::function<void(api::MemberCluster&)>& edit);
  void edit_binding(std::string_view cluster, const std::function<void(api::ResourceBinding&)>& edit);
  void put_binding(std::string_view cluster, std::string_view state, std::string_view policy,
                   std::optional<api::ClusterScore> score = {});
  void later(std::int64_t seconds) { hub.now.wall = hub.now.wall + std::chrono::seconds{seconds}; }

  // Lets the scheduler come to rest. "a:Scheduled b:Unscheduled(Bound)@0": in order of cluster; the previous state in
  // brackets, the index of the policy where it is not the latest.
  std::string settle();
  // The latest snapshot's decisions and condition: "a+ b- T:SchedulingPolicyFulfilled".
  [[nodiscard]] std::string said() const;
  [[nodiscard]] std::shared_ptr<const api::SchedulingPolicySnapshot> policy() const;
  [[nodiscard]] std::string reason_for(std::string_view cluster) const;  // of its decision
  [[nodiscard]] api::ResourceBinding binding(std::string_view cluster) const;
  [[nodiscard]] kube::NamespacedName key(std::string_view name) const { return {namespace_, std::string(name)}; }
  [[nodiscard]] engine::Collection bindings() const {
    return engine::View::collection_of<api::ResourceBinding>(scope_);
  }
  [[nodiscard]] const engine::Controller& controller() const { return *controller_; }

  FakeView hub;
  FakeView::Rest rest;

 private:
  api::Scope scope_;
  std::string namespace_;
  std::int64_t latest_ = 0;
  std::unique_ptr<engine::Controller> controller_;
};

}  // namespace slipway::hub::scheduler::testing
