#include "apiserver/openapi.h"

#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

class OpenApiTest : public ServerFixture {};

// 17.B 29, 30.
TEST_F(OpenApiTest, NamesItsDocumentsByHash) {
  create_widgets();
  serve("/clusters/m1");
  const json::Value index = get("/clusters/m1/openapi/v3?timeout=32s").json();
  const std::string url(index.text_at({"paths", "apis/lab.io/v1", "serverRelativeURL"}));
  ASSERT_TRUE(url.starts_with("/clusters/m1/openapi/v3/apis/lab.io/v1?hash=")) << url;
  EXPECT_NE(index.find_path({"paths", "api/v1"}), nullptr);
  const Recorded document = get(url + "&timeout=32s");
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(document.headers.get("cache-control"), "public, immutable");
  EXPECT_EQ(document.headers.get("expires"), "Wed, 13 Nov 2024 22:13:20 GMT");  // the clock stands at 2023-11-14
  EXPECT_EQ(ask({.target = url, .headers = {{"if-none-match", std::string(document.headers.get("etag"))}}}).status,
            304);
  const Recorded moved = get("/clusters/m1/openapi/v3/apis/lab.io/v1?hash=old");
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(moved.headers.get("location"), url);
  EXPECT_EQ(get("/clusters/m1/openapi/v3/apis/lab.io/v1").headers.get("cache-control"), "no-cache, private");
  EXPECT_EQ(get("/clusters/m1/openapi/v3/apis/lab.io/v9").status, 404);
}

// 4.4: what kubectl reads of a group-version document, and nothing that would make it compute patches from it (32).
TEST_F(OpenApiTest, SaysThatFieldsAreValidated) {
  create_widgets();
  const json::Value document = get("/openapi/v3/apis/lab.io/v1").json();
  const json::Value* patch =
      document.find_path({"paths", "/apis/lab.io/v1/namespaces/{namespace}/widgets/{name}", "patch"});
  ASSERT_NE(patch, nullptr);
  EXPECT_EQ(json::write(*patch->find("x-kubernetes-group-version-kind")),
            R"({"group":"lab.io","kind":"Widget","version":"v1"})");
  EXPECT_NE(json::write(*patch->find("parameters")).find(R"("name":"fieldValidation")"), std::string::npos);
  EXPECT_EQ(patch->find("requestBody"), nullptr);
  const json::Value* schema = document.find_path({"components", "schemas", "io.lab.v1.Widget"});
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(schema->text_at({"properties", "spec", "properties", "color", "type"}), "string");
  EXPECT_EQ(json::write(*schema->find("x-kubernetes-group-version-kind")),
            R"([{"group":"lab.io","kind":"Widget","version":"v1"}])");
  EXPECT_NE(document.find_path({"components", "schemas", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}), nullptr);
  EXPECT_NE(get("/openapi/v3/api/v1").json().find_path({"paths", "/api/v1/namespaces/{name}", "patch"}), nullptr);
}

// 31: what explain needs of built-in kinds.
TEST_F(OpenApiTest, DescribesBuiltinTypes) {
  const json::Value document = get("/openapi/v3/apis/apps/v1").json();
  const json::Value* schemas = document.find_path({"components", "schemas"});
  ASSERT_NE(schemas, nullptr);
  const json::Value* deployment = schemas->find("io.k8s.api.apps.v1.Deployment");
  ASSERT_NE(deployment, nullptr);
  EXPECT_EQ(json::write(*deployment->find("x-kubernetes-group-version-kind")),
            R"([{"group":"apps","kind":"Deployment","version":"v1"}])");
  // Every reference leads somewhere.
  const std::string text = json::write(document);
  constexpr std::string_view mark = "#/components/schemas/";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t start = at + mark.size();
    const std::string name = text.substr(start, text.find('"', start) - start);
    EXPECT_NE(schemas->find(name), nullptr) << name;
  }
  EXPECT_EQ(schemas->text_at({"io.k8s.api.core.v1.Container", "properties", "command", "type"}), "array");
}

// 18.4: byte for byte but for title, version and path.
TEST_F(OpenApiTest, SpeaksGnosticProtobuf) {
  const Recorded told = ask(
      {.target = "/openapi/v2?timeout=32s", .accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"});
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.headers.get("content-type"), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_FALSE(told.headers.get("etag").empty());
  EXPECT_TRUE(
      told.body.starts_with("\x0a\x03"
                            "2.0\x12"));
  const std::string name_space =
      "\x0a\x1a/api/v1/namespaces/{name}"
      "\x12"
      "wBu"  // value → patch
      "B&\x0a$\x12\"\x1a \x12\x05query\"\x0f"
      "fieldValidation2\x06string"
      "jK\x0a\x1fx-kubernetes-group-version-kind\x12(\x12&group: \"\"\nkind: Namespace\nversion: v1\n";
  std::string wanted = name_space;
  wanted.replace(1, 1, 1, static_cast<char>(sizeof("/api/v1/namespaces/{name}") - 1));
  EXPECT_NE(told.body.find(wanted), std::string::npos);
  EXPECT_EQ(get("/openapi/v2").json().text_at({"swagger"}), "2.0");
  EXPECT_EQ(get("/swagger-2.0.0.pb-v1").status, 404);
}

}  // namespace
}  // namespace slipway::apiserver
