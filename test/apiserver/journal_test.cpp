#include "apiserver/journal.h"

#include "base/simulated_loop.h"
#include "store/memory_store.h"
#include "test/base/matchers.h"

namespace slipway::apiserver {
namespace {

using testing::ElementsAre;

// Answers commits only when told to.
class SlowStore final : public store::Store {
 public:
  Result<std::uint64_t> load(const std::function<void(store::Row)>& row) override { return kept_.load(row); }
  void commit(store::Batch batch, Done done) override { waiting_.emplace_back(std::move(batch), std::move(done)); }
  void answer() {
    auto [batch, done] = std::move(waiting_.front());
    waiting_.pop_front();
    kept_.commit(std::move(batch), std::move(done));
  }
  void refuse() {
    auto [batch, done] = std::move(waiting_.front());
    waiting_.pop_front();
    done(fail(Reason::io, "the disk is full"));
  }
  [[nodiscard]] const std::deque<std::pair<store::Batch, Done>>& waiting() const { return waiting_; }

 private:
  store::MemoryStore kept_;
  std::deque<std::pair<store::Batch, Done>> waiting_;
};

class JournalTest : public testing::Test {
 protected:
  void write(std::string key, std::string value = "v") {
    journal_.record(std::move(key), std::move(value), journal_.next_revision());
  }

  SimulatedClock clock_;
  SimulatedLoop loop_{clock_};
  SlowStore store_;
  std::vector<std::string> failures_;
  Journal journal_{loop_, store_, 0, [this](Error error) { failures_.push_back(error.message); }};
};

TEST_F(JournalTest, OneTurnIsOneBatch) {
  write("/a");
  write("/b");
  loop_.run_until_idle();
  write("/c");
  loop_.run_until_idle();
  ASSERT_EQ(store_.waiting().size(), 2U);
  EXPECT_EQ(store_.waiting()[0].first.changes.size(), 2U);
  EXPECT_EQ(store_.waiting()[1].first.expected_revision, 2U);
}

TEST_F(JournalTest, NothingLeavesBeforeItIsDurable) {
  std::vector<int> left;
  journal_.when_durable([&] { left.push_back(0); });
  EXPECT_THAT(left, ElementsAre(0)) << "nothing was written: at once";
  write("/a");
  journal_.when_durable([&] { left.push_back(1); });
  journal_.when_durable([&] { left.push_back(2); });
  loop_.run_until_idle();
  write("/b");
  journal_.when_durable([&] { left.push_back(3); });
  loop_.run_until_idle();
  EXPECT_THAT(left, ElementsAre(0));
  store_.answer();
  loop_.run_until_idle();
  EXPECT_THAT(left, ElementsAre(0, 1, 2));
  EXPECT_EQ(journal_.durable(), 1U);
  store_.answer();
  loop_.run_until_idle();
  EXPECT_THAT(left, ElementsAre(0, 1, 2, 3));
}

TEST_F(JournalTest, TheUndurableSuffixIsBounded) {
  write("/a", std::string(Journal::undurable_bytes_max, 'x'));
  EXPECT_TRUE(journal_.is_full());
  loop_.run_until_idle();
  store_.answer();
  loop_.run_until_idle();
  EXPECT_FALSE(journal_.is_full());
}

TEST_F(JournalTest, AFailureIsToldOnceAndReleasesNothing) {
  bool left = false;
  write("/a");
  journal_.when_durable([&] { left = true; });
  loop_.run_until_idle();
  write("/b");
  loop_.run_until_idle();
  store_.refuse();
  store_.refuse();
  loop_.run_until_idle();
  EXPECT_THAT(failures_, ElementsAre("the disk is full"));
  journal_.when_durable([&] { left = true; });
  EXPECT_FALSE(left);
}

TEST_F(JournalTest, EqualSegmentsAreOne) {
  SegmentPool& pool = journal_.segments();
  const auto a = pool.intern("{\"x\":1}");
  EXPECT_EQ(a, pool.intern("{\"x\":1}"));
  EXPECT_NE(a, pool.intern("{\"x\":2}"));
  for (int i = 0; i < 5000; ++i) static_cast<void>(pool.intern(std::to_string(i)));
  EXPECT_LE(pool.size(), 1025U) << "what nobody holds is forgotten";
  EXPECT_EQ(a, pool.intern("{\"x\":1}"));
}

}  // namespace
}  // namespace slipway::apiserver
