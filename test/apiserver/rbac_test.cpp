#include "apiserver/rbac.h"

#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

// 17.L 179.
TEST(RbacRule, AllowsAndCovers) {
  const RbacRule all{.verbs = {"*"}, .groups = {"*"}, .resources = {"*"}};
  const RbacRule pods{.verbs = {"get", "list"}, .groups = {""}, .resources = {"pods", "pods/log"}};
  const RbacRule scale{.verbs = {"update"}, .groups = {"apps"}, .resources = {"*/scale"}};
  const RbacRule named{.verbs = {"get", "create"}, .groups = {""}, .resources = {"secrets"}, .names = {"s"}};
  const RbacRule paths{.verbs = {"get"}, .paths = {"/healthz", "/apis/*"}};
  struct Row {
    const RbacRule& rule;
    std::string_view verb, group, resource, subresource, name, path;
    bool want;
  };
  const Row rows[] = {
      {all, "delete", "x", "y", "z", "", "", true},
      {all, "get", "", "", "", "", "/version", false},  // paths need a rule of their own
      {pods, "get", "", "pods", "", "p", "", true},
      {pods, "watch", "", "pods", "", "p", "", false},
      {pods, "get", "apps", "pods", "", "p", "", false},
      {pods, "get", "", "pods", "log", "p", "", true},
      {pods, "get", "", "pods", "exec", "p", "", false},
      {scale, "update", "apps", "deployments", "scale", "d", "", true},
      {scale, "update", "apps", "deployments", "", "d", "", false},
      {named, "get", "", "secrets", "", "s", "", true},
      {named, "get", "", "secrets", "", "t", "", false},
      {named, "create", "", "secrets", "", "", "", false},  // no name yet: never matches
      {paths, "get", "", "", "", "", "/apis/apps/v1", true},
      {paths, "get", "", "", "", "", "/apis", false},
      {paths, "post", "", "", "", "", "/healthz", false},
  };
  for (const Row& row : rows) {
    const Attributes attributes{.identity = {},
                                .verb = std::string(row.verb),
                                .group = std::string(row.group),
                                .resource = std::string(row.resource),
                                .subresource = std::string(row.subresource),
                                .namespace_ = "",
                                .name = std::string(row.name),
                                .path = std::string(row.path)};
    EXPECT_EQ(row.rule.allows(attributes), row.want) << row.verb << " " << row.resource << row.path;
  }
  EXPECT_TRUE(rules_not_held({all}, {pods, scale, named}).empty());
  EXPECT_EQ(rules_not_held({all}, {paths}).size(), 2u);
  EXPECT_TRUE(rules_not_held({pods}, {pods}).empty());
  EXPECT_EQ(rules_not_held({named}, {{.verbs = {"get"}, .groups = {""}, .resources = {"secrets"}}}).size(), 1u);
  const auto missing =
      rules_not_held({pods}, {{.verbs = {"get", "list", "watch"}, .groups = {""}, .resources = {"pods", "nodes"}}});
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].text(), R"({APIGroups:[""], Resources:["nodes"], Verbs:["get", "list", "watch"]})");
  EXPECT_EQ(missing[1].text(), R"({APIGroups:[""], Resources:["pods"], Verbs:["watch"]})");
}

class RbacTest : public ServerFixture {
 protected:
  static WriteContext as_admin() {
    WriteContext context;
    context.identity = {.user = "admin", .groups = {"system:masters"}};
    return context;
  }
  static Identity alice() { return {.user = "alice", .groups = {"dev", "system:authenticated"}}; }
  Authorizer::Decision may(std::string verb, std::string resource, std::string namespace_,
                           Identity identity = alice()) {
    return authorizer_->authorize({.identity = std::move(identity),
                                   .verb = std::move(verb),
                                   .group = "",
                                   .resource = std::move(resource),
                                   .subresource = "",
                                   .namespace_ = std::move(namespace_),
                                   .name = "x",
                                   .path = ""});
  }
  void make(std::string_view id, std::string_view body) {
    EXPECT_THAT(create(fmt::format("{}.rbac.authorization.k8s.io", id), body, as_admin()), Ok());
  }
  Recorded as_alice(std::string method, std::string target, std::string body) {
    return ask(
        {.method = std::move(method), .target = std::move(target), .body = std::move(body), .identity = alice()});
  }
};

constexpr std::string_view reader =
    R"({"metadata": {"name": "reader", "namespace": "default"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]})";

