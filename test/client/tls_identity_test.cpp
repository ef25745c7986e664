#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "test/client/tls_transport_fixture.h"

// Credentials that change while we run, with real files and programs.
namespace slipway::client {
namespace {

using testing::HasSubstr;
using testing::Not;

class TlsIdentityTest : public TlsTransportTest {
 protected:
  TlsIdentityTest() : directory_(testing::TempDir() + "identity-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory_);
  }
  ~TlsIdentityTest() override { std::filesystem::remove_all(directory_); }

  // As sidecars and kubelet do it.
  std::string replace(const std::string& name, std::string_view text) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path + ".next") << text;
    std::filesystem::rename(path + ".next", path);
    return path;
  }
  [[nodiscard]] std::string script(std::string_view text) const {
    const std::string path = replace("plugin", fmt::format("#!/bin/sh\n{}\n", text));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  [[nodiscard]] ServerAccess with_plugin(std::string_view text) const {
    ServerAccess to = access();
    to.exec = ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                         .command = script(text),
                         .arguments = {"one two", "$HOME"},
                         .environment = {{"FLEET_DIRECTORY", directory_}},
                         .install_hint = "Install it.",
                         .provide_cluster_info = true,
                         .cluster_config = {}};
    return to;
  }
  // What the server saw.
  std::string ask(const std::string& target = "/") {
    const auto heard = send("GET", target);
    const auto end = end_of(*heard);
    return end ? heard->body : end.error().message;
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream stream(directory_ + "/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  const std::string directory_;
};

// A plugin that hands out token<n> on its nth run, with a status of "more".
std::string counting(std::string_view more = "") {
  return fmt::format(R"(echo run >> "$FLEET_DIRECTORY/runs"
n=$(wc -l < "$FLEET_DIRECTORY/runs")
printf '%s|' "$@" > "$FLEET_DIRECTORY/arguments"
echo "$KUBERNETES_EXEC_INFO" > "$FLEET_DIRECTORY/info"
echo '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"token'$n'"{}}}}}')",
                     more);
}

TEST_F(TlsIdentityTest, FilesThatChangeAreTakenUpByNewConnections) {
  serve();
  auto to = access();
  const auto put = [&](const std::string& name) {
    const auto credential = credential_of(name);
    to.certificate_file = replace("tls.crt", credential.certificate);
    to.key_file = replace("tls.key", credential.key);
    to.certificate = credential.certificate;
    to.key = credential.key;
  };
  put("ann");
  to.authority_file = replace("ca.crt", authority_.certificate);
  open(to, {.idle_connections_max = 0});  // each request on a connection of its own
  EXPECT_THAT(ask(), HasSubstr("by ann"));
  put("bob");
  EXPECT_THAT(ask(), HasSubstr("by bob"));
  // One of two files is not enough, and neither is half of one: what was good stays.
  replace("tls.crt", credential_of("eve").certificate);
  EXPECT_THAT(ask(), HasSubstr("by bob"));
  replace("tls.key", "");
  EXPECT_THAT(ask(), HasSubstr("by bob"));
  std::filesystem::remove(directory_ + "/tls.crt");
  EXPECT_THAT(ask(), HasSubstr("by bob"));
  put("ann");
  EXPECT_THAT(ask(), HasSubstr("by ann"));
  // Another authority: the server is a stranger now, and then no more.
  replace("ca.crt", apiserver::make_authority("another", clock_.wall())->certificate);
  EXPECT_THAT(ask(), HasSubstr("is not trusted"));
  replace("ca.crt", authority_.certificate);
  EXPECT_THAT(ask(), HasSubstr("by ann"));
}

TEST_F(TlsIdentityTest, APluginIsRunOnceUntilItsTokenExpiresOrIsRefused) {
  serve();
  open(with_plugin(counting(R"(,"expirationTimestamp":"2100-01-01T00:00:00Z")")),
       {.plugin_runs_apart = std::chrono::seconds{0}});
  std::vector<std::shared_ptr<Heard>> all;
  for (int i = 0; i < 4; ++i) all.push_back(send("GET", "/"));
  for (const auto& one : all) {
    ASSERT_TRUE(end_of(*one));
    EXPECT_THAT(one->body, HasSubstr("as Bearer token1"));
  }
  EXPECT_EQ(content("runs"), "run\n");
  EXPECT_EQ(content("arguments"), "one two|$HOME|");  // no shell has seen them
  EXPECT_THAT(content("info"), HasSubstr(R"("interactive":false)"));
  EXPECT_THAT(content("info"), HasSubstr(fmt::format(R"("server":"https://127.0.0.1:{}")", front_->port())));
  EXPECT_THAT(ask("/401"), HasSubstr("token1"));
  EXPECT_THAT(ask(), HasSubstr("token2"));
}

TEST_F(TlsIdentityTest, ARefusedTokenDoesNotRunThePluginForEachRequest) {
  serve();
  open(with_plugin(counting()), {.plugin_runs_apart = std::chrono::hours{1}});
  for (int i = 0; i < 3; ++i) ask("/401");
  EXPECT_EQ(content("runs"), "run\n");
}

TEST_F(TlsIdentityTest, APluginHandsOutACertificate) {
  serve();
  const auto credential = credential_of("carl");
  replace("crt", credential.certificate);
  replace("key", credential.key);
  const std::string text = R"sh(
text() { awk '{printf "%s\\n", $0}' "$FLEET_DIRECTORY/$1"; }
printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"'"$(text crt)"'","clientKeyData":"'"$(text key)"'"}}')sh";
  open(with_plugin(text), {.plugin_runs_apart = std::chrono::seconds{0}});
  EXPECT_THAT(ask(), HasSubstr("by carl"));
  const auto next = credential_of("dora");
  replace("crt", next.certificate);
  replace("key", next.key);
  EXPECT_THAT(ask(), HasSubstr("by carl"));
  ask("/401");
  EXPECT_THAT(ask(), HasSubstr("by dora"));
}

TEST_F(TlsIdentityTest, WhatGoesWrongIsNamedAndNothingSecretIs) {
  struct Row {
    std::string_view what, script, words;
  };
  const Row rows[] = {
      {"it fails", "echo '{\"token\":\"hush\"}'; echo first >&2; echo log in again >&2; exit 3",
       "ended with 3: log in again"},
      {"it is killed", "kill -9 $$", "ended with 137"},
      {"no JSON", "echo hush", "did not write an ExecCredential"},
      {"nothing in it",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}')",
       "neither a token nor a certificate"},
      {"another version",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"hush"}}')",
       "another API version"},
      {"a certificate without its key",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"hush"}}')",
       "a certificate and its key together"},
      {"a certificate that is none",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"hush","clientKeyData":"hush"}}')",
       "cannot be used"},
      {"it has expired",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"hush","expirationTimestamp":"2001-01-01T00:00:00Z"}}')",
       "has expired already"},
      {"an expiry that is no time",
       R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"hush","expirationTimestamp":"hush"}}')",
       "that is no time"},
      {"it writes without end", "yes hush", "wrote more than"},
  };
  serve();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    open(with_plugin(row.script));
    const std::string message = ask();
    EXPECT_THAT(message, HasSubstr(row.words));
    EXPECT_THAT(message, HasSubstr("the credential plugin '" + directory_ + "/plugin'"));
    EXPECT_THAT(message, HasSubstr(". Install it."));
    EXPECT_THAT(message, Not(HasSubstr("hush")));
    on_core([&] { exchanges_.clear(); });
  }
  auto missing = with_plugin("");
  missing.exec->command = "no-such-plugin";
  open(missing);
  EXPECT_THAT(ask(), HasSubstr("'no-such-plugin' cannot be started: No such file"));
  on_core([&] { exchanges_.clear(); });
}

TEST_F(TlsIdentityTest, APluginThatHangsDoesNotHoldUpTheEnd) {
  serve();
  open(
      with_plugin("echo $$ > \"$FLEET_DIRECTORY/pid.next\"; mv \"$FLEET_DIRECTORY/pid.next\" \"$FLEET_DIRECTORY/pid\"; "
                  "sleep 1000"));
  const auto heard = send("GET", "/");
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (content("pid").empty() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  on_core([&] { exchanges_.clear(); });
  transport_.reset();
  EXPECT_NE(::kill(std::stoi(content("pid")), 0), 0);
}

}  // namespace
}  // namespace slipway::client
