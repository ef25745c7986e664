#include "client/host_port.h"

#include <algorithm>
#include <charconv>

namespace slipway::client {

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return fail(Reason::usage, "the address's ] is missing");
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return fail(Reason::usage, "after ] comes :port");
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (host.empty()) return fail(Reason::usage, "it names no host");
  // It is written into heads of requests.
  if (std::ranges::any_of(host, [](char c) { return c <= ' ' || c == '\x7f'; }))
    return fail(Reason::usage, "its host has a character that no name has");
  HostPort out{.host = std::string(host), .port = default_port};
  if (port.empty()) return out;
  port.remove_prefix(1);
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (code != std::errc() || end != port.data() + port.size() || out.port == 0)
    return fail(Reason::usage, "a port is 1 to 65535");
  return out;
}

std::string host_port_text(std::string_view host, std::uint16_t port) {
  const bool is_ipv6 = host.contains(':');
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

}  // namespace slipway::client
