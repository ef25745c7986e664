#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

// 17.N 203: whatever is asked, the answer is one head and one end, well formed, and never 500.
class ServerRandomTest : public ServerFixture {
 protected:
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[rng_.below(all.size())];
  }

  std::string target() {
    static const std::vector<std::string> paths = {
        "/",
        "/api",
        "/apis",
        "/api/v1",
        "/apis/lab.io/v1",
        "/openapi/v2",
        "/openapi/v3",
        "/openapi/v3/apis/lab.io/v1",
        "/healthz",
        "/version",
        "/metrics",
        "/api/v1/namespaces",
        "/api/v1/namespaces/default",
        "/api/v1/namespaces/n1",
        "/api/v1/namespaces/n1/status",
        "/api/v1/namespaces/n1/finalize",
        "/api/v1/namespaces/default/configmaps",
        "/api/v1/namespaces/default/configmaps/a",
        "/api/v1/namespaces/n1/configmaps/b",
        "/api/v1/configmaps",
        "/api/v1/pods/x",
        "/api/v1/namespaces/n1/pods/p/status",
        "/apis/lab.io/v1/namespaces/n1/widgets",
        "/apis/lab.io/v1/namespaces/n1/widgets/w",
        "/apis/lab.io/v1beta1/widgets",
        "/apis/lab.io/v1/namespaces/n1/widgets/w/status",
        "/apis/apps/v1/namespaces/n1/deployments/d",
        "/apis/apps/v1/namespaces/n1/deployments/d/scale",
        "/apis/apps/v1/namespaces/n1/deployments",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/namespaces/n1/localsubjectaccessreviews",
        "/apis/authentication.k8s.io/v1beta1/selfsubjectreviews",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.lab.io",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/r",
        "/apis/coordination.k8s.io/v1/namespaces/n1/leases/l",
        "/api/v1/watch/configmaps",
        "/api/v1/watch/namespaces/n1/configmaps/a",
        "/nosuch",
        "/apis/x/y/z",
        "/api//v1",
        "/api/v1/namespaces/%2e%2e/configmaps/%00"};
    static const std::vector<std::string> parameters = {
        "watch=true",
        "watch=1",
        "limit=1",
        "limit=-5",
        "limit=x",
        "continue=abc",
        "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0",
        "resourceVersion=0",
        "resourceVersion=1",
        "resourceVersion=20",
        "resourceVersion=99999999999999999999",
        "resourceVersion=-1",
        "resourceVersionMatch=Exact",
        "resourceVersionMatch=NotOlderThan",
        "sendInitialEvents=true",
        "allowWatchBookmarks=true",
        "timeoutSeconds=1",
        "timeoutSeconds=-1",
        "timeoutSeconds=9223372036854775807",
        "labelSelector=a%3Db",
        "labelSelector=((",
        "fieldSelector=metadata.name%3Da",
        "fieldSelector=spec.color%3Dred",
        "fieldSelector=%5C",
        "dryRun=All",
        "dryRun=x",
        "fieldValidation=Strict",
        "fieldManager=m",
        "force=true",
        "pretty=1",
        "includeObject=Object",
        "includeObject=x",
        "propagationPolicy=Orphan",
        "propagationPolicy=x",
        "gracePeriodSeconds=0",
        "orphanDependents=true",
        "hash=x",
        "=",
        "&&"};
    std::string out = one_of(paths);
    for (std::uint64_t i = rng_.below(4), first = i; i > 0; --i) out += (i == first ? "?" : "&") + one_of(parameters);
    return out;
  }

  std::string body() {
    static const std::vector<std::string> bodies = {
        "",
        "{}",
        "[]",
        "null",
        "1",
        "{",
        "k8s",
        std::string("k8s\0\x0a\xff", 6),
        R"({"metadata": {"name": "a"}})",
        R"({"metadata": {"name": "n1"}})",
        R"({"metadata": {"generateName": "g-"}})",
        R"({"metadata": null, "spec": null})",
        R"({"metadata": [], "spec": 7})",
        R"({"metadata": {"name": "w"}, "spec": {"color": "red", "size": 3}})",
        R"({"metadata": {"name": "w"}, "spec": {"color": 7}})",
        R"({"kind": "Widget", "apiVersion": "lab.io/v1", "metadata": {"name": "w"}})",
        R"({"spec": {"replicas": 3}})",
        R"({"spec": {"replicas": null}})",
        R"({"data": {"a": "1", "a": 2}})",
        R"([{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}])",
        R"([{"op": "remove", "path": "/x"}])",
        R"([{"op": 7}])",
        R"({"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}})",
        R"({"metadata": {"name": "l"}, "spec": {"holderIdentity": "x"}})",
        R"({"metadata": {"name": "r"}, "rules": [{"verbs": ["get"]}]})",
        R"({"metadata": {"finalizers": ["a/b"]}})",
        R"({"metadata": {"finalizers": null}})",
        R"({"metadata": {"resourceVersion": "1"}})",
        R"({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})",
        R"({"spec": {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "n1"}, "user": "u"}})",
        R"({"propagationPolicy": "Foreground", "preconditions": {"uid": "x"}})",
        R"({"spec": {"finalizers": []}})",
        "a: b\n- c",
        "metadata: {name: y}\n"};
    return one_of(bodies);
  }

  Rng rng_{11};
};

