#include "apiserver/negotiation.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

namespace slipway::apiserver {
namespace {

std::string text(const Representation& one) {
  std::string out = one.yaml ? "yaml" : "json";
  if (one.shape == Representation::Shape::table) out += " table " + one.shape_version;
  if (one.shape == Representation::Shape::metadata) out += " metadata " + one.shape_version;
  if (one.discovery == Representation::Discovery::v2) out += " v2";
  if (one.discovery == Representation::Discovery::v2beta1) out += " v2beta1";
  return out + (one.pretty ? " pretty" : "");
}

// Kube-api 3.2: the clauses that clients really send.
TEST(Negotiation, TakesTheFirstClauseThatCanBeServed) {
  struct Row {
    std::string_view accept, want;
  };
  const Row rows[] = {
      {"", "json"},
      {"*/*", "json"},
      {"application/json, */*", "json"},
      {"application/json, */*;q=0.8", "json"},
      {"application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/"
       "json",
       "json table v1"},
      {"application/json;as=Table;v=v1beta1;g=meta.k8s.io", "json table v1beta1"},
      {"application/json;as=Table;v=v7;g=meta.k8s.io,application/json", "json"},
      {"application/vnd.kubernetes.protobuf,application/json", "json"},
      {"application/vnd.kubernetes.protobuf, */*", "json"},
      {"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json", "json v2beta1"},
      {"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/"
       "json;g=apidiscovery.k8s.io;v=v2beta1;"
       "as=APIGroupDiscoveryList,application/json",
       "json v2"},
      {"application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as="
       "PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
       "json metadata v1"},
      {"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "json metadata v1"},
      {"application/yaml", "yaml"},
      {"application/json;q=0.1, application/yaml", "yaml"},
      {"application/json;q=0, application/yaml;q=0.2", "yaml"},
      {"application/json;stream=watch", "json"},
      {"text/html", "406"},
      {"application/vnd.kubernetes.protobuf", "406"},
      {"application/json;as=Table;v=v7;g=meta.k8s.io", "406"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.accept);
    client::Headers headers;
    if (!row.accept.empty()) headers.add("accept", std::string(row.accept));
    const auto got = negotiate(headers, "");
    EXPECT_EQ(got ? text(*got) : "406", row.want);
  }
}

TEST(Negotiation, IndentsForPeople) {
  client::Headers curl;
  curl.add("user-agent", "curl/7.88.1");
  EXPECT_TRUE(negotiate(curl, "")->pretty);
  EXPECT_FALSE(negotiate(curl, "false")->pretty);
  EXPECT_TRUE(negotiate({}, "1")->pretty);
  EXPECT_FALSE(negotiate({}, "")->pretty);
}

// Kube-api 3.1.
TEST(Negotiation, KnowsTheFormatsOfBodies) {
  EXPECT_EQ(*body_format("", true), BodyFormat::json);
  EXPECT_EQ(*body_format("application/json; charset=utf-8", true), BodyFormat::json);
  EXPECT_EQ(*body_format("application/yaml", true), BodyFormat::yaml);
  EXPECT_EQ(*body_format("application/vnd.kubernetes.protobuf", false), BodyFormat::protobuf);
  EXPECT_THAT(body_format("application/vnd.kubernetes.protobuf", true), FailsWith(Reason::unsupported_media_type));
  EXPECT_THAT(body_format("text/plain", false), FailsWith(Reason::unsupported_media_type));

  EXPECT_EQ(*patch_type("application/merge-patch+json", true), PatchType::merge);
  EXPECT_EQ(*patch_type("application/json-patch+json", true), PatchType::json);
  EXPECT_EQ(*patch_type("application/strategic-merge-patch+json", false), PatchType::strategic);
  for (const std::string_view refused :
       {"application/strategic-merge-patch+json", "application/apply-patch+yaml", "application/json"}) {
    EXPECT_THAT(patch_type(refused, true), FailsWith(Reason::unsupported_media_type)) << refused;
  }
  EXPECT_THAT(patch_type("application/apply-patch+yaml", false), FailsWith(Reason::unsupported_media_type));
}

TEST(Negotiation, DecodesBodies) {
  const auto twice = decode_body(R"({"a": 1, "a": 2})", BodyFormat::json, "ConfigMap");
  ASSERT_TRUE(twice);
  EXPECT_EQ(*twice->value.find("a"), json::Value(2));
  EXPECT_EQ(twice->duplicate_fields, std::vector<std::string>{"a"});
  EXPECT_EQ(*decode_body("y: 1\n", BodyFormat::yaml, "ConfigMap")->value.find("true"), json::Value(1));  // fact 9
  const auto broken = decode_body("{", BodyFormat::json, "ConfigMap");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(
      broken.error().message.starts_with("the object provided is unrecognized (must be of type ConfigMap): couldn't "
                                         "get version/kind; json parse error: "));
  EXPECT_THAT(decode_body("no magic", BodyFormat::protobuf, "ConfigMap"), FailsWith(Reason::bad_request));
}

}  // namespace
}  // namespace slipway::apiserver
