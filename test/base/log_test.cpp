#include "base/log.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "test/base/matchers.h"

namespace slipway {
namespace {

using testing::ElementsAre;

class LogTest : public testing::Test {
 protected:
  Log log_to(std::vector<std::string>& lines, LogOptions options = {}) const {
    return Log::to([&lines](std::string_view line) { lines.emplace_back(line); }, options, clock);
  }
  SimulatedClock clock{{1'795'615'200}};
  std::vector<std::string> seen;
};

TEST_F(LogTest, TextLinesCarryTimeLevelAndContext) {
  const Log log = log_to(seen);
  log.info("stage {} finished", "canary");
  const Log member = log.with("cluster", "member1").with("reason", "not \"ready\"\n");
  member.warn("two\nlines\x1b[31m");
  member.error("bad");
  EXPECT_THAT(
      seen,
      ElementsAre("2026-11-25T14:00:00.000000Z info  stage canary finished",
                  R"(2026-11-25T14:00:00.000000Z warn  two\nlines\u001b[31m  cluster=member1 reason="not \"ready\"\n")",
                  R"(2026-11-25T14:00:00.000000Z error bad  cluster=member1 reason="not \"ready\"\n")"));
}

TEST_F(LogTest, JsonLinesAreOneObjectEach) {
  const Log log = log_to(seen, {.format = LogFormat::json, .verbosity = 1});
  log.with("cluster", "m\"1").debug("a \\ b\n{}", 5);
  EXPECT_THAT(
      seen, ElementsAre(R"({"ts":"2026-11-25T14:00:00.000000Z","level":"debug","msg":"a \\ b\n5","cluster":"m\"1"})"));
}

TEST_F(LogTest, VerbosityIsSharedByCopiesAndChangesWhileRunning) {
  const Log log = log_to(seen);
  const Log copy = log.with("k", "v");
  log.debug("hidden");
  copy.set_verbosity(6);
  log.debug("shown");
  EXPECT_TRUE(log.v(6));
  EXPECT_FALSE(log.v(7));
  log.set_verbosity(-1);
  copy.info("hidden: quiet");
  copy.warn("still shown");
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(LogTest, NothingIsWrittenWithoutASink) {
  const Log log;
  log.with("a", "b").error("nowhere");
  log.set_verbosity(9);
  log.flush();
  EXPECT_FALSE(log.v(0));
}

TEST_F(LogTest, WritesToAFileOrSaysWhyNot) {
  const auto path = std::filesystem::path(testing::TempDir()) / "slipway_log_test.log";
  std::filesystem::remove(path);
  const auto log = Log::open({.file = path.string()}, clock);
  ASSERT_THAT(log, Ok());
  log->info("one");
  log->info("two");
  log->flush();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "2026-11-25T14:00:00.000000Z info  one\n2026-11-25T14:00:00.000000Z info  two\n");
  std::filesystem::remove(path);
  EXPECT_THAT(Log::open({.file = "/proc/none/x.log"}, clock), FailsWith(Reason::io, "/proc/none"));
  EXPECT_THAT(Log::open({}, clock), Ok());
}

}  // namespace
}  // namespace slipway
