// An override under faults and crashes: what it changes for one member never arrives there unchanged (placement 5).

#include "api/override.h"

#include <chrono>
#include <gtest/gtest.h>

#include "api/work.h"
#include "test/sim/seeds.h"
#include "test/sim/simulated_fleet.h"

namespace slipway::sim::testing {
namespace {

// A placement that rolls by itself, and a user who edits its content and its override again and again.
class Story {
 public:
  explicit Story(SimulatedFleet& fleet) : fleet_(fleet) {}

  [[nodiscard]] bool set_up() {
    follow();
    return create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"web"}})") &&
           create(
               R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"web"},"data":{"size":"0"}})") &&
           create(fmt::format(
               R"({{"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ResourceOverride","metadata":{{"name":"big","namespace":"web"}},
                   "spec":{{"resourceSelectors":[{{"group":"","version":"v1","kind":"ConfigMap","name":"settings"}}],"policy":{}}}}})",
               policy())) &&
           create(
               R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterResourcePlacement","metadata":{"name":"web"},
               "spec":{"resourceSelectors":[{"group":"","version":"v1","kind":"Namespace","name":"web"}],
                       "strategy":{"type":"RollingUpdate","rollingUpdate":{"unavailablePeriodSeconds":5}}}})") &&
           everywhere();
  }
  void edit_override() {
    ++version_;
    patch<api::ResourceOverride>({"web", "big"}, fmt::format(R"({{"spec":{{"policy":{}}}}})", policy()));
  }
  void edit_content() {
    ++size_;
    const auto done = fleet_.merge_patch({"", "v1", "configmaps"}, {"web", "settings"},
                                         fmt::format(R"({{"data":{{"size":"{}"}}}})", size_));
    EXPECT_TRUE(done);
  }
  // Each member has what it is to have.
  [[nodiscard]] bool everywhere() {
    return fleet_.run_until(
        [this] {
          for (const auto* const member : {"member1", "member2", "member3"}) {
            const std::string wanted =
                std::string_view(member) == "member2" ? fmt::format("big{}", version_) : fmt::format("{}", size_);
            if (fleet_.member_text(member, {"", "configmaps"}, {"web", "settings"}, {"data", "size"}) != wanted)
              return false;
          }
          return true;
        },
        std::chrono::minutes{30});
  }
  void crash_perhaps() {
    handle_.reset();
    fleet_.maybe_crash();
    follow();
  }
  [[nodiscard]] int works_seen() const { return works_seen_; }

 private:
  [[nodiscard]] bool create(const std::string& json) {
    const auto created = fleet_.create(json);
    if (!created) ADD_FAILURE() << created.error().message;
    return created.has_value();
  }
  template <class T>
  void patch(const kube::NamespacedName& key, const std::string& patch) {
    EXPECT_TRUE(fleet_.merge_patch(api::storage_resource_of<T>(api::Scope::namespaced), key, patch));
  }
  [[nodiscard]] std::string policy() const {
    return fmt::format(
        R"({{"overrideRules":[{{"clusterSelector":{{"clusterSelectorTerms":[{{"labelSelector":{{"matchLabels":
             {{"kubernetes-fleet.io/member-name":"member2"}}}}}}]}},
             "jsonPatchOverrides":[{{"op":"replace","path":"/data/size","value":"big{}"}}]}}]}})",
        version_);
  }
  // Every Work that is ever written for member2 is changed by the override, and no other is.
  void follow() {
    apiserver::Registry& hub = fleet_.fleet().hub();
    auto watch = hub.watch(*hub.find(api::resource_of<api::Work>(api::Scope::namespaced)), 0,
                           {.on_change =
                                [this](const apiserver::Registry::ChangeEvent& change) {
                                  if (change.after == nullptr) return;
                                  const auto work = engine::View::typed<api::Work>(change.after);
                                  for (const auto& manifest : work->spec.workload.manifests) {
                                    if (manifest.text_at({"metadata", "name"}) != "settings") continue;
                                    ++works_seen_;
                                    EXPECT_EQ(manifest.text_at({"data", "size"}).starts_with("big"),
                                              work->metadata.namespace_ == "fleet-member-member2");
                                  }
                                },
                            .on_close = [] {}});
    ASSERT_TRUE(watch);
    handle_ = *std::move(watch);
  }

  SimulatedFleet& fleet_;
  std::unique_ptr<client::WatchHandle> handle_;
  int version_ = 0;
  int size_ = 0;
  int works_seen_ = 0;
};

void play(SimulatedFleet& fleet, Rng& draw) {
  Story story(fleet);
  ASSERT_TRUE(story.set_up());
  for (int round = 0; round < 8; ++round) {
    if (draw.one_in(2)) story.edit_content();
    if (draw.one_in(2)) story.edit_override();
    fleet.run_for(std::chrono::milliseconds{draw.below(60'000)});
    story.crash_perhaps();
  }
  fleet.heal();
  EXPECT_TRUE(story.everywhere());
  EXPECT_GE(story.works_seen(), 3);
}

TEST(OverrideSim, S5_NothingArrivesUnchangedUnderFaultsAndCrashes) { play_seeds(4, 2, play); }

}  // namespace
}  // namespace slipway::sim::testing
