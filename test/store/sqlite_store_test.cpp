#include "store/sqlite_store.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/sqlite_statement.h"
#include "test/store/faulty_disk.h"
#include "test/store/support.h"

namespace slipway::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<SqliteStore> opened(const std::string& path) {
  auto store = SqliteStore::open(path);
  EXPECT_TRUE(store) << message_of(store);
  return store ? std::move(*store) : nullptr;
}

TEST(SqliteStore, SurvivesBeingClosed) {
  const TemporaryDirectory directory;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto store = opened(directory / "hub.db");
    ASSERT_NE(store, nullptr);
    ASSERT_EQ(commit_now(*store, {i, {{"/" + std::to_string(i), "v", i + 1}}}), i + 1);
  }
  const auto all = load_all(*opened(directory / "hub.db"));
  ASSERT_TRUE(all) << message_of(all);
  EXPECT_EQ(*all, (Loaded{{{"/0", "v", 1}, {"/1", "v", 2}, {"/2", "v", 3}}, 3}));
}

TEST(SqliteStore, KeepsItsFilesFromOthers) {
  const TemporaryDirectory directory;
  const auto store = opened(directory / "hub.db");
  ASSERT_EQ(commit_now(*store, {0, {{"/a", "v", 1}}}), 1u);
  for (const char* name : {"hub.db", "hub.db-wal", "hub.db-shm"}) {
    struct stat facts{};
    ASSERT_EQ(::stat((directory / name).c_str(), &facts), 0) << name;
    EXPECT_EQ(facts.st_mode & 0777u, 0600u) << name;
  }
}

TEST(SqliteStore, DestructionAnswersWhatIsQueued) {
  const TemporaryDirectory directory;
  std::vector<std::uint64_t> answers;
  {
    const auto store = opened(directory / "hub.db");
    for (std::uint64_t i = 0; i < 50; ++i) {
      store->commit({i, {{"/a", "v", i + 1}}}, [&answers](auto result) { answers.push_back(*result); });
    }
  }
  EXPECT_EQ(answers.size(), 50u);
  EXPECT_EQ(load_all(*opened(directory / "hub.db"))->counter, 50u);
}

TEST(SqliteStore, BatchesQueuedDuringACommitShareTheNextSync) {
  FaultyDisk disk;
  const TemporaryDirectory directory;
  const auto store = opened(directory / "hub.db");
  ASSERT_EQ(commit_now(*store, {0, {{"/a", "v", 1}}}), 1u);  // begins the log, which costs a sync more
  std::promise<void> all_queued;
  int syncs_at_last = 0;
  const int before = disk.log_syncs;
  store->commit({1, {{"/a", "v", 2}}}, [&, gate = all_queued.get_future()](const auto&) { gate.wait(); });
  for (std::uint64_t i = 2; i < 100; ++i) {
    store->commit({i, {{"/a", "v", i + 1}}}, [&](const auto&) { syncs_at_last = disk.log_syncs; });
  }
  all_queued.set_value();
  ASSERT_EQ(commit_now(*store, {100, {}}), 100u);
  // One for the first, one for the 98 others; less only if the thread was so late that it found them all at once.
  EXPECT_THAT(syncs_at_last - before, testing::AnyOf(1, 2)) << "durable before it is told";
  EXPECT_EQ(disk.log_syncs - before, syncs_at_last - before) << "and a barrier costs none";
}

