#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::client {

struct HostPort {
  std::string host;  // name or address, without brackets
  std::uint16_t port = 0;
};

// "hub", "hub:6443", "[::1]:6443". Error: usage; the message says only what is wrong, and nothing of the text.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port);

// As a URL or a Host header has it: "hub:6443", "[::1]:6443".
[[nodiscard]] std::string host_port_text(std::string_view host, std::uint16_t port);

}  // namespace slipway::client
