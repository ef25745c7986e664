#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "api/binding.h"
#include "api/eviction.h"
#include "api/kinds.h"
#include "api/membership.h"
#include "api/override.h"
#include "api/staged_update.h"
#include "api/work.h"
#include "test/api/test_data.h"

namespace slipway::api {
namespace {

using RoundTrip = std::function<Result<json::Value>(const json::Value&)>;

template <class T>
RoundTrip of() {
  return [](const json::Value& object) -> Result<json::Value> {
    const auto decoded = decode<T>(object);
    if (!decoded) return fail(decoded.error());
    return to_value(*decoded);
  };
}

// Every collection of the recording.
const std::map<std::string, RoundTrip>& round_trips() {
  static const std::map<std::string, RoundTrip> all = {
      {"clusterresourceplacements", of<Placement>()},
      {"resourceplacements", of<Placement>()},
      {"clusterschedulingpolicysnapshots", of<SchedulingPolicySnapshot>()},
      {"schedulingpolicysnapshots", of<SchedulingPolicySnapshot>()},
      {"clusterresourcesnapshots", of<ResourceSnapshot>()},
      {"resourcesnapshots", of<ResourceSnapshot>()},
      {"clusterresourcebindings", of<ResourceBinding>()},
      {"resourcebindings", of<ResourceBinding>()},
      {"works", of<Work>()},
      {"appliedworks", of<AppliedWork>()},
      {"clusterstagedupdateruns", of<StagedUpdateRun>()},
      {"stagedupdateruns", of<StagedUpdateRun>()},
      {"clusterstagedupdatestrategies", of<StagedUpdateStrategy>()},
      {"stagedupdatestrategies", of<StagedUpdateStrategy>()},
      {"clusterapprovalrequests", of<ApprovalRequest>()},
      {"approvalrequests", of<ApprovalRequest>()},
      {"memberclusters", of<MemberCluster>()},
      {"internalmemberclusters", of<InternalMemberCluster>()},
  };
  return all;
}

TEST(RoundTrip, RecordedObjectsComeBackAsTheyWere) {
  std::set<std::string> seen;
  for (const testing::Recorded& recorded : testing::recorded_objects()) {
    SCOPED_TRACE(recorded.file + " " + recorded.collection + " " +
                 std::string(recorded.object.text_at({"metadata", "name"})));
    const auto found = round_trips().find(recorded.collection);
    ASSERT_NE(found, round_trips().end());
    seen.insert(recorded.collection);
    const auto encoded = found->second(recorded.object);
    if (!encoded) {
      ADD_FAILURE() << encoded.error().message;
      continue;
    }
    EXPECT_EQ(testing::differences(testing::stripped(*encoded), testing::stripped(recorded.object)), "");
  }
  EXPECT_EQ(seen.size(), round_trips().size());
}

}  // namespace
}  // namespace slipway::api
