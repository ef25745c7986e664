// Evictions under one disruption budget, with faults and crashes (placement 7).

#include "api/eviction.h"

#include <chrono>
#include <gtest/gtest.h>
#include <set>

#include "api/binding.h"
#include "api/conditions.h"
#include "json/text.h"
#include "test/sim/seeds.h"
#include "test/sim/simulated_fleet.h"

namespace slipway::sim::testing {
namespace {

constexpr auto scope = api::Scope::cluster;

// A placement on all three members, of which one may be unavailable, and a user who evicts and evicts.
class Story {
 public:
  explicit Story(SimulatedFleet& fleet) : fleet_(fleet) {}

  [[nodiscard]] bool set_up() {
    follow();
    return create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"web"}})") &&
           create(
               R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{"name":"web"},
               "spec":{"policy":{"placementType":"PickN","numberOfClusters":3},
                       "resourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"web"}]}})") &&
           create(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1",
               "kind":"ClusterResourcePlacementDisruptionBudget","metadata":{"name":"web"},"spec":{"maxUnavailable":1}})") &&
           everywhere();
  }
  // In one turn, before any controller has looked at one of them.
  void evict(const std::vector<std::string>& members) {
    apiserver::Registry& hub = fleet_.fleet().hub();
    for (const std::string& member : members) {
      const auto created = hub.create(
          *hub.find(api::resource_of<api::PlacementEviction>(scope)), "",
          *json::parse(fmt::format(
              R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacementEviction",
                   "metadata":{{"name":"e{}"}},"spec":{{"placementName":"web","clusterName":"{}"}}}})",
              count_++, member)),
          {.identity = {.user = "admin", .groups = {"system:masters"}}});
      EXPECT_TRUE(created);
    }
  }
  // The placement is available on all members, and every eviction is decided.
  [[nodiscard]] bool everywhere() {
    return fleet_.run_until([this] { return available(bindings(), "") == 3 && undecided() == 0; },
                            std::chrono::minutes{15});
  }
  void crash_perhaps() {
    handle_.reset();
    fleet_.maybe_crash();
    follow();
    for (const auto& binding : bindings()) {  // what was not durable did not happen
      if (!binding->metadata.is_deleting()) deleted_.erase(binding->metadata.uid);
    }
  }
  // Evictions that say that they deleted a binding.
  [[nodiscard]] std::size_t evicted() {
    return static_cast<std::size_t>(std::ranges::count_if(all<api::PlacementEviction>(), [](const auto& eviction) {
      const auto* const executed = kube::find_condition(eviction->status.conditions, api::condition::executed);
      return executed != nullptr && executed->message.starts_with("Evicted. ");
    }));
  }
  [[nodiscard]] std::size_t deleted() const { return deleted_.size(); }

 private:
  using Bindings = std::vector<std::shared_ptr<const api::ResourceBinding>>;

  [[nodiscard]] bool create(const std::string& json) {
    const auto created = fleet_.create(json);
    if (!created) ADD_FAILURE() << created.error().message;
    return created.has_value();
  }
  template <class T>
  [[nodiscard]] std::vector<std::shared_ptr<const T>> all() {
    apiserver::Registry& hub = fleet_.fleet().hub();
    const auto page = hub.list(*hub.find(api::resource_of<T>(scope)), {}, 0, "", {});
    std::vector<std::shared_ptr<const T>> found;
    for (const auto& object : page->items) found.push_back(engine::View::typed<T>(object));
    return found;
  }
  [[nodiscard]] Bindings bindings() { return all<api::ResourceBinding>(); }
  [[nodiscard]] std::size_t undecided() {
    return static_cast<std::size_t>(std::ranges::count_if(all<api::PlacementEviction>(), [](const auto& eviction) {
      const auto* const valid = kube::find_condition(eviction->status.conditions, api::condition::valid);
      return kube::find_condition(eviction->status.conditions, api::condition::executed) == nullptr &&
             (valid == nullptr || valid->status != kube::ConditionStatus::false_);
    }));
  }
  static bool is_available(const api::ResourceBinding& binding) {
    return !binding.metadata.is_deleting() &&
           kube::is_true_at(binding.status.conditions, api::condition::available, binding.metadata.generation);
  }
  static std::int64_t available(const Bindings& bindings, std::string_view but) {
    return std::ranges::count_if(
        bindings, [&](const auto& binding) { return binding->metadata.uid != but && is_available(*binding); });
  }
  // An available binding is taken away only while the two others are available.
  void follow() {
    apiserver::Registry& hub = fleet_.fleet().hub();
    auto watch = hub.watch(*hub.find(api::resource_of<api::ResourceBinding>(scope)), 0,
                           {.on_change =
                                [this](const apiserver::Registry::ChangeEvent& change) {
                                  const auto before = engine::View::typed<api::ResourceBinding>(change.before);
                                  if (before == nullptr || before->metadata.is_deleting()) return;
                                  if (change.after != nullptr && !change.after->metadata().is_deleting()) return;
                                  deleted_.insert(before->metadata.uid);
                                  if (is_available(*before)) EXPECT_EQ(available(bindings(), before->metadata.uid), 2);
                                },
                            .on_close = [] {}});
    ASSERT_TRUE(watch);
    handle_ = *std::move(watch);
  }

  SimulatedFleet& fleet_;
  std::unique_ptr<client::WatchHandle> handle_;
  std::set<std::string, std::less<>> deleted_;  // UIDs
  int count_ = 0;
};

void play(SimulatedFleet& fleet, Rng& draw) {
  Story story(fleet);
  ASSERT_TRUE(story.set_up());
  for (int round = 0; round < 8; ++round) {
    std::vector<std::string> members(draw.below(3) + 1);
    for (std::string& member : members) member = fmt::format("member{}", draw.below(3) + 1);
    story.evict(members);
    fleet.run_for(std::chrono::milliseconds{draw.below(3000)});
    story.crash_perhaps();
    if (draw.one_in(3)) ASSERT_TRUE(story.everywhere());
  }
  fleet.heal();
  EXPECT_TRUE(story.everywhere());
  EXPECT_EQ(story.evicted(), story.deleted());  // each took one, and nobody else took any
  EXPECT_GE(story.deleted(), 1U);
}

TEST(EvictionSim, S7_2_TheBudgetHoldsUnderFaultsAndCrashes) { play_seeds(4, 2, play); }

}  // namespace
}  // namespace slipway::sim::testing
