#include "client/kubeconfig.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "client/bearer_token.h"

namespace slipway::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class KubeconfigTest : public testing::Test {
 protected:
  KubeconfigTest() : directory_(testing::TempDir() + "kubeconfig-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory_);
  }
  ~KubeconfigTest() override { std::filesystem::remove_all(directory_); }
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(directory_ + "/" + name) << text;
    return directory_ + "/" + name;
  }
  const std::string directory_;
};

constexpr std::string_view config = R"(
apiVersion: v1
kind: Config
current-context: a
contexts:
- name: a
  context: {cluster: a, user: a}
- name: b
  context: {cluster: b, user: b}
- name: c
  context: {cluster: b, user: c}
- name: d
  context: {cluster: nowhere, user: a}
- name: e
  context: {cluster: b}
- name: f
  context: {cluster: both}
- name: g
  context: {cluster: socks}
clusters:
- name: a
  cluster: {server: "https://127.0.0.1:7443/clusters/member1/", certificate-authority: ca.crt, tls-server-name: hub}
- name: b
  cluster: {server: "https://[::1]", insecure-skip-tls-verify: true, proxy-url: "http://ann:hunter2@proxy:3128"}
- name: both
  cluster: {server: "https://h", insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}
- name: socks
  cluster: {server: "https://h", proxy-url: "socks5://ann:hunter2@proxy"}
users:
- name: a
  user: {client-certificate-data: Y2VydA==, client-key: a.key}
- name: b
  user: {token: t, tokenFile: token}
- name: c
  user: {exec: {command: gke-gcloud-auth-plugin}}
)";

TEST_F(KubeconfigTest, ReadsWhatAContextSays) {
  const auto path = write("config", config);
  write("ca.crt", "authority");
  write("a.key", "key");
  const auto a = load_kubeconfig(path, "");
  ASSERT_TRUE(a) << a.error().message;
  EXPECT_EQ(a->host, "127.0.0.1");
  EXPECT_EQ(a->port, 7443);
  EXPECT_EQ(a->base_path, "/clusters/member1");
  EXPECT_EQ(a->authority, "authority");
  EXPECT_EQ(a->server_name, "hub");
  EXPECT_EQ(a->certificate, "cert");
  EXPECT_EQ(a->key, "key");
  EXPECT_FALSE(a->skip_verification);
  const auto b = load_kubeconfig(path, "b");
  ASSERT_TRUE(b) << b.error().message;
  EXPECT_EQ(b->host, "::1");
  EXPECT_EQ(b->port, 443);
  EXPECT_EQ(b->base_path, "");
  ASSERT_TRUE(b->proxy);
  EXPECT_EQ(b->proxy->host, "proxy");
  EXPECT_EQ(b->proxy->port, 3128);
  EXPECT_TRUE(b->skip_verification);
  EXPECT_EQ(b->token_file, directory_ + "/token");
  const auto e = load_kubeconfig(path, "e");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->token, "");
}

TEST_F(KubeconfigTest, TheFirstOfSeveralFilesWins) {
  const auto first = write("first", "current-context: b\nusers: [{name: b, user: {token: first}}]\n");
  const auto second = write("second", config);
  const auto access = load_kubeconfig(first + ":" + directory_ + "/missing:" + second, "");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->host, "::1");
  EXPECT_EQ(access->token, "first");
}

