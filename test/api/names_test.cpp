#include "api/names.h"

#include <gtest/gtest.h>

#include "api/conditions.h"
#include "base/bytes.h"

namespace slipway::api {
namespace {

// api 8.4, one row a format.
TEST(Names, FollowTheFormats) {
  const kube::NamespacedName crp{.namespace_ = "", .name = "p"};
  const kube::NamespacedName rp{.namespace_ = "ns", .name = "p"};
  const std::string envelope = sha256_hex("ResourceEnvelope/ns/e").substr(0, 16);
  const std::pair<std::string, std::string> rows[] = {
      {policy_snapshot_name("p", 2), "p-2"},
      {master_resource_snapshot_name("p", 0), "p-0-snapshot"},
      {sub_resource_snapshot_name("p", 3, 0), "p-3-0"},
      {override_snapshot_name("o", 1), "o-1"},
      {master_work_name(crp), "p-work"},
      {master_work_name(rp), "ns.p-work"},
      {sub_work_name(crp, 0), "p-0"},
      {sub_work_name(rp, 1), "ns.p-1"},
      {envelope_work_name("p-work", EnvelopeType::resource_envelope, "ns", "e"), "p-work-envelope-" + envelope},
      {approval_request_name("r", "s", true), "r-before-s"},
      {approval_request_name("r", "s", false), "r-after-s"},
      {member_namespace("m"), "fleet-member-m"},
      {member_role_name("m"), "fleet-role-m"},
      {member_role_binding_name("m"), "fleet-rolebinding-m"},
      {std::string(finalizer::scheduler_crb_cleanup), "kubernetes-fleet.io/scheduler-crb-cleanup"},
      {placement_condition(Scope::cluster, condition::scheduled), "ClusterResourcePlacementScheduled"},
      {placement_condition(Scope::namespaced, condition::available), "ResourcePlacementAvailable"},
  };
  for (const auto& [got, wanted] : rows) EXPECT_EQ(got, wanted);
}

TEST(Names, BindingNamesAreCutAndRepeatable) {
  const std::string name = binding_name("example-placement", "member1", "uid", "");
  EXPECT_TRUE(name.starts_with("example-placement-member1-")) << name;
  EXPECT_EQ(name.size(), std::string("example-placement-member1-").size() + 8);
  EXPECT_EQ(name, binding_name("example-placement", "member1", "uid", ""));
  EXPECT_NE(name, binding_name("example-placement", "member1", "uid", "predecessor"));
  EXPECT_NE(name, binding_name("example-placement", "member1", "another", ""));
  EXPECT_EQ(binding_name(std::string(40, 'p'), std::string(40, 'c'), "uid", "").size(), 63u);
  EXPECT_EQ(kube::check_dns1123_label(binding_name("p", "c", "uid", "")), "");
}

TEST(Names, ReadBack) {
  EXPECT_EQ(member_of_namespace("fleet-member-m1"), "m1");
  EXPECT_EQ(member_of_namespace("fleet-member-"), std::nullopt);
  EXPECT_EQ(member_of_namespace("default"), std::nullopt);
  EXPECT_TRUE(is_reserved_namespace("fleet-x") && is_reserved_namespace("kube-system"));
  EXPECT_FALSE(is_reserved_namespace("default") || is_reserved_namespace("fleet"));
  const kube::StringMap labels = {{"a", "7"}, {"b", "-1"}, {"c", "x"}, {"d", "7x"}, {"e", ""}};
  EXPECT_EQ(index_of(labels, "a"), 7);
  for (const char* key : {"b", "c", "d", "e", "f"}) EXPECT_EQ(index_of(labels, key), std::nullopt) << key;
}

TEST(Names, OwnerReferences) {
  const kube::ObjectMeta owner{.name = "p", .uid = "u"};
  const auto controller =
      owner_reference({"placement.kubernetes-fleet.io", "v1beta1", "ClusterResourcePlacement"}, owner);
  EXPECT_EQ(controller.api_version, "placement.kubernetes-fleet.io/v1beta1");
  EXPECT_EQ(controller.controller, true);
  EXPECT_EQ(controller.block_owner_deletion, true);
  EXPECT_EQ(owner_reference({"c", "v1beta1", "MemberCluster"}, owner, false).block_owner_deletion, std::nullopt);
}

}  // namespace
}  // namespace slipway::api
