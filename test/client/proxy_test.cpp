#include "client/proxy.h"

#include <gmock/gmock.h>
#include <map>

#include "base/bytes.h"
#include "test/base/matchers.h"

namespace slipway::client {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Proxy, WhatNoProxyExcepts) {
  struct Row {
    const char* rule;
    const char* host;
    std::uint16_t port;
    const char* list;
    bool is_bypassed;
  };
  const Row rows[] = {
      {"no list", "hub.example.com", 443, "", false},
      {"localhost, always", "localhost", 6443, "", true},
      {"loopback, always", "127.8.0.1", 6443, "", true},
      {"loopback, always", "::1", 6443, "", true},
      {"everything", "hub.example.com", 443, "a, *", true},
      {"a name", "hub.example.com", 443, "other,HUB.example.com ", true},
      {"a name and what is below it", "hub.example.com", 443, "example.com", true},
      {"a name, but not one that ends so", "hub.myexample.com", 443, "example.com", false},
      {"a suffix", "hub.example.com", 443, ".example.com", true},
      {"a suffix is not the name itself", "example.com", 443, ".example.com", false},
      {"a suffix with a star", "hub.example.com", 443, "*.example.com", true},
      {"a suffix with a star is not the name itself", "example.com", 443, "*.example.com", false},
      {"a port", "hub.example.com", 6443, "example.com:6443", true},
      {"another port", "hub.example.com", 443, "example.com:6443", false},
      {"an address", "10.0.0.1", 443, "10.0.0.1", true},
      {"an address with its port", "10.0.0.1", 443, "10.0.0.1:443", true},
      {"an address with another port", "10.0.0.1", 443, "10.0.0.1:6443", false},
      {"another address", "10.0.0.11", 443, "10.0.0.1", false},
      {"an IPv6 address, written otherwise", "fd00::1", 443, "fd00:0::1", true},
      {"an IPv6 address with its port", "fd00::1", 443, "[fd00::1]:443", true},
      {"an IPv6 address with another port", "fd00::1", 443, "[fd00::1]:6443", false},
      {"a CIDR", "10.96.0.1", 443, "10.0.0.0/8,192.168.0.0/16", true},
      {"a CIDR that ends within a byte", "172.31.255.255", 443, "172.16.0.0/12", true},
      {"just beyond it", "172.32.0.0", 443, "172.16.0.0/12", false},
      {"an IPv6 CIDR", "fd00::1", 443, "fd00::/8", true},
      {"an IPv4 CIDR is none of IPv6", "fd00::1", 443, "0.0.0.0/0", false},
      {"a name is in no CIDR", "hub", 443, "0.0.0.0/0", false},
      {"no CIDR", "10.0.0.1", 443, "10.0.0.0/33,10.0.0.0/-1,10.0.0.0/4294967207", false},
      {"no entries", "hub", 443, ", ,:443,[]", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(is_proxy_bypassed(row.host, row.port, row.list), row.is_bypassed);
  }
}

TEST(Proxy, ItsUrl) {
  const auto proxy = parse_proxy("HTTP://ann:h%40nter%3A2@[fd00::1]:3128/ignored", "HTTPS_PROXY");
  ASSERT_TRUE(proxy) << proxy.error().message;
  EXPECT_EQ(proxy->host, "fd00::1");
  EXPECT_EQ(proxy->port, 3128);
  EXPECT_EQ(proxy->credentials, base64("ann:h@nter:2"));
  EXPECT_EQ(parse_proxy("http://ann@proxy", "x")->credentials, base64("ann:"));
  const auto bare = parse_proxy("proxy", "HTTPS_PROXY");
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_EQ(bare->host, "proxy");
  EXPECT_EQ(bare->port, 80);
  EXPECT_EQ(bare->credentials, "");
  for (const auto& [url, words] : {
           std::pair{"socks5://ann:hunter2@proxy", "only http:// is"},
           std::pair{"https://ann:hunter2@proxy", "only http:// is"},
           std::pair{"http://ann:hunter2%4@proxy", "as a URL has it"},
           std::pair{"http://ann:hunter2@", "names no host"},
           std::pair{"http://ann:hunter2@proxy:0", "a port is 1 to 65535"},
           std::pair{"http://ann:hunter2@a\r\nb", "a character that no name has"},
       }) {
    SCOPED_TRACE(url);
    const auto refused = parse_proxy(url, "HTTPS_PROXY");
    ASSERT_THAT(refused, FailsWith(Reason::usage));
    EXPECT_THAT(refused.error().message, HasSubstr("HTTPS_PROXY names no proxy"));
    EXPECT_THAT(refused.error().message, HasSubstr(words));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(Proxy, OfTheEnvironment) {
  std::map<std::string, std::string, std::less<>> variables;
  const auto environment = [&](std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  const auto host_of = [&](std::optional<Proxy> named) {
    ServerAccess access;
    access.host = "hub";
    access.proxy = std::move(named);
    const auto taken = take_proxy(environment, access);
    EXPECT_TRUE(taken) << taken.error().message;
    return access.proxy ? access.proxy->host : "";
  };
  EXPECT_EQ(host_of({}), "");
  variables["https_proxy"] = "http://small:3128";
  EXPECT_EQ(host_of({}), "small");
  variables["HTTPS_PROXY"] = "http://large:3128";
  EXPECT_EQ(host_of({}), "large");
  variables["no_proxy"] = "hub";
  EXPECT_EQ(host_of({}), "");
  // What a kubeconfig names counts for this server, whatever NO_PROXY says.
  EXPECT_EQ(host_of(Proxy{.host = "named", .source = "proxy-url"}), "named");
  // A proxy that is not used need not be one.
  variables["HTTPS_PROXY"] = "socks5://proxy";
  EXPECT_EQ(host_of({}), "");
  variables["no_proxy"] = "";
  ServerAccess access;
  access.host = "hub";
  EXPECT_THAT(take_proxy(environment, access), FailsWith(Reason::usage));
}

}  // namespace
}  // namespace slipway::client
