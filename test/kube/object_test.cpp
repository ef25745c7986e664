#include "kube/object.h"

#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

const GroupVersionKind widget{"lab.io", "v1", "Widget"};

Result<ObjectPtr> object(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) return fail(std::move(parsed.error()));
  return Object::from_json(widget, *parsed);
}

TEST(Object, IsCutIntoSegments) {
  const auto got =
      object(R"({"apiVersion":"apps/v1","kind":"Thing","metadata":{"name":"a","namespace":"n","resourceVersion":"7"},)"
             R"("zz":1,"spec":{"b":2,"a":1},"status":{"y":null,"x":[]},"data":"x"})");
  ASSERT_THAT(got, Ok());
  const Object& it = **got;
  EXPECT_EQ(it.kind(), (GroupVersionKind{"apps", "v1", "Thing"}));
  EXPECT_EQ(it.key(), (NamespacedName{"n", "a"}));
  EXPECT_EQ(it.revision(), 7U);
  EXPECT_EQ(*it.body(), R"({"data":"x","spec":{"a":1,"b":2},"zz":1})");
  EXPECT_EQ(*it.status(), R"({"x":[],"y":null})");
  EXPECT_EQ(it.to_json("apps/v2"),
            R"({"apiVersion":"apps/v2","kind":"Thing","metadata":{"name":"a","namespace":"n","resourceVersion":"7"},)"
            R"("data":"x","spec":{"a":1,"b":2},"zz":1,"status":{"x":[],"y":null}})");
  EXPECT_EQ(json::write(it.to_value()),
            R"({"apiVersion":"apps/v1","data":"x","kind":"Thing","metadata":{"name":"a","namespace":"n",)"
            R"("resourceVersion":"7"},"spec":{"a":1,"b":2},"status":{"x":[],"y":null},"zz":1})");
}

TEST(Object, WhatIsMissingComesFromTheKind) {
  for (const std::string_view text : {"{}", R"({"apiVersion":null,"kind":"","metadata":null,"status":null})"}) {
    const auto got = object(text);
    ASSERT_THAT(got, Ok()) << text;
    EXPECT_EQ((*got)->kind(), widget);
    EXPECT_EQ(*(*got)->body(), "{}");
    EXPECT_EQ((*got)->status(), nullptr);
    EXPECT_EQ((*got)->to_json("lab.io/v1"), R"({"apiVersion":"lab.io/v1","kind":"Widget","metadata":{}})");
    EXPECT_EQ(json::write((*got)->to_value()), R"({"apiVersion":"lab.io/v1","kind":"Widget","metadata":{}})");
  }
}

TEST(Object, BadParts) {
  struct Row {
    std::string_view text, want;
  };
  const Row rows[] = {
      {"[]", "an object of kind Widget must be a JSON object"},
      {R"({"apiVersion":1})", "apiVersion must be text"},
      {R"({"apiVersion":"a/b/c"})", "unexpected GroupVersion string: a/b/c"},
      {R"({"kind":{}})", "kind must be text"},
      {R"({"metadata":{"name":1}})", "ObjectMeta.metadata.name of type string"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(object(row.text), FailsWith(Reason::bad_request, std::string(row.want))) << row.text;
  }
}

TEST(Object, DecodedFormIsKeptByTag) {
  const auto got = object("{}");
  ASSERT_THAT(got, Ok());
  const int tag = 0, other = 0;
  EXPECT_EQ((*got)->decoded(&tag), nullptr);
  const auto decoded = std::make_shared<const std::string>("decoded");
  (*got)->remember(&tag, decoded);
  EXPECT_EQ((*got)->decoded(&tag), decoded.get());
  EXPECT_EQ((*got)->decoded(&other), nullptr);
}

}  // namespace
}  // namespace slipway::kube
