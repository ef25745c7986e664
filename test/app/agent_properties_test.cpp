#include "app/agent_properties.h"

#include <gmock/gmock.h>

#include "client/kubeconfig.h"

namespace slipway::app {
namespace {

using member::join::PropertyProvider;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AgentProperties, S2_3_WhichProvider) {
  struct Row {
    std::string_view rule;
    cli::PropertiesChoice choice;
    PropertyProvider provider;
    std::string_view note;  // part of the only one; "": none
  };
  const Row rows[] = {
      {"not said", {}, PropertyProvider::standard, ""},
      {"azure", {.provider = "azure"}, PropertyProvider::azure, "no list of prices"},
      {"azure without costs", {.provider = "azure", .costs = false}, PropertyProvider::azure, ""},
      {"none", {.provider = "none"}, PropertyProvider::built_in, ""},
      {"empty", {.provider = ""}, PropertyProvider::built_in, ""},
      {"anything else", {.provider = "gcp"}, PropertyProvider::built_in, "gcp is not known"},
      {"none, with namespaces",
       {.provider = "none", .namespaces = true},
       PropertyProvider::built_in,
       "changes nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto properties = properties_of(row.choice, {});
    EXPECT_EQ(properties.options.provider, row.provider);
    EXPECT_EQ(properties.options.costs, row.choice.costs);
    if (row.note.empty()) {
      EXPECT_THAT(properties.notes, IsEmpty());
    } else {
      EXPECT_THAT(properties.notes, ElementsAre(HasSubstr(row.note)));
    }
  }
}

TEST(AgentProperties, S6_2_WhereOthersReachTheMember) {
  const std::string in_pod = std::string(client::service_account_directory) + "/token";
  struct Row {
    std::string_view rule;
    std::string_view host;
    std::uint16_t port;
    std::string_view path, token_file, given, expected;
  };
  const Row rows[] = {
      {"a kubeconfig's", "m1.example.com", 6443, "", "", "", "https://m1.example.com:6443"},
      {"with a path", "hub", 443, "/clusters/m1", "", "", "https://hub:443/clusters/m1"},
      {"an address", "fd00::1", 6443, "", "/token", "", "https://[fd00::1]:6443"},
      {"a pod's is nobody else's", "10.96.0.1", 443, "", in_pod, "", ""},
      {"said", "10.96.0.1", 443, "", in_pod, "https://m1:6443", "https://m1:6443"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    client::ServerAccess access;
    access.host = row.host, access.port = row.port, access.base_path = row.path, access.token_file = row.token_file;
    access.authority = "PEM";
    const auto properties = properties_of({.member_address = std::string(row.given)}, access);
    EXPECT_EQ(properties.options.entrypoint, row.expected);
    EXPECT_EQ(properties.options.authority, "PEM");  // case 46
  }
}

}  // namespace
}  // namespace slipway::app
