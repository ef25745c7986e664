#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view config_maps = "/api/v1/namespaces/default/configmaps";

class ServerTest : public ServerFixture {};

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return out;
}

const Identity alice{.user = "alice", .groups = {"dev", "system:authenticated"}};

// Kube-api 5, 17.A: what is asked, and how it is refused.
TEST_F(ServerTest, RefusesInKubernetesWords) {
  create_config_map("a");
  create_widgets();
  struct Row {
    std::string_view rule;
    Ask ask;
    int status;
    std::string_view reason;
    std::string_view message;
  };
  const Row rows[] = {
      {"A.3 anonymous discovery",
       {.target = "/api", .identity = {}},
       403,
       "Forbidden",
       "forbidden: User \"system:anonymous\" cannot get path \"/api\""},
      {"A.4 a token is never right",
       {.target = "/api", .identity = {}, .headers = {{"authorization", "Bearer x"}}},
       401,
       "Unauthorized",
       "Unauthorized"},
      {"11.3 impersonation is refused, not ignored",
       {.target = "/api", .headers = {{"impersonate-user", "jane"}}},
       403,
       "Forbidden",
       "impersonation is not supported by this server: ask without --as, --as-group and --as-uid"},
      {"A.8 unknown resource",
       {.target = "/api/v1/namespaces/default/foos"},
       404,
       "NotFound",
       "the server could not find the requested resource"},
      {"A.9 PUT on a collection",
       {.method = "PUT", .target = std::string(config_maps), .body = "{}"},
       405,
       "MethodNotAllowed",
       "the server does not allow this method on the requested resource"},
      {"5 no object",
       {.target = "/api/v1/namespaces/default/configmaps/b"},
       404,
       "NotFound",
       "configmaps \"b\" not found"},
      {"5 forbidden list",
       {.target = "/api/v1/namespaces/default/pods", .identity = alice},
       403,
       "Forbidden",
       "pods is forbidden: User \"alice\" cannot list resource \"pods\" in API group \"\" in the namespace "
       "\"default\""},
      {"5 forbidden subresource",
       {.target = "/apis/apps/v1/namespaces/n/deployments/d/status", .identity = alice},
       403,
       "Forbidden",
       "deployments.apps \"d\" is forbidden: User \"alice\" cannot get resource \"deployments/status\" in API group "
       "\"apps\" in the "
       "namespace \"n\""},
      {"5 forbidden at cluster scope",
       {.target = "/api/v1/nodes?watch=1", .identity = alice},
       403,
       "Forbidden",
       "nodes is forbidden: User \"alice\" cannot watch resource \"nodes\" in API group \"\" at the cluster scope"},
      {"C.39 nothing acceptable",
       {.target = std::string(config_maps), .accept = "text/html"},
       406,
       "NotAcceptable",
       "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
       "application/vnd.kubernetes.protobuf, "
       "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"},
      {"C.41 text body",
       {.method = "POST", .target = std::string(config_maps), .body = "x", .content_type = "text/plain"},
       415,
       "UnsupportedMediaType",
       "the body of the request was in an unknown format - accepted media types include: application/json, "
       "application/yaml, "
       "application/vnd.kubernetes.protobuf"},
      {"C.37 protobuf for a custom resource",
       {.method = "POST",
        .target = "/apis/lab.io/v1/namespaces/default/widgets",
        .body = "k8s",
        .content_type = "application/vnd.kubernetes.protobuf"},
       415,
       "UnsupportedMediaType",
       "the body of the request was in an unknown format - accepted media types include: application/json, "
       "application/yaml"},
      {"4 strategic patch of a custom resource",
       {.method = "PATCH",
        .target = "/apis/lab.io/v1/namespaces/default/widgets/w",
        .body = "{}",
        .content_type = "application/strategic-merge-patch+json"},
       415,
       "UnsupportedMediaType",
       "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
       "application/merge-patch+json"},
      {"D.70 bad fieldValidation",
       {.method = "POST", .target = std::string(config_maps) + "?fieldValidation=Sometimes", .body = "{}"},
       422,
       "Invalid",
       "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Sometimes\": supported "
       "values: \"\", "
       "\"Ignore\", \"Strict\", \"Warn\""},
      {"D.70 bad dryRun",
       {.method = "PUT", .target = std::string(config_maps) + "/a?dryRun=x", .body = "{}"},
       422,
       "Invalid",
       "UpdateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"x\": supported values: \"All\""},
      {"I.148 two policies",
       {.method = "DELETE",
        .target = std::string(config_maps) + "/a",
        .body = R"({"propagationPolicy": "Orphan", "orphanDependents": true})"},
       422,
       "Invalid",
       "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": orphanDependents and "
       "deletionPropagation cannot be both set"},
      {"D.59 another namespace in the body",
       {.method = "POST",
        .target = std::string(config_maps),
        .body = R"({"metadata": {"name": "x", "namespace": "other"}})"},
       400,
       "BadRequest",
       "the namespace of the provided object does not match the namespace sent on the request"},
      {"J.151 continue with a revision",
       {.target = std::string(config_maps) + "?continue=x&resourceVersion=7"},
       400,
       "BadRequest",
       "specifying resource version is not allowed when using continue"},
      {"J.153 a revision of the future",
       {.target = std::string(config_maps) + "?resourceVersion=99999999"},
       504,
       "Timeout",
       ""},
      {"J.154 Exact at 0",
       {.target = std::string(config_maps) + "?resourceVersion=0&resourceVersionMatch=Exact"},
       422,
       "Invalid",
       ""},
      {"J.155 unknown field",
       {.target = std::string(config_maps) + "?fieldSelector=spec.x%3Dy"},
       400,
       "BadRequest",
       "field label not supported: spec.x"},
      {"K.169 sendInitialEvents without a match",
       {.target = std::string(config_maps) + "?watch=1&sendInitialEvents=true"},
       422,
       "Invalid",
       "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
       "resourceVersionMatch to NotOlderThan"},
      {"C.44 includeObject",
       {.target = std::string(config_maps) + "?includeObject=Foo", .accept = std::string(table_accept)},
       400,
       "BadRequest",
       "Unable to convert to Table as requested: includeObject: Invalid value: \"Foo\": must be 'Metadata', 'Object', "
       "'None', or "
       "empty"},
      {"I.142 no deletecollection of namespaces",
       {.method = "DELETE", .target = "/api/v1/namespaces"},
       405,
       "MethodNotAllowed",
       ""},
      {"2.1 cluster-scoped kind in a namespace", {.target = "/api/v1/namespaces/default/nodes"}, 404, "NotFound", ""},
      {"2.1 namespaced kind without namespace",
       {.method = "POST", .target = "/api/v1/configmaps", .body = "{}"},
       405,
       "MethodNotAllowed",
       ""},
      {"2.1 unknown subresource", {.target = std::string(config_maps) + "/a/status"}, 404, "NotFound", ""},
      {"2.1 what needs a running container",
       {.target = "/api/v1/namespaces/default/pods/p/log?container=c"},
       404,
       "NotFound",
       "no container runs here, so that pods have no log"},
      {"2.1 subresource without the verb",
       {.method = "DELETE", .target = "/apis/lab.io/v1/namespaces/default/widgets/w/status"},
       405,
       "MethodNotAllowed",
       ""},
      {"N.196 a body too large",
       {.method = "POST", .target = std::string(config_maps), .body = std::string(3'145'729, ' ')},
       413,
       "RequestEntityTooLarge",
       "Request entity too large: limit is 3145728"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const Recorded told = ask(row.ask);
    EXPECT_EQ(told.status, row.status) << told.body;
    EXPECT_EQ(told.reason(), row.reason);
    if (!row.message.empty()) EXPECT_EQ(told.message(), row.message);
    EXPECT_EQ(told.headers.get("content-type"), "application/json");
    EXPECT_EQ(told.json().text_at({"kind"}), "Status");
  }
  EXPECT_EQ(get(std::string(config_maps) + "?resourceVersion=99999999").headers.get("retry-after"), "1");
  EXPECT_NE(patch_with(std::string(config_maps) + "/a", "{}", "application/apply-patch+yaml")
                .message()
                .find("server-side apply"),
            std::string::npos);
}

// A.7, A.10: what is no API at all.
TEST_F(ServerTest, AnswersTextForUnknownPaths) {
  for (const std::string_view path :
       {"/nosuch", "/apis/nosuch/v1/x", "/apis/nosuch", "/api//v1", "/api/v1/pods//", "/apis/apps/v7/deployments"}) {
    const Recorded told = get(std::string(path));
    EXPECT_EQ(told.status, 404) << path;
    EXPECT_EQ(told.body, "404 page not found\n");
    EXPECT_EQ(told.headers.get("content-type"), "text/plain; charset=utf-8");
  }
}

// A.1, A.2, A.11, A.12.
TEST_F(ServerTest, TellsAnyoneItsHealthAndVersion) {
  for (const std::string_view path : {"/healthz", "/livez", "/readyz", "/readyz/ping", "/livez/"}) {
    const Recorded told = ask({.target = std::string(path), .identity = {}});
    EXPECT_EQ(told.status, path == "/readyz/ping" || path.ends_with("/") ? 403 : 200) << path;
    if (told.status == 200) EXPECT_EQ(told.body, "ok");
  }
  EXPECT_EQ(ask({.method = "HEAD", .target = "/healthz"}).status, 200);
  EXPECT_EQ(get("/readyz/ping").body, "ok");
  EXPECT_EQ(get("/readyz/other").status, 404);
  EXPECT_TRUE(ask({.target = "/readyz?verbose", .identity = alice}).body.ends_with("readyz check passed\n"));
  const Recorded version = ask({.target = "/version?timeout=32s", .identity = {}});
  EXPECT_EQ(version.json().text_at({"minor"}), "33");
  EXPECT_EQ(ask({.target = "/version", .headers = {{"audit-id", "mine"}}}).headers.get("audit-id"), "mine");
  EXPECT_NE(get("/metrics").body.find("apiserver_request_total{code=\"200\",group=\"\",resource=\"\",verb=\"GET\"}"),
            std::string::npos);
}

// 14.1: create ns, create cm, patch, get, delete, as kubectl sends them.
TEST_F(ServerTest, ServesTheFirstCommandsOfTheHowTo) {
  Recorded told = ask({.method = "POST",
                       .target = "/api/v1/namespaces?fieldManager=kubectl-create&fieldValidation=Strict",
                       .body = "",
                       .content_type = "application/vnd.kubernetes.protobuf",
                       .accept = "application/vnd.kubernetes.protobuf,application/json"});
  EXPECT_EQ(told.status, 400);  // no envelope
  told = post("/api/v1/namespaces?fieldManager=kubectl-create&fieldValidation=Strict",
              from_hex("6b3873000a0f0a02763112094e616d65737061636512260a1e0a0e746573742d6e616d65737061636512001a0022002"
                       "a003200380042001"
                       "2001a020a001a002200"),
              "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(told.status, 201) << told.body;
  EXPECT_EQ(told.json().text_at({"metadata", "name"}), "test-namespace");
  EXPECT_EQ(told.json().text_at({"status", "phase"}), "Active");
  EXPECT_EQ(told.headers.get("content-type"), "application/json");

  const std::string maps = "/api/v1/namespaces/test-namespace/configmaps";
  told = post(maps + "?fieldManager=kubectl-create&fieldValidation=Strict",
              from_hex("6b3873000a0f0a0276311209436f6e6669674d617012360a250a07746573742d636d12001a0e746573742d6e616d657"
                       "37061636522002a"
                       "00320038004200120d0a036b6579120676616c7565311a002200"),
              "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(told.status, 201) << told.body;
  EXPECT_EQ(told.json().text_at({"data", "key"}), "value1");

  told = patch_with(maps + "/test-cm?fieldManager=kubectl-patch", R"({"data":{"key":"value2"}})",
                    "application/strategic-merge-patch+json");
  EXPECT_EQ(told.status, 200) << told.body;
  const std::string uid(told.json().text_at({"metadata", "uid"}));

  told = get(maps + "/test-cm");
  EXPECT_EQ(told.json().text_at({"data", "key"}), "value2");
  EXPECT_EQ(told.json().text_at({"apiVersion"}), "v1");

  told = erase(maps + "/test-cm", R"({"propagationPolicy":"Background"})");
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.body,
            fmt::format(
                R"({{"apiVersion":"v1","details":{{"kind":"configmaps","name":"test-cm","uid":"{}"}},"kind":"Status",)"
                R"("metadata":{{}},"status":"Success"}})",
                uid));
  EXPECT_EQ(get(maps + "/test-cm").status, 404);
  told = erase("/api/v1/namespaces/test-namespace", R"({"propagationPolicy":"Background"})");
  EXPECT_EQ(told.json().text_at({"status", "phase"}), "Terminating");  // fact 13: the object
  registry_->settle();
  EXPECT_EQ(get("/api/v1/namespaces/test-namespace").status, 404);
}

// 6.6, 15.6, 9.2, 3.1.
TEST_F(ServerTest, PassesOptionsOn) {
  Recorded told = post(std::string(config_maps), R"({"metadata": {"name": "w"}, "data": {}, "zz": 1})");
  EXPECT_EQ(told.status, 201);
  EXPECT_EQ(told.headers.get("warning"), R"(299 - "unknown field \"zz\"")");
  EXPECT_EQ(post(std::string(config_maps) + "?fieldValidation=Ignore", R"({"metadata": {"name": "i"}, "zz": 1})")
                .headers.get("warning"),
            "");
  told = post(std::string(config_maps) + "?fieldValidation=Strict",
              R"({"metadata": {"name": "s"}, "zz": 1, "data": {"a": "1", "a": "2"}})");
  EXPECT_EQ(told.status, 400);
  EXPECT_NE(told.message().find(R"(strict decoding error: unknown field "zz", duplicate field "data.a")"),
            std::string::npos)
      << told.message();
  told = post(std::string(config_maps) + "?dryRun=All", R"({"metadata": {"name": "d"}})");
  EXPECT_EQ(told.status, 201);
  EXPECT_EQ(told.json().text_at({"metadata", "resourceVersion"}), "");
  EXPECT_EQ(get(std::string(config_maps) + "/d").status, 404);
  EXPECT_EQ(post(std::string(config_maps), "metadata: {name: yaml}\ndata: {k: v}\n", "application/yaml").status, 201);
  EXPECT_EQ(
      ask({.method = "POST", .target = std::string(config_maps), .body = R"({"metadata": {"name": "e"}})"}).status,
      201);

  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l";
  const std::string lease = R"({"metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}})";
  EXPECT_EQ(ask({.method = "PUT", .target = leases, .body = lease}).status, 201);  // PUT creates
  EXPECT_EQ(
      ask({.method = "PUT", .target = std::string(config_maps) + "/none", .body = R"({"metadata": {"name": "none"}})"})
          .status,
      404);

  EXPECT_EQ(erase(std::string(config_maps) + "/w?dryRun=All").status, 200);
  EXPECT_EQ(erase(std::string(config_maps) + "/w", R"({"preconditions": {"uid": "x"}})").status, 409);
  told = erase(std::string(config_maps) + "?fieldSelector=metadata.name%3Dw");
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.json().text_at({"kind"}), "ConfigMapList");
  EXPECT_EQ(told.json().find("items")->array()->size(), 1u);
  EXPECT_EQ(get(std::string(config_maps) + "/w").status, 404);
  EXPECT_EQ(get(std::string(config_maps) + "/yaml").status, 200);

  const std::string operations = "[" + [] {
    std::string out;
    for (int i = 0; i < 10'001; ++i) out += R"({"op":"test","path":"/a"},)";
    return out;
  }() + R"({"op":"test","path":"/a"}])";
  EXPECT_EQ(patch_with(std::string(config_maps) + "/yaml", operations, "application/json-patch+json").status, 413);
  EXPECT_EQ(patch_with(std::string(config_maps) + "/yaml", R"([{"op":"add","path":"/data/z","value":"1"}])",
                       "application/json-patch+json")
                .status,
            200);
  EXPECT_EQ(patch_with(std::string(config_maps) + "/yaml", "{", "application/merge-patch+json").status, 400);
}