TEST_F(ServerRandomTest, NeverFailsByItself) {
  create_widgets();
  EXPECT_EQ(post("/api/v1/namespaces", R"({"metadata": {"name": "n1"}})").status, 201);
  static const std::vector<std::string> methods = {"GET",   "GET",    "POST", "PUT",    "PATCH",
                                                   "PATCH", "DELETE", "HEAD", "OPTIONS"};
  static const std::vector<std::string> types = {"",
                                                 "application/json",
                                                 "application/yaml",
                                                 "application/vnd.kubernetes.protobuf",
                                                 "application/merge-patch+json",
                                                 "application/json-patch+json",
                                                 "application/strategic-merge-patch+json",
                                                 "application/apply-patch+yaml",
                                                 "text/plain"};
  static const std::vector<std::string> accepts = {
      "",
      "application/json",
      "application/yaml",
      "text/html",
      ";;,=;q=x,",
      std::string(table_accept),
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"};
  const std::vector<Identity> identities = {{.user = "admin", .groups = {"system:masters"}},
                                            {.user = "admin", .groups = {"system:masters"}},
                                            {.user = "alice", .groups = {"system:authenticated"}},
                                            {}};
  std::map<int, int> statuses;
  for (int i = 0; i < 10'000; ++i) {
    const Ask ask{.method = one_of(methods),
                  .target = target(),
                  .body = body(),
                  .content_type = one_of(types),
                  .accept = one_of(accepts),
                  .identity = one_of(identities)};
    const auto told = std::make_shared<Recorded>();
    auto exchange = send(ask, told);
    SCOPED_TRACE(fmt::format("{} {} {} [{}]", ask.method, ask.target, ask.body, ask.content_type));
    ASSERT_TRUE(told->has_head);
    if (told->message() !=
        "resourceVersion should not be set on objects to be created") {  // Kubernetes' own answer (6.2)
      ASSERT_NE(told->status, 500) << told->body;
    }
    if (told->has_ended && told->headers.get("content-type") == "application/json" && !told->body.empty()) {
      ASSERT_TRUE(json::parse(told->body) || !told->events().empty()) << told->body;
    }
    ++statuses[told->status];
    if (i % 100 == 0) loop_.run_for(std::chrono::seconds{1});
  }
  // The mix reaches what it is meant to reach.
  for (const int status : {200, 201, 400, 403, 404, 405, 406, 409, 415, 422}) EXPECT_GT(statuses[status], 0) << status;
}

}  // namespace
}  // namespace slipway::apiserver