// A write is felt by the next question (11.2).
TEST_F(RbacTest, FollowsRolesAndBindings) {
  EXPECT_FALSE(may("get", "pods", "default").allowed);
  EXPECT_TRUE(may("get", "pods", "default", {.user = "a", .groups = {"system:masters"}}).allowed);
  make(
      "rolebindings",
      R"({"metadata": {"name": "ed", "namespace": "default"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
                          "subjects": [{"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}, {"kind": "ServiceAccount", "name": "sa", "namespace": "ns"}]})");
  EXPECT_FALSE(may("get", "pods", "default").allowed);  // no such role yet
  make("roles", reader);
  const auto decision = may("get", "pods", "default");
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.reason, R"(RBAC: allowed by RoleBinding "ed/default" of Role "reader" to User "alice")");
  EXPECT_FALSE(may("get", "pods", "kube-system").allowed);
  EXPECT_FALSE(may("get", "pods", "").allowed);
  EXPECT_FALSE(may("list", "pods", "default").allowed);
  EXPECT_EQ(may("get", "pods", "default", {.user = "system:serviceaccount:ns:sa", .groups = {}}).reason,
            R"(RBAC: allowed by RoleBinding "ed/default" of Role "reader" to ServiceAccount "sa/ns")");
  EXPECT_THAT(patch("roles.rbac.authorization.k8s.io", "default/reader",
                    R"({"rules": [{"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}]})", PatchType::merge,
                    as_admin()),
              Ok());
  EXPECT_TRUE(may("list", "pods", "default").allowed);
  EXPECT_FALSE(may("get", "pods", "default").allowed);
  EXPECT_THAT(remove("rolebindings.rbac.authorization.k8s.io", "default/ed"), Ok());
  EXPECT_FALSE(may("list", "pods", "default").allowed);

  make(
      "clusterrolebindings",
      R"({"metadata": {"name": "v"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
                                 "subjects": [{"kind": "Group", "name": "dev", "apiGroup": "rbac.authorization.k8s.io"}]})");
  EXPECT_EQ(may("list", "pods", "other").reason,
            R"(RBAC: allowed by ClusterRoleBinding "v" of ClusterRole "view" to Group "dev")");
  EXPECT_FALSE(may("list", "secrets", "other").allowed);
}

TEST_F(RbacTest, MakesRolesOfOthers) {
  make(
      "clusterroles",
      R"({"metadata": {"name": "sum"}, "rules": [], "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "sum"}}]}})");
  make(
      "clusterrolebindings",
      R"({"metadata": {"name": "sum"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "sum"},
                                 "subjects": [{"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}]})");
  EXPECT_FALSE(may("get", "nodes", "").allowed);
  make(
      "clusterroles",
      R"({"metadata": {"name": "part", "labels": {"to": "sum"}}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["nodes"]}]})");
  EXPECT_TRUE(may("get", "nodes", "").allowed);
}

// 181: nobody grants what they do not have.
TEST_F(RbacTest, RefusesEscalation) {
  make(
      "clusterroles",
      R"({"metadata": {"name": "rbac"}, "rules": [{"verbs": ["*"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"]},
                          {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"]}]})");
  make(
      "rolebindings",
      R"({"metadata": {"name": "rbac", "namespace": "default"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "rbac"},
                          "subjects": [{"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}]})");
  // "*" includes escalate and bind: take these away.
  EXPECT_THAT(
      patch(
          "clusterroles.rbac.authorization.k8s.io", "rbac",
          R"({"rules": [{"verbs": ["create", "update", "patch", "get"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"]},
                                  {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"]}]})",
          PatchType::merge, as_admin()),
      Ok());
  make("roles", reader);
  const std::string roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
  const std::string bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
  EXPECT_EQ(
      as_alice(
          "POST", roles,
          R"({"metadata": {"name": "fine"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"]}]})")
          .status,
      201);
  const Recorded refused = as_alice(
      "POST", roles,
      R"({"metadata": {"name": "esc"}, "rules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["configmaps"]}]})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(
      refused.message(),
      "roles.rbac.authorization.k8s.io \"esc\" is forbidden: user \"alice\" (groups=[\"dev\" "
      "\"system:authenticated\"]) is attempting to "
      "grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"configmaps\"], Verbs:[\"list\"]}");
  EXPECT_EQ(ask({.method = "PATCH",
                 .target = roles + "/fine",
                 .body = R"({"rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]})",
                 .content_type = "application/merge-patch+json",
                 .identity = alice()})
                .status,
            403);
  const auto binding = [](std::string_view name, std::string_view kind, std::string_view role) {
    return fmt::format(
        R"({{"metadata": {{"name": "{}"}}, "roleRef": {{"apiGroup": "rbac.authorization.k8s.io", "kind": "{}", "name": "{}"}},
                          "subjects": [{{"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}}]}})",
        name, kind, role);
  };
  EXPECT_EQ(as_alice("POST", bindings, binding("a", "Role", "fine")).status, 201);
  EXPECT_EQ(as_alice("POST", bindings, binding("b", "Role", "reader")).status, 403);
  EXPECT_EQ(as_alice("POST", bindings, binding("c", "ClusterRole", "cluster-admin")).status, 403);
  const Recorded missing = as_alice("POST", bindings, binding("d", "Role", "none"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.message(), "roles.rbac.authorization.k8s.io \"none\" not found");
  make(
      "roles",
      R"({"metadata": {"name": "binder", "namespace": "default"}, "rules": [{"verbs": ["bind"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "resourceNames": ["reader"]},
                   {"verbs": ["escalate"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"]}]})");
  make(
      "rolebindings",
      R"({"metadata": {"name": "binder", "namespace": "default"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "binder"},
                          "subjects": [{"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}]})");
  EXPECT_EQ(as_alice("POST", bindings, binding("b", "Role", "reader")).status, 201);
  EXPECT_EQ(
      as_alice("POST", roles,
               R"({"metadata": {"name": "esc"}, "rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]})")
          .status,
      201);
  EXPECT_EQ(as_alice("DELETE", roles + "/esc", "").status, 403);  // may not delete at all
}

}  // namespace
}  // namespace slipway::apiserver
