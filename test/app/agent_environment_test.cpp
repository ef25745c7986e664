#include "app/agent_environment.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>

#include "base/bytes.h"
#include "test/base/matchers.h"

// member 2.2, 3.2; the numbers are those of 11.3.
namespace slipway::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class AgentEnvironment : public testing::Test {
 protected:
  AgentEnvironment() : directory_(testing::TempDir() + "agent-environment-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory_);
    variables = {{"HUB_SERVER_URL", "https://hub:6443"}, {"CONFIG_PATH", write("token", "t")}};
  }
  ~AgentEnvironment() override { std::filesystem::remove_all(directory_); }
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(directory_ + "/" + name) << text;
    return directory_ + "/" + name;
  }
  Result<client::ServerAccess> access() {
    return hub_access_of(
        command,
        [this](std::string_view name) {
          const auto found = variables.find(name);
          return found == variables.end() ? std::string() : found->second;
        },
        [this](std::string_view name) { return variables.contains(name); }, [this] { when_waiting(++pauses); });
  }

  const std::string directory_;
  cli::AgentCommand command;
  std::map<std::string, std::string, std::less<>> variables;
  int pauses = 0;  // all in all
  std::function<void(int pause)> when_waiting = [](int) {};
};

TEST_F(AgentEnvironment, Case57_ATokenAndAnAuthority) {
  // As `base64` writes it: with line breaks.
  variables["HUB_CERTIFICATE_AUTHORITY"] = "YXV0\naG9yaXR5\n";
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  EXPECT_EQ(hub->token_file, variables["CONFIG_PATH"]);
  EXPECT_EQ(hub->authority, "authority");
  EXPECT_FALSE(hub->skip_verification);
}

TEST_F(AgentEnvironment, Case53_CertificatesAreFilesThatMayChange) {
  command.use_ca_auth = true;
  variables.erase("CONFIG_PATH");
  variables["IDENTITY_CERT"] = write("cert", "certificate");
  variables["IDENTITY_KEY"] = write("key", "key");
  variables["CA_BUNDLE"] = write("ca", "authority");
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  EXPECT_EQ(hub->certificate, "certificate");
  EXPECT_EQ(hub->key, "key");
  EXPECT_EQ(hub->authority, "authority");
  // 3.2: read again when somebody renews them.
  EXPECT_EQ(hub->certificate_file, variables["IDENTITY_CERT"]);
  EXPECT_EQ(hub->key_file, variables["IDENTITY_KEY"]);
  EXPECT_EQ(hub->authority_file, variables["CA_BUNDLE"]);
}

TEST_F(AgentEnvironment, Rule2_2_TheTokenFileMayComeLate) {
  variables["CONFIG_PATH"] = directory_ + "/late";
  when_waiting = [this](int pause) {
    if (pause == 4) write("late", "t");
  };
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  EXPECT_EQ(pauses, 4);
  // One try later it is too late.
  variables["CONFIG_PATH"] = directory_ + "/later";
  EXPECT_FALSE(access());
  EXPECT_EQ(pauses, 8);
}

TEST_F(AgentEnvironment, TheProxyOfTheEnvironmentIsTheHubsToo) {
  variables["HTTPS_PROXY"] = "http://proxy:3128";
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  ASSERT_TRUE(hub->proxy);
  EXPECT_EQ(hub->proxy->host, "proxy");
  variables["NO_PROXY"] = "hub:6443";
  EXPECT_FALSE(access()->proxy);
  command.hub.kubeconfig =
      write("kubeconfig",
            "{current-context: a, contexts: [{name: a, context: {cluster: a}}], clusters: [{name: a, "
            "cluster: {server: 'https://other'}}]}");
  EXPECT_TRUE(access()->proxy);
}

TEST_F(AgentEnvironment, WhatIsRefused) {
  struct Row {
    const char* rule;
    std::map<std::string, std::string> set;
    bool use_ca_auth;
    const char* message;
  };
  const Row rows[] = {
      {"2.2: no hub", {{"HUB_SERVER_URL", ""}}, false, "HUB_SERVER_URL"},
      {"52: no key", {{"IDENTITY_CERT", "x"}, {"IDENTITY_KEY", ""}}, true, "IDENTITY_"},
      {"54: an empty bundle", {{"CA_BUNDLE", ""}}, false, "CA_BUNDLE is set, but empty"},
      {"54: an empty authority", {{"HUB_CERTIFICATE_AUTHORITY", ""}}, false, "is set, but empty"},
      {"55: both", {{"CA_BUNDLE", "x"}, {"HUB_CERTIFICATE_AUTHORITY", "eA=="}}, false, "both set"},
      {"56: no token", {{"CONFIG_PATH", ""}}, false, "CONFIG_PATH"},
      {"56: its file is missing", {{"CONFIG_PATH", "/nowhere"}}, false, "CONFIG_PATH"},
      {"2.2: no base64", {{"HUB_CERTIFICATE_AUTHORITY", "?"}}, false, "is not base64"},
      {"2.2: a header of every request", {{"HUB_KUBE_HEADER", "Accept: x"}}, false, "has its own header 'accept'"},
  };
  const auto usual = variables;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    variables = usual;
    for (const auto& [name, value] : row.set) variables[name] = value;
    command.use_ca_auth = row.use_ca_auth;
    const auto hub = access();
    ASSERT_FALSE(hub);
    EXPECT_EQ(hub.error().reason, Reason::usage);
    EXPECT_THAT(hub.error().message, HasSubstr(row.message));
  }
}

TEST_F(AgentEnvironment, Case58_WithoutVerificationAuthoritiesAreNotRead) {
  command.tls_insecure = true;
  variables["CA_BUNDLE"] = "/nowhere";
  variables["HUB_CERTIFICATE_AUTHORITY"] = "?";
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  EXPECT_TRUE(hub->skip_verification);
}

TEST_F(AgentEnvironment, Case59_Headers) {
  variables["HUB_KUBE_HEADER"] = "Member-Resource-ID: some-id\r\nX-Other:  b \r\n";
  const auto hub = access();
  ASSERT_TRUE(hub) << hub.error().message;
  EXPECT_THAT(hub->headers, ElementsAre(Pair("member-resource-id", "some-id"), Pair("x-other", "b")));
}

TEST_F(AgentEnvironment, ErrorsTellNoSecrets) {
  variables["HUB_KUBE_HEADER"] = "Bearer hunter2";
  EXPECT_THAT(access().error().message, Not(HasSubstr("hunter2")));
  variables["HUB_KUBE_HEADER"] = "";
  variables["HUB_SERVER_URL"] = "https://admin:hunter2@hub";
  EXPECT_THAT(access().error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace slipway::app