TEST_F(KubeconfigTest, NamesEveryMistake) {
  const auto path = write("config", config);
  write("a.key", "key");
  const auto empty = write("empty", "{}");
  const auto bad = write("bad", "a: [");
  for (const auto& [file, context, words] : {
           std::tuple{directory_ + "/none", "", "No such file"},
           std::tuple{bad, "", "cannot be read"},
           std::tuple{empty, "", "has no current-context"},
           std::tuple{path, "z", "has no context 'z'; it has: a, b, c, d, e, f, g"},
           std::tuple{path, "a", "certificate-authority: cannot read"},
           std::tuple{path, "c", "the user's exec speaks ''"},
           std::tuple{path, "d", "names the cluster 'nowhere'"},
           std::tuple{path, "f", "exclude each other"},
           std::tuple{path, "g", "only http:// is"},
       }) {
    const auto access = load_kubeconfig(file, context);
    ASSERT_FALSE(access) << words;
    EXPECT_EQ(access.error().reason, Reason::usage);
    EXPECT_THAT(access.error().message, AllOf(HasSubstr(words), Not(HasSubstr("hunter2"))));
  }
  for (const std::string_view url :
       {"", "http://h", "https://", "https://h:0", "https://h:65536", "https://h:x", "https://a@h", "https://[::1",
        "https://[::1]x", "https://h/?a=b", "https://a\r\nb"}) {
    ServerAccess access;
    EXPECT_FALSE(set_server_url(url, access)) << url;
  }
  ServerAccess access;
  const auto refused = set_server_url("https://admin:hunter2@h", access);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("@h"), Not(HasSubstr("hunter2"))));
}

TEST_F(KubeconfigTest, TheEnvironmentsProxyIsOfAnyWayToAServer) {
  write("ca.crt", "authority");
  write("a.key", "key");
  const auto path = write("config", std::string(config));
  const auto environment = [&](std::string_view name) {
    return std::string(name == "KUBECONFIG"    ? path
                       : name == "HTTPS_PROXY" ? "http://other:3128"
                       : name == "NO_PROXY"    ? "192.0.2.0/24"
                                               : "");
  };
  const auto own = find_access("", "b", environment);
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->proxy->host, "proxy") << "the kubeconfig's own";
  const auto loopback = find_access("", "a", environment);
  ASSERT_TRUE(loopback) << loopback.error().message;
  EXPECT_FALSE(loopback->proxy);
  for (const auto& [server, host] : {std::pair{"https://192.0.2.1", ""}, std::pair{"https://hub", "other"}}) {
    const auto file =
        write("one", fmt::format("{{current-context: a, contexts: [{{name: a, context: {{cluster: a}}}}], "
                                 "clusters: [{{name: a, cluster: {{server: '{}'}}}}]}}",
                                 server));
    const auto access = find_access(file, "", environment);
    ASSERT_TRUE(access) << access.error().message;
    EXPECT_EQ(access->proxy ? access->proxy->host : "", host) << server;
  }
}

TEST_F(KubeconfigTest, FindsTheClusterOfAPod) {
  write("ca.crt", "authority");
  write("token", "t");
  const auto environment = [](std::string_view name) {
    return std::string(name == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : name == "KUBERNETES_SERVICE_PORT" ? "6443" : "");
  };
  const auto access = load_in_cluster(environment, directory_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->host, "fd00::1");
  EXPECT_EQ(access->port, 6443);
  EXPECT_EQ(access->token_file, directory_ + "/token");
  EXPECT_FALSE(load_in_cluster([](std::string_view) { return std::string(); }, directory_));
}

TEST_F(KubeconfigTest, ATokenFileIsReadAgainWhenItChangesOrWasRefused) {
  const auto path = write("token", " one\n");
  BearerToken token("fixed", path);
  EXPECT_EQ(token.get(), "one");
  write("next", "two");
  std::filesystem::rename(directory_ + "/next", path);  // as kubelet does it
  EXPECT_EQ(token.get(), "two");
  token.refused();
  EXPECT_EQ(token.get(), "two");
  std::filesystem::remove(path);
  EXPECT_EQ(token.get(), "two");
  write("token", "");
  EXPECT_EQ(token.get(), "two");
  EXPECT_EQ(BearerToken("fixed", "").get(), "fixed");
  EXPECT_FALSE(BearerToken("", directory_ + "/none").get());
}

}  // namespace
}  // namespace slipway::client
