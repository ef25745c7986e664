#include "store/sqlite_store.h"

#include <span>
#include <sqlite3.h>

#include "store/file.h"
#include "store/sqlite_format.h"
#include "store/sqlite_statement.h"

namespace slipway::store {
namespace {

constexpr int kBusySeconds = 5;
constexpr int kCheckpointPages =
    2000;  // of 4 KiB: 8 MiB of log to replay at most, and few enough syncs of the main file

}  // namespace

// The connection and what is known about it. Used by one thread at a time: whoever has set busy_.
class SqliteStore::Writer {
 public:
  static Result<std::unique_ptr<Writer>> open(const std::string& path);

  Result<std::uint64_t> load(const std::function<void(Row)>& row);
  Writer(Connection connection, Statement put, Statement remove, Statement counter, Statement set_counter)
      : connection_(std::move(connection)),
        put_(std::move(put)),
        remove_(std::move(remove)),
        counter_(std::move(counter)),
        set_counter_(std::move(set_counter)) {}

  // One transaction for the whole group; an answer for each of its batches.
  std::vector<Result<std::uint64_t>> commit(std::span<const Pending> group);
  // Moves the log into the main file once it has grown long. Apart from commit(), so that no answer waits for it.
  void checkpoint_if_due();

 private:
  Result<void> transaction(std::span<const Pending> group, std::vector<Result<std::uint64_t>>& answers);
  Result<void> write(const Change& change);
  Result<std::uint64_t> counter();
  Result<std::uint64_t> read_all(const std::function<void(Row)>& row);
  void refuse(Error why);
  void roll_back();
  static int after_commit(void* self, sqlite3* connection, const char* schema, int log_pages);

  Connection connection_;  // before its statements, which must go first
  Statement put_;
  Statement remove_;
  Statement counter_;
  Statement set_counter_;
  int log_pages_ = 0;
  int checkpoint_at_ = kCheckpointPages;
  std::optional<Error> refused_;  // the first failure since the last load
  bool refused_for_good_ = false;
};

Result<std::unique_ptr<SqliteStore::Writer>> SqliteStore::Writer::open(const std::string& path) {
  const bool has_log = exists(path + "-wal");
  auto ready = exists(path) ? check_header(path) : create_file(path);
  if (!ready) return fail(std::move(ready).error());
  auto connection = Connection::open(path, kBusySeconds);
  if (!connection) return fail(std::move(connection).error());
  sqlite3* const handle = connection->handle();
  // Until the file is known to be ours, closing it must not fold a log into it: refused means untouched. The version is
  // looked at again, now with the log.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log ? 1 : 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (auto done =
          connection->execute("PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF");
      !done) {
    return fail(std::move(done).error());
  }
  if (auto done = migrate(*connection, migrations()); !done) return fail(std::move(done).error());
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  const auto mode = connection->text("PRAGMA journal_mode = WAL");
  if (!mode) return fail(mode.error());
  if (*mode != "wal") {
    return fail(
        Reason::usage,
        "{} is on a file system that cannot share memory (a network share?): choose a data directory on a local disk",
        path);
  }

  auto put = connection->prepare(
      "INSERT INTO object (key, revision, value) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value");
  auto remove = connection->prepare("DELETE FROM object WHERE key = ?1");
  auto counter = connection->prepare("SELECT revision FROM counter WHERE id = 1");
  auto set_counter = connection->prepare("UPDATE counter SET revision = ?1 WHERE id = 1");
  for (auto* statement : {&put, &remove, &counter, &set_counter}) {
    if (!*statement) return fail(std::move(*statement).error());
  }
  auto writer = std::make_unique<Writer>(std::move(*connection), std::move(*put), std::move(*remove),
                                         std::move(*counter), std::move(*set_counter));
  // In place of SQLite's own hook, which would checkpoint within COMMIT.
  sqlite3_wal_hook(writer->connection_.handle(), &Writer::after_commit, writer.get());
  if (auto readable = writer->counter(); !readable) return fail(std::move(readable).error());
  return writer;
}

Result<std::uint64_t> SqliteStore::Writer::load(const std::function<void(Row)>& row) {
  if (refused_for_good_) return fail(*refused_);
  if (auto begun = connection_.execute("BEGIN"); !begun) return fail(std::move(begun).error());
  auto counter = read_all(row);
  roll_back();  // nothing was written
  if (counter) refused_.reset();
  return counter;
}

Result<std::uint64_t> SqliteStore::Writer::read_all(const std::function<void(Row)>& row) {
  const auto counter = this->counter();
  if (!counter) return counter;
  auto rows = connection_.prepare("SELECT key, revision, value FROM object ORDER BY key");
  if (!rows) return fail(std::move(rows).error());
  std::string last;
  for (;;) {
    const auto more = rows->step();
    if (!more) return fail(more.error());
    if (!*more) return counter;
    Row next{.key = rows->bytes(0), .value = rows->bytes(2), .revision = static_cast<std::uint64_t>(rows->number(1))};
    // A damaged tree can pass SQLite's own checks and still be caught here.
    if (next.key <= last || next.revision == 0 || next.revision > *counter) {
      return fail(sqlite_error(connection_.handle(), SQLITE_CORRUPT));
    }
    last = next.key;
    row(std::move(next));
  }
}

