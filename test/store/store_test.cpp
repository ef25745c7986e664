// What every store promises (store.h), for each of them.
#include "store/store.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "test/store/support.h"

namespace slipway::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EveryStore : public testing::TestWithParam<bool> {
 protected:
  EveryStore() {
    if (GetParam()) {
      auto opened = SqliteStore::open(directory_ / "hub.db");
      if (opened) store_ = std::move(*opened);
    } else {
      store_ = std::make_unique<MemoryStore>();
    }
  }
  void SetUp() override { ASSERT_NE(store_, nullptr); }

  Loaded loaded() {
    auto all = load_all(*store_);
    EXPECT_TRUE(all) << message_of(all);
    return all.value_or(Loaded{});
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};
INSTANTIATE_TEST_SUITE_P(, EveryStore, testing::Values(false, true),
                         [](const auto& each) { return each.param ? "Sqlite" : "Memory"; });

TEST_P(EveryStore, BeginsEmptyAtZero) { EXPECT_EQ(loaded(), Loaded{}); }

TEST_P(EveryStore, GivesBackWhatItTookInKeyOrder) {
  const std::string large(3 << 20, 'x');
  const std::string binary("\0\xff\x80 \0", 5);
  EXPECT_EQ(commit_now(*store_, {0, {{"/b", "2", 1}, {"/a/b", large, 2}, {"/a", "", 5}}}), 5u);
  EXPECT_EQ(commit_now(*store_, {5, {{"/\xc3\xa9", binary, 6}, {std::string("/a\0", 3), "nul", 7}, {"/a-", "-", 8}}}),
            8u);
  const Loaded all = loaded();
  EXPECT_EQ(all.counter, 8u);
  const std::vector<Row> want = {{"/a", "", 5},   {std::string("/a\0", 3), "nul", 7},
                                 {"/a-", "-", 8}, {"/a/b", large, 2},
                                 {"/b", "2", 1},  {"/\xc3\xa9", binary, 6}};
  EXPECT_TRUE(all.rows == want) << all.rows.size();  // not EXPECT_EQ: it would print megabytes
}

TEST_P(EveryStore, KeepsTheLastValueOfAKey) {
  EXPECT_EQ(commit_now(*store_, {0, {{"/a", "1", 1}, {"/a", "2", 2}, {"/b", "1", 3}, {"/b", std::nullopt, 4}}}), 4u);
  EXPECT_EQ(commit_now(*store_, {4, {{"/c", "1", 5}, {"/c", std::nullopt, 6}, {"/c", "2", 7}}}), 7u);
  EXPECT_THAT(loaded().rows, ElementsAre(Row{"/a", "2", 2}, Row{"/c", "2", 7}));
}

TEST_P(EveryStore, TheCounterDoesNotGoBackWhenTheNewestIsDeleted) {
  EXPECT_EQ(commit_now(*store_, {0, {{"/a", "1", 40}, {"/b", "1", 41}}}), 41u);
  EXPECT_EQ(
      commit_now(*store_, {41, {{"/b", std::nullopt, 42}, {"/a", std::nullopt, 43}, {"/never", std::nullopt, 44}}}),
      44u);
  EXPECT_THAT(loaded(), (Loaded{{}, 44}));
}

TEST_P(EveryStore, ABatchWithoutChangesWaitsForThoseBefore) {
  EXPECT_EQ(commit_now(*store_, {0, {}}), 0u);
  bool first = false;
  store_->commit({0, {{"/a", "1", 1}}}, [&first](const auto&) { first = true; });
  EXPECT_EQ(commit_now(*store_, {1, {}}), 1u);
  EXPECT_TRUE(first);
}

TEST_P(EveryStore, ADoneMayCommit) {
  std::promise<Result<std::uint64_t>> second;
  auto answer = second.get_future();
  store_->commit({0, {{"/a", "1", 1}}}, [this, second = std::move(second)](auto first) mutable {
    store_->commit({*first, {{"/b", "1", 2}}},
                   [second = std::move(second)](auto result) mutable { second.set_value(std::move(result)); });
  });
  EXPECT_EQ(answer.get(), 2u);
}

TEST_P(EveryStore, RefusesBatchesThatDoNotFollow) {
  const std::uint64_t top = std::uint64_t{1} << 63;
  const struct {
    const char* rule;
    Batch batch;
    Reason want;
  } rows[] = {
      {"the counter is behind", {9, {{"/x", "", 10}}}, Reason::conflict},
      {"the counter is ahead", {7, {{"/x", "", 10}}}, Reason::conflict},
      {"also without changes", {7, {}}, Reason::conflict},
      {"a revision that was used", {8, {{"/x", "", 8}}}, Reason::internal},
      {"a revision twice", {8, {{"/x", "", 9}, {"/y", "", 9}}}, Reason::internal},
      {"a revision going down", {8, {{"/x", "", 10}, {"/y", std::nullopt, 9}}}, Reason::internal},
      {"a revision beyond int64", {8, {{"/x", "", top}}}, Reason::internal},
  };
  ASSERT_EQ(commit_now(*store_, {0, {{"/a", "1", 8}}}), 8u);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(reason_of(commit_now(*store_, row.batch)), row.want);
    EXPECT_EQ(loaded(), (Loaded{{{"/a", "1", 8}}, 8})) << "nothing of it counts";
  }
  EXPECT_EQ(commit_now(*store_, {8, {{"/a", "2", top - 1}}}), top - 1);
}

TEST_P(EveryStore, AFailureTakesLaterBatchesWithItUntilLoad) {
  const auto refused = commit_now(*store_, {5, {{"/a", "1", 6}}});
  EXPECT_EQ(reason_of(refused), Reason::conflict);
  // In place by itself, but decided on top of a write that is not there.
  const auto later = commit_now(*store_, {0, {{"/b", "1", 1}}});
  EXPECT_EQ(message_of(later), message_of(refused));
  EXPECT_EQ(loaded(), Loaded{});
  EXPECT_EQ(commit_now(*store_, {0, {{"/b", "1", 1}}}), 1u);
}

TEST_P(EveryStore, AnswersInTheOrderOfTheCalls) {
  std::vector<std::uint64_t> answers;  // the store's thread writes, the barrier orders it before us
  for (std::uint64_t i = 0; i < 200; ++i) {
    store_->commit({i, {{fmt::format("/{}", i % 7), "v", i + 1}}},
                   [&answers](auto result) { answers.push_back(*result); });
  }
  EXPECT_EQ(commit_now(*store_, {200, {}}), 200u);
  ASSERT_EQ(answers.size(), 200u);
  EXPECT_TRUE(std::ranges::is_sorted(answers));
  EXPECT_EQ(loaded().rows.size(), 7u);
}

}  // namespace
}  // namespace slipway::store
