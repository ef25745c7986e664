#include "kube/metadata.h"

#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

using testing::ElementsAre;
using testing::Pointee;

json::Value value(std::string_view text) {
  auto parsed = json::parse(text);
  EXPECT_THAT(parsed, Ok());
  return parsed.value_or(json::Value());
}

constexpr std::string_view full =
    R"({"annotations":{"a":"1"},"creationTimestamp":"2025-01-02T03:04:05Z","deletionGracePeriodSeconds":0,)"
    R"("deletionTimestamp":"2025-01-02T03:04:06Z","finalizers":["x/y","z"],"generateName":"web-","generation":3,)"
    R"("labels":{"":"","app":"web"},"name":"web-1","namespace":"ns","ownerReferences":[{"apiVersion":"v1",)"
    R"("blockOwnerDeletion":false,"controller":true,"kind":"K","name":"n","uid":"u"},{"apiVersion":"","kind":"","name":"",)"
    R"("uid":""}],"resourceVersion":"18446744073709551615","uid":"abc"})";

TEST(Metadata, RoundTripKeepsEverything) {
  const auto parsed = parse_metadata(value(full));
  ASSERT_THAT(parsed, Ok());
  EXPECT_EQ(json::write(to_json(*parsed)), full);
  EXPECT_TRUE(parsed->is_deleting());
  EXPECT_THAT(parsed->label("app"), Pointee(std::string("web")));
  EXPECT_EQ(parsed->label("other"), nullptr);
  EXPECT_THAT(parsed->annotation("a"), Pointee(std::string("1")));
  EXPECT_TRUE(parsed->has_finalizer("z"));
  EXPECT_FALSE(parsed->has_finalizer("x"));
  ASSERT_NE(parsed->controller(), nullptr);
  EXPECT_EQ(parsed->controller()->uid, "u");
}

TEST(Metadata, ZeroValuesAreLeftOut) {
  EXPECT_EQ(json::write(to_json(ObjectMeta{})), "{}");
  EXPECT_FALSE(ObjectMeta{}.is_deleting());
  EXPECT_EQ(ObjectMeta{}.controller(), nullptr);
  for (const std::string_view text :
       {"null", "{}",
        R"({"name":null,"labels":null,"annotations":{},"finalizers":[],"ownerReferences":null,"generation":null})",
        R"({"creationTimestamp":null,"deletionTimestamp":null,"deletionGracePeriodSeconds":null,"resourceVersion":""})",
        R"({"resourceVersion":"0","uid":"","selfLink":"/api","managedFields":[{"manager":"kubectl"}]})"}) {
    EXPECT_THAT(parse_metadata(value(text)), OkAnd(ObjectMeta{})) << text;
  }
  // A null member of a map or list is its zero value, as in Go.
  const auto parsed = parse_metadata(value(R"({"labels":{"a":null},"finalizers":[null]})"));
  ASSERT_THAT(parsed, Ok());
  EXPECT_EQ(json::write(to_json(*parsed)), R"({"finalizers":[""],"labels":{"a":""}})");
}

TEST(Metadata, UnknownKeysAreReportedAndDropped) {
  std::vector<std::string> unknown;
  const auto parsed = parse_metadata(
      value(R"({"Name":"x","zz":1,"managedFields":[],"ownerReferences":[{"uid":"u"},{"yy":{}}]})"), &unknown);
  ASSERT_THAT(parsed, Ok());
  EXPECT_THAT(unknown, ElementsAre("Name", "ownerReferences[1].yy", "zz"));
  EXPECT_EQ(parsed->name, "");
}

// kube-api 5: the words of Go's decoder.
TEST(Metadata, WrongTypes) {
  struct Row {
    std::string_view text, want;
  };
  const Row rows[] = {
      {R"({"labels":"x"})",
       "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string"},
      {R"({"labels":{"a":1}})",
       "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"},
      {R"({"annotations":[]})",
       "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.annotations of type map[string]string"},
      {R"({"name":5})", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string"},
      {R"({"finalizers":"x"})",
       "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.finalizers of type []string"},
      {R"({"finalizers":[{}]})",
       "json: cannot unmarshal object into Go struct field ObjectMeta.metadata.finalizers of type string"},
      {R"({"ownerReferences":{}})",
       "json: cannot unmarshal object into Go struct field ObjectMeta.metadata.ownerReferences of type "
       "[]v1.OwnerReference"},
      {R"({"ownerReferences":[1]})",
       "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.ownerReferences of type "
       "v1.OwnerReference"},
      {R"({"ownerReferences":[{"name":1}]})",
       "json: cannot unmarshal number into Go struct field OwnerReference.metadata.ownerReferences.name of type "
       "string"},
      {R"({"ownerReferences":[{"controller":"x"}]})",
       "json: cannot unmarshal string into Go struct field OwnerReference.metadata.ownerReferences.controller of type "
       "bool"},
      {R"({"generation":"x"})",
       "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64"},
      {R"({"generation":1.5})",
       "json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64"},
      {R"({"deletionGracePeriodSeconds":true})",
       "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.deletionGracePeriodSeconds of type int64"},
      {R"({"creationTimestamp":5})",
       "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string"},
      {R"({"creationTimestamp":"x"})",
       R"(parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006")"},
      {R"({"resourceVersion":5})",
       "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.resourceVersion of type string"},
      {R"({"resourceVersion":"5x"})", R"(strconv.ParseUint: parsing "5x": invalid syntax)"},
      {R"({"resourceVersion":"-1"})", R"(strconv.ParseUint: parsing "-1": invalid syntax)"},
      {R"({"resourceVersion":"18446744073709551616"})",
       R"(strconv.ParseUint: parsing "18446744073709551616": value out of range)"},
      {R"("x")", "json: cannot unmarshal string into Go struct field .metadata of type v1.ObjectMeta"},
      {"[]", "json: cannot unmarshal array into Go struct field .metadata of type v1.ObjectMeta"},
      {R"({"labels":1,"name":2})", "ObjectMeta.metadata.labels of type"},  // the first error is told
  };
  for (const Row& row : rows) {
    EXPECT_THAT(parse_metadata(value(row.text)), FailsWith(Reason::bad_request, std::string(row.want))) << row.text;
  }
}

}  // namespace
}  // namespace slipway::kube
