#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/store.h"

namespace slipway::store {

// A store in one SQLite file: write-ahead log, synced before anything is acknowledged. One thread of its own writes;
// batches that queue up while a transaction is under way share the next one, so a sync costs a group, not a batch
// (design 5). Values stay in memory only while they are queued. Any thread may call; the order of concurrent commits is
// that of arrival.
//
// Another process may write the same file: each transaction compares the counter, so the loser gets `conflict`. That
// two do not serve one data directory at all is data_directory.h's concern. In one process, one store per file at a
// time.
class SqliteStore final : public Store {
 private:
  class Writer;

 public:
  // Opens the file, or makes it (mode 0600, in a directory that exists). Errors: usage (another program's file, a newer
  // format, no permission; nothing was changed), corrupt, unavailable (locked by another program for 5 s), io.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::string& path);

  explicit SqliteStore(std::unique_ptr<Writer> writer);  // for open()

  // Answers everything that was handed in, then closes. Not from within a Done.
  ~SqliteStore() override;

  [[nodiscard]] Result<std::uint64_t> load(const std::function<void(Row)>& row) override;
  void commit(Batch batch, Done done) override;

 private:
  struct Pending {
    Batch batch;
    Done done;
  };

  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pending> queue_;  // guarded by mutex_
  bool busy_ = false;           // guarded by mutex_: someone is using writer_
  bool closing_ = false;        // guarded by mutex_
  std::unique_ptr<Writer> writer_;
  std::jthread thread_;  // last, so that it ends before what it uses
};

}  // namespace slipway::store
