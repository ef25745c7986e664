#include "json/value.h"

#include <cmath>
#include <gtest/gtest.h>

#include "json/text.h"
#include "test/json/print.h"

namespace slipway::json {
namespace {

TEST(Object, KeepsMembersSortedAndUnique) {
  Object object{{"b", 1}, {"a", 2}, {"b", 3}};
  EXPECT_EQ(write(object), R"({"a":2,"b":3})");
  object.append("c", 4);   // after the last
  object.append("aa", 5);  // not after the last
  object.append("c", 6);   // there already
  object["d"] = 7;
  object.set("a", "x");
  EXPECT_EQ(write(object), R"({"a":"x","aa":5,"b":3,"c":6,"d":7})");
  EXPECT_TRUE(object.erase("aa"));
  EXPECT_FALSE(object.erase("aa"));
  object.erase(object.begin());
  EXPECT_EQ(write(object), R"({"b":3,"c":6,"d":7})");
  EXPECT_EQ(object.size(), 3U);
  EXPECT_FALSE(object.empty());
  EXPECT_TRUE(object.contains("c"));
  EXPECT_FALSE(object.contains("cc"));
  EXPECT_TRUE(object["new"].is_null());
}

TEST(Object, FromMembersKeepsTheLastOfEqualKeys) {
  std::vector<Object::Member> members;
  for (int i = 0; i < 100; ++i) members.emplace_back(std::to_string((i * 37) % 10), i);
  const Object object = Object::from_members(std::move(members));
  ASSERT_EQ(object.size(), 10U);
  for (int last = 90; last < 100; ++last) {
    const Value* value = object.find(std::to_string((last * 37) % 10));
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(*value, Value(last));
  }
}

TEST(Value, KnowsItsType) {
  struct Row {
    Value value;
    Type type;
  };
  const Row rows[] = {{{}, Type::null},    {nullptr, Type::null}, {true, Type::boolean},  {5, Type::integer},
                      {5U, Type::integer}, {5L, Type::integer},   {5UL, Type::integer},   {5LL, Type::integer},
                      {5.0, Type::number}, {"x", Type::string},   {Array{}, Type::array}, {Object{}, Type::object}};
  for (const Row& row : rows) {
    EXPECT_EQ(row.value.type(), row.type) << write(row.value);
    EXPECT_EQ(row.value.is_number(), row.type == Type::integer || row.type == Type::number);
    EXPECT_EQ(row.value.number().has_value(), row.value.is_number());
    EXPECT_EQ(row.value.string() != nullptr, row.value.is_string());
    EXPECT_EQ(row.value.boolean() != nullptr, row.value.is_boolean());
    EXPECT_EQ(row.value.integer() != nullptr, row.value.is_integer());
    EXPECT_EQ(row.value.array() != nullptr, row.value.is_array());
    EXPECT_EQ(row.value.object() != nullptr, row.value.is_object());
    EXPECT_EQ(row.value.find("x"), nullptr);
  }
}

TEST(Value, FindsAlongPaths) {
  Value value;
  value["spec"]["template"]["name"] = "web";
  value["spec"]["replicas"] = 3;
  EXPECT_EQ(write(value), R"({"spec":{"replicas":3,"template":{"name":"web"}}})");
  EXPECT_EQ(value.text_at({"spec", "template", "name"}), "web");
  EXPECT_EQ(value.text_at({"spec", "replicas"}), "");  // no text
  EXPECT_EQ(value.text_at({"spec", "replicas", "x"}), "");
  EXPECT_EQ(value.find_path({}), &value);
  EXPECT_EQ(value.find_path({"spec", "none"}), nullptr);
  *value.find_path({"spec", "replicas"}) = 4;
  EXPECT_EQ(*value.find_path({"spec", "replicas"}), Value(4));
  value["spec"]["replicas"]["now"] = "object";  // a scalar becomes an object
  EXPECT_EQ(write(value["spec"]["replicas"]), R"({"now":"object"})");
}

TEST(Value, EqualityIsThatOfJson) {
  const std::int64_t large = (1LL << 53) + 1;  // not exact as a double
  struct Row {
    Value a, b;
    bool want;
  };
  const Row rows[] = {
      {1, 1.0, true},
      {1, 1.5, false},
      {0, -0.0, true},
      {large, static_cast<double>(large), false},
      {large - 1, static_cast<double>(large), true},
      {std::numeric_limits<std::int64_t>::max(), 0x1p63, false},
      {std::numeric_limits<std::int64_t>::min(), -0x1p63, false},  // written -9223372036854776000
      {333333300000066800, 333333300000066793.14, true},           // written 333333300000066800
      {1, "1", false},
      {nullptr, false, false},
      {Array{1, Object{{"a", 2}}}, Array{1.0, Object{{"a", 2.0}}}, true},
      {Array{1, 2}, Array{2, 1}, false},
      {Object{{"a", nullptr}}, Object{}, false},
      {1, NAN, false},
      {1, 1e300, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(row.a == row.b, row.want) << write(row.a) << " " << write(row.b);
    EXPECT_EQ(row.b == row.a, row.want) << write(row.a) << " " << write(row.b);
  }
}

}  // namespace
}  // namespace slipway::json
