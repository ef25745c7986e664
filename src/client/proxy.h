#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "client/kubeconfig.h"
#include "client/server_access.h"

// Which proxy stands between us and a server, by the rules of Go's httpproxy, which kubectl and KubeFleet's agents
// keep.
namespace slipway::client {

// "http://user:password@proxy:3128", or without the scheme; port 80 by default. `source` is what named it, for errors.
// Error: usage; it tells nothing of the URL, which may hold a password. Proxies of other kinds (https, socks5) are
// refused.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view url, std::string_view source);

// Whether NO_PROXY = `list` says that host:port is reached without one: a list, separated by commas, of names ("a.b",
// and what ends with ".a.b"), suffixes (".a.b", "*.a.b"), addresses and CIDRs; all but CIDRs may have a port; "*" is
// everything. localhost and loopback addresses are always reached without one.
[[nodiscard]] bool is_proxy_bypassed(std::string_view host, std::uint16_t port, std::string_view list);

// What HTTPS_PROXY and NO_PROXY, or their lower-case forms, say about `access`, unless its kubeconfig named a proxy.
// Error: usage.
[[nodiscard]] Result<void> take_proxy(const EnvironmentLookup& environment, ServerAccess& access);

}  // namespace slipway::client
