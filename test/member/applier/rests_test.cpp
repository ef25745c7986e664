#include "member/applier/controller.h"
#include "test/member/applier/applier_fixture.h"

// What fleet_work_processing_requests_total is counted from (member 10): a look at a Work that is completed comes to
// rest once, with what it came to on the Work.
namespace slipway::member {
namespace {

class CompletedPasses : public Applier, public engine::Observer {
 protected:
  CompletedPasses() {
    observer = this;
    restart_agent();
  }
  void on_rest(std::string_view controller, const engine::Key& key, const engine::View& view) override {
    if (controller != applier::controller_name) return;
    const auto seen = view.get<api::Work>(key);
    if (seen == nullptr) return rested.push_back("gone");
    std::string line;
    for (const auto& condition : seen->status.conditions) {
      const bool is_current = condition.observed_generation == seen->metadata.generation;
      line += fmt::format("{}{}{}", line.empty() ? "" : " ", condition.reason, is_current ? "" : " (stale)");
    }
    rested.push_back(line);
  }
  std::vector<std::string> rested_now() { return std::exchange(rested, {}); }
  std::vector<std::string> rested;
};

TEST_F(CompletedPasses, OneForEachLookAtAWork) {
  put(space("app"));
  rested_now();
  place("w", {config_map("app/one")});
  EXPECT_THAT(rested_now(), ElementsAre("AllManifestsApplied AllManifestsAvailable"))
      << "the passes that wrote before it are no looks of their own";
  place("w", {config_map("app/one", "2")});
  EXPECT_THAT(rested_now(), ElementsAre("AllManifestsApplied AllManifestsAvailable"));
  merge("configmaps", "app/one", R"({"data":null})");  // is set right
  EXPECT_THAT(rested_now(), ::testing::Each("AllManifestsApplied AllManifestsAvailable"));
  restart_agent();
  EXPECT_THAT(rested_now(), ElementsAre("AllManifestsApplied AllManifestsAvailable"));
}

TEST_F(CompletedPasses, AManifestThatIsRefusedIsPartOfACompletedLook) {
  put(space("app"));
  rested_now();
  refuse("configmaps", Reason::forbidden);
  place("w", {config_map("app/one")});
  EXPECT_THAT(rested_now(), ElementsAre("SomeManifestsAreNotApplied"));
}

TEST_F(CompletedPasses, NoneWhileAServerIsAway) {
  put(space("app"));
  rested_now();
  refuse("configmaps", Reason::unavailable);
  place("w", {config_map("app/one")});
  EXPECT_THAT(rested_now(), IsEmpty());
}

}  // namespace
}  // namespace slipway::member
