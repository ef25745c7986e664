#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/member/two_clusters.h"

namespace slipway::member {
namespace {

using ::testing::IsEmpty;
using namespace std::chrono_literals;
using testing::TwoClusters;

class Leaving : public TwoClusters {
 protected:
  [[nodiscard]] kube::Condition joined() const {
    return *kube::find_condition(internal_member().status.agent_status.at(0).conditions, "Joined");
  }
};

TEST_F(Leaving, Case16_AWorkThatIsNotLetGoIsTold) {
  start_agent();
  ask("Join");
  put(space("app"));
  for (const auto* const name : {"one", "two"}) place(name, {config_map(fmt::format("app/{}", name))});
  bool refuses = true;
  to_hub->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (!refuses || write.resource.resource != "works" || write.key.name != "one") return std::nullopt;
    return Error{.reason = Reason::forbidden, .message = "you may not", .causes = {}};
  };
  ask("Leave");
  EXPECT_EQ(joined().status, kube::ConditionStatus::unknown);
  EXPECT_EQ(joined().reason, "InternalMemberClusterFailedToLeave");
  EXPECT_EQ(joined().message, "work one cannot be let go: you may not");
  EXPECT_EQ(work("one").metadata.finalizers.size(), 1U);
  EXPECT_THAT(work("two").metadata.finalizers, IsEmpty()) << "it is not held up by the other";
  to_hub->written.clear();
  const std::size_t refused = to_hub->refused;
  pass(10min);
  EXPECT_TRUE(to_hub->written.empty()) << "there is no news in it";
  EXPECT_GT(to_hub->refused, refused) << "it is tried again";
  refuses = false;
  pass(20min);
  EXPECT_THAT(work("one").metadata.finalizers, IsEmpty());
  EXPECT_EQ(joined().status, kube::ConditionStatus::false_);
  EXPECT_EQ(joined().reason, "InternalMemberClusterLeft");
  EXPECT_TRUE(exists("configmaps", "app/one"));
}

TEST_F(Leaving, AWorkThatGoesMeanwhileIsLetGo) {
  start_agent();
  ask("Join");
  put(space("app"));
  place("one", {config_map("app/one")});
  bool is_first = true;
  to_hub->fault = [&](const client::Write& write) -> std::optional<Error> {
    if (write.resource.resource != "works" || !std::exchange(is_first, false)) return std::nullopt;
    return Error{.reason = Reason::not_found, .message = "no such work", .causes = {}};
  };
  ask("Leave");
  EXPECT_NE(joined().reason, "InternalMemberClusterFailedToLeave");
}

TEST_F(Leaving, AWorkThatWasTakenUpJustBeforeIsLetGoToo) {
  start_agent();
  ask("Join");
  ask("Leave");
  ASSERT_EQ(joined().status, kube::ConditionStatus::false_);
  place("late", {space("app")});
  auto late = work("late");
  late.metadata.finalizers = {std::string(api::finalizer::work_cleanup)};
  to_hub->write(
      {.verb = client::Write::Verb::merge_patch,
       .resource = api::storage_resource_of<api::Work>(api::Scope::namespaced),
       .key = {late.metadata.namespace_, late.metadata.name},
       .body = json::Object{{"metadata", json::Object{{"finalizers", json::Array{late.metadata.finalizers[0]}}}}}},
      [](Result<kube::ObjectPtr> result) { EXPECT_TRUE(result.has_value()); });
  settle();
  EXPECT_THAT(work("late").metadata.finalizers, IsEmpty());
  EXPECT_EQ(joined().status, kube::ConditionStatus::false_);
}

}  // namespace
}  // namespace slipway::member
