// Files that are refused, and that refusing leaves them as they were.
#include "store/sqlite_format.h"

#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/sqlite_statement.h"
#include "store/sqlite_store.h"
#include "test/store/support.h"

namespace slipway::store {
namespace {

using testing::HasSubstr;

void make_store(const std::string& path) {
  auto store = SqliteStore::open(path);
  ASSERT_TRUE(store) << message_of(store);
  std::vector<Change> changes;
  for (std::uint64_t i = 1; i <= 100; ++i) changes.push_back({fmt::format("/{:03}", i), std::string(3000, 'v'), i});
  ASSERT_EQ(commit_now(**store, {0, std::move(changes)}), 100u);
}

void execute(const std::string& path, const std::string& sql) {
  auto connection = Connection::open(path, 0);
  ASSERT_TRUE(connection) << message_of(connection);
  const auto done = connection->execute(sql.c_str());
  ASSERT_TRUE(done) << message_of(done);
}

// Overwrites part of the file; a negative position counts from the end.
void scribble(const std::string& path, std::ptrdiff_t at, std::string_view bytes) {
  std::string content = contents_of(std::filesystem::path(path).parent_path().string())[path];
  content.replace(at >= 0 ? static_cast<std::size_t>(at) : content.size() - static_cast<std::size_t>(-at), bytes.size(),
                  bytes);
  put_file(path, content);
}

struct OpenFailure {
  const char* rule;
  std::function<void(const std::string&)> damage;  // of a store with a hundred rows
  Reason want;
  const char* message;
};

TEST(SqliteFormat, RefusesWhatIsNotItsOwnAndTouchesNothing) {
  const std::string garbage(4096, '\xa5');
  const OpenFailure rows[] = {
      {"text", [](auto& path) { put_file(path, "once upon a time\n"); }, Reason::usage, "was not made by Slipway"},
      {"another program's database",
       [](auto& path) { std::filesystem::remove(path), put_file(path, ""), execute(path, "CREATE TABLE t (x)"); },
       Reason::usage, "was not made by Slipway"},
      {"another application id", [](auto& path) { execute(path, "PRAGMA application_id = 7"); }, Reason::usage,
       "was not made by Slipway"},
      {"a newer format", [](auto& path) { execute(path, "PRAGMA user_version = 2"); }, Reason::usage,
       "written by a newer Slipway (format 2, this one knows up to 1): use that version"},
      {"a format that never was", [](auto& path) { execute(path, "PRAGMA user_version = 0"); }, Reason::corrupt,
       "format 0"},
      {"nothing in it", [](auto& path) { put_file(path, ""); }, Reason::corrupt, "0 bytes long"},
      {"cut in the header", [](auto& path) { std::filesystem::resize_file(path, 50); }, Reason::corrupt,
       "50 bytes long"},
      {"cut after the header", [](auto& path) { std::filesystem::resize_file(path, 120); }, Reason::corrupt,
       "is damaged"},
      {"the schema's page overwritten", [&](auto& path) { scribble(path, 100, garbage.substr(100)); }, Reason::corrupt,
       "put a copy from a backup in its place"},
      {"a table missing", [](auto& path) { execute(path, "DROP TABLE counter"); }, Reason::corrupt, "no such table"},
      {"no counter in its table", [](auto& path) { execute(path, "DELETE FROM counter"); }, Reason::corrupt,
       "is damaged"},
      {"a directory", [](auto& path) { std::filesystem::remove(path), std::filesystem::create_directory(path); },
       Reason::usage, "is a directory"},
      {"a pipe", [](auto& path) { std::filesystem::remove(path), ::mkfifo(path.c_str(), 0600); }, Reason::usage,
       "was not made by Slipway"},
      {"gone, but its log is there",
       [](auto& path) { std::filesystem::remove(path), put_file(path + "-wal", "frames"); }, Reason::usage,
       "is missing, but its log"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const TemporaryDirectory directory;
    const std::string path = directory / "hub.db";
    make_store(path);
    row.damage(path);
    const auto before = contents_of(directory.path());
    const auto refused = SqliteStore::open(path);
    EXPECT_EQ(reason_of(refused), row.want);
    EXPECT_THAT(message_of(refused), HasSubstr(path));
    EXPECT_THAT(message_of(refused), HasSubstr(row.message));
    EXPECT_TRUE(contents_of(directory.path()) == before) << "touched";
  }
}

TEST(SqliteFormat, ANewerFormatThatIsStillInTheLogIsSeenToo) {
  const TemporaryDirectory directory;
  const std::string path = directory / "hub.db";
  make_store(path);
  auto newer = Connection::open(path, 0);
  ASSERT_TRUE(newer && newer->execute("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 9"));
  const auto before = contents_of(directory.path());
  // What a killed process leaves behind: file and log, without the locks.
  const TemporaryDirectory copy;
  for (const char* name : {"hub.db", "hub.db-wal"}) put_file(copy / name, before.at(directory / name));
  const auto refused = SqliteStore::open(copy / "hub.db");
  EXPECT_EQ(reason_of(refused), Reason::usage);
  EXPECT_THAT(message_of(refused), HasSubstr("newer Slipway (format 9"));
  const auto after = contents_of(copy.path());
  EXPECT_TRUE(after.at(copy / "hub.db") == before.at(directory / "hub.db"));
  EXPECT_TRUE(after.at(copy / "hub.db-wal") == before.at(directory / "hub.db-wal"));
}

TEST(SqliteFormat, DamagedPagesAreOneClearMessageOnLoad) {
  const std::string garbage(4096, '\xa5');
  const OpenFailure rows[] = {
      {"a page of the tree", [&](auto& path) { scribble(path, 5 * 4096, garbage), scribble(path, 9 * 4096, garbage); },
       Reason::corrupt, "put a copy from a backup in its place"},
      {"every page but the first three",
       [&](auto& path) {
         for (std::ptrdiff_t at = std::filesystem::file_size(path) - 4096; at >= 4 * 4096; at -= 4096)
           scribble(path, at, garbage);
       },
       Reason::corrupt, "is damaged"},
      {"half of the file",
       [](auto& path) { std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2 / 4096 * 4096); },
       Reason::corrupt, "is damaged"},
      {"a row newer than the counter", [](auto& path) { execute(path, "UPDATE counter SET revision = 99"); },
       Reason::corrupt, "is damaged"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const TemporaryDirectory directory;
    const std::string path = directory / "hub.db";
    make_store(path);
    row.damage(path);
    const auto store = SqliteStore::open(path);
    const Result<Loaded> loaded = store ? load_all(**store) : fail(store.error());
    EXPECT_EQ(reason_of(loaded), row.want);
    EXPECT_THAT(message_of(loaded), HasSubstr(path));
    EXPECT_THAT(message_of(loaded), HasSubstr(row.message));
  }
}

TEST(SqliteFormat, AStartThatWasKilledWhileCreatingLeavesNoTrace) {
  const TemporaryDirectory directory;
  for (const char* name : {"hub.db.new", "hub.db.new-wal", "hub.db.new-shm"}) put_file(directory / name, "half");
  make_store(directory / "hub.db");
  EXPECT_EQ(contents_of(directory.path()).size(), 1u) << "only hub.db";
}

TEST(SqliteFormat, OlderFormatsAreMigratedStepByStepOrNotAtAll) {
  const Migration good[] = {{1, "ALTER TABLE object ADD COLUMN note TEXT"}, {2, "UPDATE object SET note = 'from 2'"}};
  const Migration bad[] = {{1, "ALTER TABLE object ADD COLUMN note TEXT"}, {2, "UPDATE nowhere SET note = ''"}};
  const TemporaryDirectory directory;
  const std::string path = directory / "hub.db";
  make_store(path);
  auto connection = Connection::open(path, 0);
  ASSERT_TRUE(connection);

  const auto failed = migrate(*connection, bad);
  EXPECT_EQ(reason_of(failed), Reason::corrupt);
  EXPECT_THAT(message_of(failed), HasSubstr("from format 1 to 3"));
  EXPECT_EQ(connection->number("PRAGMA user_version"), 1);
  EXPECT_FALSE(connection->number("SELECT count(note) FROM object"));

  for (int again = 0; again < 2; ++again) {
    const auto done = migrate(*connection, good);
    ASSERT_TRUE(done) << message_of(done);
    EXPECT_EQ(connection->number("PRAGMA user_version"), 3);
    EXPECT_EQ(connection->number("SELECT count(note) FROM object"), 100);
  }
  EXPECT_EQ(reason_of(migrate(*connection, migrations())), Reason::usage) << "and this version sees it as newer";
}

TEST(SqliteFormat, MigrationsLeadToTheFormatOfNewFiles) {
  std::int64_t from = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.from, from++);
  EXPECT_EQ(format_version(), from);
}

}  // namespace
}  // namespace slipway::store
