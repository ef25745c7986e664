#include "app/leave_rest.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/join_manifests.h"
#include "test/app/fake_api_server.h"

namespace slipway::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string listed_path =
    "/api/v1/secrets?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dslipway%2Capp.kubernetes.io%2Finstance%3Dm1";

// As an API server lists it: without its kind.
json::Value token(const kube::NamespacedName& account, const std::string& member) {
  json::Value secret = hub_token(account, member);
  secret.object()->erase("kind");
  return secret;
}

TEST(LeaveRest, TokensAreFoundByTheirMember) {
  FakeApiServer hub;
  json::Value foreign = token({"theirs", "copied"}, "m1");
  foreign["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "helm";
  json::Value other_type = token({"theirs", "opaque"}, "m1");
  other_type["type"] = "Opaque";
  hub.objects[listed_path] = json::Object{
      {"items", json::Array{token({"theirs", "robot"}, "m1"), token({"theirs", "x"}, "m2"), foreign, other_type}}};
  Findings findings;
  const auto found = tokens_made_for(hub, "m1", findings);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().path(), "/api/v1/namespaces/theirs/secrets/robot-token");
  EXPECT_THAT(findings.lines(), IsEmpty());
}

TEST(LeaveRest, WithoutTheRightToListItIsSaid) {
  class Forbidding final : public FakeApiServer {
    Result<json::Value> get(const std::string&) override { return fail(Reason::forbidden, "no"); }
  };
  Forbidding hub;
  Findings findings;
  const auto found = tokens_made_for(hub, "m1", findings);
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
  EXPECT_TRUE(findings.is_clean());
  EXPECT_THAT(findings.lines(), ElementsAre(HasSubstr("you may not list Secrets")));
}

TEST(LeaveRest, OnlyWhatIsOursIsRemoved) {
  FakeApiServer hub;
  const auto put = [&](json::Value object) {
    const ObjectPlace place = place_of(object);
    hub.objects[place.path()] = hub.stamped(std::move(object));
    return place;
  };
  const auto ours = put(hub_token({"n", "robot"}, "m1"));
  json::Value older_secret = hub_token({"n", "older"}, "");  // before tokens said whose they are
  older_secret["metadata"]["labels"].object()->erase(member_label);
  const auto older = put(std::move(older_secret));
  const auto shared = put(hub_token({"n", "shared"}, "m2"));
  json::Value foreign_account = hub_account({"n", "robot"});
  foreign_account["metadata"].object()->erase("labels");
  const auto foreign = put(std::move(foreign_account));
  const auto gone = place_of(hub_account({"n", "gone"}));
  ASSERT_TRUE(remove_ours(hub, {ours, older, shared, foreign, gone}, "m1"));
  EXPECT_THAT(hub.writes, ElementsAre("DELETE " + ours.path(), "DELETE " + older.path()));
}

}  // namespace
}  // namespace slipway::app
