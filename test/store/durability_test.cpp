// "No acknowledged write is lost" (design 9): a writer is killed at random moments, again and again, on one file.
#include <gtest/gtest.h>
#include <semaphore>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "store/file.h"
#include "store/sqlite_store.h"
#include "test/store/support.h"

namespace slipway::store {
namespace {

constexpr std::uint64_t kKept = 40;  // batches whose own key is still there

std::string value_of(std::uint64_t batch) {
  return fmt::format("{}:", batch) + std::string(batch * 7919 % 30'000, 'v');
}

// Batch n (from 1) takes revisions 3n-2 to 3n: it writes a key of its own, deletes the one of batch n - kKept, and
// replaces
// "/last". So what a store must hold at a counter follows from the counter alone.
Batch batch_number(std::uint64_t n) {
  const std::uint64_t first = 3 * n - 2;
  return {first - 1,
          {{fmt::format("/batch/{:08}", n), value_of(n), first},
           {fmt::format("/batch/{:08}", n > kKept ? n - kKept : 0), std::nullopt, first + 1},
           {"/last", fmt::format("{}", n), first + 2}}};
}

Loaded expected_at(std::uint64_t counter) {
  Loaded expected{{}, counter};
  const std::uint64_t last = counter / 3;
  for (std::uint64_t n = last > kKept ? last - kKept + 1 : 1; n <= last; ++n) {
    expected.rows.push_back({fmt::format("/batch/{:08}", n), value_of(n), 3 * n - 2});
  }
  if (last > 0) expected.rows.push_back({"/last", fmt::format("{}", last), counter});
  return expected;
}

// The child: writes without end, a few batches ahead of the answers, and tells each answered batch through the pipe.
[[noreturn]] void write_for_ever(const std::string& path, int pipe) {
  auto store = SqliteStore::open(path);
  if (!store) ::_exit(3);
  const auto counter = (*store)->load([](const Row&) {});
  if (!counter) ::_exit(4);
  std::counting_semaphore<> ahead(8);
  for (std::uint64_t n = *counter / 3 + 1;; ++n) {
    ahead.acquire();
    (*store)->commit(batch_number(n), [n, pipe, &ahead](const Result<std::uint64_t>& answer) {
      if (!answer || *answer != 3 * n || ::write(pipe, &n, sizeof n) != sizeof n) ::_exit(5);
      ahead.release();
    });
  }
}

TEST(Durability, NoAcknowledgedBatchIsLostByKill9) {
  const TemporaryDirectory directory;
  const std::string path = directory / "hub.db";
  Rng rng(20260101);
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 30; ++round) {
    SCOPED_TRACE(round);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const FileDescriptor reading(ends[0]);
    const pid_t child = [&] {
      const FileDescriptor writing(ends[1]);
      const pid_t pid = ::fork();
      if (pid == 0) write_for_ever(path, writing.get());
      return pid;
    }();
    ASSERT_GT(child, 0);

    // The first rounds are killed while they open the file, or make it; the long ones move the log into it.
    const std::uint64_t wanted = round < 5 ? 0 : rng.below(rng.one_in(4) ? 1500 : 150);
    std::uint64_t told = 0;
    std::uint64_t number = 0;
    for (; told < wanted && ::read(reading.get(), &number, sizeof number) == sizeof number; ++told)
      acknowledged = number;
    for (std::uint64_t spin = rng.below(round < 5 ? 3'000'000 : 100'000); spin > 0; --spin) __asm__ volatile("");
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(reading.get(), &number, sizeof number) == sizeof number) acknowledged = number;
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the writer ended by itself: " << status;

    auto store = SqliteStore::open(path);
    ASSERT_TRUE(store) << message_of(store);
    const auto loaded = load_all(**store);
    ASSERT_TRUE(loaded) << message_of(loaded);
    ASSERT_GE(loaded->counter, 3 * acknowledged) << "acknowledged, and lost";
    ASSERT_EQ(loaded->counter % 3, 0u) << "a batch was torn";
    ASSERT_TRUE(*loaded == expected_at(loaded->counter)) << loaded->rows.size() << " rows at " << loaded->counter;
  }
  EXPECT_GT(acknowledged, 500u) << "the writer got somewhere";
}

}  // namespace
}  // namespace slipway::store
