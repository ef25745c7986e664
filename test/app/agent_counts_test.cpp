#include "app/agent_counts.h"

#include <gmock/gmock.h>

#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/work.h"
#include "engine/caches.h"
#include "member/applier/controller.h"

namespace slipway::app {
namespace {

using engine::Side;
using engine::View;
using kube::ConditionStatus;
using testing::HasSubstr;
using testing::Not;

kube::Condition condition(std::string_view type, ConditionStatus status, std::string_view reason,
                          std::int64_t generation = 1) {
  return {.type = std::string(type),
          .status = status,
          .observed_generation = generation,
          .last_transition_time = {1},
          .reason = std::string(reason),
          .message = ""};
}

class AgentCounting : public testing::Test {
 protected:
  AgentCounting() {
    caches.on_change([this](const engine::Collection& collection, std::span<const engine::Change> changes) {
      counts->on_change(collection, changes, caches);
    });
    api::AppliedWork applied;
    applied.metadata.name = "w";
    put(applied, Side::member);
  }
  template <class T>
  void put(T object, Side side = Side::hub) {
    object.metadata.resource_version = ++revision;
    if (object.metadata.uid.empty()) object.metadata.uid = "u";
    caches.replace(View::collection_of<T>(api::scope_of(object.metadata), side),
                   {kube::Object::from_json({}, api::to_value(object)).value()}, revision, "", false);
  }
  static api::Work a_work(api::Conditions conditions) {
    api::Work work;
    work.metadata.name = "w";
    work.metadata.namespace_ = "fleet-member-m";
    work.metadata.generation = 1;
    work.metadata.finalizers = {std::string(api::finalizer::work_cleanup)};
    work.status.conditions = std::move(conditions);
    return work;
  }
  void rest(std::string_view controller = member::applier::controller_name) {
    counts->on_rest(controller, {"fleet-member-m", "w"}, caches);
  }
  [[nodiscard]] std::string text() const {
    MetricsText text;
    counts->add_to(text);
    return text.take();
  }

