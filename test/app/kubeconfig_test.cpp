#include "app/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "json/value.h"
#include "json/yaml.h"

namespace slipway::app {
namespace {

TEST(Kubeconfig, HasOneContextForEachCluster) {
  const std::string text =
      make_kubeconfig("https://127.0.0.1:7443", "authority", {"certificate", "key"}, {"member1", "m2"});
  const auto config = json::parse_yaml_document(text);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->text_at({"current-context"}), "hub");
  const json::Array& clusters = *config->find("clusters")->array();
  const json::Array& contexts = *config->find("contexts")->array();
  const json::Array& users = *config->find("users")->array();
  const std::pair<std::string_view, std::string_view> want[] = {{"hub", "https://127.0.0.1:7443"},
                                                                {"member1", "https://127.0.0.1:7443/clusters/member1"},
                                                                {"m2", "https://127.0.0.1:7443/clusters/m2"}};
  ASSERT_EQ(clusters.size(), std::size(want));
  ASSERT_EQ(contexts.size(), std::size(want));
  for (std::size_t i = 0; i < std::size(want); ++i) {
    EXPECT_EQ(clusters[i].text_at({"name"}), want[i].first);
    EXPECT_EQ(clusters[i].text_at({"cluster", "server"}), want[i].second);
    EXPECT_EQ(clusters[i].text_at({"cluster", "certificate-authority-data"}), base64("authority"));
    EXPECT_EQ(contexts[i].text_at({"name"}), want[i].first);
    EXPECT_EQ(contexts[i].text_at({"context", "cluster"}), want[i].first);
    EXPECT_EQ(contexts[i].text_at({"context", "user"}), "admin");
  }
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].text_at({"user", "client-certificate-data"}), base64("certificate"));
  EXPECT_EQ(users[0].text_at({"user", "client-key-data"}), base64("key"));
}

TEST(Kubeconfig, GivesThePortBack) {
  const auto with_url = [](std::string_view url) {
    return fmt::format(
        "clusters:\n- name: other\n  cluster:\n    server: https://h:1\n- name: hub\n  cluster:\n    server: {}\n",
        url);
  };
  const std::pair<std::string, std::uint16_t> rows[] = {
      {make_kubeconfig("https://127.0.0.1:7453", "a", {"c", "k"}, {"member1"}), 7453},
      {with_url("https://127.0.0.1:1"), 1},
      {with_url("https://127.0.0.1:65535"), 65535},
      {with_url("https://127.0.0.1:65536"), 0},
      {with_url("https://127.0.0.1"), 0},
      {with_url("https://127.0.0.1:74a"), 0},
      {with_url("''"), 0},
      {"clusters: []\n", 0},
      {"clusters: 3\n", 0},
      {"a: [\n", 0},
      {"", 0},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(port_in_kubeconfig(text), want) << text;
}

}  // namespace
}  // namespace slipway::app