// 3.3, 10.2.
TEST_F(ServerTest, Lists) {
  EXPECT_EQ(get("/api/v1/namespaces/nosuch/secrets").json().find("items")->array()->size(), 0u);  // fact 16
  for (const std::string_view name : {"a", "b", "c"}) create_config_map(name, name == "b" ? R"({"x": "y"})" : "{}");
  const json::Value all = get(std::string(config_maps)).json();
  EXPECT_EQ(all.text_at({"kind"}), "ConfigMapList");
  const json::Array& items = *all.find("items")->array();
  EXPECT_EQ(items.front().find("kind"), nullptr);  // fact 10
  EXPECT_EQ(items.front().find("apiVersion"), nullptr);
  EXPECT_NE(items.front().find("data"), nullptr);

  Recorded page = get(std::string(config_maps) + "?limit=2");
  const json::Value first = page.json();
  EXPECT_EQ(first.find("items")->array()->size(), 2u);
  const std::string token(first.text_at({"metadata", "continue"}));
  EXPECT_NE(first.find_path({"metadata", "remainingItemCount"}), nullptr);
  page = get(fmt::format("{}?limit=2&continue={}", config_maps, token));
  EXPECT_EQ(page.json().text_at({"metadata", "resourceVersion"}), first.text_at({"metadata", "resourceVersion"}));
  EXPECT_EQ(get(std::string(config_maps) + "?limit=1&resourceVersion=0").json().text_at({"metadata", "continue"}),
            "");  // J.152
  EXPECT_EQ(get(std::string(config_maps) + "?labelSelector=x%3Dy").json().find("items")->array()->size(), 1u);

  create_widgets();
  EXPECT_EQ(
      post("/apis/lab.io/v1beta1/namespaces/default/widgets",
           R"({"apiVersion": "lab.io/v1beta1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"color": "red"}})")
          .status,
      201);
  const json::Value widgets = get("/apis/lab.io/v1beta1/widgets").json();
  EXPECT_EQ(widgets.text_at({"kind"}), "WidgetList");
  EXPECT_EQ(widgets.find("items")->array()->front().text_at({"apiVersion"}), "lab.io/v1beta1");
  EXPECT_EQ(widgets.find("items")->array()->front().find_path({"spec", "size"}), nullptr);
  const json::Value partial = ask({.target = "/apis/lab.io/v1/widgets",
                                   .accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"})
                                  .json();
  EXPECT_EQ(partial.text_at({"kind"}), "PartialObjectMetadataList");
  EXPECT_EQ(partial.find("items")->array()->front().find("spec"), nullptr);
  EXPECT_EQ(ask({.target = std::string(config_maps) + "/a", .accept = "application/yaml"}).body.substr(0, 15),
            "apiVersion: v1\n");
}

// Design 1.4: reads, too, wait for what they show.
TEST_F(ServerTest, TellsNothingBeforeItIsDurable) {
  const auto told = std::make_shared<Recorded>();
  client::HttpRequest request{
      .method = "POST", .target = std::string(config_maps), .headers = {}, .body = R"({"metadata": {"name": "a"}})"};
  const auto write =
      server_->handle(request, {.user = "admin", .groups = {"system:masters"}}, std::make_shared<RecordingSink>(told));
  const auto seen = std::make_shared<Recorded>();
  request = {.method = "GET", .target = std::string(config_maps) + "/a", .headers = {}, .body = ""};
  const auto read =
      server_->handle(request, {.user = "admin", .groups = {"system:masters"}}, std::make_shared<RecordingSink>(seen));
  EXPECT_FALSE(told->has_head);
  EXPECT_FALSE(seen->has_head);
  loop_.run_until_idle();
  EXPECT_EQ(told->status, 201);
  EXPECT_EQ(seen->status, 200);

  // An abandoned request is told nothing.
  const auto silent = std::make_shared<Recorded>();
  request = {
      .method = "POST", .target = std::string(config_maps), .headers = {}, .body = R"({"metadata": {"name": "b"}})"};
  static_cast<void>(server_->handle(request, {.user = "admin", .groups = {"system:masters"}},
                                    std::make_shared<RecordingSink>(silent)));
  loop_.run_until_idle();
  EXPECT_FALSE(silent->has_head);
  EXPECT_EQ(get(std::string(config_maps) + "/b").status, 200);
}

// 11.1, 11.2: reviews.
TEST_F(ServerTest, AnswersReviews) {
  Recorded told = ask({.method = "POST",
                       .target = "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                       .body = "{}",
                       .identity = alice});
  EXPECT_EQ(told.status, 201) << told.body;
  EXPECT_EQ(told.json().text_at({"status", "userInfo", "username"}), "alice");
  told = ask({.method = "POST",
              .target = "/apis/authentication.k8s.io/v1beta1/selfsubjectreviews",
              .body = "{}",
              .identity = alice});
  EXPECT_EQ(told.json().text_at({"apiVersion"}), "authentication.k8s.io/v1beta1");

  const std::string access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const std::string pods =
      R"({"spec": {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}}})";
  told = ask({.method = "POST", .target = access, .body = pods, .identity = alice});
  EXPECT_EQ(told.json().find("status")->find("allowed")->boolean()[0], false);
  EXPECT_EQ(told.json().text_at({"status", "reason"}), "");
  EXPECT_EQ(post(access, pods).json().find_path({"status", "allowed"})->boolean()[0], true);
  EXPECT_EQ(post(access, R"({"spec": {}})").status, 422);
  told = ask({.method = "POST",
              .target = access,
              .body = R"({"spec": {"nonResourceAttributes": {"verb": "get", "path": "/version"}}})",
              .identity = alice});
  EXPECT_EQ(told.json().text_at({"status", "reason"}),
            "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group "
            "\"system:authenticated\"");
  told = ask({.method = "POST",
              .target = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
              .body = R"({"spec": {"namespace": "default"}})",
              .identity = alice});
  EXPECT_EQ(*told.json().find_path({"status", "incomplete"}), json::Value(false));
  EXPECT_FALSE(told.json().find_path({"status", "nonResourceRules"})->array()->empty());
  told = post(
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      R"({"spec": {"user": "bob", "groups": ["system:masters"], "resourceAttributes": {"verb": "get", "resource": "pods"}}})");
  EXPECT_EQ(*told.json().find_path({"status", "allowed"}), json::Value(true));
  EXPECT_EQ(get("/apis/authorization.k8s.io/v1/subjectaccessreviews").status, 405);
}

// 8.8.
TEST_F(ServerTest, Scales) {
  const std::string deployments = "/apis/apps/v1/namespaces/default/deployments";
  EXPECT_EQ(post(deployments,
                 R"({"metadata": {"name": "web"}, "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}},
                 "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}})")
                .status,
            201);
  const std::string scale = deployments + "/web/scale";
  const json::Value before = get(scale).json();
  EXPECT_EQ(before.text_at({"apiVersion"}), "autoscaling/v1");
  EXPECT_EQ(before.text_at({"status", "selector"}), "a=b");
  Recorded told = patch_with(scale, R"({"spec":{"replicas":3}})", "application/merge-patch+json");
  EXPECT_EQ(told.status, 200) << told.body;
  EXPECT_EQ(*told.json().find_path({"spec", "replicas"}), json::Value(3));
  EXPECT_EQ(*get(deployments + "/web").json().find_path({"metadata", "generation"}), json::Value(2));
  EXPECT_EQ(ask({.method = "PUT", .target = scale, .body = json::write(before)}).status, 409);  // stale
  EXPECT_EQ(ask({.method = "PUT", .target = scale, .body = R"({"spec": {"replicas": 0}})"}).status, 200);
  told = patch_with(scale, R"({"spec":{"replicas":-1}})", "application/merge-patch+json");
  EXPECT_EQ(
      told.message(),
      "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0");
  EXPECT_EQ(patch_with(scale, R"({"spec":{"replicas":"x"}})", "application/merge-patch+json").status, 400);
  EXPECT_EQ(get(deployments + "/none/scale").status, 404);
  EXPECT_EQ(erase(scale).status, 405);
}

// 11.4: a member's server.
TEST_F(ServerTest, LivesBelowABasePath) {
  serve("/clusters/m1");
  EXPECT_EQ(get("/api/v1/namespaces").status, 404);
  EXPECT_EQ(get("/clusters/m1/api/v1/namespaces").json().text_at({"kind"}), "NamespaceList");
  EXPECT_EQ(get("/clusters/m1/healthz").body, "ok");
}

}  // namespace
}  // namespace slipway::apiserver