  SimulatedClock clock;
  engine::Caches caches{clock};
  std::uint64_t revision = 0;
  std::unique_ptr<CountingObserver> counts = count_agent();
};

const kube::Condition all_applied = condition("Applied", ConditionStatus::true_, "AllManifestsApplied");

// member 10, a row for each rule of the labels.
TEST_F(AgentCounting, AWorkIsCountedByWhatItSays) {
  struct Row {
    std::string rule;
    api::Work work;
    std::string labels;  // "": not counted
  };
  const auto deleting = [] {
    api::Work work = a_work({all_applied});
    work.metadata.deletion_timestamp = WallTime{1};
    return work;
  };
  const auto let_go = [] {
    api::Work work = a_work({all_applied});
    work.metadata.finalizers.clear();
    return work;
  };
  const Row rows[] = {
      {"the reasons, Skipped where there is no condition",
       a_work({all_applied, condition("Available", ConditionStatus::false_, "SomeManifestsAreNotAvailable")}),
       R"(apply_status="AllManifestsApplied",availability_status="SomeManifestsAreNotAvailable",diff_reporting_status="Skipped")"},
      {"of a difference report",
       a_work({condition("DiffReported", ConditionStatus::true_, "AllManifestsDiffReported")}),
       R"(apply_status="Skipped",availability_status="Skipped",diff_reporting_status="AllManifestsDiffReported")"},
      {"Unknown whatever the reason", a_work({all_applied, condition("Available", ConditionStatus::unknown, "Why")}),
       R"(apply_status="AllManifestsApplied",availability_status="Unknown",diff_reporting_status="Skipped")"},
      {"a stale condition", a_work({condition("Applied", ConditionStatus::true_, "AllManifestsApplied", 0)}), ""},
      {"one of several is stale",
       a_work({all_applied, condition("Available", ConditionStatus::true_, "AllManifestsAvailable", 0)}), ""},
      {"nothing said yet", a_work({}), ""},
      {"being deleted", deleting(), ""},
      {"let go", let_go(), ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    counts = count_agent();
    put(row.work);
    rest("internalmembercluster-controller");
    EXPECT_THAT(text(), Not(HasSubstr("apply_status"))) << "only the applier completes passes";
    rest();
    if (row.labels.empty()) {
      EXPECT_THAT(text(), Not(HasSubstr("apply_status")));
      continue;
    }
    EXPECT_THAT(text(), HasSubstr(fmt::format("\nfleet_work_processing_requests_total{{{}}} 1\n", row.labels)));
    rest();
    EXPECT_THAT(text(), HasSubstr(fmt::format("\nfleet_work_processing_requests_total{{{}}} 2\n", row.labels)));
  }
}

TEST_F(AgentCounting, AnAppliedWorkThatGoesHoldsThePassUp) {
  put(a_work({all_applied}));
  api::AppliedWork going;
  going.metadata.name = "w";
  going.metadata.deletion_timestamp = WallTime{1};
  going.metadata.finalizers = {"f"};
  put(going, Side::member);
  rest();
  EXPECT_THAT(text(), Not(HasSubstr("apply_status")));
}

// member 10: one for each manifest, whatever generation its conditions are about.
TEST_F(AgentCounting, ManifestsAreCountedWithTheirWork) {
  api::Work work = a_work({all_applied});
  const auto manifest = [](std::string_view reason) {
    api::ManifestCondition one;
    one.conditions = {condition("Applied", ConditionStatus::true_, reason, 7)};
    return one;
  };
  work.status.manifest_conditions = {manifest("Applied"), manifest("Applied"), manifest("FoundDrifts"),
                                     manifest("FoundDiff")};
  work.status.manifest_conditions[2].drift_details.emplace();
  work.status.manifest_conditions[3].diff_details.emplace();
  put(work);
  rest();
  const std::string got = text();
  const auto line = [](std::string_view apply, std::string_view drift, std::string_view diff, int count) {
    return fmt::format(
        "\nfleet_manifest_processing_requests_total{{apply_status=\"{}\",availability_status=\"Skipped\","
        "diff_reporting_status=\"Skipped\",drift_detection_status=\"{}\",diff_detection_status=\"{}\"}} {}\n",
        apply, drift, diff, count);
  };
  EXPECT_THAT(got, HasSubstr(line("Applied", "NotFound", "NotFound", 2)));
  EXPECT_THAT(got, HasSubstr(line("FoundDrifts", "Found", "NotFound", 1)));
  EXPECT_THAT(got, HasSubstr(line("FoundDiff", "NotFound", "Found", 1)));
  EXPECT_THAT(got, Not(HasSubstr("\"w\""))) << "no label is a name";
}

// member 5.5, 11: also another generation is news.
TEST_F(AgentCounting, JoiningAndLeaving) {
  const auto member = [this](std::string_view type, std::optional<ConditionStatus> joined, std::int64_t generation) {
    api::InternalMemberCluster one;
    one.metadata.name = "m";
    one.metadata.namespace_ = "fleet-member-m";
    one.metadata.generation = generation;
    one.status.agent_status.push_back({.type = std::string(type)});
    if (joined) one.status.agent_status.front().conditions = {condition("Joined", *joined, "R", generation)};
    put(one);
    const std::string got = text();
    const auto value = [&](std::string_view name) {
      const auto at = got.find(fmt::format("\n{}{{result=\"success\"}} ", name));
      return got.substr(got.find("} ", at) + 2, 1);
    };
    return value("join_result_counter") + value("leave_result_counter");
  };
  const auto own = api::agent_type::member_agent;
  EXPECT_EQ(member(own, std::nullopt, 1), "00");
  EXPECT_EQ(member(own, ConditionStatus::true_, 1), "10");
  EXPECT_EQ(member(own, ConditionStatus::true_, 1), "10") << "a heartbeat";
  EXPECT_EQ(member(own, ConditionStatus::true_, 2), "20");
  EXPECT_EQ(member(own, ConditionStatus::false_, 3), "21");
  EXPECT_EQ(member(own, std::nullopt, 3), "21");
  EXPECT_EQ(member(api::agent_type::multi_cluster_service_agent, ConditionStatus::true_, 3), "21") << "another agent";
}

}  // namespace
}  // namespace slipway::app
