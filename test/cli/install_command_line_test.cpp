#include "cli/install_command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using testing::HasSubstr;

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    const auto space = std::min(line.find(' '), line.size());
    out.emplace_back(line.substr(0, space));
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return out;
}

Command parse(std::string_view line) { return parse_command_line(words(line), {}); }

template <class T>
T parsed(std::string_view line) {
  const Command command = parse(line);
  const T* const found = std::get_if<T>(&command);
  if (found != nullptr) return *found;
  const auto* const print = std::get_if<PrintAndExit>(&command);
  ADD_FAILURE() << line << ": " << (print == nullptr ? "another command" : print->text);
  return {};
}

TEST(InstallCommandLine, Install) {
  using What = InstallCommand::What;
  using Webhooks = InstallCommand::Webhooks;
  const auto hub = parsed<InstallCommand>("install hub");
  EXPECT_EQ(hub.what, What::hub);
  EXPECT_EQ(hub.namespace_, "fleet-system");
  EXPECT_EQ(hub.replicas, std::nullopt);
  EXPECT_FALSE(hub.print);
  EXPECT_EQ(hub.webhooks, Webhooks::leave);
  EXPECT_EQ(hub.wait, std::chrono::seconds{0});
  const auto all = parsed<InstallCommand>(
      "install hub --context c --kubeconfig f -o yaml --namespace n --image i --replicas 3 --keep-crds --wait 2m");
  EXPECT_EQ(all.cluster.context, "c");
  EXPECT_EQ(all.cluster.kubeconfig, "f");
  EXPECT_TRUE(all.print);
  EXPECT_EQ(all.namespace_, "n");
  EXPECT_EQ(all.image, "i");
  EXPECT_EQ(all.replicas, 3);
  EXPECT_TRUE(all.keep_crds);
  EXPECT_EQ(all.wait, std::chrono::minutes{2});
  EXPECT_EQ(parsed<InstallCommand>("install hub --adopt").webhooks, Webhooks::adopt);
  EXPECT_EQ(parsed<InstallCommand>("install hub --unadopt").webhooks, Webhooks::unadopt);
  const auto member = parsed<InstallCommand>("install member --without-watch --dry-run");
  EXPECT_EQ(member.what, What::member);
  EXPECT_TRUE(member.without_watch);
  EXPECT_TRUE(member.dry_run);
}

TEST(InstallCommandLine, JoinAndLeave) {
  const auto join = parsed<JoinCommand>(
      "join m1 --member-context m --hub-context h --label a=b --label c.d/e= --taint k=v:NoSchedule --heartbeat 15s "
      "--hub-address https://h --wait 0s");
  EXPECT_EQ(join.name, "m1");
  EXPECT_EQ(join.member.context, "m");
  EXPECT_EQ(join.hub.context, "h");
  EXPECT_TRUE(join.has_member);
  EXPECT_EQ(join.labels, (kube::StringMap{{"a", "b"}, {"c.d/e", ""}}));
  EXPECT_EQ(join.taints, (std::vector<TaintChoice>{{.key = "k", .value = "v"}}));
  EXPECT_EQ(join.heartbeat, std::chrono::seconds{15});
  EXPECT_EQ(join.hub_address, "https://h");
  EXPECT_EQ(join.wait, std::chrono::seconds{0});
  EXPECT_FALSE(join.is_agent_elsewhere());
  EXPECT_EQ(parsed<JoinCommand>("join m --member-context m").wait, std::chrono::minutes{2});
  const auto outside = parsed<JoinCommand>("join m1 -o kubeconfig");
  EXPECT_FALSE(outside.has_member);
  EXPECT_TRUE(outside.is_agent_elsewhere());
  EXPECT_TRUE(parsed<JoinCommand>("join m1 --token-file t").is_agent_elsewhere());
  const auto leave = parsed<LeaveCommand>("leave m1 --member-kubeconfig f --wait 1h");
  EXPECT_EQ(leave.name, "m1");
  EXPECT_TRUE(leave.has_member);
  EXPECT_EQ(leave.wait, std::chrono::hours{1});
  EXPECT_FALSE(parsed<LeaveCommand>("leave m1").has_member);
}

TEST(InstallCommandLine, MistakesAreNamed) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"install", "WHAT"},
      {"install hubb", "it is hub or member"},
      {"install hub -o json", "it is yaml"},
      {"install hub --replicas 0", "it is 1 to 9"},
      {"install hub --namespace A", "--namespace A"},
      {"install hub --adopt --unadopt", "give one of them"},
      {"install member --adopt", "the hub's"},
      {"install hub --adopt -o yaml", "only prints"},
      {"install hub --wait soon", "write it as 30s"},
      {"install hub --wait 25h", "0 to 24h"},
      {"join", "NAME"},
      {"join m", "--member-context"},
      {"join M --member-context m", "no name of a member"},
      {"join aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef --member-context m", "50 are the most"},
      {"join m --member-context m --label a", "key=value"},
      {"join m --member-context m --label a=b/c", "no value"},
      {"join m --member-context m --taint a=b", "key=value:NoSchedule"},
      {"join m --member-context m --heartbeat 11m", "1s to 10m"},
      {"join m --member-context m -o yaml", "it is kubeconfig"},
      {"join m -o kubeconfig --client-key k", "go together"},
      {"join m --token-file t --client-certificate c --client-key k", "no token"},
      {"leave", "NAME"},
      {"leave m --frobnicate", "--frobnicate"},
      {"instal hub", "did you mean 'install'"},
  };
  for (const auto& [line, want] : rows) {
    const Command command = parse(line);
    const auto* const print = std::get_if<PrintAndExit>(&command);
    ASSERT_NE(print, nullptr) << line;
    EXPECT_TRUE(print->to_stderr) << line;
    EXPECT_EQ(print->exit_code, 2) << line;
    EXPECT_THAT(print->text, HasSubstr(std::string(want))) << line;
  }
}

TEST(InstallCommandLine, HelpFitsOneScreen) {
  for (const std::string_view name : {"install", "join", "leave"}) {
    for (const std::string& line : {fmt::format("{} --help", name), fmt::format("help {}", name)}) {
      const Command command = parse(line);
      const auto* const print = std::get_if<PrintAndExit>(&command);
      ASSERT_NE(print, nullptr) << line;
      EXPECT_EQ(print->exit_code, 0) << line;
      EXPECT_THAT(print->text, HasSubstr(fmt::format("slipway {}", name))) << line;
      EXPECT_LE(std::ranges::count(print->text, '\n'), 40) << line;  // ux 1.3.4
    }
  }
}

}  // namespace
}  // namespace slipway::cli
