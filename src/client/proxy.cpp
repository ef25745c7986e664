#include "client/proxy.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <optional>

#include "base/bytes.h"
#include "client/host_port.h"

namespace slipway::client {
namespace {

// IPv4 addresses are those of ::ffff:0:0/96.
using Address = std::array<unsigned char, 16>;

std::optional<Address> address_of(std::string_view text) {
  const std::string whole(text);
  Address address{};
  if (::inet_pton(AF_INET6, whole.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (::inet_pton(AF_INET, whole.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

bool is_loopback(const Address& address) {
  return address == address_of("::1") ||
         (address[10] == 0xff && address[11] == 0xff && address[12] == 127 &&
          std::all_of(address.begin(), address.begin() + 10, [](auto b) { return b == 0; }));
}

bool is_within(const Address& address, const Address& network, unsigned bits) {
  const unsigned whole = bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, network.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((address[whole] ^ network[whole]) >> (8 - rest)) == 0;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct Target {
  std::string host;  // in lower case
  std::string port;
  std::optional<Address> address;
};

// `text` is "10.0.0.0/8"; false when it is not written like that.
bool is_in_cidr(const Target& target, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !target.address) return false;
  const std::string_view network_text = text.substr(0, slash);
  const auto network = address_of(network_text);
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (!network || code != std::errc() || end != digits.data() + digits.size()) return false;
  const unsigned bits_max = network_text.contains(':') ? 128 : 32;
  return bits <= bits_max && is_within(*target.address, *network, 128 - bits_max + bits);
}

// One entry of the list, in lower case and not empty.
bool matches(const Target& target, std::string_view entry) {
  if (entry == "*" || is_in_cidr(target, entry)) return true;
  std::string_view host = entry;
  std::string_view port;
  // As net.SplitHostPort: one colon, or one behind a ].
  if (const std::size_t colon = entry.rfind(':');
      colon != std::string_view::npos &&
      (entry.find(':') == colon || (entry.starts_with('[') && entry[colon - 1] == ']'))) {
    host = entry.substr(0, colon);
    port = entry.substr(colon + 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || (!port.empty() && port != target.port)) return false;
  if (const auto address = address_of(host)) return target.address == address;
  if (host.starts_with("*.")) host.remove_prefix(1);
  if (host.starts_with('.')) return target.host.ends_with(host);
  return target.host == host || target.host.ends_with(fmt::format(".{}", host));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Of the user and the password in a URL.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string first_of(const EnvironmentLookup& environment, std::string_view name, std::string_view lower_name) {
  std::string value = environment(name);
  return value.empty() ? environment(lower_name) : value;
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view url, std::string_view source) {
  const auto refuse = [source](std::string_view why) {
    return fail(Reason::usage, "{} names no proxy this program can use: {}", source, why);
  };
  constexpr std::string_view scheme = "http://";
  if (lower(url.substr(0, scheme.size())) == scheme) {
    url.remove_prefix(scheme.size());
  } else if (url.contains("://")) {
    return refuse("only http:// is, which carries TLS to the server unseen");
  }
  url = url.substr(0, url.find_first_of("/?#"));
  Proxy proxy{.host = {}, .source = std::string(source)};
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = url.substr(0, at);
    const std::size_t colon = std::min(user.find(':'), user.size());
    const auto name = percent_decoded(user.substr(0, colon));
    const auto password = percent_decoded(user.substr(std::min(colon + 1, user.size())));
    if (!name || !password) return refuse("its user or password is not written as a URL has it (a % is %25)");
    proxy.credentials = base64(fmt::format("{}:{}", *name, *password));
    url.remove_prefix(at + 1);
  }
  auto place = parse_host_port(url, 80);
  if (!place) return refuse(place.error().message);
  proxy.host = std::move(place->host);
  proxy.port = place->port;
  return proxy;
}

bool is_proxy_bypassed(std::string_view host, std::uint16_t port, std::string_view list) {
  const Target target{.host = lower(host), .port = std::to_string(port), .address = address_of(host)};
  if (target.host == "localhost" || (target.address && is_loopback(*target.address))) return true;
  while (!list.empty()) {
    const std::size_t end = list.find(',');
    const std::string entry = lower(trim(list.substr(0, end)));
    if (!entry.empty() && matches(target, entry)) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

Result<void> take_proxy(const EnvironmentLookup& environment, ServerAccess& access) {
  if (access.proxy) return {};
  const std::string url = first_of(environment, "HTTPS_PROXY", "https_proxy");
  if (url.empty() || is_proxy_bypassed(access.host, access.port, first_of(environment, "NO_PROXY", "no_proxy")))
    return {};
  auto proxy = parse_proxy(url, "HTTPS_PROXY");
  if (!proxy) return fail(std::move(proxy.error()));
  access.proxy = *std::move(proxy);
  return {};
}

}  // namespace slipway::client
