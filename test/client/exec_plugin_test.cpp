#include "client/exec_plugin.h"

#include <gtest/gtest.h>

#include "client/child_process.h"
#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::client {
namespace {

TEST(ExecPlugin, IsReadFromAKubeconfig) {
  const auto exec = *json::parse(R"({"apiVersion":"client.authentication.k8s.io/v1","command":"bin/login",
      "args":["a","b c"],"env":[{"name":"N","value":"v"}],"installHint":"Get it.","provideClusterInfo":true,
      "interactiveMode":"IfAvailable"})");
  const auto plugin = parse_exec_plugin(exec, "/home/ann/.kube");
  ASSERT_TRUE(plugin) << plugin.error().message;
  EXPECT_EQ(plugin->command, "/home/ann/.kube/bin/login");
  EXPECT_EQ(plugin->arguments, (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(plugin->environment.front(), (std::pair<std::string, std::string>{"N", "v"}));
  EXPECT_TRUE(plugin->provide_cluster_info);
  EXPECT_EQ(plugin->install_hint, "Get it.");
}

TEST(ExecPlugin, WhatCannotBeRunIsRefused) {
  struct Row {
    std::string_view exec, words;  // "": accepted
  };
  const Row rows[] = {
      {R"({"apiVersion":"client.authentication.k8s.io/v1beta1","command":"c"})", ""},
      {R"({"apiVersion":"client.authentication.k8s.io/v1","command":"c","interactiveMode":"Never"})", ""},
      {R"({"apiVersion":"client.authentication.k8s.io/v1","command":"c"})", "interactiveMode"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1","command":"c","interactiveMode":"Always"})",
       "needs a terminal"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1","command":"c","interactiveMode":"no"})",
       "interactiveMode 'no'"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1alpha1","command":"c"})", "v1alpha1"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"Never"})", "no command"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1beta1","command":"c","args":[1]})", "strings"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.exec);
    const auto plugin = parse_exec_plugin(*json::parse(row.exec), "");
    if (row.words.empty()) {
      EXPECT_TRUE(plugin);
    } else {
      EXPECT_THAT(plugin, FailsWith(Reason::usage, row.words));
    }
  }
}

TEST(ExecPlugin, IsToldForWhichServer) {
  ServerAccess access;
  access.host = "::1";
  access.port = 6443;
  access.base_path = "/clusters/m";
  access.server_name = "hub";
  access.authority = "CA";
  ExecPlugin plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  EXPECT_EQ(exec_info(plugin, access),
            R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}})");
  plugin.provide_cluster_info = true;
  access.proxy = Proxy{.host = "proxy", .source = "proxy-url", .url = "http://proxy:3128"};
  plugin.cluster_config = exec_config_of(*json::parse(
      R"({"extensions":[{"name":"other","extension":1},{"name":"client.authentication.k8s.io/exec","extension":{"audience":"x"}}]})"));
  const auto told = *json::parse(exec_info(plugin, access));
  EXPECT_EQ(told.text_at({"spec", "cluster", "server"}), "https://[::1]:6443/clusters/m");
  EXPECT_EQ(told.text_at({"spec", "cluster", "tls-server-name"}), "hub");
  EXPECT_EQ(told.text_at({"spec", "cluster", "certificate-authority-data"}), "Q0E=");
  EXPECT_EQ(told.text_at({"spec", "cluster", "config", "audience"}), "x");
  EXPECT_EQ(told.text_at({"spec", "cluster", "proxy-url"}), "http://proxy:3128");
}

TEST(ChildProcess, HasATimeLimit) {
  const std::atomic<bool> cancelled = false;
  EXPECT_THAT(
      run_child({.command = "sleep", .arguments = {"1000"}, .time_max = std::chrono::milliseconds{50}}, cancelled),
      FailsWith(Reason::server_timeout));
  const auto said = run_child(
      {.command = "sh", .arguments = {"-c", "cat; echo $A; ls /proc/self/fd | wc -l"}, .environment = {{"A", "b"}}},
      cancelled);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->exit_code, 0);
  EXPECT_EQ(said->output, "b\n4\n");  // input, output, errors, and the folder that ls looks at
}

}  // namespace
}  // namespace slipway::client
