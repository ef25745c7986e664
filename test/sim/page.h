#pragma once

#include <memory>
#include <string>

#include "api/staged_update.h"
#include "test/sim/simulated_fleet.h"

namespace slipway::sim::testing {

// The how-to's commands on a simulated fleet. Each returns false when the page's next line does not come true. What a
// restart or a lost answer may repeat is safe to repeat.
class Page {
 public:
  explicit Page(SimulatedFleet& fleet) : fleet_(fleet) {}
  virtual ~Page() = default;

  [[nodiscard]] bool create(const std::string& json);
  [[nodiscard]] bool start_run(const std::string& name, const std::string& state, const std::string& index = "");
  [[nodiscard]] bool set_state(const std::string& run, const std::string& state);
  [[nodiscard]] bool approve(const std::string& request);
  // Both gates of the last stage, up to the run's end.
  [[nodiscard]] bool finish(const std::string& run);
  [[nodiscard]] bool reaches(const std::string& run, std::string_view type, std::string_view reason);
  [[nodiscard]] std::string index_used(const std::string& run);
  [[nodiscard]] bool until(const std::function<bool()>& predicate) {
    return fleet_.run_until(predicate, std::chrono::minutes{15});
  }
  [[nodiscard]] SimulatedFleet& fleet() { return fleet_; }

  // What sets the two halves of the page apart.
  [[nodiscard]] virtual bool set_up() = 0;
  [[nodiscard]] virtual bool change_to_second_version() = 0;
  // The three members' content, "v1 v1 v1" for the first version everywhere; "-" where there is none.
  [[nodiscard]] virtual std::string versions() = 0;

 protected:
  struct Names {
    std::string namespace_;  // "" for the cluster scope
    std::string placement;
    std::string strategy;
    std::string last_stage;
  };
  [[nodiscard]] virtual const Names& names() const = 0;
  [[nodiscard]] bool patch(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                           const std::string& json);

 private:
  [[nodiscard]] api::Scope scope() const {
    return names().namespace_.empty() ? api::Scope::cluster : api::Scope::namespaced;
  }
  // As it stands on the hub now.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> read(const std::string& name) {
    const auto resource = fleet_.fleet().hub().find(api::resource_of<T>(scope()));
    const auto object = fleet_.fleet().hub().get(*resource, {names().namespace_, name});
    return object ? engine::View::typed<T>(*object) : nullptr;
  }

  SimulatedFleet& fleet_;
};

// "Cluster-Scoped Staged Updates": a namespace with a config map.
class ClusterPage final : public Page {
 public:
  using Page::Page;
  [[nodiscard]] bool set_up() override;
  [[nodiscard]] bool change_to_second_version() override;
  [[nodiscard]] std::string versions() override;

  [[nodiscard]] static std::string placement();
  [[nodiscard]] static std::string strategy();

 protected:
  [[nodiscard]] const Names& names() const override;
};

// "Namespace-Scoped Staged Updates": a deployment and a service in a namespace that another placement brings.
class NamespacePage final : public Page {
 public:
  using Page::Page;
  [[nodiscard]] bool set_up() override;
  [[nodiscard]] bool change_to_second_version() override;
  [[nodiscard]] std::string versions() override;

 protected:
  [[nodiscard]] const Names& names() const override;
};

// First version, second version with a pause in the middle, rollback to the first. Records failures with gtest.
void play(Page& page);

}  // namespace slipway::sim::testing
