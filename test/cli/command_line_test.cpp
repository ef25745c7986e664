#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using testing::HasSubstr;

const Environment environment{.home = "/home/ann", .xdg_state_home = "", .working_directory = "/work"};

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    const auto space = std::min(line.find(' '), line.size());
    out.emplace_back(line.substr(0, space));
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return out;
}

Command parse(std::string_view line, const Environment& from = environment) {
  return parse_command_line(words(line), from);
}

TEST(CommandLine, UpHasDefaults) {
  const Command command = parse("up");
  const auto* const up = std::get_if<UpCommand>(&command);
  ASSERT_NE(up, nullptr);
  EXPECT_EQ(up->data_directory, "/home/ann/.local/state/slipway/local");
  EXPECT_EQ(up->member_count, 3U);
  EXPECT_EQ(up->members.size(), 3U);
  EXPECT_FALSE(up->members_given);
  EXPECT_EQ(up->port, 7443);
  EXPECT_FALSE(up->port_given);
  EXPECT_EQ(up->store, StoreKind::sqlite);
  EXPECT_EQ(up->wait, std::chrono::seconds{60});
  EXPECT_FALSE(up->foreground);
}

TEST(CommandLine, UpTakesItsFlags) {
  const Command command = parse(
      "up big --members 2 --label a=b --label member1:c=d --name-prefix edge --port=0 --store memory --seed 7 --wait 5 "
      "--foreground");
  // member1 is not called so with this prefix.
  ASSERT_NE(std::get_if<PrintAndExit>(&command), nullptr);
  const Command good = parse(
      "up big --members 2 --label a=b --label edge1:c=d --name-prefix edge --port=0 --store memory --seed 7 "
      "--wait 5 --foreground");
  const auto* const up = std::get_if<UpCommand>(&good);
  ASSERT_NE(up, nullptr);
  EXPECT_EQ(up->data_directory, "/home/ann/.local/state/slipway/big");
  EXPECT_THAT(up->members, testing::ElementsAre(MemberSpec{.name = "edge1", .labels = {{"a", "b"}, {"c", "d"}}},
                                                MemberSpec{.name = "edge2", .labels = {{"a", "b"}}}));
  EXPECT_TRUE(up->members_given);
  EXPECT_EQ(up->port, 0);
  EXPECT_TRUE(up->port_given);
  EXPECT_EQ(up->store, StoreKind::memory);
  EXPECT_EQ(up->seed, 7U);
  EXPECT_EQ(up->wait, std::chrono::seconds{5});
  EXPECT_TRUE(up->foreground);
}

TEST(CommandLine, DataDirectoryIsAbsolute) {
  const Environment with_state{.home = "/home/ann", .xdg_state_home = "/state", .working_directory = "/work"};
  struct Row {
    std::string_view line;
    const Environment& environment;
    std::string_view want;
  };
  const Row rows[] = {
      {"down", environment, "/home/ann/.local/state/slipway/local"},
      {"down big", environment, "/home/ann/.local/state/slipway/big"},
      {"down big", with_state, "/state/slipway/big"},
      {"down --data-dir /d", with_state, "/d"},
      {"down --data-dir d/e", environment, "/work/d/e"},
      {"down --data-dir ~/d", environment, "/home/ann/d"},
  };
  for (const Row& row : rows) {
    const Command command = parse(row.line, row.environment);
    const auto* const down = std::get_if<DownCommand>(&command);
    ASSERT_NE(down, nullptr) << row.line;
    EXPECT_EQ(down->data_directory, row.want) << row.line;
    EXPECT_EQ(down->timeout, std::chrono::seconds{30});
  }
}

TEST(CommandLine, HelpAndVersion) {
  for (const std::string_view line : {"version", "--version"}) {
    EXPECT_TRUE(std::holds_alternative<VersionCommand>(parse(line))) << line;
  }
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "slipway up --members 20"},       {"help", "slipway up --members 20"},
      {"--help", "slipway up --members 20"}, {"-h", "slipway up --members 20"},
      {"up --help", "slipway up [OPTIONS]"}, {"help up", "slipway up [OPTIONS]"},
      {"down -h", "slipway down [OPTIONS]"}, {"help exit-codes", "2  bad usage"},
  };
  for (const auto& [line, want] : rows) {
    const Command command = parse(line);
    const auto* const print = std::get_if<PrintAndExit>(&command);
    ASSERT_NE(print, nullptr) << line;
    EXPECT_FALSE(print->to_stderr) << line;
    EXPECT_EQ(print->exit_code, 0) << line;
    EXPECT_THAT(print->text, HasSubstr(std::string(want))) << line;
    EXPECT_LE(std::ranges::count(print->text, '\n'), 40) << line;  // ux 1.3.4
    EXPECT_THAT(print->text, testing::Not(HasSubstr("report-fd"))) << line;
  }
}

// ux 1.3.2 and 1.3.4: exit code 2, one message that names the fix.
TEST(CommandLine, MistakesNameTheFix) {
  const Environment homeless{.home = "", .xdg_state_home = "", .working_directory = "/work"};
  struct Row {
    std::string_view line, want;
    const Environment& from = environment;
  };
  const Row rows[] = {
      {"pu", "there is no command 'pu'; did you mean 'up'?"},
      {"dwon --data-dir x", "there is no command 'dwon'; did you mean 'down'?"},
      {"frobnicate", "there is no command 'frobnicate'\n"},
      {"help pu", "there is no help on 'pu'; did you mean 'up'?"},
      {"--frobnicate", "there is no flag '--frobnicate'"},
      {"up --memebers 3", "there is no flag '--memebers'; did you mean '--members'?"},
      {"up --prot=1", "there is no flag '--prot'; did you mean '--port'?"},
      {"down --members 3", "there is no flag '--members'\n"},
      {"up a b", "'b' is one argument too many"},
      {"up --port abc", "--port = abc: give a whole number"},
      {"up --port", "--port"},
      {"up --port 65536", "--port 65536: a port is 1 to 65535, or 0"},
      {"up --port -1", "--port -1"},
      {"up --members x", "--members = x: give a whole number"},
      {"up --members -1", "--members -1: give a number from 0 to 10000"},
      {"up --members 10001", "--members 10001: give a number from 0 to 10000"},
      {"up --label environment", "--label 'environment'"},
      {"up --store disk", "--store disk: it is sqlite"},
      {"up --wait 0", "--wait"},
      {"up --name-prefix X", "--name-prefix 'X'"},
      {"up Big_One", "'Big_One' is no name for a fleet"},
      {"up ../x", "'../x' is no name for a fleet"},
      {"up", "--data-dir", homeless},
      {"down", "--data-dir", homeless},
      {"down --timeout 0", "--timeout"},
      {"version now", "'now' is one argument too many"},
  };
  for (const Row& row : rows) {
    const Command command = parse(row.line, row.from);
    const auto* const print = std::get_if<PrintAndExit>(&command);
    ASSERT_NE(print, nullptr) << row.line;
    EXPECT_TRUE(print->to_stderr) << row.line;
    EXPECT_EQ(print->exit_code, 2) << row.line;
    EXPECT_THAT(print->text, testing::StartsWith("✗ ")) << row.line;
    EXPECT_THAT(print->text, HasSubstr(std::string(row.want))) << row.line;
  }
}

}  // namespace
}  // namespace slipway::cli