TEST(SqliteStore, AnotherWriterMakesAConflict) {
  const TemporaryDirectory directory;
  const auto store = opened(directory / "hub.db");
  ASSERT_EQ(commit_now(*store, {0, {{"/a", "v", 1}}}), 1u);
  auto other = Connection::open(directory / "hub.db", 5);
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->execute("UPDATE counter SET revision = 3"));
  // The first of three in one group conflicts; the last would fit where the other writer left the counter.
  std::vector<std::optional<Reason>> answers;
  for (std::uint64_t i = 1; i < 4; ++i) {
    store->commit({i, {{"/b", "v", i + 1}}}, [&answers](const auto& result) { answers.push_back(reason_of(result)); });
  }
  EXPECT_EQ(load_all(*store)->counter, 3u);
  EXPECT_THAT(answers, ElementsAre(Reason::conflict, Reason::conflict, Reason::conflict));
  EXPECT_EQ(commit_now(*store, {3, {{"/b", "v", 4}}}), 4u) << "after load() it goes on";
}

TEST(SqliteStore, AFullDiskFailsTheWriteAndLoadMendsIt) {
  FaultyDisk disk;
  const TemporaryDirectory directory;
  const auto store = opened(directory / "hub.db");
  ASSERT_EQ(commit_now(*store, {0, {{"/a", "old", 1}}}), 1u);
  disk.full = true;
  const auto refused = commit_now(*store, {1, {{"/a", "new", 2}}});
  EXPECT_EQ(reason_of(refused), Reason::io);
  EXPECT_THAT(message_of(refused), AllOf(HasSubstr("hub.db"), HasSubstr("disk is full")));
  disk.full = false;
  EXPECT_EQ(reason_of(commit_now(*store, {1, {{"/a", "new", 2}}})), Reason::io) << "not before load()";
  EXPECT_EQ(load_all(*store), (Loaded{{{"/a", "old", 1}}, 1}));
  EXPECT_EQ(commit_now(*store, {1, {{"/a", "new", 2}}}), 2u);
}

TEST(SqliteStore, AFailedSyncIsTheEnd) {
  const struct {
    const char* rule;
    bool of_the_log;
  } rows[] = {{"of the log: the commit fails", true}, {"of the main file: the commit holds, the next does not", false}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    FaultyDisk disk;
    const TemporaryDirectory directory;
    const auto store = opened(directory / "hub.db");
    (row.of_the_log ? disk.log_sync_fails : disk.main_sync_fails) = true;
    const std::string large(10 << 20, 'x');  // enough for a checkpoint
    EXPECT_EQ(reason_of(commit_now(*store, {0, {{"/a", large, 1}}})),
              row.of_the_log ? std::optional(Reason::io) : std::nullopt);
    if (row.of_the_log) disk.log_sync_fails = false;  // the other is needed until the checkpoint after the answer
    const auto later = commit_now(*store, {1, {{"/b", "", 2}}});
    EXPECT_THAT(message_of(later), HasSubstr("could not be made durable"));
    EXPECT_EQ(message_of(load_all(*store)), message_of(later)) << "what is read back proves nothing";
  }
}

TEST(SqliteStore, TheLogIsMovedIntoTheFileNowAndThen) {
  const TemporaryDirectory directory;
  const auto store = opened(directory / "hub.db");
  const std::string value(1 << 20, 'x');
  for (std::uint64_t i = 0; i < 60; ++i) ASSERT_EQ(commit_now(*store, {i, {{"/a", value, i + 1}}}), i + 1);
  struct stat facts{};
  ASSERT_EQ(::stat((directory / "hub.db-wal").c_str(), &facts), 0);
  EXPECT_LT(facts.st_size, 20 << 20) << "60 MiB went through it";
}

TEST(SqliteStore, SaysWhenAnotherProgramHoldsTheFile) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(opened(directory / "hub.db"));
  auto first = Connection::open(directory / "hub.db", 0);
  auto second = Connection::open(directory / "hub.db", 0);
  ASSERT_TRUE(first && first->execute("BEGIN IMMEDIATE") && second);
  const auto refused = second->execute("BEGIN IMMEDIATE");
  EXPECT_EQ(reason_of(refused), Reason::unavailable);
  EXPECT_THAT(message_of(refused), AllOf(HasSubstr("hub.db is locked by another program"), HasSubstr("close it")));
}

}  // namespace
}  // namespace slipway::store
