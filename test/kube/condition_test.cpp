#include "kube/condition.h"

#include <gtest/gtest.h>

namespace slipway::kube {
namespace {

constexpr WallTime then{100};
constexpr WallTime now{200};

Condition condition(std::string type, ConditionStatus status, std::int64_t generation = 1, std::string reason = "R") {
  return {.type = std::move(type),
          .status = status,
          .observed_generation = generation,
          .last_transition_time = then,
          .reason = std::move(reason),
          .message = "m"};
}

TEST(Condition, Texts) {
  EXPECT_EQ(text(ConditionStatus::true_), "True");
  EXPECT_EQ(text(ConditionStatus::false_), "False");
  EXPECT_EQ(text(ConditionStatus::unknown), "Unknown");
}

TEST(Condition, SetMovesTheTransitionTimeOnlyWithTheStatus) {
  struct Row {
    std::string_view what;
    Condition next;
    bool want_changed;
    WallTime want_time;
  };
  const Row rows[] = {
      {"a new type is appended at now", condition("B", ConditionStatus::true_), true, now},
      {"equal: nothing changes", condition("A", ConditionStatus::true_), false, then},
      {"another reason keeps the time", condition("A", ConditionStatus::true_, 1, "Other"), true, then},
      {"another generation keeps the time", condition("A", ConditionStatus::true_, 2), true, then},
      {"another status moves the time", condition("A", ConditionStatus::false_), true, now},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    std::vector<Condition> conditions{condition("A", ConditionStatus::true_)};
    Condition want = row.next;
    want.last_transition_time = row.want_time;
    EXPECT_EQ(set_condition(conditions, row.next, now), row.want_changed);
    const Condition* got = find_condition(std::as_const(conditions), row.next.type);
    ASSERT_NE(got, nullptr);
    EXPECT_EQ(*got, want);
    EXPECT_EQ(got, &conditions.back());
  }
}

TEST(Condition, FindRemoveAndAtGeneration) {
  std::vector<Condition> conditions{condition("A", ConditionStatus::true_, 2),
                                    condition("B", ConditionStatus::false_, 2)};
  EXPECT_TRUE(is_true_at(conditions, "A", 2));
  EXPECT_FALSE(is_true_at(conditions, "A", 1));
  EXPECT_FALSE(is_true_at(conditions, "A", 3));
  EXPECT_FALSE(is_false_at(conditions, "A", 2));
  EXPECT_TRUE(is_false_at(conditions, "B", 2));
  EXPECT_FALSE(is_false_at(conditions, "C", 0));
  find_condition(conditions, "B")->message = "changed";
  EXPECT_EQ(conditions[1].message, "changed");
  EXPECT_FALSE(remove_condition(conditions, "C"));
  EXPECT_TRUE(remove_condition(conditions, "A"));
  EXPECT_EQ(find_condition(conditions, "A"), nullptr);
  EXPECT_EQ(conditions.size(), 1U);
}

}  // namespace
}  // namespace slipway::kube