Result<std::uint64_t> SqliteStore::Writer::counter() {
  const auto row = counter_.step();
  const std::int64_t revision = row && *row ? counter_.number(0) : -1;
  counter_.reset();
  if (!row) return fail(row.error());
  if (revision < 0) return fail(sqlite_error(connection_.handle(), SQLITE_CORRUPT));
  return static_cast<std::uint64_t>(revision);
}

std::vector<Result<std::uint64_t>> SqliteStore::Writer::commit(std::span<const Pending> group) {
  std::vector<Result<std::uint64_t>> answers;
  answers.reserve(group.size());
  if (!refused_) {
    if (auto done = transaction(group, answers); !done) {
      answers.clear();
      refuse(std::move(done).error());
    }
    roll_back();  // what is still open has failed, or is empty
  }
  while (answers.size() < group.size()) answers.emplace_back(fail(*refused_));
  return answers;
}

Result<void> SqliteStore::Writer::transaction(std::span<const Pending> group,
                                              std::vector<Result<std::uint64_t>>& answers) {
  if (auto begun = connection_.execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto before = counter();
  if (!before) return fail(before.error());
  std::uint64_t now = *before;
  for (const Pending& pending : group) {
    const auto after = counter_after(pending.batch, now);
    if (!after) {
      refuse(after.error());  // what came before it still counts
      break;
    }
    for (const Change& change : pending.batch.changes) {
      if (auto written = write(change); !written) return written;
    }
    now = *after;
    answers.emplace_back(now);
  }
  if (now == *before) return {};
  if (auto written = set_counter_.bind(1, static_cast<std::int64_t>(now)).run(); !written) return written;
  return connection_.execute("COMMIT");
}

Result<void> SqliteStore::Writer::write(const Change& change) {
  if (!change.value) return remove_.bind_text(1, change.key).run();
  return put_.bind_text(1, change.key)
      .bind(2, static_cast<std::int64_t>(change.revision))
      .bind_bytes(3, *change.value)
      .run();
}

void SqliteStore::Writer::refuse(Error why) {
  refused_ = std::move(why);
  // After a failed sync the system may have dropped the pages: what is read back proves nothing about the disk.
  refused_for_good_ = is_failed_sync(sqlite3_extended_errcode(connection_.handle()));
}

void SqliteStore::Writer::roll_back() {
  if (sqlite3_get_autocommit(connection_.handle()) != 0) return;  // SQLite has already done it
  if (auto done = connection_.execute("ROLLBACK"); !done) refuse(std::move(done).error());
}

int SqliteStore::Writer::after_commit(void* self, sqlite3* /*connection*/, const char* /*schema*/, int log_pages) {
  static_cast<Writer*>(self)->log_pages_ = log_pages;
  return SQLITE_OK;
}

void SqliteStore::Writer::checkpoint_if_due() {
  if (log_pages_ < checkpoint_at_ || refused_) return;
  int in_log = 0;
  int moved = 0;
  sqlite3* const handle = connection_.handle();
  const int code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
  if (is_failed_sync(code)) return refuse(sqlite_error(handle, code));
  // Not moved, or not all: another program reads, or the disk is full. The log still holds it; try again when it has
  // grown.
  checkpoint_at_ = (code == SQLITE_OK && moved == in_log ? 0 : log_pages_) + kCheckpointPages;
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  auto writer = Writer::open(path);
  if (!writer) return fail(std::move(writer).error());
  return std::make_unique<SqliteStore>(std::move(*writer));
}

SqliteStore::SqliteStore(std::unique_ptr<Writer> writer) : writer_(std::move(writer)), thread_([this] { run(); }) {}

SqliteStore::~SqliteStore() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SqliteStore::commit(Batch batch, Done done) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(Pending{.batch = std::move(batch), .done = std::move(done)});
  }
  changed_.notify_all();
}

Result<std::uint64_t> SqliteStore::load(const std::function<void(Row)>& row) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !busy_ && queue_.empty(); });
    busy_ = true;
  }
  auto counter = writer_->load(row);
  {
    const std::scoped_lock lock(mutex_);
    busy_ = false;
  }
  changed_.notify_all();
  return counter;
}

void SqliteStore::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !busy_ && (closing_ || !queue_.empty()); });
    if (queue_.empty()) return;
    busy_ = true;
    std::vector<Pending> group = std::exchange(queue_, {});
    lock.unlock();

    auto answers = writer_->commit(group);
    for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(answers[i]));
    group.clear();  // what the callers gave us goes before anyone is told that we are idle
    writer_->checkpoint_if_due();

    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace slipway::store
