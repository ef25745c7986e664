#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/binding.h"
#include "api/membership.h"
#include "api/placement.h"
#include "api/snapshot.h"
#include "api/staged_update.h"
#include "test/hub/fake_view.h"

// A placement, its bindings and a strategy in memory, and runs that the run
// controller alone drives: what members do is told by the test.
namespace slipway::hub::updaterun::testing {

using hub::testing::FakeView;

struct Cluster {
  std::string name;
  kube::StringMap labels{};
};

struct Fleet {
  api::Scope scope = api::Scope::cluster;
  std::vector<Cluster> clusters{{"a"}, {"b"}, {"c"}};  // selected, in state Scheduled
  std::vector<Cluster> leaving{};                      // with Unscheduled bindings
  std::string policy = R"({"placementType":"PickAll"})";
  std::string stages = R"([{"name":"one","labelSelector":{},"maxConcurrency":1}])";
};

class Play {
 public:
  explicit Play(const Fleet& fleet = {});
  explicit Play(api::Scope scope, std::string namespace_ = "ns");  // an empty hub

  FakeView hub;

  // A run of the strategy "plan" for the placement "app"; `spec` as JSON
  // members.
  void create_run(std::string_view spec = R"("state":"Run","resourceSnapshotIndex":"0")",
                  std::string_view name = "run");
  // Every line is one status that was persisted until the run came to rest, as
  // describe() has it.
  std::vector<std::string> settle(std::string_view name = "run");
  // The last of settle().
  std::string last(std::string_view name = "run");

  void set_state(api::UpdateRunState state, std::string_view name = "run");
  void approve(std::string_view request, kube::ConditionStatus status = kube::ConditionStatus::true_,
               std::int64_t generation_offset = 0);
  // The member has (or has not) made the binding's present generation
  // available.
  void report(std::string_view cluster, std::string_view type, kube::ConditionStatus status, std::string_view reason,
              std::int64_t generation_offset = 0);
  void available(std::string_view cluster) {
    report(cluster, "Available", kube::ConditionStatus::true_, "AllWorkAreAvailable");
  }
  void later(std::int64_t seconds);

  [[nodiscard]] api::StagedUpdateRun run(std::string_view name = "run") const;
  [[nodiscard]] api::ResourceBinding binding(std::string_view cluster) const;
  [[nodiscard]] bool has_binding(std::string_view cluster) const;
  [[nodiscard]] std::shared_ptr<const api::ApprovalRequest> request(std::string_view name) const;
  // "a:Scheduled b:Bound/app-0-snapshot", in order of cluster.
  [[nodiscard]] std::string bindings() const;
  // When the controller wants to look again, in seconds from now; -1: only when
  // something changes.
  [[nodiscard]] std::int64_t look_again_in() const;
  [[nodiscard]] const FakeView::Rest& rest() const { return rest_; }

  // Changes an object as another party would; a changed spec raises the
  // generation.
  template <class T>
  void change(const kube::NamespacedName& key, const std::function<void(T&)>& edit, bool spec = true) {
    const auto found = hub.get<T>(key);
    if (found == nullptr) return not_there(key);
    T next = *found;
    edit(next);
    next.metadata.resource_version = 0;
    if (spec) ++next.metadata.generation;
    hub.put(next);
  }
  void change_binding(std::string_view cluster, const std::function<void(api::ResourceBinding&)>& edit,
                      bool spec = true);
  template <class T>
  void erase(std::string_view name) {
    hub.erase(engine::View::collection_of<T>(scope_), key(name));
  }
  [[nodiscard]] kube::NamespacedName key(std::string_view name) const { return {namespace_, std::string(name)}; }

  void put_member(const Cluster& cluster);
  void put_binding(const Cluster& cluster, std::string_view state, std::string_view policy = "app-0");
  // A complete group of one snapshot whose content is that of the namespace
  // "app".
  void put_snapshot(std::int64_t index, bool latest, std::string_view hash = "h");

 private:
  static void not_there(const kube::NamespacedName& key);
  api::Scope scope_;
  std::string namespace_;
  std::unique_ptr<engine::Controller> controller_;
  FakeView::Rest rest_;
};

// One status in one line: "I=T:InitializedSuccessfully P=T:Progressing | one
// P=T:Started start; a St, b | deletion". Reasons without their common prefix;
// tasks as before{…} and after{…} with C created, A approved, E elapsed.
[[nodiscard]] std::string describe(const api::UpdateRunStatus& status);

}  // namespace slipway::hub::updaterun::testing
